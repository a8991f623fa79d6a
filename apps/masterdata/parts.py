"""Changes of parts that stand: what they are called and what was agreed of them, their end, and taking them up again."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from apps.tenancy.checks import require_side
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from .exceptions import DuplicatePart, NoSuchPart, PartEnded, PartInUse, UnitInUse
from .models import Part, PartnerPart
from .services import check_price

OWN = ("number", "revision", "name", "name_en", "specification", "drawing_number", "unit", "tracking", "is_critical")
AGREED = ("supplier_number", "pack_size", "minimum_quantity", "lead_time_days", "unit_price", "is_inspected")


@atomic
def change_part(*, part_id: int, **fields: Any) -> Part:
    """Change what is named of an own part. Number and names go on to what was agreed of it with suppliers.

    Raises:
        NoSuchPart: not a part of the scope's firm. PartEnded: it has ended.
        DuplicatePart: the number with this revision exists. UnitInUse: the part is agreed with a supplier.
    """
    part = _own(part_id)
    if part.ended_at is not None:
        raise PartEnded(place="part", value=part.number)
    agreed = PartnerPart.objects.filter(part=part)
    if "unit" in fields and fields["unit"] != part.unit and agreed.exists():
        raise UnitInUse(place="unit", value=fields["unit"])
    for name, value in fields.items():
        setattr(part, name, value)
    try:
        with transaction.atomic(using=require_scope().alias):
            part.save()
            agreed.update(buyer_number=part.number, name=part.name, name_en=part.name_en)
    except IntegrityError as error:
        raise DuplicatePart(place="number", value=part.number) from error
    return part


@atomic
def end_part(*, part_id: int) -> Part:
    """Order the part from nobody any more; what is ordered comes, and its pages stay.

    Raises:
        NoSuchPart: not a part of the scope's firm.
    """
    return _set_end(_own(part_id), timezone.now())


@atomic
def resume_part(*, part_id: int) -> Part:
    """Take an ended part up again, with everybody that it was ended with.

    Raises:
        NoSuchPart: not a part of the scope's firm.
    """
    return _set_end(_own(part_id), None)


def _set_end(part: Part, moment: Any) -> Part:
    before, part.ended_at = part.ended_at, moment
    if (before is None) is not (moment is None):
        part.save(update_fields=["ended_at"])
        PartnerPart.objects.filter(part=part, ended_at=before).update(ended_at=moment)
    return part


@atomic
def change_partner_part(*, partner_part_id: int, is_confirmed: bool = False, **terms: Any) -> PartnerPart:
    """Change what the buyer says of an agreed part; what is not named stays.

    Raises:
        NoSuchPart: not of the scope's firm. WrongSide: the scope is the supplier's. PartEnded: it has ended.
        HighPrice: as `check_price`.
    """
    part = _agreed(partner_part_id)
    require_side(part, Side.BUYER)
    if part.ended_at is not None:
        raise PartEnded(place="part", value=part.buyer_number)
    check_price(terms.get("unit_price"), place="unit_price", is_confirmed=is_confirmed)
    for name, value in terms.items():
        setattr(part, name, value)
    part.save(update_fields=list(terms))
    return part


@atomic
def number_part(*, partner_part_id: int, supplier_number: str) -> PartnerPart:
    """The supplier's own number of an agreed part: on papers, and of its own part behind it, whose stock and output count.

    A buyer may note a number for the papers; what a supplier holds or makes is found by the supplier's word alone.

    Raises:
        NoSuchPart: not of the scope's firm. WrongSide: the scope is the buyer's.
    """
    part = _agreed(partner_part_id)
    require_side(part, Side.SUPPLIER)
    part.supplier_number = part.own_number = supplier_number
    part.save(update_fields=["supplier_number", "own_number"])
    return part


@atomic
def end_partner_part(*, partner_part_id: int) -> PartnerPart:
    """Order the part from this supplier no more.

    Raises:
        NoSuchPart: not of the scope's firm. WrongSide: the scope is the supplier's.
    """
    return _end_agreed(partner_part_id, timezone.now())


@atomic
def resume_partner_part(*, partner_part_id: int) -> PartnerPart:
    """
    Raises:
        NoSuchPart: not of the scope's firm. WrongSide: the scope is the supplier's. PartEnded: the part itself has ended.
    """
    return _end_agreed(partner_part_id, None)


@atomic
def withdraw_part(*, part_id: int) -> None:
    """Take away an own part that was added by mistake, while nothing hangs on it.

    Raises:
        NoSuchPart: not a part of the scope's firm. PartInUse: it is agreed, ordered, planned or in stock.
    """
    _delete(_own(part_id), "part")


@atomic
def withdraw_partner_part(*, partner_part_id: int) -> None:
    """Take away a part that was agreed by mistake, while nothing hangs on it.

    Raises:
        NoSuchPart: not of the scope's firm. WrongSide: the scope is the supplier's. PartInUse: it is ordered or in stock.
    """
    part = _agreed(partner_part_id)
    require_side(part, Side.BUYER)
    _delete(part, "partner_part")


def _delete(part: Part | PartnerPart, place: str) -> None:
    try:
        with transaction.atomic(using=require_scope().alias):
            part.delete()
    except (ProtectedError, IntegrityError) as error:
        raise PartInUse(place=place, value=str(part)) from error


def _end_agreed(partner_part_id: int, moment: Any) -> PartnerPart:
    part = _agreed(partner_part_id)
    require_side(part, Side.BUYER)
    if moment is None and part.part.ended_at is not None:
        raise PartEnded(place="part", value=part.buyer_number)
    part.ended_at = moment
    part.save(update_fields=["ended_at"])
    return part


def _own(part_id: int) -> Part:
    part: Part | None = Part.objects.select_for_update(of=("self",)).filter(pk=part_id).first()
    if part is None:
        raise NoSuchPart(place="part", value=part_id)
    return part


def _agreed(partner_part_id: int) -> PartnerPart:
    part: PartnerPart | None = PartnerPart.objects.select_for_update(of=("self",)).filter(pk=partner_part_id).first()
    if part is None:
        raise NoSuchPart(place="part", value=partner_part_id)
    return part
