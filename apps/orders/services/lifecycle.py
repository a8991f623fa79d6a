"""An order's way once it is sent: opened, reminded, cancelled."""

from decimal import Decimal

from django.utils import timezone

from apps.events.selectors import happened_since
from apps.events.services import emit
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from ..exceptions import WrongState
from ..models import Confirmation, PurchaseOrder, ScheduleLine
from ..statuses import TRANSITIONS, ChangeState, Collaboration, ConfirmationState
from ..working import is_day_off, start_of_today
from .changing import close_open_changes
from .shared import lock_order, refresh_order, save_schedule, schedule_of


@atomic
def acknowledge_order(*, order_id: int) -> PurchaseOrder:
    """The supplier has opened the order; repeating it changes nothing."""
    order = lock_order(order_id, Side.SUPPLIER)
    schedule = list(schedule_of(order))
    unread = [line for line in schedule if line.status == Collaboration.PUBLISHED]
    if unread:
        ScheduleLine.objects.filter(pk__in=[line.pk for line in unread]).update(status=Collaboration.ACKNOWLEDGED)
        for line in unread:
            line.status = Collaboration.ACKNOWLEDGED
        refresh_order(order, schedule)
        emit("order.acknowledged", subject=order, label=order.number)
    return order


@atomic
def acknowledge_unread(*, order_id: int) -> PurchaseOrder:
    """The same, said by the supplier instead of by opening it.

    Raises:
        WrongState: nothing of it is unread.
    """
    order = lock_order(order_id, Side.SUPPLIER)
    if not schedule_of(order).filter(status=Collaboration.PUBLISHED).exists():
        raise WrongState(place="order", value=order.get_status_display(), needed=Collaboration.PUBLISHED.label)
    return acknowledge_order(order_id=order_id)


@atomic
def cancel_order(*, order_id: int) -> PurchaseOrder:
    """The buyer withdraws an order of which nothing is confirmed yet.

    Raises:
        WrongState: a draft, an order that is confirmed in part, or one that has ended.
    """
    order = lock_order(order_id, Side.BUYER)
    schedule = list(schedule_of(order))
    for line in schedule:
        if (Collaboration(line.status), Collaboration.CANCELLED) not in TRANSITIONS:
            raise WrongState(place="order", value=line.get_status_display())
        line.status = Collaboration.CANCELLED
        line.answered_quantity = Decimal(0)
        line.proposed_date = None
    rows = Confirmation.objects.filter(schedule_line__in=schedule, state=ConfirmationState.PROPOSED)
    rows.update(state=ConfirmationState.SUPERSEDED)
    close_open_changes(order, schedule, ChangeState.WITHDRAWN)
    save_schedule(schedule)
    refresh_order(order, schedule)
    emit("order.cancelled", subject=order, label=order.number)
    return order


@atomic
def remind_unanswered(*, order_id: int) -> bool:
    """Remind the supplier of an order whose answer is overdue, once a day on which it works.

    Returns:
        Whether a reminder was sent.
    """
    order = lock_order(order_id, Side.SUPPLIER)
    today = timezone.localdate()
    if is_day_off(order, today):
        return False
    overdue = order.answer_due_at is not None and order.answer_due_at < timezone.now()
    if not order.is_unanswered or not overdue or order.reminded_on == today:
        return False
    if happened_since(start_of_today(order), "order.reminded", subject=f"order-{order.pk}"):  # by hand, by the buyer
        return False
    order.reminded_on = today
    order.save(update_fields=["reminded_on"])
    emit("order.reminded", subject=order, label=order.number)
    return True
