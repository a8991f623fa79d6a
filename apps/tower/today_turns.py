"""Who must act on each row of a buyer's first page, and how: as the list of work says it of the same line."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.calendars.days import Days
from apps.calendars.selectors import own_places
from apps.deliveries.selectors import coming_of
from apps.deliveries.statuses import ShipmentStatus
from apps.orders.selectors import Attention

from .turns import COMING, PULL_IN, is_ours, is_settled, today_and_days, turn_of, turn_words


def mark_turns(
    rows: Collection[dict[str, Any]],
    lines: Mapping[int, Attention],
    stop_on: Mapping[int, date],
    on_the_way: Collection[int],
    told: Mapping[int, tuple[date, Days]],
) -> None:
    """Write beside each row who must act. One statement where goods come, and one where something could be pulled in at a
    site of which nothing is told.

    Args:
        lines: the line of each row, by id.
        stop_on: by line the day on which a line stops because of it; of those lines `on_the_way` hold nothing else back.
        told: by site which day it is there, and on which it works.
    """
    shown = [(row, line) for row in rows if (line := lines.get(row["line_id"])) is not None]
    turns: dict[int, str] = {}
    for _row, line in shown:
        is_coming = line.line_id in on_the_way or line.unshipped <= 0
        turns[line.line_id] = turn_of(line.awaits, is_coming=is_coming, is_settled=False)
    pulled = [line for _row, line in shown if turns[line.line_id] == PULL_IN and not line.is_refused]
    places = own_places() if any(line.site_id not in told for line in pulled) else {}
    for line in pulled:
        today, days = told.get(line.site_id) or today_and_days(line.site_id, places)
        settled = is_settled(line.promised_date, line.requested_date, stop_on.get(line.line_id), today, days)
        turns[line.line_id] = turn_of(line.awaits, is_coming=False, is_settled=settled)
    coming = coming_of([pk for pk, turn in turns.items() if turn == COMING])
    for row, line in shown:
        trip = coming.get(line.line_id)
        has_arrived = trip is not None and trip.status == ShipmentStatus.ARRIVED
        turn, is_overdue = turns[line.line_id], line.due_date < timezone.localdate()
        ours = line.is_refused or is_ours(turn, has_arrived=has_arrived)
        row["who"] = _("We") if ours else row["partner"]
        # Of a refused line the state says it: it is ordered anew, or a draft that does so is sent.
        row["turn"] = "" if line.is_refused else turn_words(turn, is_overdue=is_overdue, has_arrived=has_arrived)
