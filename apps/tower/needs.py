"""What a buyer's sites need of each own part against what they have and what comes: usable stock day by day.

Demand comes from the plans in force (`apps.planning`), never from orders: those are supply. What arrives on a day off of the
site is usable on the next day that it works; the days are those of the site, wherever its reader is. Six statements,
however many parts. What nobody planned is unknown, not enough; stock that nobody looked at, or a plan that nobody renewed,
is grey.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone

from apps.calendars import selectors as calendars
from apps.calendars.days import Days
from apps.common.units import MixedUnits, convert
from apps.inventory.selectors import Heap, stock_by_site
from apps.masterdata.models import Part, PartnerPart
from apps.orders import reads as orders
from apps.planning.selectors import Needed, needed, with_bill
from apps.production.selectors import used_on
from apps.tenancy.models import Site
from apps.tenancy.roles import Side

from . import supply
from .projection import ProjectedDay, behind_in_days, project
from .supply import FRESH_FOR, HORIZON_DAYS, KINDS

FAR_DAYS = 26 * 7
Place = tuple[int, int]  # own part, site
# What comes by day, then what comes later than it was requested with the line that causes it: one reading of the documents.
_COMING = f"""
    SELECT p.partner_part_id, s.receiving_site_id, p.unit, p.kind, NULL::bigint, NULL::bigint, NULL::text, NULL::int,
        NULL::date, p.day, sum(p.quantity), NULL::bigint
    FROM portions p JOIN {orders.PLACES} s ON s.id = p.schedule_line_id WHERE p.day IS NOT NULL GROUP BY 1, 2, 3, 4, 10
    UNION ALL
    SELECT * FROM (
        SELECT p.partner_part_id, s.receiving_site_id, p.unit, p.kind, s.id, s.order_id, s.number, s.position,
            p.requested_date, p.day, p.quantity, p.shipment_id
        FROM portions p JOIN {orders.PLACES} s ON s.id = p.schedule_line_id
        WHERE p.quantity > 0 AND (p.day IS NULL OR p.day > p.requested_date)
        ORDER BY p.requested_date, p.day NULLS LAST, s.id
    ) late
"""
_ON_DAY = f"""
    SELECT p.partner_part_id, s.receiving_site_id, p.unit, p.kind, s.id, s.order_id, s.number, s.position, p.requested_date,
        p.day, p.quantity, p.shipment_id
    FROM portions p JOIN {orders.PLACES} s ON s.id = p.schedule_line_id
    WHERE p.quantity > 0 AND s.receiving_site_id = %(site)s AND p.day BETWEEN %(first)s AND %(last)s
    ORDER BY p.day, s.number, s.position, p.kind
