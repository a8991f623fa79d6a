"""Capacity and load of a group, week by week: plain arithmetic. No Django here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

WEEK = timedelta(days=7)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Wanted:
    """What is to be made of one part, in its own unit, by the Monday of the week.

    Attributes:
        planned: by the production plan in force, where that names the part.
        planned_until: the last day that the plan speaks of; None where it says nothing of the part.
        asked: by customers and by one's own plans for what the part goes into.
        asked_until: the last day until which somebody says what is needed; None: orders alone are known.
        planned_from: the first day that the plan speaks of; None: every day up to the last.
    """

    planned: Mapping[date, Decimal]
    planned_until: date | None
    asked: Mapping[date, Decimal]
    asked_until: date | None
    planned_from: date | None = None

    def in_week(self, monday: date) -> tuple[Decimal, bool]:
        """How much, and whether nothing can be missing in it.

        The plan says what will run, and what is asked is in it; a week that the plan does not speak of from its
        first day to its last takes the greater of both.
        """
        sunday = monday + timedelta(days=6)
        planned, asked = self.planned.get(monday, ZERO), self.asked.get(monday, ZERO)
        is_begun = self.planned_from is None or self.planned_from <= monday
        if self.planned_until is not None and is_begun and sunday <= self.planned_until:
            return planned, True
        return max(planned, asked), self.asked_until is not None and sunday <= self.asked_until


@dataclass(frozen=True)
class Given:
    """Capacity of a week; None is unknown.

    Attributes:
        worked: (days worked, days of a usual week) where days off reduce it.
        expected: the actual capacity of a usual week, less days off; None: nobody said it.
    """

    actual: Decimal | None
    maximum: Decimal | None
    is_usual: bool = True
    worked: tuple[int, int] | None = None
    expected: Decimal | None = None

    @property
    def most(self) -> Decimal | None:
        """The maximum, where nobody said one the actual capacity."""
        return self.maximum if self.maximum is not None else self.actual


@dataclass(frozen=True)
class Load:
    """A week of a group: what it can give, and what it should.

    Attributes:
        given: of the whole week.
        quantity: in the group's unit; where not `is_known` at least so much. Of the running week what is still to be made.
        unfit: units that do not convert, "KGM → H87"; then nothing is reckoned.
        left: (working days left, of its working days), today among them; of the running week alone, once one has passed.
        held: what the load is held against: the week, or what the days left of it give.
    """

    monday: date
    given: Given
    planned: Decimal
    asked: Decimal
    quantity: Decimal
    is_known: bool
    held: Given
    unfit: str = ""
    left: tuple[int, int] | None = None

    @property
    def share(self) -> Decimal | None:
        """Of the actual capacity; None where either is unknown, or nothing is given."""
        if self.unfit or not self.held.actual or not (self.is_known or self.quantity):
            return None
        return self.quantity / self.held.actual

    @property
    def state(self) -> str:
        """One of "unfit", "bare" (load, no capacity), "over" (the maximum), "tight" (over the actual), "unknown", "fits"."""
        given, most = self.held, self.held.most
        if self.unfit:
            return "unfit"
        if most is None:
            return "bare" if self.quantity else "unknown"
        if self.quantity > most:
            return "over"
        if given.actual is not None and self.quantity > given.actual:
            return "tight"
        return "fits" if self.is_known else "unknown"

    @property
    def missing(self) -> Decimal:
        """What is more than the most that the week can give; 0 where it fits, or nothing is told of it."""
        most = self.held.most
        return max(self.quantity - most, ZERO) if most is not None else ZERO


def given(usual: Decimal | None, maximum: Decimal | None, *, worked: tuple[int, int] | None, places: int) -> Given:
    """What a week gives of which nothing else was said: the usual capacity, by the days worked of the usual ones."""

    is_reduced = worked is not None and worked[0] != worked[1] and usual is not None
    actual = _part_of(usual, worked, places)
    return Given(actual, _part_of(maximum, worked, places), True, worked if is_reduced else None, actual)


def _part_of(value: Decimal | None, share: tuple[int, int] | None, places: int) -> Decimal | None:
    """So many of so many days of it, never rounded up."""
    if value is None or share is None or share[0] == share[1] or not share[1]:
        return value
    return (value * share[0] / share[1]).quantize(Decimal(1).scaleb(-places), ROUND_DOWN)


def rest_of(capacity: Given, left: tuple[int, int] | None, *, places: int) -> Given:
    """What a week still gives with so many of its working days left: each day as much."""
    if left is None:
        return capacity
    return Given(_part_of(capacity.actual, left, places), _part_of(capacity.maximum, left, places), capacity.is_usual)


def kept_of(agreed: Decimal, capacity: Given, usual: Decimal | None, *, places: int) -> Decimal:
    """What a customer has of its agreed share in a week: as much less as the week gives less than a usual one, and never
    more than the most that the whole week gives.

    The same share of its own for each customer, whatever was agreed with others: nothing can be reckoned of those.
    """
    if capacity.actual == 0:
        return ZERO
    kept = agreed
    if usual and capacity.actual is not None and capacity.actual < usual:
        kept = (agreed * capacity.actual / usual).quantize(Decimal(1).scaleb(-places), ROUND_DOWN)
    return kept if capacity.most is None else min(kept, capacity.most)


def load(
    monday: date,
    capacity: Given,
    parts: list[tuple[Decimal, Wanted]],
    unfit: str = "",
    left: tuple[int, int] | None = None,
    places: int = 0,
) -> Load:
    """
    Args:
        parts: (load factor, what is wanted) of each part of the group; of the running week from today on.
        left: (working days left, of its working days) of the running week, once one has passed.
        places: decimals of the group's unit.
    """
    planned = asked = quantity = ZERO
    is_known = bool(parts)
    for factor, wanted in parts:
        amount, is_sure = wanted.in_week(monday)
        planned += factor * wanted.planned.get(monday, ZERO)
        asked += factor * wanted.asked.get(monday, ZERO)
        quantity += factor * amount
        is_known = is_known and is_sure
    held = rest_of(capacity, left, places=places)
    return Load(monday, capacity, planned, asked, quantity, is_known, held, unfit, left)
