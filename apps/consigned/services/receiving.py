"""What came of a consignment note: good, damaged, or not at all; differences are named on its lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from apps.common.errors import DomainError, raise_all
from apps.common.units import convert, is_quantity, unit_of
from apps.events.services import emit
from apps.inventory.models import MovementKind, StockStatus
from apps.inventory.services import Move, post
from apps.tenancy.scope import atomic

from ..exceptions import InvalidQuantity, MoreThanSent, ReceivedTwice, WrongNoteState
from ..models import ConsignmentLine, ConsignmentNote
from ..statuses import OPEN, NoteKind, NoteStatus
from .locking import lock_note
from .sending import on_the_way


@dataclass(frozen=True)
class Arrived:
    """What came of one line: good pieces become available, damaged ones lie blocked. Both stay the owner's."""

    line_id: int
    quantity: Decimal
    damaged: Decimal = Decimal(0)


@atomic
def receive(*, note_id: int, arrived: Sequence[Arrived] | None = None, is_rest_missing: bool = False) -> ConsignmentNote:
    """Book what came: the supplier what was handed out, the buyer what is returned.

    Args:
        arrived: None receives everything as sent.
        is_rest_missing: what of the note has not come by now does not come: it leaves the ledger as lost on the way, for
            good. Else it stays in transit and comes later.

    Raises:
        UnknownNote, WrongSide: not a note to the scope's firm. WrongNoteState: nothing of it is on its way.
        ReceivedTwice, InvalidQuantity, MoreThanSent: what a row says; all together.
    """
    note, lines = lock_note(note_id, is_sender=False)
    if note.status not in OPEN:
        raise WrongNoteState(place="note", value=note.get_status_display())
    known = {line.pk: line for line in lines}
    if arrived is None:
        arrived = [Arrived(line.pk, line.open_quantity) for line in lines if line.open_quantity > 0]
    _check(arrived, known)
    moves: list[Move] = []
    came = {row.line_id: row for row in arrived}
    is_odd = False
    for line in lines:
        row = came.get(line.pk, Arrived(line.pk, Decimal(0)))
        missing = line.open_quantity - row.quantity - row.damaged if is_rest_missing else Decimal(0)
        is_odd = is_odd or bool(row.damaged or missing)
        moves += _moves(note, line, row, missing)
        line.received_quantity += row.quantity
        line.damaged_quantity += row.damaged
        line.missing_quantity += missing
    counters = ["received_quantity", "damaged_quantity", "missing_quantity"]
    ConsignmentLine.objects.bulk_update(lines, counters)
    is_done = not any(line.open_quantity for line in lines)
    note.status = NoteStatus.RECEIVED if is_done else NoteStatus.PARTLY
    note.received_at = timezone.now() if is_done else None
    note.save(update_fields=["status", "received_at"])
    post(moves)
    event = "consignment.received_otherwise" if is_odd or not is_done else "consignment.received"
    emit(event, subject=note, label=note.number)
    return note


def _check(arrived: Sequence[Arrived], known: Mapping[int, ConsignmentLine]) -> None:
    errors: list[DomainError] = []
    seen: set[int] = set()
    for index, row in enumerate(arrived):
        place, line = f"lines[{index}]", known.get(row.line_id)
        if line is None or row.line_id in seen:
            errors.append(ReceivedTwice(place=f"{place}.line", value=row.line_id))
            continue
        seen.add(row.line_id)
        wrong = [name for name in ("quantity", "damaged") if not is_quantity(getattr(row, name), line.unit, or_none=True)]
        for name in wrong:
            unit = unit_of(line.unit).label
            errors.append(InvalidQuantity(place=f"{place}.{name}", value=getattr(row, name), unit=unit))
        if not wrong and row.quantity + row.damaged > line.open_quantity:
            open_quantity = line.open_quantity
            errors.append(MoreThanSent(place=f"{place}.quantity", value=row.quantity + row.damaged, open=open_quantity))
    raise_all(errors)


def _moves(note: ConsignmentNote, line: ConsignmentLine, row: Arrived, missing: Decimal) -> list[Move]:
    came = row.quantity + row.damaged
    found = []
    if came:
        found.append(on_the_way(line, note, -came, MovementKind.RECEIPT.value))
    if missing:
        found.append(on_the_way(line, note, -missing, MovementKind.LOST.value))
    for quantity, status in ((row.quantity, StockStatus.AVAILABLE), (row.damaged, StockStatus.BLOCKED)):
        if quantity:
            found.append(_lies(note, line, quantity, status))
    return found


def _lies(note: ConsignmentNote, line: ConsignmentLine, quantity: Decimal, status: StockStatus) -> Move:
    """At the supplier as the buyer's material; back at the buyer as its own part."""
    material = line.consigned_part
    if note.kind == NoteKind.HANDED:
        return Move(
            organization_id=note.supplier_id,
            consigned_part_id=material.pk,
            site_id=note.supplier_site_id,
            status=status.value,
            owner_id=note.buyer_id,
            unit=line.unit,
            quantity=quantity,
            kind=MovementKind.RECEIPT.value,
            lot=line.lot,
            reference=note.number,
        )
    return Move(
        organization_id=note.buyer_id,
        part_id=material.part_id,
        site_id=note.buyer_site_id,
        status=status.value,
        owner_id=note.buyer_id,
        unit=material.part.unit,
        quantity=convert(quantity, line.unit, material.part.unit),
        kind=MovementKind.RECEIPT.value,
        lot=line.lot,
        reference=note.number,
    )
