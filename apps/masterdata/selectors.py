"""Reads of parts."""

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.common.prefix import begins
from apps.tenancy.roles import Side

from .exceptions import NoSuchPart
from .models import Part, PartnerPart, PartPrice


def parts() -> QuerySet[Part]:
    return Part.objects.order_by("number", "pk")


def parts_numbered(start: str) -> QuerySet[Part]:
    return Part.objects.filter(begins("number", start)).order_by()


def parts_not_bought() -> QuerySet[Part]:
    """Own parts that no partner is agreed to deliver: what the firm makes, or gets from elsewhere."""
    return parts().filter(ended_at=None).exclude(pk__in=PartnerPart.objects.on_side(Side.BUYER).values("part"))


def supplied_without_own(also: Collection[int] = ()) -> QuerySet[PartnerPart]:
    """Parts that the firm supplies and keeps no own part of, and those of `also` whatever it keeps; one statement."""
    named = Part.objects.filter(number=OuterRef("own_number"))
    supplied = PartnerPart.objects.on_side(Side.SUPPLIER).filter(ended_at=None)
    return supplied.filter(Q(pk__in=also) | ~Exists(named)).order_by("supplier_number", "buyer_number", "pk")


def partner_parts() -> QuerySet[PartnerPart]:
    """Parts agreed with partners, both sides joined: listing costs one query."""
    return PartnerPart.objects.select_related("buyer", "supplier").order_by("buyer_number", "pk")


def partner_parts_of(side: Side) -> QuerySet[PartnerPart]:
    """Parts that the firm buys, or those that it supplies; one index serves a list of them by number."""
    return PartnerPart.objects.on_side(side).select_related("buyer", "supplier")


def partner_parts_numbered(start: str) -> QuerySet[PartnerPart]:
    """Parts whose number at the buyer or the supplier begins so."""
    return PartnerPart.objects.filter(begins("buyer_number", start) | begins("supplier_number", start)).order_by()


def parts_to_order(*, relation_id: int, day: date) -> QuerySet[PartnerPart]:
    """What may be ordered, each with its `price_now` on that day."""
    rows = PartnerPart.objects.on_side(Side.BUYER).filter(relation_id=relation_id, ended_at=None).select_related("relation")
    return priced(rows, day).order_by("buyer_number")


def priced(rows: QuerySet[PartnerPart], day: date) -> QuerySet[PartnerPart]:
    """The same parts with `price_now`: the price that holds on that day, else the part's own; None where neither is."""
    return rows.annotate(price_now=Coalesce(Subquery(holding(day).values("price")[:1]), F("unit_price")))


def holding(day: date) -> QuerySet[PartPrice]:
    """Of the part of an outer query the price that holds on a day, in the currency that its orders have now."""
    of_part = {"partner_part": OuterRef("pk"), "currency": OuterRef("relation__currency")}
    rows = PartPrice.objects.filter(**of_part, valid_from__lte=day)
    return rows.filter(Q(valid_until=None) | Q(valid_until__gte=day)).order_by("-valid_from")


def part(part_id: int) -> Part:
    """One of the firm's own.

    Raises:
        NoSuchPart: it is not.
    """
    found: Part | None = Part.objects.filter(pk=part_id).first()
    if found is None:
        raise NoSuchPart(place="part", value=part_id)
    return found


def partner_part(partner_part_id: int) -> PartnerPart:
    """One agreed part with its firms.

    Raises:
        NoSuchPart: not between the scope's firm and a partner.
    """
    found = priced(partner_parts(), timezone.localdate()).filter(pk=partner_part_id).first()
    if found is None:
        raise NoSuchPart(place="part", value=partner_part_id)
    return found


def agreed_of(part_id: int) -> QuerySet[PartnerPart]:
    """With whom an own part is agreed."""
    return partner_parts().filter(part_id=part_id)


def prices() -> QuerySet[PartPrice]:
    return PartPrice.objects.order_by("-valid_from", "-pk")
