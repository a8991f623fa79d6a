"""Changes of what stands: one side asks, the other answers before the deadline.

The buyer may counter an open proposal; both sides may ask to change a confirmed line. What each does to the four dates
is told in docs/glossary.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from django.utils import timezone

from apps.calendars.days import Days
from apps.common.errors import DomainError, raise_all
from apps.events.services import emit
from apps.tenancy.bases import sides_of
from apps.tenancy.checks import require_side, side_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope
from apps.tenancy.terms import Terms

from ..exceptions import (
    AlreadyClosed,
    AnswerTooLate,
    ChangeAnswered,
    ChangeOpen,
    DateInThePast,
    NothingChanged,
    OverConfirmed,
    QuantityOnItsWay,
    UnknownChange,
    UnknownLine,
    WrongState,
)
from ..models import ChangeRequest, Confirmation, PurchaseOrder, ScheduleLine
from ..statuses import ChangeState, Closure, Collaboration, ConfirmationState, Reason
from ..working import answer_due, receiving_days
from .shared import (
    Part,
    check_day,
    check_wish,
    check_worked,
    lock_order,
    refresh_order,
    save_schedule,
    schedule_of,
    today_at,
)


@dataclass(frozen=True)
class Change:
    """What one side wants of one schedule line instead of what stands; `more` splits it over further days."""

    schedule_line_id: int
    quantity: Decimal
    delivery_date: date
    more: Sequence[Part] = ()

    @property
    def parts(self) -> list[Part]:
        return sorted([Part(self.quantity, self.delivery_date), *self.more], key=lambda part: part.delivery_date)

    @property
    def total(self) -> Decimal:
        return sum((part.quantity for part in self.parts), Decimal(0))


@atomic
def request_changes(
    *, order_id: int, changes: Sequence[Change], reason: str, comment: str = "", is_confirmed: bool = False
) -> PurchaseOrder:
    """Ask the other side for other quantities or days; it has the agreed hours to answer.

    The supplier's request is accepted by rule when old and new day lie outside the freeze fence and the new one keeps
    window and tolerance. The buyer's request always needs the supplier's yes.

    Args:
        is_confirmed: days far ahead and very high quantities are meant.

    Raises:
        UnknownOrder, UnknownLine: not an order or line of the scope's firm.
        WrongState: the line is neither confirmed nor, for the buyer, proposed otherwise. AlreadyClosed: it is done with.
        ChangeOpen: a request on the line waits already. NothingChanged: the wish is what stands.
        InvalidQuantity, HighQuantity, OverConfirmed, QuantityOnItsWay, DateInThePast, FarDate: the wish breaks a rule; its
            line is named, and all that is broken is told at once.
    """
    order = lock_order(order_id)
    side = side_of(order) or Side.BUYER
    schedule = {line.pk: line for line in schedule_of(order)}
    standing = _standing(change.schedule_line_id for change in changes)
    if not changes:
        raise UnknownLine(place="lines", value=0)
    taken = set(
        ChangeRequest.objects.filter(schedule_line__in=schedule, state=ChangeState.OPEN).values_list(
            "schedule_line_id", flat=True
        )
    )
    for index, change in enumerate(changes):
        place = f"lines[{index}]"
        line = schedule.get(change.schedule_line_id)
        if line is None:
            raise UnknownLine(place=f"{place}.schedule_line", value=change.schedule_line_id)
        if refused := refusal_of_change(line, side, has_open=line.pk in taken, place=f"{place}.schedule_line"):
            raise refused
        taken.add(line.pk)
        if change.parts == standing.get(line.pk):
            raise NothingChanged(place=place, value=f"{change.total}, {change.parts[-1].delivery_date}")
    days = receiving_days(order)
    raise_all(
        error
        for index, change in enumerate(changes)
        for error in _broken(change, schedule[change.schedule_line_id], order, days, is_confirmed, f"lines[{index}]")
    )
    asked = [
        _ask(change, schedule[change.schedule_line_id], order, days, Reason(reason).value, comment) for change in changes
    ]
    ChangeRequest.objects.bulk_create(asked)
    automatic = [request for request in asked if request.is_automatic]
    for request in automatic:
        _carry_out(request, request.schedule_line, order)
    save_schedule([request.schedule_line for request in asked])
    _refresh(order, schedule.values())
    name = "order.change_kept_within" if len(automatic) == len(asked) else "order.change_requested"
    emit(name, subject=order, label=order.number)
    return order


def _is_counter(line: ScheduleLine, side: Side | None) -> bool:
    return side is Side.BUYER and line.status == Collaboration.CHANGE_PROPOSED


def refusal_of_change(line: ScheduleLine, side: Side | None, *, has_open: bool, place: str = "") -> DomainError | None:
    """Why a side may not ask for a change of a line now, None where it may; a page offers what this does not refuse.

    Args:
        has_open: a request on the line waits already.
    """
    if has_open:
        return ChangeOpen(place=place, value=line.line.position)
    if line.status != Collaboration.CONFIRMED and not _is_counter(line, side):
        return WrongState(place=place, value=line.get_status_display())
    if line.closure is not Closure.OPEN:
        return AlreadyClosed(place=place, value=line.line.position)
    return None


def _broken(
    change: Change, line: ScheduleLine, order: PurchaseOrder, days: Days, is_confirmed: bool, place: str
) -> Iterator[DomainError]:
    """Every rule that a wish breaks."""
    side, today = side_of(order) or Side.BUYER, today_at(order)
    checks = []
    for part in change.parts:
        wished = partial(check_wish, part.quantity, line.line.unit, is_confirmed=is_confirmed)
        checks.append(partial(wished, place=f"{place}.quantity"))
        day_place = f"{place}.delivery_date"
        checks.append(partial(check_day, part.delivery_date, today, place=day_place, is_confirmed=is_confirmed))
        checks.append(partial(check_worked, part.delivery_date, order.agreed, days, place=day_place))
    checks.append(partial(_check_on_its_way, change.total, line, f"{place}.quantity"))
    for check in checks:
        try:
            check()
        except DomainError as error:
            yield error
    if (side is Side.SUPPLIER or _is_counter(line, side)) and change.total > line.max_quantity:
        yield OverConfirmed(place=f"{place}.quantity", value=change.total, most=line.max_quantity)


def _standing(schedule_line_ids: Iterable[int]) -> dict[int, list[Part]]:
    """What stands on some lines, by line and in the order of days: the open offer, else what is confirmed."""
    states = (ConfirmationState.PROPOSED, ConfirmationState.ACCEPTED)
    rows = Confirmation.objects.filter(schedule_line__in=list(schedule_line_ids), state__in=states)
    found: dict[int, list[Part]] = {}
    for pk, quantity, day in rows.order_by("delivery_date", "pk").values_list(
        "schedule_line_id", "quantity", "delivery_date"
    ):
        found.setdefault(pk, []).append(Part(quantity, day))
    return found


def _check_on_its_way(quantity: Decimal, line: ScheduleLine, place: str) -> None:
    if quantity < line.shipped_quantity - line.rejected_quantity:
        raise QuantityOnItsWay(place=place, value=quantity, least=line.shipped_quantity - line.rejected_quantity)


def _ask(change: Change, line: ScheduleLine, order: PurchaseOrder, days: Days, reason: str, comment: str) -> ChangeRequest:
    side = side_of(order) or Side.BUYER
    is_counter = line.status == Collaboration.CHANGE_PROPOSED
    parts = change.parts
    request = ChangeRequest(
        **sides_of(line),
        schedule_line=line,
        side=side,
        is_counter=is_counter,
        old_quantity=line.answered_quantity if is_counter else line.confirmed_quantity,
        old_date=(line.proposed_date if is_counter else line.confirmed_date) or line.requested_date,
        quantity=change.total,
        delivery_date=parts[-1].delivery_date,
        part_quantities=[part.quantity for part in parts if len(parts) > 1],
        part_dates=[part.delivery_date for part in parts if len(parts) > 1],
        reason=reason,
        comment=comment,
        answer_due_at=answer_due(order, Side.BUYER if side is Side.SUPPLIER else Side.SUPPLIER),
        created_by_id=require_scope().user_id,
    )
    if is_counter:
        # The offer stands until the counter-proposal is answered; meanwhile the line waits for the supplier again.
        line.status = Collaboration.ACKNOWLEDGED
        order.answer_due_at = request.answer_due_at
    elif side is Side.SUPPLIER and _within(change, line, order.agreed, today_at(order), days):
        request.state, request.is_automatic = ChangeState.ACCEPTED, True
    return request


def _within(change: Change, line: ScheduleLine, terms: Terms, today: date, working: Days) -> bool:
    """Whether a supplier's change may be accepted by rule: outside the fence, within window and tolerance."""
    fence = working.shift(today, terms.freeze_days)
    days = [part.delivery_date for part in change.parts]
    is_outside = min(days[0], line.confirmed_date or days[0]) > fence
    in_window = all(keeps_window(day, line, terms, working) for day in days)
    return is_outside and change.total >= line.requested_quantity and in_window


