"""Whose turn it is with a line of an order, and by what: one rule for the list of work and for a buyer's first page."""

from collections.abc import Iterable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.calendars.days import EVERY_DAY, Days
from apps.calendars.selectors import Place

from .need import Need

# To decide on an offer, to wait for an answer, to pull in, to wait until it is sent on the day that stands, to wait for
# goods or receive them, to order, to send drafts that bring all of it, to order anew what a supplier refused.
TURNS = ("decide", "wait", "pull_in", "due", "coming", "order", "send", "again")
DECIDE, WAIT, PULL_IN, DUE, COMING, ORDER, SEND, AGAIN = TURNS
THEIRS = (WAIT, DUE, COMING)
WORDS = {
    DECIDE: _("Decide on the offer"),
    WAIT: _("Answer is awaited"),
    PULL_IN: _("Pull in"),
    DUE: _("Delivery is awaited"),
    COMING: _("On its way"),
    ORDER: _("Order"),
    SEND: _("Send the draft"),
    AGAIN: _("Order anew"),
}
ASK_ANEW = _("Ask for a new day")  # what pulling in is of a line whose promised day has passed


def turn_of(awaits: str, *, is_coming: bool, is_settled: bool) -> str:
    """Whose turn it is with an open line that nobody refused.

    Args:
        awaits: who must answer (`orders.statuses.awaits`).
        is_coming: what stops the line, or all that is left of it, is announced or on its way.
        is_settled: nobody can pull it in (`is_settled`).
    """
    if awaits in ("buyer", "both"):
        return DECIDE
    if awaits:
        return WAIT
    if is_coming:
        return COMING
    return DUE if is_settled else PULL_IN


def is_ours(turn: str, *, has_arrived: bool = False) -> bool:
    """Whether the buyer must act; goods at the gate are the buyer's to receive."""
    return has_arrived if turn == COMING else turn not in THEIRS


def turn_words(turn: str, *, is_overdue: bool = False, has_arrived: bool = False) -> str:
    if turn == COMING and has_arrived:
        return str(_("Receive"))
    return str(ASK_ANEW if turn == PULL_IN and is_overdue else WORDS[turn])


def needed_on(requested: date, stop_on: date | None, today: date, days: Days) -> date:
    """The day on which a line is needed: as requested, or when the line stops; never before today, and not on a day off
    where the one before will do."""
    wanted = requested if stop_on is None else min(requested, stop_on)
    if not days.is_working(wanted):
        wanted = days.shift(wanted, -1)
    return days.first_from(today) if wanted < today else wanted


def is_settled(promised: date | None, requested: date, stop_on: date | None, today: date, days: Days) -> bool:
    """Whether what stands comes as early as it is needed, or as it could be asked for: nothing to pull in. A promised day
    that has passed is asked anew."""
    if promised is None or promised < today:
        return False
    return needed_on(requested, stop_on, today, days) >= promised


def today_and_days(site_id: int, places: Mapping[int, Place]) -> tuple[date, Days]:
    """Today at a site, and the days that it works; every day where no calendar is kept."""
    place = places.get(site_id)
    if place is None:
        return timezone.localdate(), EVERY_DAY
    return timezone.localdate(timezone=ZoneInfo(place.site.time_zone)), place.days or EVERY_DAY


def days_told(planned: Iterable[Need]) -> dict[int, tuple[date, Days]]:
    """The same of the sites of needs that were read already."""
    return {need.site_id: (need.today, need.days_of_site or EVERY_DAY) for need in planned}
