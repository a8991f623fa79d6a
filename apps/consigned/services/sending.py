"""A consignment note: material leaves one firm for the other, and is in transit until it is received."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import Q

from apps.common.characters import clean
from apps.common.errors import DomainError, raise_all
from apps.common.units import MixedUnits, can_convert, convert, is_quantity, unit_of
from apps.events.services import emit
from apps.inventory.models import HOLDER, OWNER, ConsignedPart, MovementKind, StockBalance, StockMovement, StockStatus
from apps.inventory.services import Move, moved, post
from apps.masterdata.exceptions import UnknownRelation
from apps.masterdata.services import next_numbers
from apps.orders.exceptions import RelationStopped
from apps.tenancy.bases import sides_of
from apps.tenancy.checks import side_of
from apps.tenancy.models import Site, TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import (
    ArrivesBefore,
    InvalidQuantity,
    LotNotThere,
    NothingSent,
    NotThere,
    UnknownMaterial,
    UnknownPlace,
    WrongNoteState,
)
from ..models import ConsignmentLine, ConsignmentNote
from ..statuses import NoteKind, NoteStatus
from .locking import lock_note

MAX_LINES = 200
FINEST = Decimal("0.000001")
KIND = {Side.BUYER: NoteKind.HANDED, Side.SUPPLIER: NoteKind.RETURNED}
MOVED = {NoteKind.HANDED: MovementKind.SENT, NoteKind.RETURNED: MovementKind.RETURNED}
PREFIX = {NoteKind.HANDED: "CN", NoteKind.RETURNED: "MR"}
Lines = Sequence[ConsignmentLine]


@dataclass(frozen=True)
class Sent:
    """So much of one material leaves.

    Attributes:
        lot: of which it is taken; "" takes the oldest, whatever their lot.
        unit: in which the quantity is given, where that is not the material's.
        status: of the stock that it is taken from; what came damaged is returned from the blocked one.
    """

    consigned_part_id: int
    quantity: Decimal
    lot: str = ""
    unit: str = ""
    status: str = StockStatus.AVAILABLE


@dataclass
class Lying:
    """A heap of the sender's, and how much of the material's unit is in one of its own."""

    heap: StockBalance
    material: ConsignedPart
    left: Decimal
    factor: Decimal


@atomic
def send(
    *,
    relation_id: int,
    buyer_site_id: int,
    supplier_site_id: int,
    lines: Sequence[Sent],
    arrives_on: date | None = None,
    note: str = "",
) -> ConsignmentNote:
    """The buyer hands material out, or the supplier returns it: out of the sender's stock, onto the way.

    What leaves is the owner's before and after. A line that takes several lots becomes one line for each of them.

    Raises:
        UnknownRelation: none of the scope's firm. RelationStopped: it is suspended or has ended, so that nothing more is
            handed out; what is there comes back all the same. UnknownPlace: not an open site of each firm.
        NothingSent: no line, or too many. ArrivesBefore: an arrival in the past.
        UnknownMaterial, InvalidQuantity, MixedUnits, NotThere, LotNotThere: what a line says; all together.
    """
    relation: Any = TradingRelation.objects.filter(pk=relation_id).first()
    side = side_of(relation) if relation is not None else None
    if side is None:
        raise UnknownRelation(place="relation", value=relation_id)
    if side is Side.BUYER and not relation.is_open:
        raise RelationStopped(place="relation", value=relation.vendor_code)
    sites = _sites(relation, buyer_site_id, supplier_site_id)
    note = clean(note, "note", "note")
    origin = sites["buyer_site" if side is Side.BUYER else "supplier_site"]
    if not 0 < len(lines) <= MAX_LINES:
        raise NothingSent(place="lines", value=len(lines))
    if arrives_on is not None and arrives_on < origin.today:
        raise ArrivesBefore(place="arrives_on", value=arrives_on)
    kind = KIND[side]
    number = next_of(relation, PREFIX[kind])[0]
    portions = _taken(lines, _materials(relation, lines, side), origin, side)
    found: ConsignmentNote = ConsignmentNote.objects.create(
        **sides_of(relation),
        number=number,
        kind=kind,
        buyer_site=sites["buyer_site"],
        supplier_site=sites["supplier_site"],
        arrives_on=arrives_on,
        note=note,
        line_count=len(portions),
        created_by_id=require_scope().user_id,
    )
    rows = [
        ConsignmentLine(
            **sides_of(found),
            note=found,
            consigned_part=lying.material,
            position=index * 10,
            quantity=quantity,
            unit=lying.material.unit,
            lot=lying.heap.lot,
            status=lying.heap.status,
            taken_from=lying.heap.pk,
            taken=taken,
        )
        for index, (lying, quantity, taken) in enumerate(portions, start=1)
    ]
    ConsignmentLine.objects.bulk_create(rows)
    reason = MOVED[kind].value
    out = [moved(lying.heap, -taken, kind=reason, reference=number) for lying, _quantity, taken in portions]
    post([*out, *(on_the_way(row, found, row.quantity, reason) for row in rows)])
    emit("consignment.sent", subject=found, label=found.number)
    return found


def next_of(relation: Any, prefix: str, count: int = 1) -> list[str]:
    """The next numbers of the scope's firm in a relation, such as CN-V001-00017: its own counter, so that no number tells of
    other partners.

    It stays locked until the transaction ends: documents of a relation are written one after the other.
    """
    kind, firm = f"{prefix.lower()}-{relation.pk}", require_scope().organization_id
    found = next_numbers(organization_id=firm, kind=kind, prefix=f"{prefix}-", count=count)
    parts = (number.rpartition("-") for number in found)
    return [f"{head}-{relation.vendor_code}-{tail}" for head, _mark, tail in parts]


def _sites(relation: Any, buyer_site_id: int, supplier_site_id: int) -> dict[str, Site]:
    known = Site.objects.in_bulk([buyer_site_id, supplier_site_id])
    found = {}
    for place, pk, firm in (
        ("buyer_site", buyer_site_id, relation.buyer_id),
        ("supplier_site", supplier_site_id, relation.supplier_id),
    ):
        site = known.get(pk)
        if site is None or site.organization_id != firm or site.closed_at is not None:
            raise UnknownPlace(place=place, value=pk)
        found[place] = site
    return found


def _materials(relation: Any, lines: Sequence[Sent], side: Side) -> dict[int, ConsignedPart]:
    """What may be sent: of ended material nothing more is handed out, but it is returned."""
    rows = ConsignedPart.objects.on_side(side).filter(relation_id=relation.pk)
    found = rows.in_bulk({line.consigned_part_id for line in lines})
    return {pk: row for pk, row in found.items() if side is Side.SUPPLIER or row.ended_at is None}


def _taken(
    lines: Sequence[Sent], materials: Mapping[int, ConsignedPart], origin: Site, side: Side
) -> list[tuple[Lying, Decimal, Decimal]]:
    """(heap, quantity in the material's unit, quantity in the heap's own), the first line first."""
    lying = list(_lying(materials, origin, side))
    errors: list[DomainError] = []
    found: list[tuple[Lying, Decimal, Decimal]] = []
    for index, line in enumerate(lines):
        try:
            found += _portions(line, f"lines[{index}]", materials, lying, side)
        except DomainError as error:
            errors.append(error)
    raise_all(errors)
    return found


def _portions(
    line: Sent, place: str, materials: Mapping[int, ConsignedPart], lying: Sequence[Lying], side: Side
) -> Iterator[tuple[Lying, Decimal, Decimal]]:
    material = materials.get(line.consigned_part_id)
    if material is None:
        raise UnknownMaterial(place=f"{place}.material", value=line.consigned_part_id)
    lot, quantity = clean(line.lot, "code", f"{place}.lot"), line.quantity
    if line.unit and line.unit != material.unit:
        if not can_convert(line.unit, material.unit):
            raise MixedUnits(place=f"{place}.unit", value=f"{line.unit} → {material.unit}")
        quantity = convert(quantity, line.unit, material.unit)
    if not is_quantity(quantity, material.unit):
        raise InvalidQuantity(place=f"{place}.quantity", value=line.quantity, unit=unit_of(material.unit).label)
    may = (StockStatus.AVAILABLE, StockStatus.BLOCKED) if side is Side.SUPPLIER else (StockStatus.AVAILABLE,)
    if line.status not in may:
        raise NotThere(place=f"{place}.status", value=line.status, available=Decimal(0))
    heaps = [row for row in lying if row.material is material and row.heap.status == line.status]
    if lot:
        heaps = [row for row in heaps if row.heap.lot == lot]
        if not heaps:
            raise LotNotThere(place=f"{place}.lot", value=lot, material=material.number)
    there = sum((row.left for row in heaps), Decimal(0))
    if quantity > there:
        raise NotThere(place=f"{place}.quantity", value=line.quantity, available=there, material=material.number)
    return _from_heaps(heaps, quantity)


def _from_heaps(heaps: Sequence[Lying], quantity: Decimal) -> Iterator[tuple[Lying, Decimal, Decimal]]:
    for row in heaps:
        portion = min(quantity, row.left)
        if portion <= 0:
            continue
        taken = min((portion / row.factor).quantize(FINEST, rounding=ROUND_DOWN), row.heap.quantity)
        row.left -= portion
        quantity -= portion
        yield row, portion, taken


def _lying(materials: Mapping[int, ConsignedPart], origin: Site, side: Side, *, is_locked: bool = True) -> Iterator[Lying]:
    """The sender's heaps of these materials at its site, the oldest first."""
    rows = StockBalance.objects.on_side(HOLDER).filter(site=origin, quantity__gt=0)
    if is_locked:
        rows = rows.select_for_update(of=("self",))
    if side is Side.SUPPLIER:
        rows = rows.filter(consigned_part__in=materials).exclude(status=StockStatus.IN_TRANSIT)
        for heap in rows.order_by("pk"):
            yield Lying(heap, materials[heap.consigned_part_id], heap.quantity, Decimal(1))
        return
    by_part = {row.part_id: row for row in materials.values()}
    rows = rows.filter(Q(part__in=by_part) | Q(partner_part__part__in=by_part), status=StockStatus.AVAILABLE)
    for heap in rows.select_related("partner_part").order_by("pk"):
        agreed = heap.partner_part
        material = by_part[agreed.part_id if agreed else heap.part_id]
        if agreed and agreed.base_factor != 1:
            factor = agreed.base_factor
        elif can_convert(heap.unit, material.unit):
            factor = convert(Decimal(1), heap.unit, material.unit)
        else:
            continue  # nobody knows how much of the material it is
        yield Lying(heap, material, heap.quantity * factor, factor)


