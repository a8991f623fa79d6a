"""Drafts are sent to their suppliers: one, or many with as many statements as for one.

What may not be sent is named and stays a draft, the rest is sent; whoever wants all or none undoes it.
"""

from collections.abc import Iterable, Sequence

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from apps.common.errors import DomainError
from apps.tenancy.bases import sides_of
from apps.tenancy.checks import require_side
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope
from apps.tenancy.terms import Way

from ..exceptions import DateInThePast, RelationStopped, UnknownOrder, WrongState
from ..models import Confirmation, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from ..statuses import Collaboration, ConfirmationState
from ..working import answers_due
from .answering import settle
from .shared import COLUMNS, SUMS, Part, derive, lock_order, save_schedule, today_at
from .together import Refusals, tell


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
    for error in _publish([order]).values():
        raise error
    return order


@atomic
def publish_orders(*, order_ids: Sequence[int]) -> Refusals:
    """The same for many. Six statements and one for each kind of event, two more where orders count as confirmed.

    Returns:
        By order why it stays as it is: UnknownOrder, and those of `publish_order`.

    Raises:
        WrongSide: the scope is the supplier's of one of them.
    """
    wanted = list(dict.fromkeys(order_ids))
    rows = PurchaseOrder.objects.select_for_update(of=("self",)).select_related("relation", "terms", "receiving_site")
    orders = {order.pk: order for order in rows.filter(pk__in=wanted).order_by("pk")}
    for order in orders.values():
        require_side(order, Side.BUYER)
    unknown: Refusals = {pk: UnknownOrder(place="order", value=pk) for pk in wanted if pk not in orders}
    return unknown | _publish(list(orders.values()))


def _publish(orders: Sequence[PurchaseOrder]) -> Refusals:
    """Send locked orders; gives those that may not be."""
    schedule: dict[int, list[ScheduleLine]] = {order.pk: [] for order in orders}
    for line in ScheduleLine.objects.filter(order__in=orders).select_related("line").order_by("pk"):
        schedule[line.order_id].append(line)
    refused = {order.pk: error for order in orders if (error := _refusal(order, schedule[order.pk]))}
    sent = [order for order in orders if order.pk not in refused]
    if not sent:
        return refused
    counted = {order.pk for order in sent if order.relation.way == Way.NONE}
    _open(sent, schedule)
    as_written = [line for pk in sorted(counted) for line in schedule[pk]]
    if as_written:
        count_as_confirmed(as_written)
    now = timezone.now()
    due = answers_due((order for order in sent if order.pk not in counted), Side.SUPPLIER, now)
    for order in sent:
        order.is_draft, order.currency = False, order.relation.currency
        order.published_at, order.answer_due_at = now, due.get(order.pk)
        derive(order, schedule[order.pk])
    PurchaseOrder.objects.bulk_update(sent, [*COLUMNS, *SUMS])
    if as_written:
        # After the orders, which name their terms now: by these alone the buyer may write them.
        Confirmation.objects.bulk_create(map(as_requested, as_written))
    tell("order.published", [order for order in sent if order.pk not in counted])
    tell("order.sent_confirmed", [order for order in sent if order.pk in counted])
    return refused


def _refusal(order: PurchaseOrder, schedule: Iterable[ScheduleLine]) -> DomainError | None:
    if order.status != Collaboration.DRAFT:
        return WrongState(place="order", value=order.get_status_display())
    if not order.relation.is_open:
        return RelationStopped(place="relation", value=order.relation.vendor_code)
    today = today_at(order)
    for line in schedule:
        if line.requested_date < today:
            return DateInThePast(place=f"line {line.line.position}", value=line.requested_date, today=today)
    return None


def _open(orders: Sequence[PurchaseOrder], schedule: dict[int, list[ScheduleLine]]) -> None:
    """The supplier sees the lines, under the tolerance of now; two statements."""
    PurchaseOrderLine.objects.filter(order__in=orders).update(is_draft=False)
    agreed = Subquery(TradingRelation.objects.filter(pk=OuterRef("relation_id")).values("over_tolerance")[:1])
    ScheduleLine.objects.filter(order__in=orders).update(
        is_draft=False, status=Collaboration.PUBLISHED, over_tolerance=agreed
    )
    for order in orders:
        for line in schedule[order.pk]:
            line.is_draft, line.status, line.over_tolerance = False, Collaboration.PUBLISHED, order.relation.over_tolerance


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
