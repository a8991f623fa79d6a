"""The demand of parts as a table: weeks, of which one lies open in its days."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .weeks import monday_of

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Column:
    """A week, or a day of the one that lies open."""

    day: date
    is_week: bool
    is_open: bool = False
    has_year: bool = False  # outside this one

    @property
    def week(self) -> int:
        return self.day.isocalendar().week

    @property
    def is_weekend(self) -> bool:
        return not self.is_week and self.day.isoweekday() > 5


@dataclass(frozen=True)
class Cell:
    """`level` is the least that is committed in it; None where nothing is needed. `is_known` False: past what is known."""

    quantity: Decimal | None
    level: int | None
    column: Column
    is_known: bool = True


def columns(first: date, last: date, opened: date | None) -> list[Column]:
    """From the week of the first day to that of the last one."""
    found = []
    monday = monday_of(first)
    while monday <= last:
        found.append(Column(monday, True, monday == opened, monday.year != first.year))
        if monday == opened:
            found += [Column(day, False, False, day.year != first.year) for day in (monday + n * DAY for n in range(7))]
        monday += WEEK
    return found


def columns_of(days: Iterable[tuple[str, date]]) -> list[Column]:
    """What a plan speaks of, from (bucket, day): its days where all are within three weeks, else the weeks."""
    found = {(bucket == "week", day) for bucket, day in days}
    first, last = min(day for _is_week, day in found), max(day for _is_week, day in found)
    if any(is_week for is_week, _day in found) or last - first >= 3 * WEEK:
        return columns(first, last, None)
    return [Column(day, False, has_year=day.year != first.year) for day in sorted({day for _is_week, day in found})]


def cells(
    rows: Iterable[tuple[int, date, int, Decimal]], shown: list[Column], until: Mapping[int, date]
) -> dict[int, list[Cell]]:
    """By part, from (part, day, level, quantity), and the last day of which each part is known."""
    sums: dict[int, dict[tuple[date, bool], Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    levels: dict[int, dict[tuple[date, bool], int]] = defaultdict(dict)
    for part, day, level, quantity in rows:
        for key in ((monday_of(day), True), (day, False)):
            sums[part][key] += quantity
            levels[part][key] = max(level, levels[part].get(key, 0))
    return {
        part: [
            Cell(own.get((c.day, c.is_week)), levels[part].get((c.day, c.is_week)), c, c.day <= until.get(part, c.day))
            for c in shown
        ]
        for part, own in sums.items()
    }
