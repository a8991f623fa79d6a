"""Acts by the line that need to know what they do to the stock."""

from collections.abc import Mapping

from apps.orders.services import Refusals, accept_offers
from apps.orders.services.together import lock_lines
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from .exceptions import NotWithin
from .offers import offers, within


@atomic
def accept_within(*, seen: Mapping[int, int]) -> Refusals:
    """Take the offers that were shown as inside the tolerance, as far as they still are: terms, stock and plans are read
    again while the lines are locked, and all offers on a part are reckoned together.

    Args:
        seen: by line, which offer was read.

    Returns:
        The lines on which nothing was done, each with the reason: NotWithin, and those of `accept_offers`.

    Raises:
        WrongSide: the scope is the supplier's of one of them.
    """
    lock_lines(seen, Side.BUYER)
    rows = offers(seen)
    taken = {row.line.id for row in within(rows)}
    position = {row.line.id: row.found.row.line.position for row in rows}
    refused: Refusals = {
        pk: NotWithin(place="schedule_lines", value=value) for pk, value in position.items() if pk not in taken
    }
    return refused | accept_offers(schedule_line_ids=[pk for pk in seen if pk not in refused], seen=seen)
