"""The supplier answers lines of many orders at once: new lines, counter-proposals, and changes of what is confirmed.

What may not be answered is named and left as it is, the rest is done; whoever wants all or none undoes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

from django.utils import timezone

from apps.common.errors import DomainError, raise_all
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from ..exceptions import AnsweredAlready, AnswerTooLate, AskChanged, ChangeAnswered, NoLines, UnknownLine
from ..models import ChangeRequest, Confirmation, PurchaseOrder, ScheduleLine
from ..statuses import AWAITS_SUPPLIER, ChangeState, Collaboration, ConfirmationState
from ..working import receiving_days_of
from .answering import Answer, apply_answer, broken_rules
from .changing import accepted_parts, restore, take_over
from .countering import counter
from .shared import Part, lock_order, schedule_of, today_at
from .together import Locked, Refusals, lock_lines, tell
from .wishes import refusal_of_yes


@dataclass
class _Done:
    """What an act did: lines answered, the buyer's requests that were accepted or refused, and what is offered instead."""

    answered: list[ScheduleLine] = field(default_factory=list)
    rows: list[Confirmation] = field(default_factory=list)
    accepted: list[ChangeRequest] = field(default_factory=list)
    rejected: list[ChangeRequest] = field(default_factory=list)
    counters: list[ChangeRequest] = field(default_factory=list)


def ask_read(parts: Sequence[Part], change_id: int | None) -> int:
    """Tells what is asked for on a line from what may be asked later: a number of 32 bits, never 0.

    Args:
        parts: what the request, or the buyer's open change, asks for.
    """
    words = "|".join(f"{part.quantity.normalize():f} {part.delivery_date}" for part in parts)
    return crc32(f"{change_id or 0}|{words}".encode()) or 1


def asked_of(line: ScheduleLine, change: ChangeRequest | None) -> list[Part]:
    """What the supplier is asked for: the buyer's open change, else the request."""
    if change is not None and change.side == Side.BUYER:
        return [Part(*part) for part in change.parts]
    return [Part(line.requested_quantity, line.requested_date)]


@atomic
def accept_asked(*, schedule_line_ids: Sequence[int], seen: Mapping[int, int] | None = None) -> Refusals:
    """Promise on some lines exactly what is asked for: the request, or what the buyer wants instead. Fourteen statements at
    most.

    Args:
        seen: by line, what was read (`ask_read`); something else is not promised.

    Returns:
        The lines on which nothing was done, each with the reason: AnsweredAlready, AskChanged, AnswerTooLate,
        DateInThePast, NotWorked, QuantityOnItsWay, UnknownLine.

    Raises:
        WrongSide: the scope is the buyer's of one of them.
    """
    locked, done = _waiting(schedule_line_ids, seen or {}), _Done()
    plain = []
    for pk, line in locked.lines.items():
        if pk in locked.refused:
            continue
        change = locked.changes.get(pk)
        if change is None:
            plain.append(Answer(pk, asked_of(line, None)))
        elif error := refusal_of_yes(change, line, locked.order_of(line)):
            locked.refused[pk] = error
        else:
            done.accepted.append(change)
    places = {pk: f"schedule_lines[{index}]" for index, pk in enumerate(dict.fromkeys(schedule_line_ids))}
    _answer(plain, locked, done, places, is_confirmed=True)  # the buyer was asked about a day that is far ahead
    return _finish(locked, done)


@atomic
def answer_lines(
    *, answers: Sequence[Answer], seen: Mapping[int, int] | None = None, is_confirmed: bool = False
) -> Refusals:
    """Answer each line with parts of one's own, or, without any, refuse what is asked on it. Statements as `accept_asked`,
    and three more where changes are countered.

    A refused counter-proposal leaves one's offer with the buyer, a refused change what was confirmed. Other parts than a
    change asks for are a counter-proposal: what was confirmed stands until the buyer accepts it.

    Args:
        seen: by line, what was read (`ask_read`); something else is not answered.
        is_confirmed: days far ahead are meant.

    Returns:
        The lines on which nothing was done, each with the first rule that its answer breaks and the others told with it: as
        `answer_order` and `accept_asked`; of a counter-proposal NothingChanged, and AsItIs where lines are not negotiated.

    Raises:
        WrongSide: the scope is the buyer's of one of them.
    """
    return _reply(answers, seen or {}, is_confirmed, "answers")


