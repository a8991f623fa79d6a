"""The supplier's answers, and what the buyer makes of proposals."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.calendars.days import Days
from apps.common.errors import DomainError, raise_all
from apps.events.services import emit
from apps.tenancy.bases import sides_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope
from apps.tenancy.terms import Terms, Way

from ..exceptions import (
    AnsweredAlready,
    AsItIs,
    NoLines,
    OverConfirmed,
    ReasonMissing,
    UnknownLine,
    UnknownOrder,
    WrongState,
)
from ..models import Confirmation, PurchaseOrder, ScheduleLine
from ..statuses import AWAITS_SUPPLIER, ChangeState, Collaboration, ConfirmationState, Reason
from ..working import answer_due, receiving_days
from .changing import close_open_changes
from .shared import (
    Part,
    check_day,
    check_quantity,
    check_worked,
    lock_order,
    refresh_order,
    save_schedule,
    schedule_of,
    today_at,
)
from .wishes import keeps_window, refusal_of_reason


@dataclass(frozen=True)
class Answer:
    """The answer to one schedule line; no parts means the line is rejected."""

    schedule_line_id: int
    parts: Sequence[Part]
    reason: str = ""
    comment: str = ""


@atomic
def answer_order(*, order_id: int, answers: Sequence[Answer], is_confirmed: bool = False) -> PurchaseOrder:
    """Record the supplier's answers; what keeps to the request is confirmed, the rest is proposed to the buyer.

    An answer is confirmed by rule when its parts cover the requested quantity and every day lies in the agreed window;
    inside the freeze fence only when it is exactly what was asked. It ends an open counter-proposal on its line.

    Args:
        is_confirmed: days far ahead are meant.

    Raises:
        UnknownOrder, UnknownLine: not an order or line of the scope's firm.
        WrongSide: the scope is the buyer's.
        AnsweredAlready: somebody answered one of the lines before.
        OverConfirmed: the parts pass the requested quantity plus its tolerance.
        InvalidQuantity, DateInThePast, FarDate, NotWorked: a part breaks a rule; its line and number are named.
        AsItIs: other parts, and lines of the order are accepted or refused as they are.
        ReasonMissing: a change or rejection without a reason. ReasonOfBuyers: with one that only a buyer has. All rules that
            the answers break are told at once.
    """
    order = lock_order(order_id, Side.SUPPLIER)
    if order.is_draft:
        raise UnknownOrder(place="order", value=order_id)
    if not answers:
        raise NoLines(place="lines", value=0)
    schedule = {line.pk: line for line in schedule_of(order)}
    today, days = today_at(order), receiving_days(order)
    answered: list[int] = []
    for index, answer in enumerate(answers):
        place = f"lines[{index}]"
        line = schedule.get(answer.schedule_line_id)
        if line is None:
            raise UnknownLine(place=f"{place}.schedule_line", value=answer.schedule_line_id)
        if line.status not in AWAITS_SUPPLIER or line.pk in answered:
            raise AnsweredAlready(place=f"{place}.schedule_line", value=line.line.position, state=line.get_status_display())
        answered.append(line.pk)
    raise_all(
        error
        for index, answer in enumerate(answers)
        for error in broken_rules(answer, schedule[answer.schedule_line_id], order, days, is_confirmed, f"lines[{index}]")
    )
    confirmations: list[Confirmation] = []
    for answer in answers:
        confirmations += apply_answer(answer, schedule[answer.schedule_line_id], order.agreed, today, days)
    older = Confirmation.objects.filter(schedule_line__in=answered, state=ConfirmationState.PROPOSED)
    older.update(state=ConfirmationState.SUPERSEDED)  # an offer that was countered
    Confirmation.objects.bulk_create(confirmations)
    close_open_changes(order, [schedule[pk] for pk in answered], ChangeState.REJECTED)
    save_schedule([schedule[pk] for pk in answered])
    refresh_order(order, schedule.values())
    proposed = any(
        schedule[a.schedule_line_id].status in (Collaboration.CHANGE_PROPOSED, Collaboration.REJECTED) for a in answers
    )
    emit("order.change_proposed" if proposed else "order.answered", subject=order, label=order.number)
    return order


@atomic
def confirm_as_asked(*, order_id: int) -> PurchaseOrder:
    """Answer every line that waits with exactly what is asked for.

    Raises:
        WrongState: no line waits for an answer. DateInThePast: one is asked for a day that has passed.
    """
    order = lock_order(order_id, Side.SUPPLIER)
    waiting = [line for line in schedule_of(order) if line.status in AWAITS_SUPPLIER]
    if order.is_draft or not waiting:
        raise WrongState(place="order", value=order.get_status_display(), needed=Collaboration.ACKNOWLEDGED.label)
    answers = [Answer(line.pk, [Part(line.requested_quantity, line.requested_date)]) for line in waiting]
    # The buyer typed the day, and was asked about one that is far ahead.
    return answer_order(order_id=order_id, answers=answers, is_confirmed=True)


def broken_rules(
    answer: Answer, line: ScheduleLine, order: PurchaseOrder, days: Days, is_confirmed: bool, place: str
) -> Iterator[DomainError]:
    """Every rule that an answer breaks."""
    today = today_at(order)
    if answer.parts and order.agreed.way != Way.FULL and not _is_as_asked(answer, line):
        yield AsItIs(place=f"{place}.parts", value=line.line.position)
        return
    for number, part in enumerate(answer.parts):
        try:
            check_quantity(part.quantity, line.line.unit, place=f"{place}.parts[{number}].quantity")
        except DomainError as error:
            yield error
        try:
            day_place = f"{place}.parts[{number}].delivery_date"
            check_day(part.delivery_date, today, place=day_place, is_confirmed=is_confirmed)
            check_worked(part.delivery_date, order.agreed, days, place=day_place)
        except DomainError as error:
            yield error
    offered = sum((part.quantity for part in answer.parts), Decimal(0))
    if offered > line.max_quantity:
        yield OverConfirmed(place=f"{place}.parts", value=offered, most=line.max_quantity)
    if not _is_as_asked(answer, line) and not answer.reason:
        yield ReasonMissing(place=f"{place}.reason", value="")
    if refused := refusal_of_reason(answer.reason, Side.SUPPLIER, place=f"{place}.reason"):
        yield refused


def _is_as_asked(answer: Answer, line: ScheduleLine) -> bool:
    offered = sum((part.quantity for part in answer.parts), Decimal(0))
    return offered == line.requested_quantity and all(p.delivery_date == line.requested_date for p in answer.parts)


def apply_answer(answer: Answer, line: ScheduleLine, terms: Terms, today: date, days: Days) -> list[Confirmation]:
    """Bring a line to what the supplier answers; gives the rows that keep it, accepted where rules confirm them."""
    if not answer.parts:
        line.status = Collaboration.REJECTED
        line.answered_quantity, line.proposed_date = Decimal(0), None
        line.rejected_reason, line.rejected_comment = Reason(answer.reason).value, answer.comment
        return []
    offered = sum((part.quantity for part in answer.parts), Decimal(0))
    in_window = all(keeps_window(part.delivery_date, line, terms, days) for part in answer.parts)
    fence = days.shift(today, terms.freeze_days)
    is_frozen = line.requested_date <= fence and not _is_as_asked(answer, line)
    keeps = offered >= line.requested_quantity and in_window and not is_frozen
    line.answered_quantity = offered
    line.status = Collaboration.CONFIRMED if keeps else Collaboration.CHANGE_PROPOSED
    if keeps:
        settle(line, answer.parts)
    else:
        line.proposed_date = max(part.delivery_date for part in answer.parts)
    return [
        Confirmation(
            **sides_of(line),
            schedule_line=line,
            quantity=part.quantity,
            delivery_date=part.delivery_date,
            reason=answer.reason,
            comment=answer.comment,
            state=ConfirmationState.ACCEPTED if keeps else ConfirmationState.PROPOSED,
            is_automatic=keeps,
            created_by_id=require_scope().user_id,
        )
        for part in answer.parts
    ]


def settle(line: ScheduleLine, parts: Iterable[Part | Confirmation]) -> None:
    """The accepted parts become the line's confirmed quantity and dates; the first date is written once."""
    parts = list(parts)
    line.proposed_date = None
    line.confirmed_quantity = sum((part.quantity for part in parts), Decimal(0))
    line.confirmed_date = max(part.delivery_date for part in parts)
    if line.first_confirmed_date is None:
        line.first_confirmed_date = line.confirmed_date
        line.otif_base_date = line.confirmed_date


