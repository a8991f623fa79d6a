"""Stock day by day, with demand and without: pure arithmetic."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import accumulate
from typing import NamedTuple


@dataclass(frozen=True)
class Cover:
    """Days of supply; `is_at_least` where the stock outlasts the horizon, so that only a lower bound is known."""

    days: Decimal
    is_at_least: bool = False


class ProjectedDay(NamedTuple):
    """One day of a projection, in the part's unit.

    `lasts` is asked only where somebody looks: of most days of most parts nobody wants to know how long the stock lasts.
    """

    demand: Decimal
    arrivals: Decimal
    projected: Decimal
    lasts: Callable[[], Cover]

    @property
    def cover(self) -> Cover:
        """How long the stock at the start of the day lasts."""
        return self.lasts()


def project(stock: Decimal, demand: Sequence[Decimal], arrivals: Sequence[Decimal]) -> list[ProjectedDay]:
    """Stock at the end of each day, and how long the stock at its start lasts.

    projected(d) = projected(d-1) - demand(d) + arrivals(d). Days of supply count day d itself: the days whose demand
    projected(d-1) covers, plus the covered fraction of the first day that it does not; nothing in stock covers nothing.

    Args:
        stock: available stock at the start of day 0; blocked and inspected stock is not in it.
        demand, arrivals: one value a day, equally long, none negative.

    Raises:
        ValueError: the two differ in length.
    """
    if len(demand) != len(arrivals):
        raise ValueError(f"{len(demand)} days of demand, {len(arrivals)} of arrivals")
    sums = list(accumulate(demand))
    days = []
    at_start = stock
    for day, (wanted, coming) in enumerate(zip(demand, arrivals, strict=True)):
        projected = at_start - wanted + coming
        days.append(ProjectedDay(wanted, coming, projected, partial(_cover, at_start, day, sums, demand)))
        at_start = projected
    return days


def _cover(at_start: Decimal, day: int, sums: Sequence[Decimal], demand: Sequence[Decimal]) -> Cover:
    if at_start <= 0:
        return Cover(Decimal(0))
    before = sums[day] - demand[day]
    last = bisect_right(sums, before + at_start, lo=day)  # the first day that is not covered in full
    if last == len(demand):
        return Cover(Decimal(last - day), is_at_least=True)
    covered = sums[last] - demand[last] - before
    return Cover(last - day + (at_start - covered) / demand[last])


def behind_in_days(days: Sequence[ProjectedDay]) -> int | None:
    """Days from now to the first one that ends below zero, or None within the horizon."""
    return next((index for index, day in enumerate(days) if day.projected < 0), None)


def on_hand(stock: Decimal, *arrivals: Sequence[Decimal]) -> list[Decimal]:
    """Stock with everything that comes by the end of each day; nothing is taken out, so it never falls."""
    sums = accumulate(sum(day, Decimal(0)) for day in zip(*arrivals, strict=True))
    return [stock + come for come in sums]


def behind(portions: Sequence[tuple[int, int | None, Decimal]], days: int) -> list[Decimal]:
    """For each day the pieces that were requested by then and arrive after it.

    Args:
        portions: requested day, expected day (None: no valid one) and quantity; days count from today, the past is negative.
    """
    steps = [Decimal(0)] * (days + 1)
    for requested, expected, quantity in portions:
        first = min(max(requested, 0), days)
        steps[first] += quantity
        steps[days if expected is None else min(max(expected, first), days)] -= quantity
    return list(accumulate(steps[:days]))
