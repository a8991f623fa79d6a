"""What is known of the supply of parts; two statements over the documents, however many parts and lines.

An order is supply, never demand: here stands what is there, what comes, and what comes later than it was requested, and
never how long a buyer's stock lasts (`needs.py` holds it against plans). A supplier's demand is known: its customers' open
orders. What counts, and on which day:
- on its way: announced and departed goods on the planned day of arrival, today when that has passed;
- confirmed and not yet announced goods on the confirmed day; when it has passed they have no valid day;
- ordered and not yet confirmed goods on the requested day; when it has passed they have no valid day.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connections
from django.utils import timezone

from apps.common.sql import array_of
from apps.common.units import convert
from apps.deliveries import reads as deliveries
from apps.inventory.selectors import stock_by_part
from apps.masterdata import reads as masterdata
from apps.orders import reads as orders
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from .projection import ProjectedDay, behind, behind_in_days, on_hand, project

HORIZON_DAYS = 28
FRESH_FOR = timedelta(days=7)
SHIPPED, CONFIRMED, ORDERED = "shipped", "confirmed", "ordered"
ANNOUNCED = "announced"  # of a supplier: it has not left, and lies in its stock
KINDS = (SHIPPED, CONFIRMED, ORDERED)
Parts = Collection[int] | None  # ids of partner parts; None: all

_PORTIONS = f"""
    WITH {{to_come}}, {{on_its_way}}, portions AS (
        SELECT kind, partner_part_id, unit, schedule_line_id, order_id, requested_date, NULL::bigint AS shipment_id, day,
            quantity
        FROM to_come
        UNION ALL
        SELECT w.kind, w.partner_part_id, w.unit, w.schedule_line_id, s.order_id, s.requested_date, w.shipment_id, w.day,
            w.quantity
        FROM on_its_way w JOIN {orders.SCHEDULE_LINES} s ON s.id = w.schedule_line_id
    )
"""
# Each row says the line's unit and the part's, in which its figures are shown.
_SUMS = f"""
    SELECT p.partner_part_id, p.unit, part.unit, p.kind, p.day, sum(p.quantity)
    FROM portions p JOIN {masterdata.PARTNER_PARTS} part ON part.id = p.partner_part_id GROUP BY 1, 2, 3, 4, 5
"""
_LATE = f"""
    SELECT p.partner_part_id, p.unit, part.unit, part.part_id, s.receiving_site_id, p.kind, s.id, s.order_id, s.number,
        s.position, p.requested_date, p.day, p.quantity, p.shipment_id
    FROM portions p
    JOIN {orders.PLACES} s ON s.id = p.schedule_line_id
    JOIN {masterdata.PARTNER_PARTS} part ON part.id = p.partner_part_id
    WHERE p.quantity > 0 AND (p.day IS NULL OR p.day > p.requested_date)
    ORDER BY p.requested_date, p.day NULLS LAST, s.id
