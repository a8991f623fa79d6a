"""The owner says which of its parts it hands to a supplier, on which terms, and what of them goes into what is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.common.errors import DomainError, raise_all
from apps.common.units import LARGEST
from apps.events.services import emit
from apps.inventory.models import ConsignedPart
from apps.masterdata.exceptions import PartEnded, UnknownPart, UnknownRelation
from apps.masterdata.models import Part, PartnerPart
from apps.masterdata.services import check_price
from apps.tenancy.bases import sides_of
from apps.tenancy.checks import require_side
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import AgreedTwice, InvalidTerms, InvalidUse, NoSuchMaterial, UnknownMadePart, UnknownMaterial
from ..models import MaterialUse

PLACES = 4  # of a share


@dataclass(frozen=True)
class Use:
    """So much of a material goes into one unit of the part, scrap on top."""

    consigned_part_id: int
    quantity: Decimal
    scrap_share: Decimal = Decimal(0)


@atomic
def agree_material(
    *,
    relation_id: int,
    part_id: int,
    is_charged: bool = False,
    unit_price: Decimal | None = None,
    allowed_loss: Decimal = Decimal(0),
    is_confirmed: bool = False,
) -> ConsignedPart:
    """Share one of the buyer's parts with a supplier that works with it; from then on it can be sent there.

    Args:
        is_confirmed: a very high price is meant.

    Raises:
        UnknownRelation, WrongSide: not a relation in which the scope's firm buys.
        UnknownPart, PartEnded: not a part of the buyer that is in use. AgreedTwice: with this supplier it is there already.
        InvalidTerms: a price below 0, a share that is none. HighPrice: nobody said that it is meant.
    """
    relation = TradingRelation.objects.filter(pk=relation_id).first()
    if relation is None:
        raise UnknownRelation(place="relation", value=relation_id)
    require_side(relation, Side.BUYER)
    part = Part.objects.filter(pk=part_id, organization_id=relation.buyer_id).first()
    if part is None:
        raise UnknownPart(place="part", value=part_id)
    if part.ended_at is not None:
        raise PartEnded(place="part", value=part.number)
    _check_terms(unit_price, allowed_loss, is_confirmed)
    try:
        with transaction.atomic(using=require_scope().alias):
            found: ConsignedPart = ConsignedPart.objects.create(
                **sides_of(relation),
                part=part,
                number=part.number,
                name=part.name,
                name_en=part.name_en,
                unit=part.unit,
                is_charged=is_charged,
                unit_price=unit_price,
                currency=relation.currency,
                allowed_loss=allowed_loss,
            )
    except IntegrityError as error:
        raise AgreedTwice(place="part", value=part.number) from error
    emit("consigned.agreed", subject=found, label=found.number)
    return found


def _check_terms(unit_price: Decimal | None, allowed_loss: Decimal, is_confirmed: bool) -> None:
    if unit_price is not None and not (unit_price.is_finite() and unit_price >= 0):
        raise InvalidTerms(place="unit_price", value=unit_price)
    check_share(allowed_loss, "allowed_loss")
    check_price(unit_price, place="unit_price", is_confirmed=is_confirmed)


def check_share(share: Decimal, place: str) -> None:
    if not (share.is_finite() and 0 <= share < 1 and round(share, PLACES) == share):
        raise InvalidTerms(place=place, value=share)


def locked(consigned_part_id: int) -> ConsignedPart:
    """
    Raises:
        NoSuchMaterial: not the scope's firm's own; what others agreed nobody else locks.
    """
    found: ConsignedPart | None = (
        ConsignedPart.objects.on_side(Side.BUYER).select_for_update().filter(pk=consigned_part_id).first()
    )
    if found is None:
        raise NoSuchMaterial(place="material", value=consigned_part_id)
    return found


@atomic
def change_material(
    *,
    consigned_part_id: int,
    is_charged: bool,
    unit_price: Decimal | None,
    allowed_loss: Decimal,
    is_confirmed: bool = False,
) -> ConsignedPart:
    """Other terms, from the month after this one on: what has begun is settled by what held before (`month.KeptTerms`).

    Another price is in the currency that the relation has now; the same one stays in its own.

    Raises:
        NoSuchMaterial: not the owner's. InvalidTerms, HighPrice: as `agree_material`.
    """
    found = locked(consigned_part_id)
    _check_terms(unit_price, allowed_loss, is_confirmed)
    if unit_price != found.unit_price:
        found.currency = found.relation.currency
    found.is_charged, found.unit_price, found.allowed_loss = is_charged, unit_price, allowed_loss
    found.save(update_fields=["is_charged", "unit_price", "currency", "allowed_loss"])
    emit("consigned.agreed", subject=found, label=found.number)
    return found


@atomic
def end_material(*, consigned_part_id: int) -> ConsignedPart:
    """No more of it is sent to this supplier; what lies there is used, returned, counted and settled all the same.

    Ended before, it is sent again from now on.
    """
    found = locked(consigned_part_id)
    found.ended_at = None if found.ended_at else timezone.now()
    found.save(update_fields=["ended_at"])
    emit("consigned.agreed", subject=found, label=found.number)
    return found


@atomic
def keep_uses(*, partner_part_id: int, uses: Sequence[Use]) -> list[MaterialUse]:
    """What of the owner's material goes into one unit of a part from now on: these rows, and no others.

    Reports that stand took what held when they were booked.

    Raises:
        UnknownMadePart: not a part that the scope's firm buys. UnknownMaterial: not agreed with that supplier.
        InvalidUse: twice, not above 0, or a scrap share that is none; all that is wrong is told together.
    """
    part = PartnerPart.objects.on_side(Side.BUYER).select_for_update().filter(pk=partner_part_id).first()
    if part is None:
        raise UnknownMadePart(place="part", value=partner_part_id)
    wanted = {use.consigned_part_id for use in uses}
    known = ConsignedPart.objects.on_side(Side.BUYER).filter(relation_id=part.relation_id).in_bulk(wanted)
    errors: list[DomainError] = []
    seen: set[int] = set()
    for index, use in enumerate(uses):
        place = f"uses[{index}]"
        if use.consigned_part_id not in known:
            errors.append(UnknownMaterial(place=f"{place}.material", value=use.consigned_part_id))
            continue
        if use.consigned_part_id in seen:
            errors.append(InvalidUse(place=f"{place}.material", value=known[use.consigned_part_id].number))
        seen.add(use.consigned_part_id)
        quantity, scrap = use.quantity, use.scrap_share
        if not (quantity.is_finite() and 0 < quantity < LARGEST and round(quantity, 6) == quantity):
            errors.append(InvalidUse(place=f"{place}.quantity", value=quantity))
        if not (scrap.is_finite() and 0 <= scrap < 1 and round(scrap, PLACES) == scrap):
            errors.append(InvalidUse(place=f"{place}.scrap_share", value=scrap))
    raise_all(errors)
    before = {row.consigned_part_id: row for row in MaterialUse.objects.filter(partner_part=part)}
    MaterialUse.objects.filter(partner_part=part).exclude(consigned_part__in=wanted).delete()
    rows = []
    for use in uses:
        row = before.get(use.consigned_part_id)
        if row is None:
            row = MaterialUse(**sides_of(part), partner_part=part, consigned_part_id=use.consigned_part_id)
        row.quantity, row.scrap_share = use.quantity, use.scrap_share
        row.save()
        rows.append(row)
    if touched := [*uses, *(row for pk, row in before.items() if pk not in wanted)]:
        first = known.get(touched[0].consigned_part_id) or ConsignedPart.objects.get(pk=touched[0].consigned_part_id)
        emit("consigned.agreed", subject=first, label=part.buyer_number)
    return rows
