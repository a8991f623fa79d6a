"""What lies at a buyer's sites and comes to them, put together by own part and site, in the part's base unit."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from apps.calendars import selectors as calendars
from apps.common.units import MixedUnits
from apps.inventory.selectors import Heap
from apps.orders import reads as orders

from . import supply
from .agreed import Agreed, in_base
from .need import ZERO, Place, nothing, usable_on

# Whether its supplier wants something else of a line.
_OFFERED = f"""(EXISTS (SELECT FROM {orders.ANSWERS} a WHERE a.schedule_line_id = %s AND a.state = 'proposed')
            OR EXISTS (SELECT FROM {orders.CHANGES} c
                WHERE c.schedule_line_id = %s AND c.state = 'open' AND c.side = 'supplier'))"""
# Each portion with its own line, the first requested first: two orders that come on one day are two.
LINES = f"""
    SELECT p.partner_part_id, s.receiving_site_id, p.unit, p.kind, s.id, s.order_id, s.number, s.position, p.requested_date,
        p.day, p.quantity, p.shipment_id, {_OFFERED.replace("%s", "s.id")}
    FROM portions p JOIN {orders.PLACES} s ON s.id = p.schedule_line_id WHERE p.quantity > 0
    ORDER BY p.requested_date, p.day NULLS LAST, s.id
"""
# The same without their lines: of most parts of a list nobody asks which they are. Aggregates of one row list in one order.
SUMS = f"""
    SELECT p.partner_part_id, o.receiving_site_id, p.unit, p.kind, array_agg(p.day), array_agg(p.quantity),
        coalesce(sum(p.quantity) FILTER (WHERE {_OFFERED.replace("%s", "p.schedule_line_id")}), 0)
    FROM portions p JOIN {orders.ORDERS} o ON o.id = p.order_id WHERE p.quantity > 0 GROUP BY 1, 2, 3, 4
"""


@dataclass
class Held:
    """
    Attributes:
        coming: by kind of supply the quantity of each day of the horizon.
        late, later: see `Need`; empty where only sums were read.
        offered: of what comes, or should have, pieces of lines of which a supplier wants something else.
        unfit: units that do not convert, "KGM → H87".
    """

    coming: dict[str, list[Decimal]] = field(default_factory=dict)
    late: list[supply.Late] = field(default_factory=list)
    later: list[supply.Late] = field(default_factory=list)
    offered: Decimal = ZERO
    stock: Decimal = ZERO
    inspection: Decimal = ZERO
    blocked: Decimal = ZERO
    as_of: datetime | None = None
    unfit: str = ""

    def names(self, late: supply.Late) -> None:
        """A portion with its line."""
        if late.expected is None or late.expected > late.requested:
            self.late.append(late)
        if late.expected is not None:
            self.later.append(late)
        if late.is_offered:
            self.offered += late.quantity


@dataclass(frozen=True)
class Gathered:
    """Partner parts of one own part put together; units that do not fit are kept beside it by name."""

    agreed: Mapping[int, Agreed]
    planned: Collection[int]
    places: Mapping[int, calendars.Place]
    days: Mapping[int, date]
    horizon: int
    found: dict[Place, Held] = field(default_factory=dict)

    def lines(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Rows of `LINES`."""
        for row in rows:
            if (held := self._at(row)) is None:
                continue
            try:
                late = late_of(row, self.agreed)
            except MixedUnits as error:
                held.unfit = str(error.value)
                continue
            held.names(late)
            if late.expected is not None:
                self._comes(held, row[1], late.kind, [(late.expected, late.quantity)])

    def sums(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Rows of `SUMS`."""
        for row in rows:
            if (held := self._at(row)) is None:
                continue
            pk, site, unit, kind, days, quantities, offered = row
            agreed = self.agreed[pk]
            try:
                amounts = [in_base(quantity, unit, agreed) for quantity in quantities]
                held.offered += in_base(offered, unit, agreed)
            except MixedUnits as error:
                held.unfit = str(error.value)
                continue
            self._comes(held, site, kind, [pair for pair in zip(days, amounts, strict=True) if pair[0] is not None])

    def lies(self, stock: Mapping[Heap, Any]) -> None:
        looks: dict[Place, list[tuple[bool, datetime]]] = {}
        known = {row.part.pk for row in self.agreed.values()} | set(self.planned)
        for (pk, own, site), row in stock.items():
            partner_part = self.agreed.get(pk) if pk else None
            own = partner_part.part.pk if partner_part else own
            if own is None or own not in known or site not in self.places:
                continue  # of a part that the firm supplies, or makes and needs nowhere, or that lies with another
            place = (own, site)
            held = self.found.setdefault(place, Held())
            try:
                for name, status in (("stock", "available"), ("inspection", "inspection"), ("blocked", "blocked")):
                    amount = in_base(row[status], partner_part.unit, partner_part) if partner_part else row[status]
                    setattr(held, name, getattr(held, name) + amount)
            except MixedUnits as error:
                held.unfit = str(error.value)
            is_empty = not any(row[status] for status in ("available", "inspection", "blocked"))
            looks.setdefault(place, []).append((is_empty, row["as_of"]))
        for place, seen in looks.items():
            # The oldest look counts: what rests on it is as old. A used-up heap needs none while another lies there.
            full = [as_of for is_empty, as_of in seen if not is_empty]
            self.found[place].as_of = min(full) if full else max(as_of for _is_empty, as_of in seen)

    def _at(self, row: tuple[Any, ...]) -> Held | None:
        """Where a row belongs; None where that is no own part at an own site."""
        pk, site = row[0], row[1]
        if site not in self.places or pk not in self.agreed:
            return None
        return self.found.setdefault((self.agreed[pk].part.pk, site), Held())

    def _comes(self, held: Held, site: int, kind: str, portions: Iterable[tuple[date, Decimal]]) -> None:
        today, days = self.days[site], self.places[site].days
        for expected, quantity in portions:
            index = (usable_on(expected, days) - today).days
            if kind == supply.SHIPPED:
                index = max(index, 0)
            if 0 <= index < self.horizon:
                if (series := held.coming.get(kind)) is None:
                    series = held.coming[kind] = nothing(self.horizon)
                series[index] += quantity


def late_of(row: tuple[Any, ...], agreed: Mapping[int, Agreed]) -> supply.Late:
    """
    Raises:
        MixedUnits: the line's unit measures something else than the part's.
    """
    pk, _site, unit, kind, *place, quantity, shipment_id, is_offered = row
    return supply.Late(*(pk, kind, *place, in_base(quantity, unit, agreed[pk]), shipment_id, is_offered))
