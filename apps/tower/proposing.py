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


@dataclass(frozen=True)
class Proposal:
    """One delivery to be ordered.

    Attributes:
        quantity: in the order unit, whole packs, at least the minimum.
        missing: in base units, what would be short by the end of the days that it covers.
        needed_on: the first day that falls below the safety stock without it.
        arrives: a working day on or before that one; later only where the lead time does not reach.
        order_by: the last day on which to order it.
    """

    quantity: Decimal
    missing: Decimal
    needed_on: date
    arrives: date
    order_by: date

    @property
    def is_late(self) -> bool:
        return self.arrives > self.needed_on


def propose(
    projected: Sequence[Decimal],
    *,
    today: date,
    rules: Rules,
    is_working: Callable[[date], bool],
    safety: Decimal = Decimal(0),
    cover_days: int = 7,
) -> list[Proposal]:
    """Deliveries that keep the stock at the end of every day at or above the safety stock.

    Each covers what is missing in the `cover_days` from the day on which it is needed, so that not every day brings a
    delivery. One that comes late counts as there on its day: a gap that no lead time reaches is proposed once.

    Args:
        projected: stock at the end of each day from today on, in base units, as far as demand is known.
        is_working: whether the receiving site takes deliveries on a day.
    """
    found: list[Proposal] = []
    added = Decimal(0)
    earliest = _working_from(today + rules.lead_time_days * DAY, is_working)
    for index, left in enumerate(projected):
        if left + added >= safety:
            continue
        missing = safety - min(projected[index : index + cover_days]) - added
        quantity = in_packs(missing / rules.factor, rules)
        needed_on = today + index * DAY
        arrives = max(_working_until(needed_on, today, is_working), earliest)
        found.append(Proposal(quantity, missing, needed_on, arrives, arrives - rules.lead_time_days * DAY))
        added += quantity * rules.factor
    return found


def in_packs(quantity: Decimal, rules: Rules) -> Decimal:
    """The least that may be ordered and covers a quantity."""
    wanted = max(quantity, rules.minimum or Decimal(0))
    step = rules.pack if rules.pack and rules.pack > 0 else Decimal(1).scaleb(-rules.places)
    return (wanted / step).to_integral_value("ROUND_CEILING") * step


def _working_from(day: date, is_working: Callable[[date], bool]) -> date:
    return next((d for n in range(LOOKED_BACK) if is_working(d := day + n * DAY)), day)


def _working_until(day: date, today: date, is_working: Callable[[date], bool]) -> date:
    """The last working day up to a day; where there is none from today on, the first one after."""
    before = (day - n * DAY for n in range(LOOKED_BACK))
    found = next((d for d in before if d >= today and is_working(d)), None)
    return found if found is not None else _working_from(day, is_working)