@atomic
def counter_changes(*, order_id: int, answers: Sequence[Answer], is_confirmed: bool = False) -> PurchaseOrder:
    """Offer something else than the buyer asks for on confirmed lines of one order, or refuse it: all of it or nothing.

    Raises:
        UnknownOrder, UnknownLine: not an order or line of the scope's firm. WrongSide: the scope is the buyer's.
        NoLines: nothing is answered. ChangeAnswered: nothing is asked of a line. As `answer_lines` for the rest.
    """
    order = lock_order(order_id, Side.SUPPLIER)
    if not answers:
        raise NoLines(place="lines", value=0)
    lines = {line.pk: line for line in schedule_of(order)}
    asked = ChangeRequest.objects.filter(schedule_line__in=lines, state=ChangeState.OPEN, side=Side.BUYER, is_counter=False)
    open_on = set(asked.values_list("schedule_line_id", flat=True))
    for index, answer in enumerate(answers):
        line, place = lines.get(answer.schedule_line_id), f"lines[{index}].schedule_line"
        if line is None:
            raise UnknownLine(place=place, value=answer.schedule_line_id)
        if line.pk not in open_on:
            raise ChangeAnswered(place=place, value=line.get_status_display())
    raise_all(_reply(answers, {}, is_confirmed, "lines").values())
    return order


def _reply(answers: Sequence[Answer], seen: Mapping[int, int], is_confirmed: bool, table: str) -> Refusals:
    """
    Args:
        table: of what the places name the rows.
    """
    locked, done = _waiting([answer.schedule_line_id for answer in answers], seen), _Done()
    wanted = {answer.schedule_line_id: answer for answer in answers}
    own, counters = [], []
    for pk, answer in wanted.items():
        if pk in locked.refused:
            continue
        change = locked.changes.get(pk)
        if change is None or (answer.parts and change.is_counter):
            own.append(answer)
        elif not answer.parts:
            done.rejected.append(change)
        else:
            counters.append(answer)
    places = {pk: f"{table}[{index}]" for index, pk in enumerate(wanted)}
    done.accepted, done.counters = counter(counters, locked, places, is_confirmed=is_confirmed)
    _answer(own, locked, done, places, is_confirmed=is_confirmed)
    return _finish(locked, done)


def _waiting(ids: Sequence[int], seen: Mapping[int, int]) -> Locked:
    """The lines, those on which nothing waits for the supplier, or not what was read, refused; of requests the buyer's."""
    locked = lock_lines(ids, Side.SUPPLIER)
    for pk, line in locked.lines.items():
        change = locked.changes.get(pk)
        change = change if change is not None and change.side == Side.BUYER else None
        if change is None and line.status not in AWAITS_SUPPLIER:
            locked.refused[pk] = AnsweredAlready.standing(
                *(line.get_status_display(), line.answered_quantity, line.proposed_date or line.confirmed_date),
                line.line.position,
            )
        elif change is not None and change.answer_due_at < timezone.now():
            told = timezone.localtime(change.answer_due_at).isoformat(timespec="minutes")
            locked.refused[pk] = AnswerTooLate(place="change", value=told)
        elif pk in seen and seen[pk] != ask_read(asked_of(line, change), change.pk if change else None):
            locked.refused[pk] = AskChanged(place="schedule_lines", value=line.line.position)
    return locked