"""


class Late(NamedTuple):
    """Pieces of one order line that arrive later than they were requested: the cause of a gap.

    `expected` is None where no valid day is promised: the promise has passed, or nobody answered by the requested day;
    `is_offered` where the supplier wants something else of the line (only `needs` reads it); `place` is the own part, if it
    is one, with the site that waits (only `delays` reads it).
    """

    partner_part_id: int
    kind: str
    schedule_line_id: int
    order_id: int
    order_number: str
    position: int
    requested: date
    expected: date | None
    quantity: Decimal
    shipment_id: int | None
    is_offered: bool = False
    place: tuple[int, int] | None = None


@dataclass(frozen=True)
class Day:
    """One day of a buyer's part, in its unit: what comes, what is here by its end, and what should have come by then.

    `on_hand` takes nothing out, because no demand is known; `behind` was requested by this day and arrives after it.
    """

    shipped: Decimal
    confirmed: Decimal
    ordered: Decimal
    on_hand: Decimal
    behind: Decimal


@dataclass(frozen=True)
class Seen:
    """Stock of a part, in its unit, and when somebody last booked or counted it; None: never."""

    partner_part_id: int
    stock: Decimal
    inspection: Decimal
    blocked: Decimal
    as_of: datetime | None

    @property
    def is_stale(self) -> bool:
        """Stock that nobody looked at within the agreed freshness is unknown."""
        return self.as_of is None or self.as_of < timezone.now() - FRESH_FOR


@dataclass(frozen=True)
class Delay:
    """What of one part comes later than it was requested.

    Attributes:
        late: the order lines that cause it, the first requested first.
        missing: for each day of the horizon the pieces requested by then that arrive after it.
    """

    late: list[Late]
    missing: list[Decimal]

    @cached_property
    def behind_in_days(self) -> int | None:
        """Days from now to the first day on which requested pieces are missing because they arrive later than requested, 0
        when some are missing today; None when all open pieces are promised as requested. It says nothing of a production
        line: without demand nobody knows whether one stops."""
        return next((index for index, quantity in enumerate(self.missing) if quantity > 0), None)

    @property
    def gap(self) -> Decimal:
        """The most pieces that are behind their request on one day of the horizon; 0 when none is."""
        return max(self.missing)


@dataclass(frozen=True)
class Outlook(Seen, Delay):
    """What a buyer can know of one part: no demand, so neither "enough" nor days of supply.

    Attributes:
        undated: confirmed pieces whose promised day has passed.
        unconfirmed: ordered pieces that nobody has confirmed, for whatever day: neither in `on_hand` nor promised.
    """

    days: list[Day]
    undated: Decimal
    unconfirmed: Decimal

    def coming(self, kind: str) -> Decimal:
        return sum((getattr(day, kind) for day in self.days), Decimal(0))


@dataclass(frozen=True)
class Commitment(Seen):
    """What a supplier holds of one part, and what its customers' open orders take of it.

    Attributes:
        announced: what of the stock is announced to customers and has not left: it is free for no other order.
        behind_in_days: days from now to the first one on which the stock is behind the orders; None when it covers them.
    """

    announced: Decimal
    days: list[ProjectedDay]
    behind_in_days: int | None

    @property
    def to_ship(self) -> Decimal:
        return sum((day.demand for day in self.days), Decimal(0))


def delays(*, parts: Parts = None, today: date | None = None) -> dict[int, Delay]:
    """What comes later than requested, by partner part id, of every part that the scope's firm buys; one statement."""
    today = today or timezone.localdate()
    late = read(Side.BUYER, _LATE, parts, today)
    causes: dict[int, list[Late]] = {}
    for pk, unit, shown, own_part, site, kind, *line, quantity, shipment_id in late:
        amount = _in_unit(quantity, unit, shown)
        place = (own_part, site) if own_part else None
        causes.setdefault(pk, []).append(Late(*(pk, kind, *line, amount, shipment_id, False, place)))
    return {pk: Delay(own, _missing(own, today)) for pk, own in causes.items()}


def _missing(late: list[Late], today: date) -> list[Decimal]:
    return behind([((x.requested - today).days, _index(x.expected, today), x.quantity) for x in late], HORIZON_DAYS)


def outlooks(
    *, parts: Parts = None, today: date | None = None, delayed: Mapping[int, Delay] | None = None
) -> dict[int, Outlook]:
    """The outlook of every part that the scope's firm buys and that has stock or open orders, by partner part id.

    Args:
        delayed: what `delays` gave for these parts on that day, where the caller asked already.
    """
    today = today or timezone.localdate()
    delayed = delays(parts=parts, today=today) if delayed is None else delayed
    sums = read(Side.BUYER, _SUMS, parts, today)
    stock = stock_by_part(parts, Side.BUYER)
    coming, undated = _series(sums, today)
    unconfirmed: dict[int, Decimal] = {}
    for pk, unit, shown, kind, _day, quantity in sums:
        if kind == ORDERED:
            unconfirmed[pk] = unconfirmed.get(pk, Decimal(0)) + _in_unit(quantity, unit, shown)
    found = {}
    for pk in sorted({*coming, *undated, *stock}):
        series = coming.get(pk, {})
        shipped, confirmed, ordered = (series.get(kind, _nothing()) for kind in KINDS)
        held = on_hand(stock.get(pk, {}).get("available", Decimal(0)), shipped, confirmed)
        delay = delayed.get(pk) or Delay([], _nothing())
        found[pk] = Outlook(
            late=delay.late,
            missing=delay.missing,
            **_seen(pk, stock),
            days=[Day(*values) for values in zip(shipped, confirmed, ordered, held, delay.missing, strict=True)],
            undated=undated.get(pk, Decimal(0)),
            unconfirmed=unconfirmed.get(pk, Decimal(0)),
        )
    return found


