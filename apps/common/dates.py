"""Days and moments as people read them: short, and with the year wherever it is not this one."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import formats, timezone


def day_text(value: date | None) -> str:
    """11/26 (목) or Thu 26 Nov; of another year 2013-12-09 (월) or Mon 9 Dec 2013."""
    if not value:
        return "—"
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    is_near = value.year == timezone.localdate().year
    return formats.date_format(value, "SHORT_DATE_FORMAT" if is_near else "YEAR_DATE_FORMAT")


def moment_text(value: datetime | None) -> str:
    """11/26 14:05 or 26 Nov 14:05; of another year with it."""
    if not value:
        return "—"
    local = timezone.localtime(value)
    is_near = local.year == timezone.localdate().year
    return formats.date_format(local, "SHORT_DATETIME_FORMAT" if is_near else "DATETIME_FORMAT")


def paper_day_text(value: date | None) -> str:
    """A day on a paper, which is read in any year."""
    return "—" if value is None else formats.date_format(value, "DATE_FORMAT")


def paper_moment_text(value: datetime, zone: str) -> str:
    """A moment on a paper, by the clock of the site whose paper it is."""
    return formats.date_format(value.astimezone(ZoneInfo(zone)), "DATETIME_FORMAT")


def clock_text(value: time | None) -> str:
    """A time of day that belongs to no date: 08:00."""
    return f"{value:%H:%M}" if value else "—"


def month_text(value: date) -> str:
    """A month of a year that stands beside it: Jan, 1월."""
    return formats.date_format(value, "M")
