"""The buyer asks for other days or quantities on lines of many orders at once: pull in, push out, counter.

What may not be asked for is named and left as it is, the rest is asked; whoever wants all or none undoes it.
"""

from collections.abc import Sequence

from apps.calendars.days import Days
from apps.common.errors import DomainError, raise_all
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from ..models import ChangeRequest
from ..statuses import Reason
from ..working import answers_due, receiving_days_of
from .shared import Part
from .together import Locked, Refusals, lock_lines, tell
from .wishes import Change, asked_row, broken_wishes, refusal_of_wish, standing_parts


@atomic
def ask_for_changes(*, changes: Sequence[Change], reason: str, comment: str = "", is_confirmed: bool = False) -> Refusals:
    """Ask the suppliers of some lines for other quantities or days; each has the agreed hours to answer. Ten statements at
    most, and one for what is told.

    Args:
        changes: of one line the last counts.
        is_confirmed: days far ahead and very high quantities are meant.

    Returns:
        The lines of which nothing was asked, each with the reason: UnknownLine, and those of `request_changes`. Their places
        name the line by its number among the changes.

    Raises:
        WrongSide: the scope is the supplier's of one of them. ValueError: no reason of the list.
    """
    wanted = {change.schedule_line_id: change for change in changes}
    locked = lock_lines(wanted, Side.BUYER)
    standing, days = standing_parts(locked.lines), receiving_days_of(locked.orders.values())
    for index, (pk, change) in enumerate(wanted.items()):
        if pk in locked.lines:
            stands, working = standing.get(pk, []), days[locked.lines[pk].order_id]
            if refused := _refusal(change, locked, stands, working, is_confirmed, f"lines[{index}]"):
                locked.refused[pk] = refused
    lines = [line for pk, line in locked.lines.items() if pk not in locked.refused]
    orders = [locked.orders[pk] for pk in sorted({line.order_id for line in lines})]
    due = answers_due(orders, Side.SUPPLIER)
    asked = [
        asked_row(wanted[line.pk], line, locked.order_of(line), Reason(reason).value, comment, due[line.order_id])
        for line in lines
    ]
    ChangeRequest.objects.bulk_create(asked)
    locked.changes.update({request.schedule_line_id: request for request in asked})
    tell("order.change_requested", locked.save(lines, with_sums=False))
    return locked.refused


def _refusal(
    change: Change, locked: Locked, stands: Sequence[Part], days: Days, is_confirmed: bool, place: str
) -> DomainError | None:
    line, has_open = locked.lines[change.schedule_line_id], change.schedule_line_id in locked.changes
    if refused := refusal_of_wish(change, line, Side.BUYER, has_open=has_open, stands=stands, place=place):
        return refused
    try:
        raise_all(broken_wishes(change, line, locked.order_of(line), days, is_confirmed, place))
    except DomainError as error:
        return error
    return None
