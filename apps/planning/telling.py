"""What each supplier of a part is told of its demand, and what an edition says otherwise than the one before; no Django.

Quantities are gross: what a site takes, not what is still to be ordered. Of a part that several may deliver nobody is told
anything until the buyer says the shares: a split is never invented, and the whole told to each would be made several times.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from .changes import Change, Place, changes
from .explosion import Series
from .weeks import monday_of

WEEK = timedelta(days=7)
DAYS_FOR = timedelta(weeks=4)  # told by the day at least so long, by the week after it
LEVELS = (1, 2, 3, 4)
KEPT_PLACES = 6
ENDLESS = date.max
Amounts = tuple[Decimal, ...]  # one a level
Row = tuple[int, str, date, int]  # partner part, bucket, day, level


@dataclass(frozen=True)
class Edition:
    """What one edition says.

    Attributes:
        until: by partner part its unit and the last day of which its demand is known.
        rows: quantities above zero.
    """

    first_day: date
    weeks_from: date
    until: dict[int, tuple[str, date]] = field(default_factory=dict)
    rows: dict[Row, Decimal] = field(default_factory=dict)


def shares_of(partner_parts: Collection[int], given: Mapping[int, Decimal]) -> dict[int, Decimal] | None:
    """The share of each partner part of one own part: all of it where only one may deliver it and nothing else is said.

    Returns:
        None where several may and not all have a share: how it is split is unknown.
    """
    if len(partner_parts) == 1:
        (only,) = partner_parts
        return {only: given.get(only, Decimal(1))}
    if any(pk not in given for pk in partner_parts):
        return None
    return {pk: given[pk] for pk in partner_parts}


def weeks_from(first_day: date) -> date:
    """The first Monday of which weeks are told."""
    return monday_of(first_day + DAYS_FOR + WEEK - timedelta(days=1))


def told_rows(
    part: int, series: Series, start: date, factor: Decimal, *, first: date | None = None, places: int = KEPT_PLACES
) -> dict[Row, Decimal]:
    """A share of a part's demand in its supplier's unit, as finely as that is counted: a fraction of a piece would tell the
    share, and so that there are others.

    What is cut off a day goes to the next one of its week, which is counted from its Monday: so the days make their week,
    and say tomorrow what they say today.

    Args:
        series: from the Monday of `first` on.
        start: the first Monday of which weeks are told.
        factor: the share, times the supplier's units in one unit of the series.
        first: days before it have passed and are not told.
        places: of the unit.
    """
    least = Decimal(1).scaleb(-places)
    found: dict[Row, Decimal] = {}
    sums: dict[tuple[date, int], tuple[Decimal, Decimal]] = {}  # of a week so far: what is needed, and what was told
    for (ordinal, level), quantity in sorted(series.items()):
        day = date.fromordinal(ordinal)
        monday = monday_of(day)
        needed, told = sums.get((monday, level), (Decimal(0), Decimal(0)))
        needed += quantity * factor
        until_now = needed.quantize(least)
        sums[monday, level] = needed, until_now
        if first is not None and day < first:
            continue
        key = (part, "week", monday, level) if day >= start else (part, "day", day, level)
        found[key] = found.get(key, Decimal(0)) + until_now - told
    return {key: quantity for key, quantity in found.items() if quantity > 0}


def told_changes(old: Edition, new: Edition) -> list[Change[Amounts]]:
    """What `new` says otherwise of the days of which both speak, in the order of the days; levels stay apart.

    Of days that one tells as weeks the weeks are compared, whole ones alone. Days that have passed, and days that only one
    of them knows, have not changed: the horizon has moved. A part of which only one of them speaks was added or removed.
    """
    start = min(old.weeks_from, new.weeks_from)
    both = {
        part: min(old.until[part][1], until)
        for part, (unit, until) in new.until.items()
        if part in old.until and old.until[part][0] == unit
    }
    both |= dict.fromkeys(old.until.keys() ^ new.until.keys(), ENDLESS)
    sides = [_places(each, start, new.first_day, both) for each in (old, new)]
    return changes(*sides, first_day=new.first_day)


def _places(
    edition: Edition, start: date, first_day: date, both: Mapping[int, date]
) -> dict[Place, tuple[Decimal, Amounts]]:
    amounts: dict[Place, list[Decimal]] = {}
    for (part, bucket, day, level), quantity in edition.rows.items():
        if part not in both or day < first_day:
            continue  # a day that has passed, or a week of which only a part is still to come
        if day >= start:
            bucket, day = "week", monday_of(day)
            if day < first_day or day + WEEK - timedelta(days=1) > both[part]:
                continue
        elif day > both[part]:
            continue
        own = amounts.setdefault((part, bucket, day), [Decimal(0)] * len(LEVELS))
        own[level - 1] += quantity
    return {place: (sum(own, Decimal(0)), tuple(own)) for place, own in amounts.items()}


def differs(old: Edition | None, new: Edition) -> bool:
    """Whether a supplier must be told anew: other parts, another horizon told by the plans, or other quantities."""
    if old is None:
        return bool(new.until)
    return old.until != new.until or bool(told_changes(old, new))


def summed(found: Iterable[Change[Amounts]]) -> dict[int, Decimal]:
    """By part, how much more is needed; less is negative."""
    sums: dict[int, Decimal] = {}
    for change in found:
        sums[change.part_id] = sums.get(change.part_id, Decimal(0)) + change.more
    return sums
