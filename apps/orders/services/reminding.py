"""The buyer reminds suppliers of orders that wait for their answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from apps.common.errors import DomainError
from apps.events.selectors import last_times
from apps.events.services import emit
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from ..exceptions import NothingToAnswer, RemindedToday
from ..models import PurchaseOrder
from ..statuses import awaits
from ..working import start_of_today
from .shared import lock_order
from .together import Refusals, lock_lines, tell


@atomic
def remind_supplier(*, order_id: int) -> PurchaseOrder:
    """Tell the supplier once more that an order waits for it, once a day at most; what must be answered by when stays.

    Raises:
        UnknownOrder: not an order of the scope's firm. WrongSide: the scope is the supplier's.
        NothingToAnswer: nothing of it waits for the supplier. RemindedToday: somebody reminded it today.
    """
    order = lock_order(order_id, Side.BUYER)
    if refused := _refusal(order, last_times("order.reminded", [_subject(order)])):
        raise refused
    emit("order.reminded", subject=order, label=order.number)
    return order


@atomic
def remind_suppliers(*, schedule_line_ids: Sequence[int]) -> Refusals:
    """The same for the orders of some lines, each told once; six statements, however many.

    Returns:
        The lines whose order nobody is reminded of, each with the reason: UnknownLine, NothingToAnswer, RemindedToday.

    Raises:
        WrongSide: the scope is the supplier's of one of them.
    """
    locked = lock_lines(schedule_line_ids, Side.BUYER)
    known = last_times("order.reminded", [_subject(order) for order in locked.orders.values()])
    refusals = {pk: _refusal(order, known) for pk, order in locked.orders.items()}
    for pk, line in locked.lines.items():
        if refused := refusals[line.order_id]:
            locked.refused[pk] = refused
    tell("order.reminded", [order for pk, order in locked.orders.items() if refusals[pk] is None])
    return locked.refused


def _refusal(order: PurchaseOrder, reminded: Mapping[str, datetime]) -> DomainError | None:
    if awaits(order.status, order.open_change_side, order.unanswered_count) not in (Side.SUPPLIER, "both"):
        return NothingToAnswer(place="order", value=order.get_status_display())
    last = reminded.get(_subject(order))
    if last is not None and last >= start_of_today(order):
        return RemindedToday(place="order", value=order.number)
    return None


def _subject(order: PurchaseOrder) -> str:
    return f"order-{order.pk}"
