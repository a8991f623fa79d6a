"""Scorecards by supplier and month. Each figure opens to its lines; its formula stands beside it.

The month of a line is that of its OTIF base date. A line counts once it is due.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connections
from django.utils import timezone

from apps.calendars import reads as calendars
from apps.common.units import MixedUnits, convert
from apps.deliveries import reads as deliveries
from apps.masterdata import reads as masterdata
from apps.orders import reads as orders
from apps.quality import reads as quality
from apps.tenancy import reads as tenancy
from apps.tenancy.models import localized
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

MIN_PPM_QUANTITY = Decimal(100)


def _on_time(day: str) -> str:
    """Received in the window around that day: of plain days, or of working days of the site, which reach further."""
    late = calendars.shifted("s.buyer_id", "placed.receiving_site_id", day, "t.late_days::integer")
    early = calendars.shifted("s.buyer_id", "placed.receiving_site_id", day, "-t.early_days::integer")
    return f"""coalesce((s.received_on <= {day} + t.late_days OR s.received_on <= {late})
            AND (t.early_days IS NULL OR s.received_on >= {day} - t.early_days OR s.received_on >= {early}), false)"""


# received_on is the day of the last receipt. Windows are those of the order; an empty early window is open.
LINES = f"""
    FROM {orders.SCHEDULE_LINES} s
    JOIN {orders.ORDERS} placed ON placed.id = s.order_id
    JOIN {tenancy.TERMS} t ON t.id = placed.terms_id
    CROSS JOIN LATERAL (SELECT
        {_on_time("s.otif_base_date")} AS on_base,
        {_on_time("s.requested_date")} AS on_requested,
        s.received_quantity >= s.confirmed_quantity
            AND s.received_quantity <= s.confirmed_quantity * (1 + s.over_tolerance) AS in_full,
        s.received_on - s.requested_date AS days_late
    ) k
    WHERE s.{{side}}_id = ANY(%(own)s) AND s.status = 'confirmed' AND s.otif_base_date IS NOT NULL
      AND (s.otif_base_date < %(today)s OR s.received_on IS NOT NULL)
      AND (%(relation)s::bigint IS NULL OR s.relation_id = %(relation)s)
      AND s.otif_base_date >= %(first)s AND s.otif_base_date < %(end)s
"""
# One statement gives both: rows of "lines" hold ten counts, rows of "answers" one count and hours.
DELIVERY = """
    SELECT 'lines', s.relation_id, date_trunc('month', s.otif_base_date)::date, count(*),
        count(*) FILTER (WHERE k.on_base), count(*) FILTER (WHERE k.on_requested), count(*) FILTER (WHERE k.in_full),
        count(*) FILTER (WHERE k.on_base AND k.in_full), count(*) FILTER (WHERE k.on_requested AND k.in_full),
        count(k.days_late), coalesce(sum(k.days_late), 0),
        count(*) FILTER (WHERE k.days_late < 0), count(*) FILTER (WHERE k.days_late = 0), NULL::numeric
"""
# The page is cut before it is joined: right after an import the planner knows nothing of the tables yet.
PAGE = f"""
    WITH page AS MATERIALIZED (
        {{counted}} AND (%(after)s::bigint IS NULL OR s.id {{beyond}} %(after)s) ORDER BY s.id {{order}} LIMIT %(limit)s
    )
    SELECT page.id, o.id, o.number, p.buyer_number, p.name, p.name_en, l.unit, page.requested_date, page.otif_base_date,
        page.received_on, page.confirmed_quantity, page.received_quantity, page.on_base, page.on_requested, page.in_full,
        p.id
    FROM page
    JOIN {orders.ORDERS} o ON o.id = page.order_id
    JOIN {orders.LINES} l ON l.id = page.line_id
    JOIN {masterdata.PARTNER_PARTS} p ON p.id = l.partner_part_id
    ORDER BY page.id {{order}}
"""
QUALITY = f"""
    SELECT relation_id, date_trunc('month', received_on)::date, unit, sum(received), sum(rejected) FROM (
        SELECT relation_id, received_on, unit, quantity AS received, 0 AS rejected, {{side}}_id AS side
        FROM {deliveries.RECEIVED} r
        UNION ALL SELECT relation_id, received_on, unit, 0, rejected_quantity, {{side}}_id FROM {quality.INSPECTED} i
    ) q
    WHERE side = ANY(%(own)s) AND received_on >= %(first)s AND received_on < %(end)s
      AND (%(relation)s::bigint IS NULL OR relation_id = %(relation)s)
    GROUP BY 1, 2, 3
