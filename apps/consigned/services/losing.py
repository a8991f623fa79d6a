"""The supplier says what it spoilt or lost of a customer's material, beyond what its production takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.common.characters import clean
from apps.common.errors import DomainError, raise_all
from apps.common.units import MixedUnits, can_convert, convert, is_quantity, unit_of
from apps.events.services import emit_all
from apps.inventory.models import HOLDER, ConsignedPart, MovementKind, StockBalance, StockStatus
from apps.inventory.services import Move, moved, post
from apps.tenancy.access import own
from apps.tenancy.bases import sides_of
from apps.tenancy.exceptions import UnknownOwnSite
from apps.tenancy.models import Site
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import InvalidQuantity, LotNotThere, NotThere, ReasonMissing, UnknownMaterial
from ..models import MaterialLoss
from ..statuses import LossReason
from .sending import next_of

TAKEN_FROM = (StockStatus.BLOCKED, StockStatus.AVAILABLE)  # what lies blocked is gone first


@dataclass(frozen=True)
class Loss:
    """So much of one material is gone.

    Attributes:
        lot: "" for the oldest.
        unit: in which the quantity is given, where that is not the material's.
    """

    consigned_part_id: int
    quantity: Decimal
    reason: str
    lot: str = ""
    unit: str = ""
    note: str = ""


@atomic
def report_losses(*, site_id: int, losses: Sequence[Loss]) -> list[MaterialLoss]:
    """Take what is lost out of the owner's stock at a site; the owner is told.

    Raises:
        UnknownOwnSite: not an open one of the firm.
        UnknownMaterial, InvalidQuantity, MixedUnits, ReasonMissing, LotNotThere, NotThere: what a row says; all together.
    """
    site: Site | None = Site.objects.that(own()).filter(pk=site_id, closed_at=None).first()
    if site is None:
        raise UnknownOwnSite(place="site", value=site_id)
    wanted = {row.consigned_part_id for row in losses}
    materials = ConsignedPart.objects.on_side(Side.SUPPLIER).select_related("relation").in_bulk(wanted)
    numbers = _numbers([materials[row.consigned_part_id] for row in losses if row.consigned_part_id in materials])
    heaps = list(
        StockBalance.objects.on_side(HOLDER)
        .select_for_update()
        .filter(site=site, consigned_part__in=materials, status__in=TAKEN_FROM, quantity__gt=0)
        .order_by("pk")
    )
    heaps.sort(key=lambda heap: TAKEN_FROM.index(StockStatus(heap.status)))
    left = {heap.pk: heap.quantity for heap in heaps}
    errors: list[DomainError] = []
    rows: list[MaterialLoss] = []
    moves: list[Move] = []
    for index, loss in enumerate(losses):
        try:
            row = _row(loss, f"rows[{index}]", materials, site, numbers)
            moves += _take(row, f"rows[{index}]", heaps, left)
            rows.append(row)
        except DomainError as error:
            errors.append(error)
    raise_all(errors)
    MaterialLoss.objects.bulk_create(rows)
    post(moves)
    emit_all(("consigned.lost", row.consigned_part, f"{row.number} {row.consigned_part.number}") for row in rows)
    return rows


def _numbers(lost: Sequence[ConsignedPart]) -> dict[int, Iterator[str]]:
    """The next numbers of each relation, by its id; relations in one order, so that two reports wait for one another."""
    found = {}
    for pk in sorted({row.relation_id for row in lost}):
        mine = [row for row in lost if row.relation_id == pk]
        found[pk] = iter(next_of(mine[0].relation, "ML", len(mine)))
    return found


def _row(
    loss: Loss, place: str, materials: dict[int, ConsignedPart], site: Site, numbers: dict[int, Iterator[str]]
) -> MaterialLoss:
    material = materials.get(loss.consigned_part_id)
    if material is None:
        raise UnknownMaterial(place=f"{place}.material", value=loss.consigned_part_id)
    quantity = loss.quantity
    if loss.unit and loss.unit != material.unit:
        if not can_convert(loss.unit, material.unit):
            raise MixedUnits(place=f"{place}.unit", value=f"{loss.unit} → {material.unit}")
        quantity = convert(quantity, loss.unit, material.unit)
    if not is_quantity(quantity, material.unit):
        raise InvalidQuantity(place=f"{place}.quantity", value=loss.quantity, unit=unit_of(material.unit).label)
    if loss.reason not in LossReason.values:
        raise ReasonMissing(place=f"{place}.reason", value=loss.reason)
    return MaterialLoss(
        **sides_of(material),
        number=next(numbers[material.relation_id]),
        consigned_part=material,
        site=site,
        quantity=quantity,
        unit=material.unit,
        lot=clean(loss.lot, "code", f"{place}.lot"),
        reason=loss.reason,
        note=clean(loss.note, "note", f"{place}.note"),
        created_by_id=require_scope().user_id,
    )


def _take(row: MaterialLoss, place: str, heaps: Sequence[StockBalance], left: dict[int, Decimal]) -> list[Move]:
    fitting = [heap for heap in heaps if heap.consigned_part_id == row.consigned_part_id and row.lot in ("", heap.lot)]
    if row.lot and not fitting:
        raise LotNotThere(place=f"{place}.lot", value=row.lot, material=row.consigned_part.number)
    there = sum((left[heap.pk] for heap in fitting), Decimal(0))
    if row.quantity > there:
        raise NotThere(place=f"{place}.quantity", value=row.quantity, available=there, material=row.consigned_part.number)
    wanted, moves = row.quantity, []
    for heap in fitting:
        taken = min(wanted, left[heap.pk])
        if taken > 0:
            left[heap.pk] -= taken
            wanted -= taken
            moves.append(moved(heap, -taken, kind=MovementKind.SCRAPPED.value, reference=row.number))
    return moves
