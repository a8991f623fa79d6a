"""An order that the supplier knows is revised: never cancelled and written again.

A line of which nothing is promised becomes what is wanted now, and waits for an answer again. Of a confirmed line the
supplier is asked, and what it promised stands until its yes. What has been shipped is not revised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.calendars.days import EVERY_DAY
from apps.common.errors import raise_all
from apps.events.services import emit
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic
from apps.tenancy.terms import Way

from ..exceptions import LineShipped, NothingChanged, ReasonMissing, RelationStopped, UnknownLine, WrongState
from ..models import Confirmation, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from ..statuses import AWAITS_SUPPLIER, ChangeState, Collaboration, ConfirmationState
from ..working import answer_due, receiving_days
from .changing import close_open_changes, request_changes
from .drafting import OrderLine, agreed_parts, broken_lines, rows_of
from .fulfilling import close_short
from .publishing import as_requested, count_as_confirmed
from .shared import lock_order, refresh_order, save_schedule, schedule_of, today_at
from .wishes import Change

UNPROMISED = (*AWAITS_SUPPLIER, Collaboration.CHANGE_PROPOSED)


@dataclass(frozen=True)
class Wish:
    """What is wanted of a line from now on; `quantity` 0: nothing more."""

    schedule_line_id: int
    quantity: Decimal
    requested_date: date


@atomic
def revise_order(
    *, order_id: int, wishes: Sequence[Wish], added: Sequence[OrderLine] = (), reason: str = "", is_confirmed: bool = False
) -> PurchaseOrder:
    """Write the next revision of an order that was sent: lines that are named with other quantities or days, and new ones.

    With a quantity of 0 an unanswered line is cancelled, and a confirmed one is closed short.

    Args:
        reason: of `Reason`; needed where confirmed lines are changed or closed.
        is_confirmed: days far ahead and very high quantities are meant.

    Raises:
        UnknownOrder, WrongSide, UnknownLine: not an order or line that the scope's firm buys.
        WrongState: a draft, a cancelled order, or a line that was rejected or cancelled.
        LineShipped: something of the line is on its way.
        RelationStopped: no new lines are ordered there. NothingChanged: all is as it was.
        ReasonMissing: confirmed lines are named. As `draft_order`, `request_changes` and `close_short` for the lines, named
            by their number among `lines` (the wishes) or `added`.
    """
    order = lock_order(order_id, Side.BUYER)
    if order.is_draft or order.status == Collaboration.CANCELLED:
        raise WrongState(place="order", value=order.get_status_display())
    schedule = {line.pk: line for line in schedule_of(order)}
    changed = [wish for index, wish in enumerate(wishes) if _differs(wish, schedule, f"lines[{index}]")]
    if not changed and not added:
        raise NothingChanged(place="lines", value=order.number)
    promised = [wish for wish in changed if schedule[wish.schedule_line_id].status == Collaboration.CONFIRMED]
    if promised and not reason:
        raise ReasonMissing(_("Confirmed lines are changed here, and no reason is given."), place="reason", value="")
    places = {wish.schedule_line_id: f"lines[{index}]" for index, wish in enumerate(wishes)}
    free = [wish for wish in changed if schedule[wish.schedule_line_id].status != Collaboration.CONFIRMED]
    if free or added:
        _rewrite(order, schedule, free, added, is_confirmed, places)
    if asked := [Change(wish.schedule_line_id, wish.quantity, wish.requested_date) for wish in promised if wish.quantity]:
        order = request_changes(
            order_id=order.pk,
            changes=asked,
            reason=reason,
            is_confirmed=is_confirmed,
            places=[places[change.schedule_line_id] for change in asked],
        )
    if closed := [wish.schedule_line_id for wish in promised if not wish.quantity]:
        order = close_short(order_id=order.pk, schedule_line_ids=closed, reason=reason)
    return order


def _differs(wish: Wish, schedule: dict[int, ScheduleLine], place: str) -> bool:
    """Whether another thing is wanted than what stands; checked as far as the line itself says whether it may be."""
    line = schedule.get(wish.schedule_line_id)
    if line is None:
        raise UnknownLine(place=f"{place}.schedule_line", value=wish.schedule_line_id)
    quantity, day = stands(line)
    if (wish.quantity, wish.requested_date) == (quantity, day):
        return False
    if line.shipped_quantity:
        raise LineShipped(place=f"{place}.quantity", value=line.line.position)
    if line.status not in (*UNPROMISED, Collaboration.CONFIRMED):
        raise WrongState(place=f"{place}.quantity", value=line.get_status_display())
    return True


def stands(line: ScheduleLine) -> tuple[Decimal, date]:
    """What a revision starts from: what is confirmed, else what is requested."""
    if line.status == Collaboration.CONFIRMED and line.confirmed_date:
        return line.confirmed_quantity, line.confirmed_date
    return line.requested_quantity, line.requested_date


def _rewrite(
    order: PurchaseOrder,
    schedule: dict[int, ScheduleLine],
    free: Sequence[Wish],
    added: Sequence[OrderLine],
    is_confirmed: bool,
    places: Mapping[int, str],
) -> None:
    """Lines of which nothing is promised become what is wanted, and new ones stand below them.

    Args:
        places: what the sender calls the wishes, by schedule line; new lines are `added`.
    """
    kept = [wish for wish in free if wish.quantity]
    wanted = [
        OrderLine(
            schedule[wish.schedule_line_id].line.partner_part_id,
            *(wish.quantity, wish.requested_date),
            unit=schedule[wish.schedule_line_id].line.unit,
        )
        for wish in kept
    ] + list(added)
    new: list[ScheduleLine] = []
    if wanted:
        called = [places[wish.schedule_line_id] for wish in kept] + [f"added[{index}]" for index in range(len(added))]
        parts = agreed_parts(order.relation, wanted, order.order_date, places=called)
        days = receiving_days(order) if order.agreed.is_strict else EVERY_DAY
        raise_all(broken_lines(wanted, parts, today_at(order), is_confirmed, order.agreed, days, called))
        if added and not order.relation.is_open:
            raise RelationStopped(place="relation", value=order.relation.vendor_code)
        new = _add(order, schedule, rows_of(order.relation, order.agreed, added, parts))
    lines = [schedule[wish.schedule_line_id] for wish in free]
    offers = Confirmation.objects.filter(schedule_line__in=lines, state=ConfirmationState.PROPOSED)
    offers.update(state=ConfirmationState.SUPERSEDED)
    close_open_changes(order, lines, ChangeState.WITHDRAWN)
    for wish, line in zip(free, lines, strict=True):
        line.answered_quantity, line.proposed_date = Decimal(0), None
        line.status = Collaboration.PUBLISHED if wish.quantity else Collaboration.CANCELLED
        if wish.quantity:
            line.requested_quantity, line.requested_date = wish.quantity, wish.requested_date
    save_schedule(lines)
    if new and order.agreed.way == Way.NONE:
        count_as_confirmed(new)
        Confirmation.objects.bulk_create(map(as_requested, new))
    every = [*schedule.values(), *new]
    order.revision += 1
    order.line_count = len({line.line_id for line in every})
    if any(line.status in AWAITS_SUPPLIER for line in every):
        order.answer_due_at = answer_due(order, Side.SUPPLIER)
    order.save(update_fields=["line_count"])
    refresh_order(order, every)
    emit("order.revised", subject=order, label=order.number)


def _add(
    order: PurchaseOrder,
    schedule: dict[int, ScheduleLine],
    rows: Sequence[tuple[PurchaseOrderLine, ScheduleLine]],
) -> list[ScheduleLine]:
    last = max(item.line.position for item in schedule.values())
    for index, (line, item) in enumerate(rows, start=1):
        line.order, line.position = order, last + 10 * index
        item.order, item.status = order, Collaboration.PUBLISHED
        line.is_draft = item.is_draft = False
    PurchaseOrderLine.objects.bulk_create(line for line, _item in rows)
    return ScheduleLine.objects.bulk_create(item for _line, item in rows)
