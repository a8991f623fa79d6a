"""One own part at one site: what is needed and what is there, when the line stops, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

from django.utils import timezone

from apps.calendars.days import Days
from apps.masterdata.models import Part
from apps.planning.known import Needed
from apps.planning.stocking import StockRule
from apps.tenancy.models import Site

from . import supply
from .agreed import Agreed
from .projection import ProjectedDay, project
from .supply import FRESH_FOR, KINDS

Place = tuple[int, int]  # own part, site
NO_RULE = StockRule()
ZERO = Decimal(0)


@dataclass(frozen=True)
class Cause:
    """Why a part is short: pieces of an order that come too late, or pieces that nobody ordered (`late` None).

    `was_asked_late`: the order was asked for after the day on which the line stops, and comes as it was asked for.
    """

    quantity: Decimal
    late: supply.Late | None
    was_asked_late: bool = False

    @property
    def line_id(self) -> int | None:
        return self.late.schedule_line_id if self.late else None


@dataclass(frozen=True)
class Need:
    """One own part at one site, in the part's base unit.

    Attributes:
        coming: by kind of supply the quantity of each day of the horizon.
        needed: None where no plan in force says anything of it.
        agreed: who may deliver it, and in what unit.
        unfit: units that do not convert, "KGM → H87"; then nothing is reckoned.
        days_of_site: the days that it works; None where no calendar is kept.
        is_made: the firm makes it itself and buys it from nobody. What the plans will make of it is not reckoned as coming,
            so nothing is said of its days: it is its material that can be ordered, and that is watched.
        rule: what should lie at the site, where it was read.
        later: what has a day on which it comes, late or not, each portion with its own order.
        at_suppliers: demand that suppliers meet from material that lies with them, which is not in `needed`; so is what
            is `in_parts` of theirs that lie here or are on the way.
        offered: of what comes, or should have, pieces of lines of which a supplier wants something else.
    """

    part: Part
    site: Site
    today: date
    horizon: int
    stock: Decimal
    inspection: Decimal
    blocked: Decimal
    as_of: datetime | None
    coming: Mapping[str, list[Decimal]]
    needed: Needed | None
    late: list[supply.Late] = field(default_factory=list)
    later: list[supply.Late] = field(default_factory=list)
    at_suppliers: Decimal = Decimal(0)
    in_parts: Decimal = Decimal(0)
    offered: Decimal = ZERO
    agreed: Sequence[Agreed] = ()
    unfit: str = ""
    days_of_site: Days | None = None
    is_made: bool = False
    rule: StockRule = NO_RULE

    @property
    def site_id(self) -> int:
        return self.site.pk

    @property
    def place(self) -> Place:
        return self.part.pk, self.site.pk

    @property
    def suppliers(self) -> list[tuple[int, str, int]]:
        """(partner part id, name, firm) of those who may deliver it."""
        return [(row.pk, row.supplier, row.supplier_id) for row in self.agreed]

    @property
    def supplier_ids(self) -> set[int]:
        return {row.supplier_id for row in self.agreed}

    @property
    def is_known(self) -> bool:
        return self.needed is not None and not self.unfit and not self.is_made

    @property
    def is_counted(self) -> bool:
        """Somebody once looked at its stock; else nobody knows what is left of it on any day."""
        return self.as_of is not None

    @cached_property
    def is_stock_stale(self) -> bool:
        return self.as_of is None or self.as_of < timezone.now() - FRESH_FOR

    @cached_property
    def is_plan_stale(self) -> bool:
        return self.needed is not None and self.needed.drawn_at < timezone.now() - FRESH_FOR

    @property
    def is_stale(self) -> bool:
        """What rests on such inputs is shown grey, never red."""
        return self.is_stock_stale or self.is_plan_stale

    @cached_property
    def days(self) -> list[ProjectedDay]:
        """As many days of the horizon as the plans know; none where demand is unknown, or the part is made here."""
        return project(self.stock, *self._moves)

    @cached_property
    def projected(self) -> list[Decimal]:
        """Stock at the end of each of those days: all that most parts of a list are asked for."""
        changes = (come - gone for gone, come in zip(*self._moves, strict=True))
        return list(accumulate(changes, initial=self.stock))[1:]

    @cached_property
    def _moves(self) -> tuple[list[Decimal], list[Decimal]]:
        """What is needed and what comes on each of those days."""
        if self.needed is None or not self.is_known:
            return [], []
        known = min(self.horizon, (self.needed.until - self.today).days + 1)
        demand = nothing(known)
        for day, quantity in self.needed.days.items():
            if 0 <= (index := (day - self.today).days) < known:
                demand[index] = quantity
        coming = [self.coming[kind][:known] for kind in KINDS if kind in self.coming]
        return demand, [sum(day, ZERO) for day in zip(*coming, strict=True)] if coming else nothing(known)

    @cached_property
    def stop(self) -> int | None:
        """Days from now to the first one that ends below zero: the line stops. None where none does, or nobody knows."""
        return next((index for index, left in enumerate(self.projected) if left < 0), None) if self.is_counted else None

    @property
    def gap(self) -> Decimal:
        """What is missing on the day on which the line stops; 0 where none does, or nobody knows (`is_known`)."""
        return -self.projected[self.stop] if self.stop is not None else Decimal(0)

    @property
    def undated(self) -> Decimal:
        """Pieces of open orders without a valid day: they may come, and nobody says when."""
        return sum((late.quantity for late in self.late if late.expected is None), Decimal(0))

    @cached_property
    def causes(self) -> list[Cause]:
        """What the gap of the stop day comes from: orders asked for by then that come later, the earliest asked first; those
        asked for after it; what nobody ordered. Together they are the gap; where orders hold more, the last is cut."""
        if self.stop is None:
            return []
        return self.why(self.today + timedelta(days=self.stop), self.gap, self.projected)

    @cached_property
    def shortages(self) -> list[tuple[int, list[Cause]]]:
        """Every shortage that plans know, as (days from now, causes): the day on which the line stops with all that causes
        it, and each later one on which more is missing than before, or something again, with what no earlier one named.
        What nobody ordered stands once: a stock that is covered again had all that was missing ordered."""
        if self.stop is None:
            return []
        found: list[tuple[int, list[Cause]]] = []
        named: set[int | None] = set()
        projected, deepest = self.projected, ZERO
        for index in range(self.stop, len(projected)):
            missing = max(-projected[index], ZERO)
            if missing > deepest:
                causes = self.why(self.today + timedelta(days=index), missing, projected)
                if fresh := [cause for cause in causes if cause.line_id not in named]:
                    found.append((index, fresh))
                    named |= {cause.line_id for cause in fresh}
            deepest = max(deepest, missing) if missing else ZERO
        return found

    def why(self, day: date, missing: Decimal, projected: Sequence[Decimal], least: Decimal = Decimal(0)) -> list[Cause]:
        """What so much that is missing on a day comes from, by the one rule of outlook and proposals.

        Args:
            projected: stock at the end of each day from today on.
            least: below it something is missing.
        """
        left, found = missing, []
        for late in self.late:
            if left > 0 and late.requested <= day and (late.expected is None or late.expected > day):
                found.append(Cause(min(left, late.quantity), late))
                left -= min(left, late.quantity)
        for later in self.after(day, projected, least) if left > 0 else ():
            if left > 0:
                found.append(Cause(min(left, later.quantity), later, was_asked_late=True))
                left -= min(left, later.quantity)
        return [*found, Cause(left, None)] if left > 0 else found

    def after(self, day: date, projected: Sequence[Decimal], least: Decimal = Decimal(0)) -> list[supply.Late]:
        """What was asked for after a day, comes after it and fills its gap, the first to come first: what comes until the
        stock reaches the least again, so that asking for it earlier helps. Where it never does, nothing is ordered for it.

        Args:
            projected: stock at the end of each day from today on.
        """
        first = (day - self.today).days + 1
        filled = next((n for n in range(first, len(projected)) if projected[n] >= least), None)
        if filled is None:
            return []
        until = self.today + timedelta(days=filled)
        rows = (row for row in self.later if row.requested > day and row.expected is not None and row.expected > day)
        found = [row for row in rows if row.expected and usable_on(row.expected, self.days_of_site) <= until]
        return sorted(found, key=lambda row: (row.expected, row.schedule_line_id))


def usable_on(day: date, days: Days | None) -> date:
    """The day on which what arrives on a day is there to be used; where no calendar is kept nobody knows a day off."""
    return days.first_from(day) if days else day


def nothing(horizon: int) -> list[Decimal]:
    return [ZERO] * horizon
