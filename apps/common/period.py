"""Months and ids as they stand in addresses."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from .errors import InvalidParameter
from .typed import shown, whole

MAX_MONTHS = 240


def months_later(month: date, count: int) -> date:
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def read_month(text: str | None) -> tuple[date, date]:
    """First day of a month written as 2026-01, and of the next.

    Raises:
        InvalidParameter: not a month of the years 1900 to 2199.
    """
    parts = (text or "").split("-")
    if len(parts) == 2 and all(part.isascii() and part.isdigit() for part in parts) and len(text or "") <= 7:
        year, month = int(parts[0]), int(parts[1])
        if 1900 <= year < 2200 and 1 <= month <= 12:
            return date(year, month, 1), months_later(date(year, month, 1), 1)
    value = shown(text or "")
    raise InvalidParameter(_("A month is written as year-month."), place="month", value=value, remedy="2026-01")


def read_months(first: str | None, last: str | None) -> tuple[date, date]:
    """First day of the first month, and the day after the last one; by default the last twelve months.

    Raises:
        InvalidParameter: no months, the wrong way round, or more than twenty years.
    """
    end = read_month(last)[1] if last else months_later(timezone.localdate().replace(day=1), 1)
    start = read_month(first)[0] if first else months_later(end, -12)
    if not start < end <= months_later(start, MAX_MONTHS):
        rule = _("The first month lies before the last one, by twenty years at most.")
        raise InvalidParameter(rule, place="from", value=shown(first or ""), remedy=_("Choose other months."))
    return start, end


def read_id(text: str | None, place: str) -> int | None:
    """
    Raises:
        InvalidParameter: not a whole number above 0.
    """
    if text is None or text == "":
        return None
    if not (value := whole(text)):
        raise InvalidParameter(_("An id is a whole number above 0."), place=place, value=shown(text), remedy=_("Use an id."))
    return value
