"""What a supplier offers instead of a change that the buyer asks for: other days or quantities, in parts where it must be.

What was confirmed stands until the buyer accepts it; the buyer's request has its answer with it and comes back no more.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

from apps.calendars.days import Days
from apps.common.errors import DomainError, raise_all
from apps.tenancy.roles import Side
from apps.tenancy.terms import Way

from ..exceptions import AsItIs, NothingChanged, ReasonMissing
from ..models import ChangeRequest, ScheduleLine
from ..statuses import Reason
from ..working import answers_due, receiving_days_of
from .answering import Answer
from .shared import Part
from .together import Locked
from .wishes import Change, asked_row, broken_wishes, refusal_of_reason, refusal_of_yes, same_parts, standing_parts


def counter(
    answers: Sequence[Answer], locked: Locked, places: Mapping[int, str], *, is_confirmed: bool
) -> tuple[list[ChangeRequest], list[ChangeRequest]]:
    """The buyer's requests that some answers accept, because they say the same, and the counter-proposals that the others
    are, unsaved. Answers that break a rule are refused, at the place that their line was sent in. Three statements, none
    for no answer."""
    accepted: list[ChangeRequest] = []
    counters: list[ChangeRequest] = []
    if not answers:
        return accepted, counters
    orders = [locked.orders[pk] for pk in sorted({locked.lines[answer.schedule_line_id].order_id for answer in answers})]
    stands, days = standing_parts(answer.schedule_line_id for answer in answers), receiving_days_of(orders)
    due = answers_due(orders, Side.BUYER)
    for answer in answers:
        line, place = locked.lines[answer.schedule_line_id], places[answer.schedule_line_id]
        change, asked = _change_of(answer), locked.changes[line.pk]
        is_yes = same_parts(change.parts, (Part(*part) for part in asked.parts))
        try:
            if is_yes:
                raise_all(error for error in [refusal_of_yes(asked, line, locked.order_of(line))] if error)
            else:
                _check(answer, line, asked, locked, stands.get(line.pk, []), days[line.order_id], is_confirmed, place)
        except DomainError as error:
            locked.refused[line.pk] = error
            continue
        if is_yes:
            accepted.append(asked)
        else:
            reason, order = Reason(answer.reason).value, locked.order_of(line)
            counters.append(asked_row(change, line, order, reason, answer.comment, due[order.pk], answers_to=asked))
    return accepted, counters


def _change_of(answer: Answer) -> Change:
    first, *more = sorted(answer.parts, key=lambda part: part.delivery_date)
    return Change(answer.schedule_line_id, first.quantity, first.delivery_date, more)


def _check(
    answer: Answer,
    line: ScheduleLine,
    asked: ChangeRequest,
    locked: Locked,
    stands: Sequence[Part],
    days: Days,
    is_confirmed: bool,
    place: str,
) -> None:
    """
    Raises:
        AsItIs: lines of the order are not negotiated. NothingChanged: it is what stands, which a refusal says.
        ReasonMissing, ReasonOfBuyers, and those of `broken_wishes`; all that is broken is told at once.
    """
    order, change = locked.order_of(line), _change_of(answer)
    if order.agreed.way != Way.FULL:
        raise AsItIs(place=place, value=line.line.position)
    if same_parts(change.parts, stands):
        raise NothingChanged(place=place, value=f"{change.total}, {change.parts[-1].delivery_date}")
    errors = list(broken_wishes(change, line, order, days, is_confirmed, place, most=most_of(line, asked)))
    if not answer.reason:
        errors.append(ReasonMissing(place=f"{place}.reason", value=""))
    if refused := refusal_of_reason(answer.reason, Side.SUPPLIER, place=f"{place}.reason"):
        errors.append(refused)
    raise_all(errors)


def most_of(line: ScheduleLine, asked: ChangeRequest) -> Decimal:
    """The most that may be offered: what is requested or asked for now, whichever is more, with the agreed tolerance."""
    wished = asked.quantity * (1 + line.over_tolerance)
    return max(line.max_quantity, wished.quantize(Decimal("0.000001"), rounding=ROUND_DOWN))