def keeps_window(day: date, line: ScheduleLine, terms: Terms, days: Days) -> bool:
    """Whether a day lies in the agreed window around the requested one; an empty early window is open.

    The window is of working days of the receiving site: what is due on a day off is on time on the next that is worked.
    """
    # The day itself is never early, also where it is a day off and nothing is allowed before it.
    asked = line.requested_date
    earliest = min(asked, days.shift(asked, -terms.early_days)) if terms.early_days is not None else date.min
    return earliest <= day <= days.shift(line.requested_date, terms.late_days)


def _carry_out(request: ChangeRequest, line: ScheduleLine, order: PurchaseOrder) -> None:
    """The accepted wish becomes what stands. Only a buyer's change moves the request and the OTIF base date."""
    states = (ConfirmationState.PROPOSED, ConfirmationState.ACCEPTED)
    line.confirmations.filter(state__in=states).update(state=ConfirmationState.SUPERSEDED)
    Confirmation.objects.bulk_create(
        Confirmation(
            **sides_of(line),
            schedule_line=line,
            quantity=quantity,
            delivery_date=day,
            reason=request.reason,
            comment=request.comment,
            state=ConfirmationState.ACCEPTED,
            is_automatic=request.is_automatic,
            created_by_id=require_scope().user_id,
        )
        for quantity, day in request.parts
    )
    line.status = Collaboration.CONFIRMED
    line.proposed_date = None
    line.answered_quantity = line.confirmed_quantity = request.quantity
    line.confirmed_date = request.delivery_date
    if line.first_confirmed_date is None:
        line.first_confirmed_date = line.otif_base_date = request.delivery_date
    elif request.side == Side.BUYER:
        line.otif_base_date = request.delivery_date
    if request.side == Side.BUYER and not request.is_counter:
        line.requested_quantity, line.requested_date = request.quantity, request.delivery_date
        order.revision += 1


