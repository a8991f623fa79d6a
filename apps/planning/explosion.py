"""What a plan needs of what goes into it: plain arithmetic over bills of material, in exact decimals.

Days are ordinals (`date.toordinal`). A component is needed its offset before the day on which its parent is made, calendar
days, on the working day before where that is a day off, and with its scrap share on top: of 2 % a hundred built take 102.
Stock is not taken off on the way: that is the outlook's business.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeAlias, TypeVar

P = TypeVar("P", bound=Hashable)
Key = tuple[int, int]  # day, commitment level
Series = dict[Key, Decimal]
Taken = dict[tuple[int, int, int], Decimal]  # the same, by the day too on which the parent is made and takes it
ONE = Decimal(1)


class BillLoop(ValueError):
    """A part would go into itself; `path` begins and ends with it."""

    def __init__(self, path: Sequence[Hashable]) -> None:
        super().__init__(" → ".join(map(str, path)))
        self.path = list(path)


@dataclass(frozen=True, slots=True)
class Item(Generic[P]):
    """So much of a component goes into one unit of its parent, made on a day from `valid_from` to `valid_until`."""

    component: P
    quantity: Decimal
    scrap_share: Decimal = Decimal(0)
    offset_days: int = 0
    valid_from: int | None = None
    valid_until: int | None = None

    def holds(self, day: int) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_until is None or day <= self.valid_until)


Bills: TypeAlias = Mapping[P, Sequence[Item[P]]]
Worked = Callable[[int], int]  # a day itself where it is worked, else the last one before it that is


def every_day(day: int) -> int:
    return day


def parents_first(bills: Bills[P], roots: Iterable[P]) -> list[P]:
    """All parts below the roots, each after everything that it goes into: the order of their low-level codes.

    Raises:
        BillLoop: whatever the days on which its items hold.
    """
    done: dict[P, bool] = {}  # False: on the path that is being walked
    found: list[P] = []
    for root in roots:
        path: list[tuple[P, list[P]]] = []
        if root not in done:
            done[root] = False
            path.append((root, [item.component for item in bills.get(root, ())]))
        while path:
            part, left = path[-1]
            if not left:
                done[part] = True
                found.append(part)
                path.pop()
                continue
            component = left.pop()
            if component not in done:
                done[component] = False
                path.append((component, [item.component for item in bills.get(component, ())]))
            elif not done[component]:
                walked = [step for step, _left in path]
                raise BillLoop([*walked[walked.index(component) :], component])
    return found[::-1]


def explode(plan: Mapping[P, Series], bills: Bills[P], worked: Worked = every_day) -> dict[P, Series]:
    """The dependent demand of every part below the planned ones; days without any are left out.

    Raises:
        BillLoop: see `parents_first`.
    """
    return {part: by_day(taken) for part, taken in explode_taken(plan, bills, worked).items()}


def by_day(taken: Taken) -> Series:
    """Whatever the days on which it is taken."""
    found: Series = {}
    for (day, level, _taken_on), quantity in taken.items():
        found[day, level] = found.get((day, level), Decimal(0)) + quantity
    return found


def explode_taken(plan: Mapping[P, Series], bills: Bills[P], worked: Worked = every_day) -> dict[P, Taken]:
    """The dependent demand of every part below the planned ones, and when it is taken; days without any are left out.

    What is planned for a day off is made on it, and takes what it needs without an offset on the same day.

    A part that is planned itself and goes into another planned one is built for both: its own plan is no demand.

    Raises:
        BillLoop: see `parents_first`.
    """
    needed: dict[P, Taken] = {}
    for part in parents_first(bills, plan):
        items = bills.get(part)
        if not items:
            continue
        made = _together(plan.get(part), by_day(needed.get(part, {})))
        for item in items:
            per, offset = item.quantity * (ONE + item.scrap_share), item.offset_days
            series = needed.setdefault(item.component, {})
            is_dated = item.valid_from is not None or item.valid_until is not None
            for (day, level), quantity in made.items():
                if is_dated and not item.holds(day):
                    continue
                key = (worked(day - offset) if offset else day, level, day)
                before = series.get(key)
                more = quantity * per
                series[key] = more if before is None else before + more
    return needed


def _together(first: Series | None, second: Series | None) -> Series:
    if not first or not second:
        return first or second or {}
    found = dict(first)
    for key, quantity in second.items():
        found[key] = found.get(key, Decimal(0)) + quantity
    return found


def reach(planned: Collection[P], last_day: int, bills: Bills[P], worked: Worked = every_day) -> dict[P, int]:
    """The last day on which the demand of a part below the planned ones is known in full.

    What is made after the plan's last day needs its components an offset earlier, or on the working day before that: those
    days know only a part of it.
    """
    until = dict.fromkeys(planned, last_day)
    found: dict[P, int] = {}
    for part in parents_first(bills, planned):
        own = min(until.get(part, last_day), found.get(part, last_day))
        for item in bills.get(part, ()):
            known = worked(own + 1 - item.offset_days) - 1 if item.offset_days else own
            found[item.component] = min(found.get(item.component, last_day), known)
    return found


K = TypeVar("K", bound=tuple[int, ...])


def in_whole(series: Mapping[K, Decimal], places: int) -> dict[K, Decimal]:
    """The series, by day, level and perhaps more, as it is drawn from stock: sums rounded up, so that no day and no sum
    takes less than is needed.

    Args:
        places: decimals that the part's unit is counted in; a piece has none.
    """
    found: dict[K, Decimal] = {}
    step = Decimal(1).scaleb(-places)
    needed: dict[int, Decimal] = {}
    drawn: dict[int, Decimal] = {}
    for key in sorted(series):
        level = key[1]
        needed[level] = needed.get(level, Decimal(0)) + series[key]
        before = drawn.get(level, Decimal(0))
        drawn[level] = needed[level].quantize(step, "ROUND_CEILING")
        found[key] = drawn[level] - before
    return found


def spread(quantity: Decimal, days: Sequence[int], places: int) -> dict[int, Decimal]:
    """A week's quantity over its days, as even as the unit allows; the sum is kept, to the last digit given."""
    step = Decimal(1).scaleb(-places)
    found: dict[int, Decimal] = {}
    given = Decimal(0)
    for index, day in enumerate(days, 1):
        upto = quantity if index == len(days) else (quantity * index / len(days)).quantize(step, "ROUND_CEILING")
        upto = min(upto, quantity)
        found[day] = upto - given
        given = upto
    return found
