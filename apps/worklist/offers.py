"""What suppliers want instead, line by line: old and new, how far from what was agreed, and what it does to the stock."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.calendars.days import Days
from apps.orders.services.shared import Part, today_at
from apps.orders.services.wishes import keeps_window
from apps.orders.working import receiving_days_of
from apps.orders.worklines import Standing, WorkLine, standing, work_lines
from apps.tenancy.roles import Side
from apps.tower.effects import Effect, effect
from apps.tower.need import Need
from apps.tower.needs import needs


@dataclass(frozen=True)
class Offer:
    """One line on which the supplier wants something else; quantities in the line's unit.

    Attributes:
        is_frozen: what it moves lies in the freeze fence, so that no rule accepts it.
        in_window: each day lies in the agreed window around the requested one.
        need: of its part at its site; None where nothing is needed, held or on its way there.
        effect: None where nothing is known of the part's demand or stock.
    """

    line: WorkLine
    found: Standing
    is_frozen: bool
    in_window: bool
    need: Need | None
    effect: Effect | None

    @property
    def old_quantity(self) -> Decimal:
        return sum((part.quantity for part in self.found.before), Decimal(0))

    @property
    def new_quantity(self) -> Decimal:
        return sum((part.quantity for part in self.found.offered), Decimal(0))

    @property
    def old_day(self) -> date:
        return max(part.delivery_date for part in self.found.before)

    @property
    def new_day(self) -> date:
        return max(part.delivery_date for part in self.found.offered)

    @property
    def wanted_quantity(self) -> Decimal:
        """What the line asks for; of a counter-proposal to a change what that asked for."""
        wished = self.found.wished
        return sum((part.quantity for part in wished), Decimal(0)) if wished else self.found.row.requested_quantity

    @property
    def is_counter(self) -> bool:
        """It stands instead of a change that the buyer asked for."""
        return bool(self.found.wished)

    @property
    def is_short(self) -> bool:
        """Less than is asked for."""
        return self.new_quantity < self.wanted_quantity

    @property
    def is_within(self) -> bool:
        """All pieces, no more than the agreed tolerance above, in the agreed window: in the fence only somebody's yes is
        missing. What is offered instead of the buyer's own change is never taken unread: that day was not asked for."""
        keeps = self.in_window and not self.is_short and self.new_quantity <= self.found.row.max_quantity
        return keeps and not self.is_counter

    @property
    def order(self) -> tuple[date, int]:
        return (self.new_day, self.line.id)

    @property
    def days_later(self) -> int:
        return (self.new_day - self.old_day).days

    @property
    def stop_on(self) -> date | None:
        return self.effect.day(self.effect.offered_stop) if self.effect else None

    @property
    def more_missing(self) -> Decimal | None:
        """Of a line that stops on the same day, in the part's base unit; below zero fewer are."""
        if self.effect is None or self.effect.stop is None or self.effect.stop != self.effect.offered_stop:
            return None
        return self.effect.missing[0] if self.effect.missing else Decimal(0)


def offers(ids: Collection[int] | None = None) -> list[Offer]:
    """What waits for the scope's buyer to decide, on some lines or on all, in no order; six statements and those of
    `needs`."""
    lines = [line for line in work_lines(Side.BUYER, names=("change_proposed",)) if line.awaits in ("buyer", "both")]
    if ids is not None:
        lines = [line for line in lines if line.id in ids]
    found = standing(line.id for line in lines)
    shown = [line for line in lines if line.id in found and found[line.id].offered]
    days = receiving_days_of(row.order for row in found.values())
    known = needs(parts={found[line.id].part.part_id for line in shown}) if shown else {}
    return [
        Offer(
            line,
            row,
            is_frozen(row, days[row.order.pk], row.offered),
            all(keeps_window(part.delivery_date, row.row, row.order.agreed, days[row.order.pk]) for part in row.offered),
            need := known.get((row.part.part_id, row.order.receiving_site_id)),
            effect(need, [(row, row.offered)]),
        )
        for line in shown
        for row in (found[line.id],)
    ]


def is_frozen(row: Standing, days: Days, wanted: Iterable[Part]) -> bool:
    """Whether what stands, or what is wanted instead, lies in the freeze fence of the order's terms."""
    fence = days.shift(today_at(row.order), row.order.agreed.freeze_days)
    return min(part.delivery_date for part in (*row.before, *wanted)) <= fence


def within(rows: Iterable[Offer]) -> list[Offer]:
    """Of some offers those inside the agreed tolerance by which, all taken together, no line stops that would not, or
    sooner, and none has more missing.

    Two offers on one part may each leave enough, and together not: they are reckoned one upon the other, what comes soonest
    first, and the one with which the line is worse off is left for somebody to decide.
    """
    taken: dict[tuple[int, int], list[Offer]] = {}
    for row in sorted((row for row in rows if row.is_within), key=lambda row: row.order):
        before = taken.setdefault((row.found.part.part_id, row.found.order.receiving_site_id), [])
        together = effect(row.need, [(one.found, one.found.offered) for one in (*before, row)])
        if together is None or not together.is_worse:
            before.append(row)
    return [row for found in taken.values() for row in found]
