"""What shipments, receipts and inspections do to orders; called by the rooms that keep those.

They lock orders first, in the order of their ids, then call `lock_lines`, change the lines and `save_lines`: three
statements, however many orders and lines.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connections

from apps.common.errors import DomainError
from apps.events.services import emit
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import AlreadyClosed, InvalidQuantity, OnItsWay, OverReceived, OverShipped, UnknownLine, WrongState
from ..models import PurchaseOrder, ScheduleLine
from ..statuses import ChangeState, Closure, Collaboration, Reason
from .changing import close_open_changes
from .shared import derive, lock_order, refresh_order, save_schedule, today_at

Lines = dict[int, ScheduleLine]
LINE_FIELDS = ("shipped_quantity", "received_quantity", "rejected_quantity", "received_on")
ORDER_FIELDS = ("fulfilment", "closure", "due_date", "requested_date", "promised_date")
# bulk_update would write a CASE for every line and field, and need two statements.
SAVE = """
    WITH saved AS (
        UPDATE orders_scheduleline l SET shipped_quantity = g.shipped_quantity, received_quantity = g.received_quantity,
            rejected_quantity = g.rejected_quantity, received_on = g.received_on
        FROM jsonb_to_recordset(%s) AS g(id bigint, shipped_quantity numeric, received_quantity numeric,
            rejected_quantity numeric, received_on date)
        WHERE l.id = g.id
    )
    UPDATE orders_purchaseorder o SET fulfilment = g.fulfilment, closure = g.closure, due_date = g.due_date,
        requested_date = g.requested_date, promised_date = g.promised_date
    FROM jsonb_to_recordset(%s) AS g(id bigint, fulfilment varchar, closure varchar, due_date date,
        requested_date date, promised_date date)
    WHERE o.id = g.id
"""


def lock_orders(order_ids: Iterable[int]) -> dict[int, PurchaseOrder]:
    """Orders by id with their sites, locked in the order of their ids; ids that the scope does not see are missing."""
    rows = PurchaseOrder.objects.filter(pk__in=list(order_ids)).select_related("receiving_site", "relation")
    return {order.pk: order for order in rows.order_by("pk").select_for_update(of=("self",))}


def lock_lines(orders: Mapping[int, PurchaseOrder]) -> Lines:
    """All schedule lines of locked orders by id, locked too, each with its order."""
    rows = ScheduleLine.objects.filter(order_id__in=list(orders)).select_related("line").order_by("pk")
    lines = {line.pk: line for line in rows.select_for_update(of=("self",))}
    for line in lines.values():
        line.order = orders[line.order_id]
    return lines


def save_lines(lines: Lines) -> None:
    """Write what `ship`, `receive` or `reject` changed, and what the orders keep of it; one statement."""
    by_order: dict[int, list[ScheduleLine]] = {}
    for line in lines.values():
        by_order.setdefault(line.order_id, []).append(line)
    for group in by_order.values():
        derive(group[0].order, group)
    given = [_values(line, LINE_FIELDS) for line in lines.values()]
    orders = [_values(group[0].order, ORDER_FIELDS) for group in by_order.values()]
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute(SAVE, [json.dumps(given, default=str), json.dumps(orders, default=str)])


def _values(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


def refusal_of_shipping(line: ScheduleLine, place: str = "schedule_line") -> DomainError | None:
    """Why nothing of a line may be announced now, None where something may; how much is another question."""
    if line.status != Collaboration.CONFIRMED:
        return WrongState(place=place, value=line.get_status_display(), needed=Collaboration.CONFIRMED.label)
    if line.closure is Closure.SHORT:
        return AlreadyClosed(place=place, value=line.line.position)
    return None


def ship(line: ScheduleLine, quantity: Decimal, *, place: str) -> None:
    """Count a quantity as announced.

    Raises:
        WrongState: the line is not confirmed. AlreadyClosed: nothing more is wanted of it.
        OverShipped: beyond what is confirmed and open, tolerance included.
    """
    if refused := refusal_of_shipping(line, place):
        raise refused
    if quantity > line.shippable_quantity:
        raise OverShipped(place=place, value=quantity, most=line.shippable_quantity)
    line.shipped_quantity += quantity


def unship(line: ScheduleLine, quantity: Decimal) -> None:
    """Take back what was announced and does not come: a cancelled notice, a short or damaged delivery."""
    line.shipped_quantity -= quantity


def receive(line: ScheduleLine, quantity: Decimal, *, announced: Decimal, place: str) -> None:
    """Count goods that were accepted on arrival, against what was announced of them.

    Raises:
        OverReceived: all good quantities together pass the requested quantity plus its tolerance.
    """
    if line.good_quantity + quantity > line.max_quantity:
        raise OverReceived(place=place, value=quantity, most=line.max_quantity - line.good_quantity)
    line.shipped_quantity += quantity - announced
    line.received_quantity += quantity
    if quantity:
        line.received_on = today_at(line.order)


def reject(line: ScheduleLine, quantity: Decimal, *, place: str) -> None:
    """Count received goods that inspection turned down; the supplier may ship as much again.

    Raises:
        InvalidQuantity: more than was received.
    """
    if quantity > line.good_quantity:
        raise InvalidQuantity(place=place, value=quantity, most=line.good_quantity)
    line.rejected_quantity += quantity


def refusal_of_closing(line: ScheduleLine) -> DomainError | None:
    """Why the rest of a line may not be closed now, None where it may; a page offers what this does not refuse."""
    if line.status not in (Collaboration.CONFIRMED, Collaboration.REJECTED):  # the buyer does without what was refused too
        return WrongState(place="schedule_lines", value=line.get_status_display())
    if line.closure is not Closure.OPEN:
        return AlreadyClosed(place="schedule_lines", value=line.line.position)
    if line.shipped_quantity > line.received_quantity:
        return OnItsWay(place="schedule_lines", value=line.shipped_quantity - line.received_quantity)
    return None


@atomic
def close_short(*, order_id: int, schedule_line_ids: Sequence[int], reason: str) -> PurchaseOrder:
    """The buyer does without the rest of some lines; what was asked of them, by either side, is over with it.

    Raises:
        UnknownLine: not a line of this order. WrongState: not confirmed. AlreadyClosed: nothing is open.
        OnItsWay: an announced quantity has not been received yet. ValueError: no reason of the list.
    """
    order = lock_order(order_id, Side.BUYER)
    lines = lock_lines({order.pk: order})
    for pk in schedule_line_ids:
        line = lines.get(pk)
        if line is None:
            raise UnknownLine(place="schedule_lines", value=pk)
        if refused := refusal_of_closing(line):
            raise refused
        line.closed_short_reason = Reason(reason).value
    closed = [lines[pk] for pk in schedule_line_ids]
    close_open_changes(order, closed, ChangeState.WITHDRAWN, of=Side.BUYER)
    close_open_changes(order, closed, ChangeState.REJECTED, of=Side.SUPPLIER)
    save_schedule(closed)
    refresh_order(order, lines.values())
    emit("order.closed_short", subject=order, label=order.number)
    return order
