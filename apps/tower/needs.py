"""What a buyer's sites need of each own part against what they have and what comes: usable stock day by day.

Demand comes from the plans in force (`apps.planning`), never from orders: those are supply. What arrives on a day off of the
site is usable on the next day that it works; the days are those of the site, wherever its reader is. As many statements for
one part as for all. What nobody planned is unknown, not enough; stock that nobody looked at, or a plan that nobody renewed,
is grey.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.calendars import selectors as calendars
from apps.common.units import MixedUnits
from apps.consigned.selectors import MaterialIn
from apps.inventory.selectors import Heap, stock_by_site
from apps.orders import reads as orders
from apps.planning.explosion import Item
from apps.planning.known import Needed, known
from apps.production.selectors import used_on
from apps.tenancy.roles import Side

from . import handed, supply
from .agreed import Agreed, in_base, own_parts
from .need import NO_RULE, Need, Place, nothing, usable_on
from .supply import HORIZON_DAYS

FAR_DAYS = 26 * 7
# Each portion with its own line, the first requested first: two orders that come on one day are two.
_COMING = f"""
    SELECT p.partner_part_id, s.receiving_site_id, p.unit, p.kind, s.id, s.order_id, s.number, s.position, p.requested_date,
        p.day, p.quantity, p.shipment_id,
        EXISTS (SELECT FROM {orders.ANSWERS} a WHERE a.schedule_line_id = s.id AND a.state = 'proposed')
            OR EXISTS (SELECT FROM {orders.CHANGES} c
                WHERE c.schedule_line_id = s.id AND c.state = 'open' AND c.side = 'supplier')
    FROM portions p JOIN {orders.PLACES} s ON s.id = p.schedule_line_id WHERE p.quantity > 0
    ORDER BY p.requested_date, p.day NULLS LAST, s.id
"""
_ON_DAY = f"""
    SELECT p.partner_part_id, s.receiving_site_id, p.unit, p.kind, s.id, s.order_id, s.number, s.position, p.requested_date,
        p.day, p.quantity, p.shipment_id, false
    FROM portions p JOIN {orders.PLACES} s ON s.id = p.schedule_line_id
    WHERE p.quantity > 0 AND s.receiving_site_id = %(site)s AND p.day BETWEEN %(first)s AND %(last)s
    ORDER BY p.day, s.number, s.position, p.kind
"""


def needs(
    *,
    parts: Collection[int] | None = None,
    today: date | None = None,
    horizon: int = HORIZON_DAYS,
    with_rules: bool = False,
) -> dict[Place, Need]:
    """Every own part at every site where something is needed, held or on its way; six statements, and one more where
    material is handed out to suppliers.

    Args:
        parts: ids of own parts; all where None.
        today: at every site, instead of the day that it is there.
        with_rules: what should lie at the sites is read too.
    """
    places = calendars.own_places()
    days = {pk: today or place.site.today for pk, place in places.items()}
    earliest = min(days.values(), default=today or timezone.localdate())
    own = own_parts(parts)
    # What a material goes into is read with it: what is there of that needs no material any more.
    asked, parts = parts, None if parts is None else {*parts, *(use.parent for use in own.uses)}
    partner_parts = None if parts is None else list(own.agreed)
    coming = supply.read(Side.BUYER, _COMING, partner_parts, earliest)
    stock = stock_by_site(partner_parts, Side.BUYER, parts)
    said = known(
        first=earliest,
        last=earliest + timedelta(days=horizon),
        parts=parts,
        with_rules=with_rules,
        parents={use.parent for use in own.uses},
    )
    wanted = said.needed
    used = _used(used_on(days), own.agreed) if wanted else {}
    gathered = _Gathered(own.agreed, {place[0] for place in wanted}, places, days, horizon).all(coming, stock)
    suppliers = own.suppliers()
    still = {
        place: _less(_still(row, days[place[1]]), days[place[1]], used.get(place))
        for place, row in wanted.items()
        if place[1] in days
    }
    held = _held(own.uses, said.goes, still, gathered, places, days) if own.uses else {}
    return {
        place: Need(
            part=own.parts[place[0]],
            site=places[place[1]].site,
            today=days[place[1]],
            horizon=horizon,
            suppliers=suppliers.get(place[0], []),
            days_of_site=places[place[1]].days,
            is_made=place in wanted and place[0] not in suppliers and place[0] in own.by_bill,
            rule=said.rules.get(place, NO_RULE),
            **_of_suppliers(still.get(place), held.get(place)),
            **gathered.get(place, _empty()).__dict__,
        )
        for place in sorted({*gathered, *wanted})
        if place[0] in own.parts and place[1] in places and (asked is None or place[0] in asked)
    }


def _held(
    uses: Collection[MaterialIn],
    goes: Mapping[int, Sequence[Item[int]]],
    wanted: Mapping[Place, Needed | None],
    gathered: Mapping[Place, "_Held"],
    places: Mapping[int, calendars.Place],
    days: Mapping[int, date],
) -> dict[Place, handed.Held]:
    known = {place: row for place, row in wanted.items() if row is not None and place[1] in places}
    got = {place: row.stock + row.inspection + sum(row.coming.get(supply.SHIPPED, ())) for place, row in gathered.items()}
    return handed.held(uses, goes, known, got, days, {pk: place.days for pk, place in places.items()})


def _of_suppliers(found: Needed | None, held: handed.Held | None) -> dict[str, Any]:
    if found is None or held is None:
        return {"needed": found}
    days, there, built_in = held.less(found)
    return {"needed": replace(found, days=days), "at_suppliers": there, "in_parts": built_in}


def _still(found: Needed | None, today: date) -> Needed | None:
    """What is known from today on at the site; the day may be another one elsewhere."""
    return found.on(today) if found is not None and found.until >= today else None


def _used(found: Mapping[Heap, Decimal], agreed: Mapping[int, Agreed]) -> dict[Place, Decimal]:
    """What today's reports took of own parts, in their base units."""
    used: dict[Place, Decimal] = {}
    for heap, quantity in found.items():
        row = agreed.get(heap.partner_part_id or 0)
        part = row.part.pk if row else heap.part_id
        if part is None:
            continue
        with suppress(MixedUnits):  # which the stock of the part says
            amount = in_base(quantity, row.unit, row) if row else quantity
            used[part, heap.site_id] = used.get((part, heap.site_id), Decimal(0)) + amount
    return used