"""


@dataclass(frozen=True)
class Cause:
    """Why a part is short: pieces of an order that come too late, or pieces that nobody ordered (`late` None)."""

    quantity: Decimal
    late: supply.Late | None


@dataclass(frozen=True)
class Need:
    """One own part at one site, in the part's base unit.

    Attributes:
        coming: by kind of supply the quantity of each day of the horizon.
        needed: None where no plan in force says anything of it.
        suppliers: (partner part id, name, firm) of those who may deliver it.
        unfit: units that do not convert, "KGM → H87"; then nothing is reckoned.
        days_of_site: the days that it works; None where no calendar is kept.
        is_made: the firm makes it itself and buys it from nobody. What the plans will make of it is not reckoned as coming,
            so nothing is said of its days: it is its material that can be ordered, and that is watched.
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
    suppliers: list[tuple[int, str, int]] = field(default_factory=list)
    unfit: str = ""
    days_of_site: Days | None = None
    is_made: bool = False

    @property
    def site_id(self) -> int:
        return self.site.pk

    @property
    def supplier_ids(self) -> set[int]:
        return {firm for _pk, _name, firm in self.suppliers}

    @property
    def is_known(self) -> bool:
        return self.needed is not None and not self.unfit and not self.is_made

    @property
    def is_stock_stale(self) -> bool:
        return self.as_of is None or self.as_of < timezone.now() - FRESH_FOR

    @property
    def is_plan_stale(self) -> bool:
        return self.needed is not None and self.needed.drawn_at < timezone.now() - FRESH_FOR

    @property
    def is_stale(self) -> bool:
        """What rests on such inputs is shown grey, never red."""
        return self.is_stock_stale or self.is_plan_stale

    @cached_property
    def days(self) -> list[ProjectedDay]:
        """As many days of the horizon as the plans know; none where demand is unknown, or the part is made here."""
        if self.needed is None or not self.is_known:
            return []
        known = min(self.horizon, (self.needed.until - self.today).days + 1)
        demand = [self.needed.days.get(self.today + timedelta(days=n), Decimal(0)) for n in range(known)]
        return project(self.stock, demand, [sum(day, Decimal(0)) for day in zip(*self._arrivals(known), strict=True)])

    def _arrivals(self, known: int) -> list[list[Decimal]]:
        return [self.coming.get(kind, _nothing(self.horizon))[:known] for kind in KINDS]

    @cached_property
    def stop(self) -> int | None:
        """Days from now to the first one that ends below zero: the line stops. None where none does, or nobody knows."""
        return behind_in_days(self.days)

    @property
    def gap(self) -> Decimal:
        """What is missing on the day on which the line stops; 0 where none does, or nobody knows (`is_known`)."""
        return -self.days[self.stop].projected if self.stop is not None else Decimal(0)

    @property
    def undated(self) -> Decimal:
        """Pieces of open orders without a valid day: they may come, and nobody says when."""
        return sum((late.quantity for late in self.late if late.expected is None), Decimal(0))

    @cached_property
    def causes(self) -> list[Cause]:
        """What the gap of the stop day comes from: orders asked for by then that come later, the earliest asked first, and
        what nobody ordered. Together they are the gap; where orders late hold more than it, the last is cut."""
        if self.stop is None:
            return []
        left, day, found = self.gap, self.today + timedelta(days=self.stop), []
        for late in self.late:
            if left > 0 and late.requested <= day and (late.expected is None or late.expected > day):
                found.append(Cause(min(left, late.quantity), late))
                left -= min(left, late.quantity)
        return [*found, Cause(left, None)] if left > 0 else found


def needs(
    *, parts: Collection[int] | None = None, today: date | None = None, horizon: int = HORIZON_DAYS
) -> dict[Place, Need]:
    """Every own part at every site where something is needed, held or on its way; six statements, two more where a plan
    names parts that no supplier is agreed for.

    Args:
        parts: ids of own parts; all where None.
        today: at every site, instead of the day that it is there.
    """
    places = calendars.own_places()
    days = {pk: today or place.site.today for pk, place in places.items()}
    earliest = min(days.values(), default=today or timezone.localdate())
    agreed = _agreed(parts)
    partner_parts = None if parts is None else list(agreed)
    coming = supply.read(Side.BUYER, _COMING, partner_parts, earliest)
    stock = stock_by_site(partner_parts, Side.BUYER, parts)
    wanted = needed(first=earliest, last=earliest + timedelta(days=horizon), parts=parts)
    planned = {part for part, _site in wanted}
    used = _used(used_on(days), agreed) if wanted else {}
    gathered = _Gathered(agreed, planned, places, days, horizon).all(coming, stock)
    alone = {place[0] for place in wanted} - {place[0] for place in gathered}
    own = {row.part_id: row.part for row in agreed.values()}
    if alone - set(own):
        own |= {part.pk: part for part in Part.objects.filter(pk__in=alone)}
    suppliers: dict[int, list[tuple[int, str, int]]] = {}
    for row in agreed.values():
        suppliers.setdefault(row.part_id, []).append((row.pk, row.supplier.name, row.supplier_id))
    lone = {place[0] for place in wanted} - set(suppliers)
    made = with_bill(lone) if lone else set()
    return {
        place: Need(
            part=own[place[0]],
            site=places[place[1]].site,
            today=days[place[1]],
            horizon=horizon,
            needed=_less(_still(wanted.get(place), days[place[1]]), days[place[1]], used.get(place)),
            suppliers=suppliers.get(place[0], []),
            days_of_site=places[place[1]].days,
            is_made=place[0] in made,
            **gathered.get(place, _empty()).__dict__,
        )
        for place in sorted({*gathered, *wanted})
        if place[0] in own and place[1] in places
    }


