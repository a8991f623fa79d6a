"""What a report takes out of stock: one level of the bill, the oldest heaps first. Plain arithmetic, no Django.

What is drawn follows the sum made in a week, not each report alone: of 0.4 of a piece in each of ten, four pieces are taken,
however the ten are reported.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

ZERO, ONE = Decimal(0), Decimal(1)
FINEST = Decimal("0.000001")
H = TypeVar("H")


@dataclass(frozen=True)
class Drawn:
    """An item of a bill as a report draws it: so much in one of its parent, scrap on top, counted so finely."""

    component: Hashable
    quantity: Decimal
    scrap_share: Decimal
    places: int


@dataclass
class Lying(Generic[H]):
    """A heap of a component: how many base units it holds, and how many are in one of its own unit."""

    heap: H
    component: Hashable
    left: Decimal
    factor: Decimal = ONE


@dataclass
class Taken(Generic[H]):
    """What one report takes: quantities of heaps in their own units, and what it did not find in base units."""

    heaps: list[tuple[H, Decimal]] = field(default_factory=list)
    missing: dict[Hashable, Decimal] = field(default_factory=dict)


def drawn(items: Iterable[Drawn], before: Decimal, made: Decimal) -> dict[Hashable, Decimal]:
    """Base units of each component that go into `made` more after `before` were made, in whole steps of its unit."""
    found: dict[Hashable, Decimal] = {}
    for item in items:
        each = item.quantity * (ONE + item.scrap_share)
        step = ONE.scaleb(-item.places)
        until, already = (
            (each * total).quantize(step, rounding=ROUND_HALF_UP) for total in (max(before, ZERO) + made, max(before, ZERO))
        )
        found[item.component] = found.get(item.component, ZERO) + until - already
    return found


def apart(quantity: Decimal, good: Decimal, rejected: Decimal, places: int) -> tuple[Decimal, Decimal]:
    """What of a portion went into good pieces, and what into rejected ones: as many of each, in steps of its unit."""
    made = good + rejected
    if not rejected or not made:
        return quantity, ZERO
    spoilt = (quantity * rejected / made).quantize(ONE.scaleb(-places), rounding=ROUND_HALF_UP)
    spoilt = min(spoilt, quantity)
    return quantity - spoilt, spoilt


def take(wanted: Mapping[Hashable, Decimal], lying: Sequence[Lying[H]]) -> Taken[H]:
    """Take what is wanted from the heaps in their order; they hold that much less afterwards."""
    found: Taken[H] = Taken()
    for component, quantity in wanted.items():
        left, slack = quantity, FINEST
        for heap in lying:
            if heap.component != component or left <= 0 or heap.left <= 0:
                continue
            # A heap in another unit gives no more than its own digits can say.
            portion = (min(left, heap.left) / heap.factor).quantize(FINEST, rounding=ROUND_DOWN)
            heap.left -= portion * heap.factor
            left, slack = left - portion * heap.factor, max(slack, heap.factor * FINEST)
            found.heaps.append((heap.heap, portion))
        if left > slack:
            found.missing[component] = left
    return found