def _less(found: Needed | None, today: date, used: Decimal | None) -> Needed | None:
    """Of today's demand what reports have not taken yet: it is out of the stock already."""
    if found is None or not used or not found.days.get(today):
        return found
    return replace(found, days={**found.days, today: max(found.days[today] - used, Decimal(0))})


def on_days(need: Need, first: date, last: date) -> list[supply.Late]:
    """The pieces that are usable from a period on at the site of a need, with their documents; two statements.

    What is due on the days off before it is among them, what is due on days off at its end is not.
    """
    if need.unfit:
        return []
    agreed = own_parts([need.part.pk]).agreed
    days = need.days_of_site
    since = first if days is None else days.shift(first, -1) + timedelta(days=1)
    values = {"site": need.site_id, "first": since, "last": last}
    found = (_late(row, agreed) for row in supply.read(Side.BUYER, _ON_DAY, list(agreed), need.today, **values))
    return [row for row in found if row.expected and first <= usable_on(row.expected, days) <= last]


@dataclass
class _Held:
    coming: dict[str, list[Decimal]]
    late: list[supply.Late]
    later: list[supply.Late]
    stock: Decimal = Decimal(0)
    inspection: Decimal = Decimal(0)
    blocked: Decimal = Decimal(0)
    as_of: datetime | None = None
    unfit: str = ""


def _empty() -> _Held:
    return _Held({}, [], [])


@dataclass(frozen=True)
class _Gathered:
    """Partner parts of one own part put together, in its base unit; units that do not fit are kept beside it by name."""

    agreed: Mapping[int, Agreed]
    planned: Collection[int]
    places: Mapping[int, calendars.Place]
    days: Mapping[int, date]
    horizon: int
    found: dict[Place, _Held] = field(default_factory=dict)

    def all(self, coming: Iterable[tuple[Any, ...]], stock: Mapping[Heap, Any]) -> dict[Place, _Held]:
        for row in coming:
            if row[1] in self.places and row[0] in self.agreed:
                self._arrives(row)
        self._lies(stock)
        return self.found

    def _at(self, pk: int, site: int) -> _Held:
        place = (self.agreed[pk].part.pk, site)
        if (held := self.found.get(place)) is None:
            held = self.found[place] = _empty()
        return held

    def _arrives(self, row: tuple[Any, ...]) -> None:
        pk, site, *_words = row
        held = self._at(pk, site)
        try:
            late = _late(row, self.agreed)
        except MixedUnits as error:
            held.unfit = str(error.value)
            return
        if late.expected is None or late.expected > late.requested:
            held.late.append(late)
        if late.expected is None:
            return
        held.later.append(late)
        index = (usable_on(late.expected, self.places[site].days) - self.days[site]).days
        if late.kind == supply.SHIPPED:
            index = max(index, 0)
        if 0 <= index < self.horizon:
            held.coming.setdefault(late.kind, nothing(self.horizon))[index] += late.quantity

    def _lies(self, stock: Mapping[Heap, Any]) -> None:
        looks: dict[Place, list[tuple[bool, datetime]]] = {}
        known = {row.part.pk for row in self.agreed.values()} | set(self.planned)
        for (pk, own, site), row in stock.items():
            partner_part = self.agreed.get(pk) if pk else None
            own = partner_part.part.pk if partner_part else own
            if own is None or own not in known or site not in self.places:
                continue  # of a part that the firm supplies, or makes and needs nowhere, or that lies with another
            place = (own, site)
            held = self.found.setdefault(place, _empty())
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


def _late(row: tuple[Any, ...], agreed: Mapping[int, Agreed]) -> supply.Late:
    pk, _site, unit, kind, *place, quantity, shipment_id, is_offered = row
    return supply.Late(*(pk, kind, *place, in_base(quantity, unit, agreed[pk]), shipment_id, is_offered))
