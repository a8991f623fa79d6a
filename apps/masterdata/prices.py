"""Prices of agreed parts with their days: on one day one holds."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Min, Q
from django.utils import timezone

from apps.tenancy.bases import sides_of
from apps.tenancy.checks import require_side
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from .exceptions import NoSuchPart, PriceEndsBeforeStart, PriceInForce, PriceOverlaps, UnknownPrice
from .models import PartnerPart, PartPrice
from .services import check_price


@atomic
def set_price(
    *,
    partner_part_id: int,
    price: Decimal,
    valid_from: date,
    valid_until: date | None = None,
    is_confirmed: bool = False,
) -> PartPrice:
    """Let a price hold from a day on, in the relation's currency; an open one before it ends on the day before.

    Raises:
        NoSuchPart: not of the scope's firm. WrongSide: the scope is the supplier's.
        PriceEndsBeforeStart, PriceOverlaps: its days. HighPrice: as `check_price`.
    """
    # Locked: two prices of one part are set one after the other.
    part = PartnerPart.objects.select_for_update(of=("self",)).filter(pk=partner_part_id).first()
    if part is None:
        raise NoSuchPart(place="part", value=partner_part_id)
    require_side(part, Side.BUYER)
    check_price(price, place="price", is_confirmed=is_confirmed)
    if valid_until is not None and valid_until < valid_from:
        raise PriceEndsBeforeStart(place="valid_until", value=valid_until)
    rows = PartPrice.objects.filter(partner_part=part)
    rows.filter(valid_from__lt=valid_from, valid_until=None).update(
        valid_until=valid_from - timedelta(days=1), ended_for=valid_from
    )
    after = Q(valid_until=None) | Q(valid_until__gte=valid_from)
    before = Q(valid_from__lte=valid_until) if valid_until else Q()
    if other := rows.filter(after, before).order_by("valid_from").first():
        raise PriceOverlaps(place="valid_from", value=valid_from, begins=other.valid_from, ends=other.valid_until)
    return PartPrice.objects.create(
        **sides_of(part),
        partner_part=part,
        price=price,
        currency=TradingRelation.objects.get(pk=part.relation_id).currency,
        valid_from=valid_from,
        valid_until=valid_until,
        created_by_id=require_scope().user_id,
    )


@atomic
def withdraw_price(*, price_id: int) -> PartPrice:
    """Take back a price that has not begun; the one that ended for it goes on until the next one.

    Raises:
        UnknownPrice: not of the scope's firm. WrongSide: the scope is the supplier's. PriceInForce: it has begun.
    """
    # Locked, as where one is set; the price is read after that.
    PartnerPart.objects.select_for_update(of=("self",)).filter(prices=price_id).first()
    found = PartPrice.objects.filter(pk=price_id).first()
    if found is None:
        raise UnknownPrice(place="price", value=price_id)
    require_side(found, Side.BUYER)
    if found.valid_from <= timezone.localdate():
        raise PriceInForce(place="price", value=found.valid_from)
    found.delete()
    rows = PartPrice.objects.filter(partner_part_id=found.partner_part_id)
    begins = rows.filter(valid_from__gt=found.valid_from).aggregate(first=Min("valid_from"))["first"]
    until = begins and begins - timedelta(days=1)
    rows.filter(ended_for=found.valid_from).update(valid_until=until, ended_for=begins)
    return found
