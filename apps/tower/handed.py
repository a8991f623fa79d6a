"""What of the demand for a material its suppliers have already: in what lies with them, or in parts that came from them.

What goes into a part that a supplier makes of the buyer's material is used there, not at the buyer's site. Handing material
out takes it from the site's stock; so that demand is held against what was handed out first, and only what goes beyond it
has to be handed out of the stock still.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from apps.calendars.days import Days
from apps.consigned.selectors import MaterialIn, lying_at_suppliers
from apps.planning.demand import worked_before
from apps.planning.explosion import ONE, Item
from apps.planning.known import Needed

from .need import Place

ZERO = Decimal(0)


@dataclass
class Held:
    """Of the demand of one part at one site, in its base unit by day: what lies at suppliers, and what is in parts."""

    there: dict[date, Decimal] = field(default_factory=dict)
    built_in: dict[date, Decimal] = field(default_factory=dict)

    def less(self, needed: Needed) -> tuple[dict[date, Decimal], Decimal, Decimal]:
        """What is left of the demand by day, and how much lies at suppliers and is in parts of it."""
        days, there, built_in = dict(needed.days), ZERO, ZERO
        for series in (self.built_in, self.there):
            for day, quantity in series.items():
                taken = min(quantity, days.get(day, ZERO))
                if taken > 0:
                    days[day] -= taken
                    there, built_in = (there + taken, built_in) if series is self.there else (there, built_in + taken)
        return days, there, built_in


@dataclass(frozen=True)
class _Line:
    """So much of a material goes into parts that a supplier has still to make."""

    day: date
    site: int
    parent: int
    quantity: Decimal


def held(
    uses: Collection[MaterialIn],
    goes: Mapping[int, Sequence[Item[int]]],
    needed: Mapping[Place, Needed],
    got: Mapping[Place, Decimal],
    today: Mapping[int, date],
    days: Mapping[int, Days | None],
) -> dict[Place, Held]:
    """By material and site; one statement.

    Args:
        goes: the bills of the parts that the material goes into, by part.
        needed: demand of the materials and of the parts that they go into.
        got: of those parts, what lies at the sites or is on its way to them: their material was used before.
    """
    found: dict[Place, Held] = defaultdict(Held)
    lines: dict[int, list[_Line]] = defaultdict(list)
    for component, parent in {(use.component, use.parent) for use in uses}:
        items = [item for item in goes.get(parent, ()) if item.component == component]
        for (part, site), need in needed.items():
            if part != parent or not items or (component, site) not in needed:
                continue
            left = got.get((part, site), ZERO)
            for day in sorted(day for day in need.days if day >= today[site]):
                built = min(left, need.days[day])
                left -= built
                for on, per in _drawn(items, day, today[site], days.get(site)):
                    _add(found[component, site].built_in, on, built * per)
                    lines[component].append(_Line(on, site, parent, (need.days[day] - built) * per))
    heaps = lying_at_suppliers({use.material for use in uses})
    for component, own in lines.items():
        for line in sorted(own, key=lambda line: (line.day, line.site, line.parent)):
            left = line.quantity
            for use in uses:
                if (use.component, use.parent) == (component, line.parent):
                    taken = min(heaps.get(use.material, ZERO), left)
                    heaps[use.material] = heaps.get(use.material, ZERO) - taken
                    left -= taken
            _add(found[component, line.site].there, line.day, line.quantity - left)
    return found


def _add(series: dict[date, Decimal], day: date, quantity: Decimal) -> None:
    series[day] = series.get(day, ZERO) + quantity


def _drawn(items: Collection[Item[int]], day: date, today: date, days: Days | None) -> list[tuple[date, Decimal]]:
    """When, and how much, one unit of a part that is needed on a day takes of a material, as the plan draws it."""
    ordinal, worked = day.toordinal(), worked_before(days)
    return [
        (
            max(date.fromordinal(worked(ordinal - item.offset_days) if item.offset_days else ordinal), today),
            item.quantity * (ONE + item.scrap_share),
        )
        for item in items
        if item.holds(ordinal)
    ]
