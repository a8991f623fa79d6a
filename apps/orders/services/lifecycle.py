"""An order's way: published, opened, reminded, cancelled."""

from decimal import Decimal

from django.utils import timezone

from apps.events.services import emit
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from ..exceptions import DateInThePast, RelationStopped, WrongState
from ..models import Confirmation, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from ..statuses import AWAITS_SUPPLIER, TRANSITIONS, ChangeState, Collaboration, ConfirmationState
from ..working import answer_due, is_day_off
from .changing import close_open_changes
from .shared import lock_order, refresh_order, require_state, save_schedule, schedule_of, today_at


@atomic
def publish_order(*, order_id: int) -> PurchaseOrder:
    """Send a draft to the supplier, who has the agreed hours to answer. From now on the terms of now hold for it.

    Raises:
        UnknownOrder: not an order of the scope's firm.
        WrongSide: the scope is the supplier's.
        WrongState: the order is published already. RelationStopped: suspended by either side, or ended.
        DateInThePast: a requested date has passed since the draft was written.
    """
    order = lock_order(order_id, Side.BUYER)
    require_state(order, Collaboration.DRAFT)
    if not order.relation.is_open:
        raise RelationStopped(place="relation", value=order.relation.vendor_code)
    schedule = list(order.schedule_lines.select_related("line"))
    today = today_at(order)
    for line in schedule:
        if line.requested_date < today:
            raise DateInThePast(place=f"line {line.line.position}", value=line.requested_date, today=today)
    now = timezone.now()
    order.published_at = now
    order.answer_due_at = answer_due(order, Side.SUPPLIER, now)
    PurchaseOrderLine.objects.filter(order=order).update(is_draft=False)
    order.currency, tolerance = order.relation.currency, order.relation.over_tolerance
    ScheduleLine.objects.filter(order=order).update(is_draft=False, status=Collaboration.PUBLISHED, over_tolerance=tolerance)
    for line in schedule:
        line.status = Collaboration.PUBLISHED
    order.is_draft = False
    refresh_order(order, schedule)
    emit("order.published", subject=order, label=order.number)
    return order


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
    if order.status not in AWAITS_SUPPLIER or not overdue or order.reminded_on == today:
        return False
    order.reminded_on = today
    order.save(update_fields=["reminded_on"])
    emit("order.reminded", subject=order, label=order.number)
    return True