"""
RESPONSE = f"""
    SELECT 'answers', relation_id, date_trunc('month', published_at AT TIME ZONE %(zone)s)::date, count(*),
        0, 0, 0, 0, 0, 0, 0, 0, 0, sum(extract(epoch FROM answered_at - published_at)) / 3600
    FROM {orders.ORDERS} o
    WHERE {{side}}_id = ANY(%(own)s) AND answered_at IS NOT NULL AND published_at IS NOT NULL
      AND published_at >= %(first)s::timestamp AT TIME ZONE %(zone)s
      AND published_at < %(end)s::timestamp AT TIME ZONE %(zone)s
      AND (%(relation)s::bigint IS NULL OR relation_id = %(relation)s)
    GROUP BY 1, 2, 3
"""
MEASURES = {
    "all": "true",
    "late_base": "NOT k.on_base",
    "late_requested": "NOT k.on_requested",
    "not_full": "NOT k.in_full",
    "not_otif_base": "NOT (k.on_base AND k.in_full)",
    "not_otif_requested": "NOT (k.on_requested AND k.in_full)",
}


@dataclass
class Score:
    """Numerators and denominators of one relation over a time; the shares are computed from them, so that scores add up.

    `early` and `on_the_day` compare the day of receipt with the requested one, without windows.
    """

    lines: int = 0
    on_time_base: int = 0
    on_time_requested: int = 0
    in_full: int = 0
    otif_base: int = 0
    otif_requested: int = 0
    received_lines: int = 0
    days_late: int = 0
    early: int = 0
    on_the_day: int = 0
    received: dict[str, Decimal] = field(default_factory=dict)
    rejected: dict[str, Decimal] = field(default_factory=dict)
    answers: int = 0
    answer_hours: Decimal = Decimal(0)

    def add(self, other: "Score") -> None:
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for own, more in ((self.received, other.received), (self.rejected, other.rejected)):
            for unit, quantity in more.items():
                own[unit] = own.get(unit, Decimal(0)) + quantity

    def share(self, name: str) -> float | None:
        """One of the line counts over all lines, or None without lines."""
        return getattr(self, name) / self.lines if self.lines else None

    @property
    def late_rate(self) -> float | None:
        """Received after the requested day's window, over all lines."""
        share = self.share("on_time_requested")
        return None if share is None else 1 - share

    @property
    def mean_days_late(self) -> float | None:
        """Mean of receipt day minus requested day; early days count negative."""
        return self.days_late / self.received_lines if self.received_lines else None

    @property
    def response_hours(self) -> float | None:
        return float(self.answer_hours) / self.answers if self.answers else None

    @property
    def ppm(self) -> float | None:
        """Rejected per million received; None below the least volume, or where the units do not fit together."""
        try:
            received, rejected = _one_unit(self.received), _one_unit(self.rejected)
        except MixedUnits:
            return None
        return float(rejected / received * 1_000_000) if received >= MIN_PPM_QUANTITY else None


_COUNTS = (
    *("lines", "on_time_base", "on_time_requested", "in_full", "otif_base", "otif_requested"),
    *("received_lines", "days_late", "early", "on_the_day", "answers", "answer_hours"),
)


def _one_unit(quantities: dict[str, Decimal]) -> Decimal:
    """
    Raises:
        MixedUnits: pieces and kilograms have no common sum.
    """
    target = next(iter(quantities), "H87")
    return sum((convert(quantity, unit, target) for unit, quantity in quantities.items()), Decimal(0))