def commitments(*, parts: Parts = None, today: date | None = None) -> dict[int, Commitment]:
    """Stock against customers' open orders for every part that the scope's firm supplies, by partner part id.

    Confirmed pieces are wanted on their promised day, others on the requested one, overdue ones today.
    """
    today = today or timezone.localdate()
    rows = read(Side.SUPPLIER, _SUMS, parts, today)
    dated = [(*part, ORDERED, day or today, quantity) for *part, kind, day, quantity in rows if kind in (CONFIRMED, ORDERED)]
    announced: dict[int, Decimal] = {}
    for pk, unit, shown, kind, _day, quantity in rows:
        if kind == ANNOUNCED:
            announced[pk] = announced.get(pk, Decimal(0)) + _in_unit(quantity, unit, shown)
    stock = stock_by_part(parts, Side.SUPPLIER)
    wanted, _undated = _series(dated, today)
    found = {}
    for pk in sorted({*wanted, *stock}):
        demand = wanted.get(pk, {}).get(ORDERED, _nothing())
        taken = announced.get(pk, Decimal(0))
        days = project(stock.get(pk, {}).get("available", Decimal(0)) - taken, demand, _nothing())
        found[pk] = Commitment(**_seen(pk, stock), announced=taken, days=days, behind_in_days=behind_in_days(days))
    return found


def _nothing() -> list[Decimal]:
    return [Decimal(0)] * HORIZON_DAYS


def _index(day: date | None, today: date) -> int | None:
    return None if day is None else (day - today).days


def _seen(pk: int, stock: dict[int, dict[str, Any]]) -> dict[str, Any]:
    held = stock.get(pk, {})
    amounts = {name: held.get(name, Decimal(0)) for name in ("inspection", "blocked")}
    return {"partner_part_id": pk, "stock": held.get("available", Decimal(0)), **amounts, "as_of": held.get("as_of")}


def read(side: Side, select: str, parts: Parts, today: date, **more: Any) -> list[tuple[Any, ...]]:
    """The rows of a select over `portions`: what comes of each part of one side, by kind, line and day; one statement."""
    scope = require_scope()
    asked = None if parts is None else array_of(parts)
    values = {"own": list(scope.organization_ids), "parts": asked, "today": today, **more}
    with connections[scope.alias].cursor() as cursor:
        portions = _PORTIONS.format(to_come=orders.to_come(side), on_its_way=deliveries.on_its_way(side))
        cursor.execute(portions + select, values)
        return cursor.fetchall()


def _in_unit(quantity: Decimal, unit: str, wanted: str) -> Decimal:
    """
    Raises:
        MixedUnits: a line's unit measures something else than the part's.
    """
    return convert(quantity, unit, wanted) if unit != wanted else quantity


def _series(rows: Iterable[tuple[Any, ...]], today: date) -> tuple[dict[int, dict[str, list[Decimal]]], dict[int, Decimal]]:
    """One value a day, kind and part, in the part's unit; beside it the confirmed pieces without a valid day."""
    found: dict[int, dict[str, list[Decimal]]] = {}
    undated: dict[int, Decimal] = {}
    for pk, unit, shown, kind, day, quantity in rows:
        amount = _in_unit(quantity, unit, shown)
        series = found.setdefault(pk, {}).setdefault(kind, _nothing())
        if day is None:
            if kind == CONFIRMED:
                undated[pk] = undated.get(pk, Decimal(0)) + amount
        elif (day - today).days < HORIZON_DAYS:
            series[(day - today).days] += amount
    return found, undated
