"""What an offer does to the stock that is reckoned with: when the line stops as it stands, and with the offer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from apps.common.units import MixedUnits
from apps.orders.services import Part
from apps.orders.worklines import Standing

from .agreed import in_base
from .need import Need, usable_on
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
    def is_worse(self) -> bool:
        """The line stops that would not, or sooner."""
        return self.offered_stop is not None and (self.stop is None or self.offered_stop < self.stop)

    def day(self, index: int | None) -> date | None:
        return None if index is None else self.need.today + timedelta(days=index)


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
