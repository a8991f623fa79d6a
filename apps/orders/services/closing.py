"""The buyer does without the rest of lines of many orders at once."""

from collections.abc import Sequence

from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from ..models import ChangeRequest
from ..statuses import ChangeState, Reason
from .fulfilling import refusal_of_closing
from .together import Refusals, lock_lines, tell


@atomic
def close_lines(*, schedule_line_ids: Sequence[int], reason: str) -> Refusals:
    """Close the rest of some lines; what was asked of them is over with it. Nine statements, however many.

    Returns:
        The lines that stay open, each with the reason: UnknownLine, and those of `close_short`.

    Raises:
        WrongSide: the scope is the supplier's of one of them. ValueError: no reason of the list.
    """
    locked = lock_lines(schedule_line_ids, Side.BUYER)
    for pk, line in locked.lines.items():
        if refused := refusal_of_closing(line):
            locked.refused[pk] = refused
    lines = [line for pk, line in locked.lines.items() if pk not in locked.refused]
    for line in lines:
        line.closed_short_reason = Reason(reason).value
    _end([locked.changes.pop(line.pk) for line in lines if line.pk in locked.changes])
    tell("order.closed_short", locked.save(lines, with_sums=True))
    return locked.refused


def _end(changes: Sequence[ChangeRequest]) -> None:
    """The buyer takes back what it asked for, and refuses what the suppliers did."""
    for side, state in ((Side.BUYER, ChangeState.WITHDRAWN), (Side.SUPPLIER, ChangeState.REJECTED)):
        if ended := [change.pk for change in changes if change.side == side]:
            ChangeRequest.objects.filter(pk__in=ended).update(state=state)
