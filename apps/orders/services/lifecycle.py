"""An order's way: published, opened, reminded, cancelled."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone

from apps.events.selectors import happened_since
from apps.events.services import emit
from apps.tenancy.bases import sides_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope
from apps.tenancy.terms import Way

from ..exceptions import DateInThePast, RelationStopped, WrongState
from ..models import Confirmation, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from ..statuses import AWAITS_SUPPLIER, TRANSITIONS, ChangeState, Collaboration, ConfirmationState
from ..working import answer_due, is_day_off, start_of_today
from .answering import settle
from .changing import close_open_changes
from .shared import Part, lock_order, refresh_order, require_state, save_schedule, schedule_of, today_at


@atomic
def publish_order(*, order_id: int) -> PurchaseOrder:
    """Send a draft to the supplier, who has the agreed hours to answer. From now on the terms of now hold for it: where the
    firms agreed so, it is confirmed with it, exactly as it was written.

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
    is_confirmed = order.relation.way == Way.NONE
    order.published_at = now
    order.answer_due_at = None if is_confirmed else answer_due(order, Side.SUPPLIER, now)
    PurchaseOrderLine.objects.filter(order=order).update(is_draft=False)
    order.currency, tolerance = order.relation.currency, order.relation.over_tolerance
    ScheduleLine.objects.filter(order=order).update(is_draft=False, status=Collaboration.PUBLISHED, over_tolerance=tolerance)
    for line in schedule:
        line.status, line.over_tolerance = Collaboration.PUBLISHED, tolerance
    if is_confirmed:
        count_as_confirmed(schedule)
    order.is_draft = False
    refresh_order(order, schedule)
    if is_confirmed:
        # After the order, which names its terms now: by these alone the buyer may write them.
        Confirmation.objects.bulk_create(map(as_requested, schedule))
    emit("order.sent_confirmed" if is_confirmed else "order.published", subject=order, label=order.number)
    return order


def count_as_confirmed(lines: Sequence[ScheduleLine]) -> None:
    """Bring lines to exactly what is requested, and save them."""
    for line in lines:
        line.status, line.answered_quantity = Collaboration.CONFIRMED, line.requested_quantity
        settle(line, [Part(line.requested_quantity, line.requested_date)])
    save_schedule(lines)


def as_requested(line: ScheduleLine) -> Confirmation:
    """The answer that a line counts as having."""
    return Confirmation(
        **sides_of(line),
        schedule_line=line,
        quantity=line.requested_quantity,
        delivery_date=line.requested_date,
        state=ConfirmationState.ACCEPTED,
        is_automatic=True,
        created_by_id=require_scope().user_id,
    )


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
    if happened_since(start_of_today(order), "order.reminded", subject=f"order-{order.pk}"):  # by hand, by the buyer
        return False
    order.reminded_on = today
    order.save(update_fields=["reminded_on"])
    emit("order.reminded", subject=order, label=order.number)
    return True