def _answer(
    answers: Sequence[Answer], locked: Locked, done: _Done, places: Mapping[int, str], *, is_confirmed: bool
) -> None:
    """Bring lines to their answers; those that break a rule are refused, at the place that the line was sent in."""
    if not answers:
        return
    days = receiving_days_of(locked.orders.values())
    for answer in answers:
        line = locked.lines[answer.schedule_line_id]
        order = locked.order_of(line)
        try:
            raise_all(broken_rules(answer, line, order, days[order.pk], is_confirmed, places[line.pk]))
        except DomainError as error:
            locked.refused[line.pk] = error
            continue
        parts = sorted(answer.parts, key=lambda part: part.delivery_date)
        done.rows += apply_answer(replace(answer, parts=parts), line, order.agreed, today_at(order), days[order.pk])
        done.answered.append(line)
        if (counter := locked.changes.get(line.pk)) is not None:
            done.rejected.append(counter)  # ended by an answer of one's own


def _finish(locked: Locked, done: _Done) -> Refusals:
    """Write all of it; requests last: while a buyer's is open, and only then, a supplier writes what it asks for."""
    ended = [line.pk for line in done.answered] + [change.schedule_line_id for change in done.accepted]
    states = (ConfirmationState.PROPOSED, ConfirmationState.ACCEPTED)
    Confirmation.objects.filter(schedule_line__in=ended, state__in=states).update(state=ConfirmationState.SUPERSEDED)
    answered = {line.pk for line in done.answered}
    for change in done.accepted:
        line = locked.lines[change.schedule_line_id]
        take_over(change, line, locked.order_of(line))
        done.rows += accepted_parts(change)
    for change in done.rejected:
        if change.schedule_line_id not in answered:
            restore(change, locked.lines[change.schedule_line_id])
    Confirmation.objects.bulk_create(done.rows)
    for change in (*done.accepted, *done.rejected):
        del locked.changes[change.schedule_line_id]
    touched = {line.pk: line for line in done.answered}
    touched |= {change.schedule_line_id: locked.lines[change.schedule_line_id] for change in done.accepted + done.rejected}
    if done.counters:
        _offer_instead(done.counters, locked)
        touched |= {request.schedule_line_id: locked.lines[request.schedule_line_id] for request in done.counters}
    orders = locked.save(list(touched.values()), with_sums=any(not change.is_counter for change in done.accepted))
    ids = {ChangeState.ACCEPTED: done.accepted, ChangeState.REJECTED: done.rejected}
    for state, changes in ids.items():
        if changes:
            ChangeRequest.objects.filter(pk__in=[change.pk for change in changes]).update(state=state)
    _tell(orders, locked, done)
    return locked.refused


def _offer_instead(counters: Sequence[ChangeRequest], locked: Locked) -> None:
    """Counter-proposals take the places of the buyer's requests; those first, because one a line is open."""
    answered = [locked.changes[request.schedule_line_id].pk for request in counters]
    ChangeRequest.objects.filter(pk__in=answered).update(state=ChangeState.COUNTERED)
    ChangeRequest.objects.bulk_create(counters)
    locked.changes.update({request.schedule_line_id: request for request in counters})


def _tell(orders: Sequence[PurchaseOrder], locked: Locked, done: _Done) -> None:
    proposed = {
        line.order_id for line in done.answered if line.status in (Collaboration.CHANGE_PROPOSED, Collaboration.REJECTED)
    }
    answered = {line.order_id for line in done.answered} - proposed
    by_answer = {line.pk for line in done.answered}
    of_yes = {locked.lines[change.schedule_line_id].order_id for change in done.accepted}
    of_no = {
        locked.lines[change.schedule_line_id].order_id
        for change in done.rejected
        if change.schedule_line_id not in by_answer
    }
    events = {
        "order.answered": answered,
        "order.change_proposed": proposed,
        "order.change_accepted": of_yes,
        "order.change_rejected": of_no,
        "order.change_countered": {locked.lines[change.schedule_line_id].order_id for change in done.counters},
    }
    for event, ids in events.items():
        tell(event, [order for order in orders if order.pk in ids])
