"""Inspection lots are opened by a receipt and decided by quantity; the order and the stock follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.common.units import convert, is_quantity
from apps.events.services import emit_all
from apps.inventory.models import MovementKind, StockStatus
from apps.inventory.services import Move, post
from apps.orders.services import fulfilling
from apps.tenancy.bases import sides_of
from apps.tenancy.checks import require_side
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from .exceptions import DefectMissing, InvalidDecision, LotDecided, OverDecided, UnknownLot
from .models import InspectionLot, NonConformance, UsageDecision
from .statuses import Decision, Impact, LotStatus

INSPECT_WITHIN = timedelta(days=10)
STOCK_AFTER = {
    Decision.ACCEPTED: StockStatus.AVAILABLE,
    Decision.SPECIAL: StockStatus.AVAILABLE,
    Decision.REJECTED: StockStatus.BLOCKED,
}


@dataclass(frozen=True)
class Decided:
    """A decision over a quantity, in the lot's unit."""

    decision: str
    quantity: Decimal
    defect: str = ""
    comment: str = ""


def open_lots(receipt: Any, receipt_lines: Sequence[Any], *, received_on: date) -> list[InspectionLot]:
    """One lot for each shipment line of a receipt, however many packages; one statement.

    Called by the receipt, in its transaction, with the lines whose part is inspected.
    """
    lots: dict[int, InspectionLot] = {}
    for line in receipt_lines:
        if line.shipment_line_id in lots:
            lots[line.shipment_line_id].quantity += line.quantity
            continue
        lots[line.shipment_line_id] = InspectionLot(
            **sides_of(line),
            receipt=receipt,
            shipment_line_id=line.shipment_line_id,
            schedule_line_id=line.schedule_line_id,
            partner_part_id=line.partner_part_id,
            site_id=receipt.site_id,
            number=f"{receipt.number}/{line.shipment_line.position}",
            lot=line.lot,
            unit=line.unit,
            quantity=line.quantity,
            received_on=received_on,
            due_on=received_on + INSPECT_WITHIN,
        )
    return InspectionLot.objects.bulk_create(lots.values()) if lots else []


@atomic
def decide(*, lot_id: int, decided: Sequence[Decided]) -> InspectionLot:
    """Decide over a lot, or over a part of it: stock moves, the order counts what was rejected.

    Raises:
        UnknownLot: not visible in this scope. WrongSide: the scope is the supplier's. LotDecided: nothing is open.
        InvalidDecision, DefectMissing: a decision breaks a rule; its place is named.
        OverDecided: all decisions together pass the quantity of the lot.
    """
    lot, line, lines = _lock(lot_id)
    if lot.status == LotStatus.DECIDED:
        raise LotDecided(place="lot", value=lot.number)
    if not decided:
        raise InvalidDecision(place="decisions", value=0)
    for index, item in enumerate(decided):
        _check(item, lot, f"decisions[{index}]")
    total = sum((item.quantity for item in decided), Decimal(0))
    if total > lot.open_quantity:
        raise OverDecided(place="decisions", value=total, most=lot.open_quantity)
    rejected = sum((item.quantity for item in decided if item.decision == Decision.REJECTED), Decimal(0))
    rows = [_row(item, lot) for item in decided]
    UsageDecision.objects.bulk_create(rows)
    _move_stock(lot, decided)
    today = timezone.localdate(timezone=ZoneInfo(lot.site.time_zone))
    lot.decided_quantity += total
    lot.rejected_quantity += rejected
    if lot.open_quantity == 0:
        lot.status, lot.decided_on = LotStatus.DECIDED, today
    lot.save(update_fields=["decided_quantity", "rejected_quantity", "status", "decided_on"])
    events = []
    if rejected:
        fulfilling.reject(line, rejected, place="decisions")
        fulfilling.save_lines(lines)
        found = NonConformance.objects.bulk_create(
            _non_conformance(row, lot, today) for row in rows if row.decision == Decision.REJECTED
        )
        events.append(("order.fulfilled", line.order, line.order.number))
        events += [("nonconformance.found", row, lot.number) for row in found]
    events.append(("inspection.rejected" if rejected else "inspection.accepted", lot, lot.number))
    emit_all(events)
    return lot


def _lock(lot_id: int) -> tuple[InspectionLot, Any, fulfilling.Lines]:
    """The lot with its schedule line and all lines of the order, locked order first, as everywhere."""
    found = InspectionLot.objects.filter(pk=lot_id).values_list("schedule_line_id", "schedule_line__order_id").first()
    if found is None:
        raise UnknownLot(place="lot", value=lot_id)
    lines = fulfilling.lock_lines(fulfilling.lock_orders([found[1]]))
    rows = InspectionLot.objects.select_for_update(of=("self",)).select_related("partner_part", "site")
    lot = rows.get(pk=lot_id)
    require_side(lot, Side.BUYER)
    return lot, lines[found[0]], lines


def _check(item: Decided, lot: InspectionLot, place: str) -> None:
    if item.decision not in Decision.values:
        raise InvalidDecision(place=f"{place}.decision", value=item.decision)
    if not is_quantity(item.quantity, lot.unit):
        raise InvalidDecision(place=f"{place}.quantity", value=item.quantity)
    if item.decision != Decision.ACCEPTED and not item.defect.strip():
        raise DefectMissing(place=f"{place}.defect", value="")


def _row(item: Decided, lot: InspectionLot) -> UsageDecision:
    return UsageDecision(
        **sides_of(lot),
        inspection_lot=lot,
        decision=item.decision,
        quantity=item.quantity,
        defect=item.defect.strip(),
        comment=item.comment,
        created_by_id=require_scope().user_id,
    )


def _non_conformance(row: UsageDecision, lot: InspectionLot, today: date) -> NonConformance:
    return NonConformance(
        **sides_of(lot),
        partner_part_id=lot.partner_part_id,
        inspection_lot=lot,
        decision=row,
        site_id=lot.site_id,
        occurred_on=today,
        impact=Impact.REJECTED,
        defect=row.defect,
        quantity=row.quantity,
        reference=lot.number,
    )


def _move_stock(lot: InspectionLot, decided: Sequence[Decided]) -> None:
    """Out of inspection, into what the decision says; the sum of both movements is nothing."""
    moves = []
    for item in decided:
        quantity = convert(item.quantity, lot.unit, lot.partner_part.unit)
        for status, signed in ((StockStatus.INSPECTION, -quantity), (STOCK_AFTER[Decision(item.decision)], quantity)):
            moves.append(
                Move(
                    organization_id=lot.buyer_id,
                    partner_part_id=lot.partner_part_id,
                    site_id=lot.site_id,
                    status=status.value,
                    owner_id=lot.buyer_id,
                    unit=lot.partner_part.unit,
                    quantity=signed,
                    kind=MovementKind.DECISION.value,
                    lot=lot.lot,
                    reference=lot.number,
                )
            )
    post(moves)


@atomic
def remind_overdue(*, today: date) -> int:
    """Tell the inspectors of lots that fall overdue today; called once a day.

    Returns:
        How many.
    """
    rows = list(InspectionLot.objects.on_side(Side.BUYER).filter(status=LotStatus.OPEN, due_on=today - timedelta(days=1)))
    emit_all([("inspection.overdue", lot, lot.number) for lot in rows])
    return len(rows)