@atomic
def accept_change(*, change_id: int) -> PurchaseOrder:
    """Say yes to the other side's request.

    Raises:
        UnknownChange: not visible in this scope. WrongSide: it is one's own request.
        ChangeAnswered: it is no longer open. AnswerTooLate: its deadline has passed.
        DateInThePast, QuantityOnItsWay: it can no longer be kept.
    """
    request, order, line = _open_request(change_id, answers=True)
    if request.delivery_date < today_at(order):
        raise DateInThePast(place="change", value=request.delivery_date, today=today_at(order))
    _check_on_its_way(request.quantity, line, "change")
    request.state = ChangeState.ACCEPTED
    _carry_out(request, line, order)
    return _settle(request, order, line, "order.change_accepted")


@atomic
def reject_change(*, change_id: int) -> PurchaseOrder:
    """Say no to the other side's request; what stood before stands on: an offer waits for the buyer again.

    Raises:
        UnknownChange, WrongSide, ChangeAnswered, AnswerTooLate: as for `accept_change`.
    """
    request, order, line = _open_request(change_id, answers=True)
    request.state = ChangeState.REJECTED
    _restore(request, line)
    return _settle(request, order, line, "order.change_rejected")


@atomic
def withdraw_change(*, change_id: int) -> PurchaseOrder:
    """Take one's own request back.

    Raises:
        UnknownChange, WrongSide, ChangeAnswered: as for `accept_change`.
    """
    request, order, line = _open_request(change_id, answers=False)
    request.state = ChangeState.WITHDRAWN
    _restore(request, line)
    return _settle(request, order, line, "order.change_withdrawn")