def take_offer(line: ScheduleLine, parts: Iterable[Part | Confirmation]) -> None:
    """What is offered on a line becomes what is agreed, without saving."""
    line.status = Collaboration.CONFIRMED
    settle(line, parts)


def drop_offer(line: ScheduleLine) -> None:
    """A line whose offer is declined waits for an answer again, without saving."""
    line.status = Collaboration.ACKNOWLEDGED  # who made an offer has read the order
    line.answered_quantity, line.proposed_date = Decimal(0), None


@atomic
def accept_proposals(*, order_id: int, schedule_line_ids: Sequence[int] | None = None) -> PurchaseOrder:
    """The buyer takes the supplier's proposals on some lines, or on all.

    Raises:
        WrongState: a line has no open proposal.
    """
    order, schedule, chosen = _proposals(order_id, schedule_line_ids)
    open_answers = Confirmation.objects.filter(schedule_line__in=chosen, state=ConfirmationState.PROPOSED)
    by_line: dict[int, list[Confirmation]] = {}
    for confirmation in open_answers:
        by_line.setdefault(confirmation.schedule_line_id, []).append(confirmation)
    open_answers.update(state=ConfirmationState.ACCEPTED)
    for line in chosen:
        take_offer(line, by_line[line.pk])
    save_schedule(chosen)
    refresh_order(order, schedule)
    emit("order.proposal_accepted", subject=order, label=order.number)
    return order


