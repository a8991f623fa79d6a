"""What customers need of a supplier's parts, as they release it, against their open orders on the same weeks.

A release says what a site takes, an order what it asks for: neither is added to the other. What a customer has in stock lies
between them and is shown where it granted that alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from apps.common.units import MixedUnits, convert
from apps.orders import reads as orders
from apps.planning.told import Told, told
from apps.tenancy.roles import Side

from . import supply

WEEK = timedelta(days=7)
FIRM = 1
_BY_SITE = f"""
    SELECT p.partner_part_id, s.receiving_site_id, p.unit, p.day, sum(p.quantity)
    FROM portions p JOIN {orders.PLACES} s ON s.id = p.schedule_line_id WHERE p.quantity > 0 GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True)
class CustomerNeed:
    """A part at a customer's site.

    Attributes:
        ordered: open pieces by the day on which they are promised, else asked for; what is overdue stands on today.
        unfit: units that do not convert, "KGM → H87"; then nothing is ordered in the release's unit.
    """

    told: Told
    today: date
    ordered: dict[date, Decimal]
    unfit: str = ""

    def needed(self, first: date, last: date, *, is_firm: bool) -> Decimal:
        """What the days of a period need, and the weeks that begin in it."""
        return sum(
            (
                quantity
                for (_bucket, day, level), quantity in self.told.rows.items()
                if first <= day <= last and (level == FIRM) is is_firm
            ),
            Decimal(0),
        )

    def asked(self, first: date, last: date) -> Decimal:
        return sum((quantity for day, quantity in self.ordered.items() if first <= day <= last), Decimal(0))

    @property
    def more(self) -> Decimal:
        """By how much the release needs more than the one before, of the days that both know; less is negative."""
        return sum((change.more for change in self.told.changes), Decimal(0))


def customer_needs(side: Side, *, parts: Collection[int] | None = None) -> list[CustomerNeed]:
    """Of every part that the scope's firm is told of, or tells, on that side, with those that the last release left out;
    days are those of the customer's site; three statements."""
    found = told(side, partner_parts=parts, with_gone=True)
    days = {row.release.site_id: row.release.site.today for row in found}
    earliest = min(days.values(), default=timezone.localdate())
    ordered: dict[tuple[int, int], dict[date, Decimal]] = {}
    unfit: dict[tuple[int, int], str] = {}
    units = {(row.part.pk, row.release.site_id): row.unit for row in found}
    for part, site, unit, day, quantity in supply.read(side, _BY_SITE, parts, earliest):
        place = (part, site)
        if place not in units:
            continue
        try:
            amount = convert(quantity, unit, units[place]) if unit != units[place] else quantity
        except MixedUnits as error:
            unfit[place] = str(error.value)
            continue
        own, on = ordered.setdefault(place, {}), max(day or days[site], days[site])
        own[on] = own.get(on, Decimal(0)) + amount
    places = ((row, (row.part.pk, row.release.site_id)) for row in found)
    return [CustomerNeed(row, days[place[1]], ordered.get(place, {}), unfit.get(place, "")) for row, place in places]


@dataclass(frozen=True)
class Span:
    """A week, or a day of one that lies open: what is needed and asked for in it.

    `is_known` False: beyond the release; `is_part`: the release ends within it.
    """

    first: date
    last: date
    is_week: bool
    is_open: bool
    is_known: bool
    is_part: bool
    firm: Decimal
    more: Decimal
    asked: Decimal
    levels: tuple[Decimal, ...]

    @property
    def needed(self) -> Decimal:
        return self.firm + self.more

    @property
    def is_weekend(self) -> bool:
        return not self.is_week and self.first.isoweekday() > 5


def spans(need: CustomerNeed, weeks: int, opened: date | None = None) -> list[Span]:
    """The weeks from this one on; one of them lies open in its days, as far as days are told."""
    monday = need.today - timedelta(days=need.today.weekday())
    found = []
    for start in (monday + n * WEEK for n in range(weeks)):
        is_open = start == opened and start < need.told.release.weeks_from
        found.append(_span(need, start, start + timedelta(days=6), is_open=is_open, is_week=True))
        if is_open:
            days = (start + timedelta(days=n) for n in range(7))
            found += [_span(need, day, day, is_open=False, is_week=False) for day in days]
    return found


def _span(need: CustomerNeed, first: date, last: date, *, is_open: bool, is_week: bool) -> Span:
    levels = [Decimal(0)] * 4
    for (bucket, day, level), quantity in need.told.rows.items():
        # Days that have passed are left out; what is told of a week stands on its Monday and counts until its end.
        since = first if bucket == "week" else max(first, need.today)
        if since <= day <= last and last >= need.today:
            levels[level - 1] += quantity
    return Span(
        first,
        last,
        is_week,
        is_open,
        max(first, need.today) <= need.told.until,
        first <= need.told.until < last,
        levels[0],
        sum(levels[1:], Decimal(0)),
        need.asked(first, last),
        tuple(levels),
    )
