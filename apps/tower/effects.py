"""What an offer does to the stock that is reckoned with: when the line stops as it stands, and with the offer; where that is
one day, how many pieces more or fewer are missing from it on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from apps.common.units import MixedUnits
from apps.orders.services import Part
from apps.orders.worklines import Standing

from .agreed import in_base
from .need import ZERO, Need, usable_on
from .supply import CONFIRMED


@dataclass(frozen=True)
class Effect:
    """Of offers on one part at one site; days from now, quantities in the part's base unit.

    Attributes:
        stop, offered_stop: when the line stops as it stands and with the offers; None where it does not.
        least, offered_least: the lowest stock at the end of a day, of the days that plans know.
        offered: the need as it is with the offers.
    """

    need: Need
    offered: Need
    stop: int | None
    offered_stop: int | None
    least: Decimal
    offered_least: Decimal

    @property
    def is_sooner(self) -> bool:
        """The line stops that would not, or sooner."""
        return self.offered_stop is not None and (self.stop is None or self.offered_stop < self.stop)

    @cached_property
    def missing(self) -> tuple[Decimal, int] | None:
        """Of a line that stops on the same day: pieces that are more missing (below zero: fewer), and days from now to the
        day on which most are. None where no day differs; where the stop itself differs, that is told instead.

        Day is held against day, for the deepest gap alone would hide one that lasts longer. Where some days lose and others
        gain, it is the loss.
        """
        if self.stop is None or self.stop != self.offered_stop:
            return None
        now, then = (_gaps(item, self.stop) for item in (self.need, self.offered))
        more = [after - before for before, after in zip(now, then, strict=True)]
        most = max(more, default=ZERO)
        if most <= ZERO:
            most = min(more, default=ZERO)
        return (most, self.stop + more.index(most)) if most else None

    @property
    def is_worse(self) -> bool:
        """The line stops that would not, or sooner; or on the same day, and more is missing on it or later."""
        return self.is_sooner or (self.missing is not None and self.missing[0] > 0)

    def day(self, index: int | None) -> date | None:
        return None if index is None else self.need.today + timedelta(days=index)


def _gaps(need: Need, first: int) -> list[Decimal]:
    """Pieces that are missing at the end of each day from one on; of two hundred offers all days are looked at."""
    return [ZERO if day.projected >= ZERO else -day.projected for day in need.days[first:]]


Wish = tuple[Standing, Sequence[Part]]  # a line, and what it should bring instead of what stands


def effect(need: Need | None, wishes: Iterable[Wish]) -> Effect | None:
    """What becomes of a need where its lines bring other pieces on other days than now, all of them together; None where
    demand, stock or units are unknown, or too old to say anything.

    As the outlook counts: what is not confirmed comes as it was asked for, what is gone was of the earliest parts, and what
    is due on a day that has passed has no valid day.
    """
    if need is None or not need.is_known or need.is_stale or not need.days:
        return None
    moved = list(need.coming.get(CONFIRMED, [Decimal(0)] * need.horizon))
    try:
        for found, wanted in wishes:
            gone = found.row.shipped_quantity - found.row.rejected_quantity
            for sign, parts in ((-1, found.before), (1, wanted)):
                for part in left_of(parts, gone):
                    index = (usable_on(part.delivery_date, need.days_of_site) - need.today).days
                    if part.delivery_date >= need.today and index < need.horizon:
                        moved[index] += sign * in_base(part.quantity, found.unit, found.part)
    except MixedUnits:
        return None
    offered = replace(need, coming={**need.coming, CONFIRMED: moved})
    least, offered_least = (min(day.projected for day in item.days) for item in (need, offered))
    return Effect(need, offered, need.stop, offered.stop, least, offered_least)


def left_of(parts: Iterable[Part], gone: Decimal) -> Iterable[Part]:
    """What of some parts is still to come when so much has left, the earliest first."""
    for part in sorted(parts, key=lambda part: part.delivery_date):
        taken = min(part.quantity, gone)
        gone -= taken
        if part.quantity > taken:
            yield Part(part.quantity - taken, part.delivery_date)