@atomic
def decline_proposals(*, order_id: int, schedule_line_ids: Sequence[int] | None = None) -> PurchaseOrder:
    """The buyer turns the proposals down; the lines wait for an answer again.

    Raises:
        WrongState: a line has no open proposal.
    """
    order, schedule, chosen = _proposals(order_id, schedule_line_ids)
    rows = Confirmation.objects.filter(schedule_line__in=chosen, state=ConfirmationState.PROPOSED)
    rows.update(state=ConfirmationState.DECLINED)
    for line in chosen:
        drop_offer(line)
    order.answer_due_at = answer_due(order, Side.SUPPLIER)
    save_schedule(chosen)
    refresh_order(order, schedule)
    emit("order.proposal_declined", subject=order, label=order.number)
    return order


def _proposals(
    order_id: int, schedule_line_ids: Sequence[int] | None
) -> tuple[PurchaseOrder, list[ScheduleLine], list[ScheduleLine]]:
    order = lock_order(order_id, Side.BUYER)
    schedule = list(schedule_of(order))
    if schedule_line_ids is None:
        chosen = [line for line in schedule if line.status == Collaboration.CHANGE_PROPOSED]
    else:
        by_id = {line.pk: line for line in schedule}
        if unknown := [pk for pk in schedule_line_ids if pk not in by_id]:
            raise UnknownLine(place="schedule_lines", value=unknown[0])
        chosen = [by_id[pk] for pk in schedule_line_ids]
    if not chosen or any(line.status != Collaboration.CHANGE_PROPOSED for line in chosen):
        raise WrongState(
            place="schedule_lines", value=order.get_status_display(), needed=Collaboration.CHANGE_PROPOSED.label
        )
    return order, schedule, chosen