def lying_at(materials: Mapping[int, ConsignedPart], origin: Site, side: Side) -> dict[int, Decimal]:
    """How much of each material is available at a site, in its unit; one statement."""
    found: dict[int, Decimal] = {}
    for row in _lying(materials, origin, side, is_locked=False):
        found[row.material.pk] = found.get(row.material.pk, Decimal(0)) + row.left
    return found


def on_the_way(line: ConsignmentLine, note: ConsignmentNote, quantity: Decimal, kind: str) -> Move:
    """A change of what is on its way: it stands with the supplier's site, whichever way it goes."""
    return Move(
        organization_id=note.supplier_id,
        consigned_part_id=line.consigned_part_id,
        site_id=note.supplier_site_id,
        status=StockStatus.IN_TRANSIT.value,
        owner_id=note.buyer_id,
        unit=line.unit,
        quantity=quantity,
        kind=kind,
        lot=line.lot,
        reference=note.number,
    )


@atomic
def cancel(*, note_id: int) -> ConsignmentNote:
    """Take back a note of which nothing has come: what left lies where it lay.

    Raises:
        UnknownNote, WrongSide: not a note that the scope's firm wrote. WrongNoteState: something of it was received.
    """
    found, lines = lock_note(note_id, is_sender=True)
    if found.status != NoteStatus.SENT:
        raise WrongNoteState(place="note", value=found.get_status_display())
    found.status = NoteStatus.CANCELLED
    found.save(update_fields=["status"])
    kind = MOVED[NoteKind(found.kind)].value
    heaps = StockBalance.objects.on_side(HOLDER).in_bulk([line.taken_from for line in lines if line.taken_from])
    if all(line.taken_from in heaps and line.taken is not None for line in lines):
        back = [
            moved(heaps[row.taken_from], row.taken, kind=kind, reference=found.number)
            for row in lines
            if row.taken_from and row.taken is not None
        ]
        post([*back, *(on_the_way(line, found, -line.quantity, kind) for line in lines)])
    else:
        post([moved(row, -row.quantity, kind=kind, reference=found.number) for row in _moved_by(found, lines, kind)])
    emit("consignment.cancelled", subject=found, label=found.number)
    return found


def _moved_by(found: ConsignmentNote, lines: Lines, kind: str) -> list[StockMovement]:
    """What a note moved whose lines do not say of which heap: by its number, of which the firm had one counter then."""
    left = StockMovement.objects.on_side(HOLDER).filter(reference=found.number, kind=kind)
    if found.kind == NoteKind.RETURNED:
        return list(left.filter(consigned_part__isnull=False).order_by("pk"))
    way = StockMovement.objects.on_side(OWNER).filter(
        reference=found.number, kind=kind, consigned_part__in=[line.consigned_part_id for line in lines]
    )
    return [*left.filter(consigned_part=None).order_by("pk"), *way.order_by("pk")]
