"""What a new order comes to while it is typed, and what is to be said of its lines: as the services would see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.calendars.days import EVERY_DAY, Days
from apps.calendars.selectors import working_days
from apps.common.dates import day_text
from apps.common.errors import DomainError
from apps.common.typed import read_date, read_quantity, whole
from apps.masterdata.models import PartPrice
from apps.masterdata.selectors import parts_to_order
from apps.tenancy.models import Site
from apps.ui.texts import quantity as quantity_text

from .new_forms import NewLine, NewOrder


@dataclass
class Priced:
    """One typed line; `amount` None where part, quantity or price is missing.

    Attributes:
        words: what is unusual of it: said, not refused, unless the terms refuse it.
    """

    number: int
    part: Any
    quantity: Decimal | None
    amount: Decimal | None
    words: list[str] = field(default_factory=list)


def priced_lines(typed: NewOrder, today: date) -> list[Priced]:
    """The typed lines with their amounts, at prices of today; six statements at most."""
    parts = {part.pk: part for part in parts_to_order(relation_id=whole(typed.relation) or 0, day=today)}
    chosen = [parts.get(whole(line.part) or 0) for line in typed.lines]
    later = _later_prices({part.pk for part in chosen if part}, today)
    days = _days_of(whole(typed.site) or 0)
    return [
        _priced(index, line, part, later.get(part.pk) if part else None, today, days)
        for index, (line, part) in enumerate(zip(typed.lines, chosen, strict=True), start=1)
    ]


def _days_of(site_id: int) -> Days:
    site = Site.objects.filter(pk=site_id).first()
    return working_days(site.organization_id, site.pk) if site else EVERY_DAY


def _later_prices(parts: set[int], today: date) -> Mapping[int, tuple[date, Decimal]]:
    """Of each part the first price that holds only from a later day on."""
    rows = PartPrice.objects.filter(partner_part__in=parts, valid_from__gt=today).order_by("-valid_from")
    return {part: (day, price) for part, day, price in rows.values_list("partner_part", "valid_from", "price")}


def _priced(number: int, line: NewLine, part: Any, later: tuple[date, Decimal] | None, today: date, days: Days) -> Priced:
    quantity, day = _read(read_quantity, line.quantity), _read(read_date, line.date)
    price = part.price_now if part else None
    found = Priced(number, part, quantity, None if quantity is None or price is None else quantity * price)
    if part is None:
        return found
    if price is None:
        found.words.append(_("no price is agreed"))
    if later is not None and (day is None or later[0] <= day):
        values = {"price": quantity_text(later[1]), "day": day_text(later[0])}
        found.words.append(_("%(price)s from %(day)s; ordered today it is today's price") % values)
    found.words += _words_of_quantity(part, quantity) + _words_of_day(part, day, today, days)
    return found


def _words_of_quantity(part: Any, quantity: Decimal | None) -> list[str]:
    if quantity is None:
        return []
    words = []
    if part.minimum_quantity and quantity < part.minimum_quantity:
        words.append(_("below the minimum of {n}").replace("{n}", quantity_text(part.minimum_quantity)))
    if part.pack_size and quantity % part.pack_size:
        words.append(_("no multiple of the pack of {n}").replace("{n}", quantity_text(part.pack_size)))
    return words


def _words_of_day(part: Any, day: date | None, today: date, days: Days) -> list[str]:
    if day is None:
        return []
    words = []
    if day < today + timedelta(days=part.lead_time_days):
        words.append(_("before the lead time of {n} days").replace("{n}", str(part.lead_time_days)))
    if not days.is_working(day):
        words.append(_("a day off at the receiving site"))
    return words


def _read(read: Any, raw: str) -> Any:
    try:
        return read(raw, "line")
    except DomainError:
        return None


def total_of(lines: Sequence[Priced]) -> tuple[Decimal, str]:
    """The sum of what has a price, and in words how many lines have none."""
    missing = sum(line.amount is None and line.part is not None for line in lines)
    words = ngettext("without %(n)s line", "without %(n)s lines", missing) % {"n": missing} if missing else ""
    return sum((line.amount for line in lines if line.amount is not None), Decimal(0)), words
