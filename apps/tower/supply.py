"""The outlook of a buyer's parts: stock, demand from schedule lines, arrivals from confirmations and shipments.

Four statements, however many parts and lines. What counts:
- demand on the requested day, in full while that day is to come; what is still missing of the past counts today;
- goods on their way on the planned day of arrival, today when that has passed;
- confirmed and not yet announced goods on the confirmed day; when it has passed they have no valid day and do not count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connections
from django.utils import timezone

from apps.common.units import convert
from apps.inventory.selectors import stock_by_part
from apps.masterdata.models import PartnerPart
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from .projection import ProjectedDay, line_stop, project

HORIZON_DAYS = 28
FRESH_FOR = timedelta(days=7)

_LINES = """
    FROM orders_scheduleline s JOIN orders_purchaseorderline l ON l.id = s.line_id
    WHERE s.buyer_id = ANY(%(own)s) AND NOT s.is_draft AND s.status NOT IN ('rejected', 'cancelled')
      AND (%(part)s::bigint IS NULL OR l.partner_part_id = %(part)s)
"""
# Two halves, so that each walks its own index: what is to come, and what is missing of the past.
DEMAND = f"""
    SELECT l.partner_part_id, l.unit, s.requested_date AS day,
        sum(CASE WHEN s.closed_short_reason <> '' THEN s.received_quantity - s.rejected_quantity
                 ELSE s.requested_quantity END) AS quantity
    {_LINES} AND s.requested_date >= %(today)s AND s.requested_date < %(end)s
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT l.partner_part_id, l.unit, %(today)s::date,
        sum(s.requested_quantity - (s.received_quantity - s.rejected_quantity))
    {_LINES} AND s.requested_date < %(today)s AND s.closed_short_reason = ''
      AND s.requested_quantity > (s.received_quantity - s.rejected_quantity)
    GROUP BY 1, 2
"""
# The earliest parts of a split answer are taken as shipped first.
CONFIRMED = f"""
    WITH open_lines AS (
        SELECT s.id, l.partner_part_id, l.unit, s.shipped_quantity - s.rejected_quantity AS gone
        {_LINES} AND s.status = 'confirmed' AND s.closed_short_reason = ''
          AND s.confirmed_quantity > (s.shipped_quantity - s.rejected_quantity)
    ), parts AS (
        SELECT o.partner_part_id, o.unit, o.gone, c.delivery_date AS day, c.quantity,
            sum(c.quantity) OVER (PARTITION BY c.schedule_line_id ORDER BY c.delivery_date, c.id) AS upto
        FROM open_lines o JOIN orders_confirmation c ON c.schedule_line_id = o.id AND c.state = 'accepted'
    )
    SELECT partner_part_id, unit, day, sum(least(quantity, greatest(upto - gone, 0))) AS quantity
    FROM parts WHERE upto > gone AND day >= %(today)s AND day < %(end)s GROUP BY 1, 2, 3
"""
ON_ITS_WAY = """
    SELECT l.partner_part_id, l.unit, greatest(n.planned_arrival_on, %(today)s::date) AS day,
        sum(l.quantity - coalesce(
            (SELECT sum(r.announced_quantity) FROM deliveries_goodsreceiptline r WHERE r.shipment_line_id = l.id), 0)
        ) AS quantity
    FROM deliveries_shipmentnotice n JOIN deliveries_shipmentline l ON l.shipment_id = n.id
    WHERE n.buyer_id = ANY(%(own)s) AND n.status IN ('announced', 'departed', 'arrived') AND n.planned_arrival_on < %(end)s
      AND (%(part)s::bigint IS NULL OR l.partner_part_id = %(part)s)
    GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class Outlook:
    """What lies ahead of one part, in its unit."""

    partner_part_id: int
    stock: Decimal
    inspection: Decimal
    blocked: Decimal
    as_of: datetime | None
    days: list[ProjectedDay]
    line_stop: int | None

    @property
    def is_stale(self) -> bool:
        """Stock that nobody looked at within the agreed freshness: shown grey, never red or green."""
        return self.as_of is None or self.as_of < timezone.now() - FRESH_FOR

    @property
    def gap(self) -> Decimal:
        """How much is missing at the worst day of the horizon; 0 when nothing is."""
        return max(-min(day.projected for day in self.days), Decimal(0))


def outlooks(*, part_id: int | None = None, today: date | None = None) -> dict[int, Outlook]:
    """The outlook of every part that the scope's firm buys and that has stock or demand, by partner part id."""
    today = today or timezone.localdate()
    scope = require_scope()
    values = {
        "own": list(scope.organization_ids),
        "part": part_id,
        "today": today,
        "end": today + timedelta(days=HORIZON_DAYS),
    }
    with connections[scope.alias].cursor() as cursor:
        demand, confirmed, coming = (_read(cursor, sql, values) for sql in (DEMAND, CONFIRMED, ON_ITS_WAY))
    stock = stock_by_part(part_id)
    units = _units({row[0] for rows in (demand, confirmed, coming) for row in rows})
    wanted, arrivals = _series(demand, units, today), _series([*confirmed, *coming], units, today)
    found = {}
    for pk in {*wanted, *arrivals, *stock}:
        held = stock.get(pk, {})
        nothing = [Decimal(0)] * HORIZON_DAYS
        days = project(held.get("available", Decimal(0)), wanted.get(pk, nothing), arrivals.get(pk, nothing))
        found[pk] = Outlook(
            partner_part_id=pk,
            stock=held.get("available", Decimal(0)),
            inspection=held.get("inspection", Decimal(0)),
            blocked=held.get("blocked", Decimal(0)),
            as_of=held.get("as_of"),
            days=days,
            line_stop=line_stop(days),
        )
    return found


def _read(cursor: Any, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    cursor.execute(sql, values)
    return cursor.fetchall()


def _units(part_ids: set[int]) -> dict[int, str]:
    return dict(PartnerPart.objects.on_side(Side.BUYER).filter(pk__in=part_ids).values_list("pk", "unit"))


def _series(rows: Iterable[tuple[Any, ...]], units: dict[int, str], today: date) -> dict[int, list[Decimal]]:
    """One value a day and part, in the part's unit.

    Raises:
        MixedUnits: a line's unit measures something else than the part's.
    """
    found: dict[int, list[Decimal]] = {}
    for pk, unit, day, quantity in rows:
        series = found.setdefault(pk, [Decimal(0)] * HORIZON_DAYS)
        series[(day - today).days] += convert(quantity, unit, units[pk]) if unit != units[pk] else quantity
    return found