def scores(
    side: Side, first: date, end: date, *, relation_id: int | None = None, today: date | None = None
) -> dict[tuple[int, date], Score]:
    """Scores by (relation, first day of the month) from `first` up to, not including, `end`; two statements."""
    found: dict[tuple[int, date], Score] = {}

    def score(row: Sequence[Any]) -> Score:
        return found.setdefault((row[0], row[1]), Score())

    values = _values(first, end, relation_id, today)
    with connections[require_scope().alias].cursor() as cursor:
        delivered = DELIVERY + LINES.format(side=side.value) + " GROUP BY 1, 2, 3"
        cursor.execute(f"{delivered} UNION ALL {RESPONSE.format(side=side.value)}", values)
        for kind, *row, hours in cursor.fetchall():
            item = score(row)
            if kind == "answers":
                item.answers, item.answer_hours = row[2], hours
                continue
            item.lines, item.on_time_base, item.on_time_requested, item.in_full = row[2:6]
            item.otif_base, item.otif_requested, item.received_lines, item.days_late = row[6:10]
            item.early, item.on_the_day = row[10:12]
        cursor.execute(QUALITY.format(side=side.value), values)
        for row in cursor.fetchall():
            score(row).received[row[2]], score(row).rejected[row[2]] = row[3], row[4]
    return found


def _values(first: date, end: date, relation_id: int | None, today: date | None) -> dict[str, Any]:
    return {
        "own": list(require_scope().organization_ids),
        "first": first,
        "end": end,
        "relation": relation_id,
        "today": today or timezone.localdate(),
        "holidays": calendars.holidays_parameter(),
        "zone": timezone.get_current_timezone_name(),
    }


def latest_month(side: Side) -> date | None:
    """The last month in which a line of the firm was due, or None without any."""
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute(
            f"SELECT max(otif_base_date) FROM {orders.SCHEDULE_LINES} s WHERE {side.value}_id = ANY(%s) AND NOT is_draft",
            [list(require_scope().organization_ids)],
        )
        (latest,) = cursor.fetchone()
    return latest.replace(day=1) if latest else None


def total(parts: Sequence[Score]) -> Score:
    """The score of several months or relations together."""
    result = Score()
    for part in parts:
        result.add(part)
    return result


@dataclass(frozen=True)
class ScoredLine:
    """One line behind a figure."""

    id: int
    order_id: int
    order_number: str
    part_number: str
    part_name: str
    part_name_en: str
    unit: str
    requested_date: date
    otif_base_date: date
    received_on: date | None
    confirmed_quantity: Decimal
    received_quantity: Decimal
    is_on_base: bool
    is_on_requested: bool
    is_in_full: bool
    partner_part_id: int

    @property
    def part_label(self) -> str:
        return localized(self.part_name, self.part_name_en)


def lines(
    side: Side,
    first: date,
    end: date,
    *,
    measure: str = "all",
    relation_id: int | None = None,
    after: int | None = None,
    limit: int = 50,
    is_falling: bool = False,
    today: date | None = None,
) -> list[ScoredLine]:
    """The lines that a figure counts, by id, at most `limit` beyond one id; the same conditions as `scores`.

    Raises:
        KeyError: an unknown measure.
    """
    counted = f"SELECT s.*, k.* {LINES.format(side=side.value)} AND {MEASURES[measure]}"
    values = {**_values(first, end, relation_id, today), "after": after, "limit": limit}
    way = {"beyond": "<", "order": "DESC"} if is_falling else {"beyond": ">", "order": ""}
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute(PAGE.format(counted=counted, **way), values)
        return [ScoredLine(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class DefectSum:
    """Non-conforming parts and lost minutes of one supplier or one receiving site."""

    id: int
    name: str
    name_en: str
    records: int
    quantity: Decimal
    downtime_minutes: int

    @property
    def label(self) -> str:
        return localized(self.name, self.name_en)


def defects_by(side: Side, first: date, end: date, *, group: str) -> list[DefectSum]:
    """Non-conformances by "supplier" or by "site", most parts first; one statement.

    Raises:
        KeyError: another group.
    """
    rows, name = {"supplier": (tenancy.FIRMS, "legal_name"), "site": (tenancy.SITES, "name")}[group]
    sql = (
        f"SELECT g.id, g.{name}, g.name_en, count(*), sum(n.quantity), sum(n.downtime_minutes)"
        f" FROM {quality.NON_CONFORMANCES} n JOIN {rows} g ON g.id = n.{group}_id WHERE n.{side.value}_id = ANY(%(own)s)"
        " AND n.occurred_on >= %(first)s AND n.occurred_on < %(end)s GROUP BY 1, 2, 3 ORDER BY 5 DESC, 1"
    )
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute(sql, _values(first, end, None, None))
        return [DefectSum(*row) for row in cursor.fetchall()]