@atomic
def expire_change(*, change_id: int) -> bool:
    """Close a request whose deadline has passed; called by the hourly task of the firm that asked.

    Returns:
        Whether it was open and too late.
    """
    request = ChangeRequest.objects.filter(pk=change_id, state=ChangeState.OPEN, answer_due_at__lt=timezone.now()).first()
    if request is None:
        return False
    request, order, line = _open_request(change_id, answers=False)
    request.state = ChangeState.EXPIRED
    _restore(request, line)
    _settle(request, order, line, "order.change_expired")
    return True


def close_open_changes(order: PurchaseOrder, schedule: Iterable[ScheduleLine], state: ChangeState) -> None:
    """End the open requests on lines that were answered anew or cancelled."""
    rows = ChangeRequest.objects.filter(schedule_line__in=list(schedule), state=ChangeState.OPEN)
    if order.open_change_side and rows.update(state=state):
        order.open_change_side = _open_side(order)


def _open_request(change_id: int, *, answers: bool) -> tuple[ChangeRequest, PurchaseOrder, ScheduleLine]:
    found = ChangeRequest.objects.filter(pk=change_id).values_list("schedule_line__order_id", flat=True).first()
    if found is None:
        raise UnknownChange(place="change", value=change_id)
    order = lock_order(found)
    request = ChangeRequest.objects.select_for_update(of=("self",)).select_related("schedule_line__line").get(pk=change_id)
    asker = Side(request.side)
    other = Side.SUPPLIER if asker is Side.BUYER else Side.BUYER
    require_side(request, other if answers else asker)
    if request.state != ChangeState.OPEN:
        raise ChangeAnswered(place="change", value=request.get_state_display())
    if answers and request.answer_due_at < timezone.now():
        raise AnswerTooLate(place="change", value=timezone.localtime(request.answer_due_at).isoformat(timespec="minutes"))
    return request, order, request.schedule_line


def _restore(request: ChangeRequest, line: ScheduleLine) -> None:
    """After a counter-proposal that came to nothing the supplier's offer waits for the buyer, as it did before."""
    if request.is_counter:
        line.status = Collaboration.CHANGE_PROPOSED


def _settle(request: ChangeRequest, order: PurchaseOrder, line: ScheduleLine, event: str) -> PurchaseOrder:
    save_schedule([line])
    _refresh(order, order.schedule_lines.select_related("line"), settled=request)
    # Last: while a buyer's request is open, and only then, the supplier may write into the line what it asks for.
    request.save(update_fields=["state"])
    emit(event, subject=order, label=order.number)
    return order


def _refresh(order: PurchaseOrder, schedule: Iterable[ScheduleLine], settled: ChangeRequest | None = None) -> None:
    order.open_change_side = _open_side(order, settled)
    is_asked_anew = (
        settled is not None
        and (settled.side, settled.state) == (Side.BUYER, ChangeState.ACCEPTED)
        and not settled.is_counter
    )
    refresh_order(order, schedule, is_asked_anew=is_asked_anew)


def _open_side(order: PurchaseOrder, settled: ChangeRequest | None = None) -> str:
    rows = ChangeRequest.objects.filter(schedule_line__order=order, state=ChangeState.OPEN)
    if settled is not None:
        rows = rows.exclude(pk=settled.pk)
    sides = set(rows.values_list("side", flat=True))
    return "both" if len(sides) > 1 else next(iter(sides), "")
