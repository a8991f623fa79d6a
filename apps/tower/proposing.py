"""What to order, when and how much: plain arithmetic over a projection. No Django here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

DAY = timedelta(days=1)
LOOKED_BACK = 14  # days in which an earlier working day is looked for


@dataclass(frozen=True)
class Rules:
    """How a part is ordered, in its order unit.

    Attributes:
        factor: base units in one order unit; the projection is in base units.
        places: decimals that the order unit is counted in.
    """

    lead_time_days: int
    pack: Decimal | None = None
    minimum: Decimal | None = None
    factor: Decimal = Decimal(1)
    places: int = 0


@dataclass
class Source:
    """Somebody who delivers the part.

    Attributes:
        share: of all that is ordered; None: nobody said, and the first source delivers everything.
        taken: base units that are ordered there already.
    """

    rules: Rules
    share: Decimal | None = None
    taken: Decimal = Decimal(0)


@dataclass(frozen=True)
class Proposal:
    """One delivery to be ordered.

    Attributes:
        quantity: in the order unit, whole packs, at least the minimum.
        missing: in base units, what would be short by the end of the days that it covers.
        needed_on: the first day that falls below the safety stock without it.
        arrives: a working day on or before that one; later only where the lead time does not reach.
        order_by: the last day on which to order it: one on which people work, where any is left.
        source: which of the sources delivers it. is_for_time: another one's turn it was, which delivers too late, or later.
        gap: in base units, what is missing on the day on which it is needed.
        counted: in base units, what is proposed before it and counts as ordered.
    """

    quantity: Decimal
    missing: Decimal
    needed_on: date
    arrives: date
    order_by: date
    source: int = 0
    is_for_time: bool = False
    gap: Decimal = Decimal(0)
    counted: Decimal = Decimal(0)

    @property
    def is_late(self) -> bool:
        return self.arrives > self.needed_on


def propose(
    projected: Sequence[Decimal],
    *,
    today: date,
    sources: Sequence[Source],
    is_working: Callable[[date], bool],
    least: Decimal = Decimal(0),
    up_to: Decimal | None = None,
    coming: Sequence[Decimal] = (),
    cover_days: int = 7,
) -> list[Proposal]:
    """Deliveries that keep the stock at the end of every day at or above the least that should lie there.

    Each covers what is missing in the `cover_days` from the day on which it is there, so that not every day brings a
    delivery; or fills the stock, where it is ordered up to a maximum. One that comes late counts as there on its day: a gap
    that no lead time reaches is proposed once, and not at all where what is ordered fills it by the day on which a new
    delivery could come, whether or not anybody knows what is needed then. Each goes whole to the source that is furthest
    behind its share; to the next one that is in time, where that one is not, and where none is to the one that delivers
    first.

    Args:
        projected: stock at the end of each day from today on, in base units, as far as demand is known.
        is_working: whether the site works on a day: takes deliveries, and orders.
        up_to: the most that should lie there, where it is ordered up to that: with all that is ordered already, whenever it
            comes, unless the stock itself runs out before.
        coming: of what is projected, what arrives on each day; after its last day, all that comes later.
    """
    found: list[Proposal] = []
    added = Decimal(0)
    earliest = [_working_from(today + source.rules.lead_time_days * DAY, is_working) for source in sources]
    taken = [source.taken for source in sources]
    for index, at_end in enumerate(projected):
        if at_end + added >= least:
            continue
        needed_on = today + index * DAY
        in_time = _working_until(needed_on, today, is_working)
        turns = sorted(range(len(sources)), key=lambda n: _turn(sources[n], taken[n], n))
        fastest = min(turns, key=lambda n: earliest[n])  # of equally fast ones the one whose turn it is
        chosen = next((n for n in turns if max(in_time, earliest[n]) <= needed_on), fastest)
        rules, arrives = sources[chosen].rules, max(in_time, earliest[chosen])
        there = min(max((arrives - today).days, index), len(projected) - 1)
        # What comes after the last day that a plan knows, and before a new delivery could, fills the gap sooner.
        sooner = sum(coming[there + 1 : min((arrives - today).days + 1, len(coming) - 1)], Decimal(0))
        left = projected[there] + sooner
        position = projected[there] + added + sum(coming[there + 1 :], Decimal(0))
        if left + added >= least or (up_to is not None and position >= least and left + added >= 0):
            continue
        if up_to is None:
            missing = least - min(projected[there : there + cover_days]) - sooner - added
            quantity = in_packs(missing / rules.factor, rules)
        else:
            missing = least - left - added
            quantity = _filling((up_to - position) / rules.factor, missing / rules.factor, rules)
        by = _worked_until(arrives - rules.lead_time_days * DAY, today, is_working)
        gap = least - at_end - added
        found.append(Proposal(quantity, missing, needed_on, arrives, by, chosen, chosen != turns[0], gap, added))
        added += quantity * rules.factor
        taken[chosen] += quantity * rules.factor
    return found


def _turn(source: Source, taken: Decimal, place: int) -> tuple[Decimal, Decimal, int]:
    """Whose turn it is, the lowest first: by what it delivers already of its share; without shares the first always."""
    share = source.share or Decimal(1)
    return taken / share, -share, place


def _filling(room: Decimal, missing: Decimal, rules: Rules) -> Decimal:
    """Whole packs that fill the stock and do not pass it; what is missing and the minimum are kept all the same."""
    step = _step(rules)
    found = (room / step).to_integral_value("ROUND_FLOOR") * step
    return found if found >= max(missing, rules.minimum or Decimal(0)) else in_packs(missing, rules)


def _step(rules: Rules) -> Decimal:
    return rules.pack if rules.pack and rules.pack > 0 else Decimal(1).scaleb(-rules.places)


def in_packs(quantity: Decimal, rules: Rules) -> Decimal:
    """The least that may be ordered and covers a quantity."""
    wanted = max(quantity, rules.minimum or Decimal(0))
    step = _step(rules)
    return (wanted / step).to_integral_value("ROUND_CEILING") * step


def _working_from(day: date, is_working: Callable[[date], bool]) -> date:
    return next((d for n in range(LOOKED_BACK) if is_working(d := day + n * DAY)), day)


def _worked_until(day: date, today: date, is_working: Callable[[date], bool]) -> date:
    """The last working day from today to a day; where none is, that day itself."""
    found = _working_until(day, today, is_working)
    return found if found <= day else day


def _working_until(day: date, today: date, is_working: Callable[[date], bool]) -> date:
    """The last working day up to a day; where there is none from today on, the first one after."""
    before = (day - n * DAY for n in range(LOOKED_BACK))
    found = next((d for d in before if d >= today and is_working(d)), None)
    return found if found is not None else _working_from(day, is_working)