def _still(found: Needed | None, today: date) -> Needed | None:
    """What is known from today on at the site; the day may be another one elsewhere."""
    return found if found is not None and found.until >= today else None


def _used(found: Mapping[Heap, Decimal], agreed: Mapping[int, PartnerPart]) -> dict[Place, Decimal]:
    """What today's reports took of own parts, in their base units."""
    used: dict[Place, Decimal] = {}
    for heap, quantity in found.items():
        row = agreed.get(heap.partner_part_id or 0)
        part = row.part_id if row else heap.part_id
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
    agreed = _agreed([need.part.pk])
    days = need.days_of_site
    since = first if days is None else days.shift(first, -1) + timedelta(days=1)
    values = {"site": need.site_id, "first": since, "last": last}
    found = (_late(row, agreed) for row in supply.read(Side.BUYER, _ON_DAY, list(agreed), need.today, **values))
    return [row for row in found if row.expected and first <= usable_on(row.expected, days) <= last]


def usable_on(day: date, days: Days | None) -> date:
    """The day on which what arrives on a day is there to be used; where no calendar is kept nobody knows a day off."""
    return days.first_from(day) if days else day


@dataclass
class _Held:
    coming: dict[str, list[Decimal]]
    late: list[supply.Late]
    stock: Decimal = Decimal(0)
    inspection: Decimal = Decimal(0)
    blocked: Decimal = Decimal(0)
    as_of: datetime | None = None
    unfit: str = ""


def _empty() -> _Held:
    return _Held({}, [])


@dataclass(frozen=True)
class _Gathered:
    """Partner parts of one own part put together, in its base unit; units that do not fit are kept beside it by name."""

    agreed: Mapping[int, PartnerPart]
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
        return self.found.setdefault((self.agreed[pk].part_id, site), _empty())

    def _arrives(self, row: tuple[Any, ...]) -> None:
        pk, site, unit, kind, line, *_words, day, quantity, _shipment = row
        held = self._at(pk, site)
        try:
            if line is not None:
                held.late.append(_late(row, self.agreed))
                return
            amount = in_base(quantity, unit, self.agreed[pk])
        except MixedUnits as error:
            held.unfit = str(error.value)
            return
        index = (usable_on(day, self.places[site].days) - self.days[site]).days
        if kind == supply.SHIPPED:
            index = max(index, 0)
        if 0 <= index < self.horizon:
            held.coming.setdefault(kind, _nothing(self.horizon))[index] += amount

    def _lies(self, stock: Mapping[Heap, Any]) -> None:
        looks: dict[Place, list[tuple[bool, datetime]]] = {}
        known = {row.part_id for row in self.agreed.values()} | set(self.planned)
        for (pk, own, site), row in stock.items():
            partner_part = self.agreed.get(pk) if pk else None
            own = partner_part.part_id if partner_part else own
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


def _late(row: tuple[Any, ...], agreed: Mapping[int, PartnerPart]) -> supply.Late:
    pk, _site, unit, kind, *place, quantity, shipment_id = row
    return supply.Late(*(pk, kind, *place, in_base(quantity, unit, agreed[pk]), shipment_id))


def in_base(quantity: Decimal, unit: str, agreed: PartnerPart) -> Decimal:
    """A quantity of an order, or of stock, in the base unit of the own part.

    The factor that both firms agreed counts; where they left it at 1, units of one kind are converted.

    Raises:
        MixedUnits: they measure different things, and no factor is agreed.
    """
    amount = convert(quantity, unit, agreed.unit) if unit != agreed.unit else quantity
    if agreed.base_factor != 1 or agreed.unit == agreed.part.unit:
        return amount * agreed.base_factor
    return convert(amount, agreed.unit, agreed.part.unit)


def _agreed(parts: Collection[int] | None) -> dict[int, PartnerPart]:
    rows = PartnerPart.objects.on_side(Side.BUYER).select_related("part", "supplier").order_by("pk")
    return {row.pk: row for row in (rows if parts is None else rows.filter(part_id__in=parts))}


def _nothing(horizon: int) -> list[Decimal]:
    return [Decimal(0)] * horizon
