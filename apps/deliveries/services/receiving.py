"""The buyer receives: by the whole list, or package by package. Ten statements, however many lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.api import plain
from apps.common.units import UNITS, convert, is_quantity
from apps.events.services import emit_all
from apps.inventory.models import MovementKind, StockStatus
from apps.inventory.services import Move, post
from apps.masterdata.services import next_number
from apps.orders.exceptions import OverReceived
from apps.orders.models import ScheduleLine
from apps.orders.services import fulfilling
from apps.orders.services.shared import today_at
from apps.quality.services import open_lots
from apps.tenancy.bases import sides_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import InvalidReceipt, ReceivedTwice, SurplusNotConfirmed, UnknownShipmentLine, WrongShipmentState
from ..models import GoodsReceipt, GoodsReceiptLine, ShipmentLine, ShipmentNotice
from ..statuses import EXPECTED, ShipmentStatus
from .locking import lock_shipment_lines, save_left


@dataclass(frozen=True)
class Received:
    """What came of one shipment line, or of one of its packages.

    `quantity` was accepted on arrival, `damaged` goes back; what is missing of the announced quantity came short.
    """

    shipment_line_id: int
    quantity: Decimal
    damaged: Decimal = Decimal(0)
    package_id: int | None = None


@atomic
def receive_shipment(
    *,
    shipment_id: int,
    received: Sequence[Received] | None = None,
    is_rest_missing: bool = True,
    is_surplus_confirmed: bool = False,
    note: str = "",
) -> GoodsReceipt:
    """Book what arrived: receipt, order, stock and inspection lots together.

    Args:
        received: None receives everything as announced and not received yet.
        is_rest_missing: what the receipt does not name came short, and the delivery is done with; False leaves it expected.
        is_surplus_confirmed: somebody looked at entries whose good and damaged pieces pass what was announced of them.

    Raises:
        UnknownShipment, WrongSide: not a delivery to the scope's firm. WrongShipmentState: cancelled or received in full.
        UnknownShipmentLine, ReceivedTwice, InvalidReceipt: a line or package breaks a rule; its place is named.
        OverReceived: beyond the order's tolerance; named at the entry that passes its announcement most.
        SurplusNotConfirmed: an entry holds more than was announced of it, and nobody confirmed that.
    """
    # The number comes first: its row makes the firm's receipts wait for each other, so that the lock below reads what the
    # one before has booked. A lock that waits re-reads the locked rows, but not the earlier receipts beside them.
    number = next_number(organization_id=require_scope().organization_id, kind="receipt", prefix="GR-")
    lines = lock_shipment_lines(shipment_id, Side.BUYER)
    shipment = next(iter(lines.values())).shipment
    if shipment.status not in EXPECTED:
        if shipment.status == ShipmentStatus.RECEIVED:
            raise ReceivedTwice(place="shipment", value=shipment.number)
        raise WrongShipmentState(place="shipment", value=shipment.get_status_display())
    chosen = _check(lines, _everything(lines) if received is None else received)
    orders = {line.order_id: line.order for line in lines.values()}
    for order in orders.values():
        order.receiving_site = shipment.destination_site
    schedule = fulfilling.lock_lines(orders)
    now = timezone.now()
    receipt = GoodsReceipt(
        **sides_of(shipment),
        number=number,
        shipment=shipment,
        site=shipment.destination_site,
        received_at=now,
        note=note,
        created_by_id=require_scope().user_id,
    )
    receipt.save(force_insert=True)
    rows = _book(receipt, chosen, lines, schedule)
    if not is_surplus_confirmed:
        _check_surplus(chosen, lines)
    done = is_rest_missing or _is_complete(lines, rows)
    if done:
        for line in lines.values():
            missing = _open_quantity(line) - sum(
                (r.announced_quantity for r in rows if r.shipment_line_id == line.pk), Decimal(0)
            )
            fulfilling.unship(schedule[line.schedule_line_id], missing)
    GoodsReceiptLine.objects.bulk_create(rows)
    fulfilling.save_lines(schedule)
    for line in lines.values():
        line.schedule_line = schedule[line.schedule_line_id]
    _settle(shipment, lines.values(), now, done)
    _move_stock(receipt, rows, lines)
    today = rows[0].received_on
    inspected = [row for row in rows if row.quantity > 0 and lines[row.shipment_line_id].partner_part.is_inspected]
    lots = open_lots(receipt, inspected, received_on=today)
    is_odd = any(row.quantity != row.announced_quantity or row.damaged_quantity for row in rows) or (
        done and not _is_complete(lines, rows)
    )
    events: list[tuple[str, Any, str]] = [
        ("delivery.received_otherwise" if is_odd else "delivery.received", shipment, shipment.number)
    ]
    events += [("order.fulfilled", order, order.number) for order in orders.values()]
    emit_all(events + [("inspection.opened", lot, lot.number) for lot in lots])
    return receipt


def _open_quantity(line: ShipmentLine) -> Decimal:
    """What of a line has not been received or written off yet."""
    return line.quantity - sum((Decimal(str(r["announced"])) for r in line.received), Decimal(0))


def _everything(lines: dict[int, ShipmentLine]) -> list[Received]:
    found = []
    for line in lines.values():
        taken = {r["package"] for r in line.received}
        if line.packed:
            left = [p for p in line.packed if p["id"] not in taken]
            found += [Received(line.pk, Decimal(str(p["quantity"])), package_id=p["id"]) for p in left]
        elif _open_quantity(line) > 0:
            found.append(Received(line.pk, _open_quantity(line)))
    return found


def _check(lines: dict[int, ShipmentLine], received: Sequence[Received]) -> list[tuple[Received, Decimal]]:
    """Each entry with what was announced of it."""
    chosen, seen = [], set()
    for index, item in enumerate(received):
        place = f"lines[{index}]"
        line = lines.get(item.shipment_line_id)
        if line is None:
            raise UnknownShipmentLine(place=f"{place}.shipment_line", value=item.shipment_line_id)
        for name, quantity in (("quantity", item.quantity), ("damaged", item.damaged)):
            if not is_quantity(quantity, line.unit, or_none=True):
                raise InvalidReceipt(place=f"{place}.{name}", value=quantity)
        key = (item.shipment_line_id, item.package_id)
        if key in seen:
            raise ReceivedTwice(place=place, value=line.position)
        seen.add(key)
        chosen.append((item, _announced(line, item, place)))
    if not chosen:
        raise InvalidReceipt(place="lines", value=0)
    return chosen


def _announced(line: ShipmentLine, item: Received, place: str) -> Decimal:
    if item.package_id is None:
        if _open_quantity(line) <= 0 or any(r["package"] for r in line.received):
            raise ReceivedTwice(place=place, value=line.position)
        return _open_quantity(line)
    package = next((p for p in line.packed if p["id"] == item.package_id), None)
    if package is None:
        raise UnknownShipmentLine(place=f"{place}.package", value=item.package_id)
    if any(r["package"] == item.package_id or r["package"] is None for r in line.received):
        raise ReceivedTwice(place=f"{place}.package", value=package["plate"])
    return Decimal(str(package["quantity"]))


def _over_received(
    chosen: Sequence[tuple[Received, Decimal]], rest: int, target: ScheduleLine, own: set[int]
) -> OverReceived:
    """The refusal of a receipt that passes an order line's limit, at the entry that passes its announcement most.

    Args:
        rest: the first entry that is not counted on the line yet; `own` holds the delivery lines of this order line.
    """
    places = [index for index, (item, _announced) in enumerate(chosen) if item.shipment_line_id in own]
    worst = max(places, key=lambda index: chosen[index][0].quantity - chosen[index][1])
    total = target.good_quantity + sum((chosen[index][0].quantity for index in places if index >= rest), Decimal(0))
    excess = total - target.max_quantity
    text = _("At most %(most)s %(unit)s of this order line may be received, tolerance included: %(excess)s too many.")
    words = {"most": plain(target.max_quantity), "unit": UNITS[target.line.unit].label, "excess": plain(excess)}
    place, value = f"lines[{worst}].quantity", chosen[worst][0].quantity
    return OverReceived(text % words, place=place, value=value, most=target.max_quantity, excess=excess)


def _check_surplus(chosen: Sequence[tuple[Received, Decimal]], lines: dict[int, ShipmentLine]) -> None:
    for index, (item, announced) in enumerate(chosen):
        surplus = item.quantity + item.damaged - announced
        if surplus > 0:
            unit = UNITS[lines[item.shipment_line_id].unit].label
            text = _("%(announced)s %(unit)s were announced here, good and damaged together are %(surplus)s more.")
            raise SurplusNotConfirmed(
                text % {"announced": plain(announced), "unit": unit, "surplus": plain(surplus)},
                place=f"lines[{index}].quantity",
                value=item.quantity + item.damaged,
                surplus=surplus,
            )


def _book(
    receipt: GoodsReceipt,
    chosen: list[tuple[Received, Decimal]],
    lines: dict[int, ShipmentLine],
    schedule: fulfilling.Lines,
) -> list[GoodsReceiptLine]:
    rows = []
    for index, (item, announced) in enumerate(chosen):
        line = lines[item.shipment_line_id]
        target = schedule[line.schedule_line_id]
        try:
            fulfilling.receive(target, item.quantity, announced=announced, place=f"lines[{index}].quantity")
        except OverReceived as error:
            own = {line.pk for line in lines.values() if line.schedule_line_id == target.pk}
            raise _over_received(chosen, index, target, own) from error
        rows.append(
            GoodsReceiptLine(
                **sides_of(receipt),
                receipt=receipt,
                shipment_line=line,
                schedule_line_id=line.schedule_line_id,
                partner_part_id=line.partner_part_id,
                package_id=item.package_id,
                position=(index + 1) * 10,
                lot=line.lot,
                unit=line.unit,
                announced_quantity=announced,
                quantity=item.quantity,
                damaged_quantity=item.damaged,
                received_on=today_at(target.order),
            )
        )
    return rows


def _is_complete(lines: dict[int, ShipmentLine], rows: Sequence[GoodsReceiptLine]) -> bool:
    booked: dict[int, Decimal] = {}
    for row in rows:
        booked[row.shipment_line_id] = booked.get(row.shipment_line_id, Decimal(0)) + row.announced_quantity
    return all(booked.get(line.pk, Decimal(0)) >= _open_quantity(line) for line in lines.values())


def _settle(shipment: ShipmentNotice, lines: Iterable[ShipmentLine], now: Any, done: bool) -> None:
    """A receipt proves departure and arrival where nobody reported them."""
    shipment.departed_at = shipment.departed_at or now
    shipment.arrived_at = shipment.arrived_at or now
    shipment.status = ShipmentStatus.RECEIVED if done else ShipmentStatus.ARRIVED
    shipment.received_at = now if done else None
    save_left(shipment, lines)


def _move_stock(receipt: GoodsReceipt, rows: Sequence[GoodsReceiptLine], lines: dict[int, ShipmentLine]) -> None:
    moves = []
    for row in rows:
        part = lines[row.shipment_line_id].partner_part
        if row.quantity > 0:
            status = StockStatus.INSPECTION if part.is_inspected else StockStatus.AVAILABLE
            moves.append(
                Move(
                    organization_id=row.buyer_id,
                    partner_part_id=part.pk,
                    site_id=receipt.site_id,
                    status=status.value,
                    owner_id=row.buyer_id,
                    unit=part.unit,
                    quantity=convert(row.quantity, row.unit, part.unit),
                    kind=MovementKind.RECEIPT.value,
                    lot=row.lot,
                    reference=receipt.number,
                )
            )
    post(moves)
