"""What a site may need of a part that no plan names, from what it used, else from what it ordered, week by week.

A forecast is no demand: it is shown beside it, with its method and error, and becomes demand only where somebody takes it
over as a plan.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncWeek

from apps.common.units import UNITS, MixedUnits
from apps.inventory.models import TAKEN, StockMovement
from apps.masterdata.models import PartnerPart
from apps.orders.models import ScheduleLine
from apps.orders.statuses import ENDED
from apps.planning import selectors as planning
from apps.planning.explosion import in_whole
from apps.planning.forecasting import Forecast, forecast
from apps.planning.models import Bucket, Commitment, PlanKind, Release
from apps.planning.services import Planned, publish_plan
from apps.planning.telling import WEEK
from apps.planning.weeks import monday_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from .agreed import in_base
from .exceptions import NoForecast
from .need import Need, Place

HISTORY = timedelta(weeks=156)
WEEKS = 13
CLEARLY = 0.98  # of the other error at most: less apart than that is chance
USED, ORDERED = "used", "ordered"


@dataclass(frozen=True)
class Expected:
    """
    Attributes:
        source: USED, what production reports and counts took; ORDERED, what was asked for on the day it was asked for.
        first: the Monday of the first week to come.
        history: whole weeks before it, in the part's base unit; the last one is last week.
        quantities: of the weeks to come, as the unit is counted.
    """

    source: str
    first: date
    history: list[float]
    found: Forecast
    quantities: list[Decimal]

    @property
    def weeks(self) -> list[tuple[date, Decimal]]:
        return [(self.first + n * WEEK, quantity) for n, quantity in enumerate(self.quantities)]

    @property
    def is_better(self) -> bool:
        """Whether its mean error on later weeks, as it is shown, was clearly below that of last week's quantity again."""
        return self.found.chosen.mean_error <= CLEARLY * self.found.naive.mean_error


def expected_of(need: Need, until: date | None = None) -> Expected | None:
    """The forecast of one part at one site to the week of a day, by default so many weeks; None where too few weeks are
    known. Three statements."""
    return expected_of_all([need], until).get((need.part.pk, need.site_id))


def expected_of_all(needs: Collection[Need], until: date | None = None) -> dict[Place, Expected]:
    """The same of several, those of which enough weeks are known; as many statements, and one for each further time zone."""
    agreed = _agreed(needs)
    left = {(need.part.pk, need.site_id): need for need in needs}
    found: dict[Place, Expected] = {}
    for source, read in ((USED, _used), (ORDERED, _ordered)):
        rows = read(left.values(), agreed) if left else {}
        told = {place: _expected(need, source, rows.get(place), until) for place, need in left.items()}
        found |= {place: one for place, one in told.items() if one is not None}
        left = {place: need for place, need in left.items() if place not in found}
    return found


def _expected(need: Need, source: str, rows: Mapping[date, Decimal] | None, until: date | None) -> Expected | None:
    first = monday_of(need.today)
    weeks = (until - first).days // 7 + 1 if until else WEEKS
    if not rows:
        return None
    start = min(rows)
    history = [float(rows.get(start + n * WEEK, 0)) for n in range((first - start).days // 7)]
    found = forecast(history, weeks)
    if found is None:
        return None
    # The sum is rounded, not each week: of a slow part every one would be zero.
    sums = {(n, 0): round(Decimal(value), 6) for n, value in enumerate(found.weeks)}
    quantities = in_whole(sums, UNITS[need.part.unit].places)
    return Expected(source, first, history, found, list(quantities.values()))


Weeks = dict[Place, dict[date, Decimal]]  # by the Monday of a week, whole weeks of the history alone


def _add(found: Weeks, firsts: Mapping[Place, date], place: Place, monday: date, quantity: Decimal) -> None:
    first = firsts.get(place)
    if first is not None and first - HISTORY <= monday < first:
        own = found.setdefault(place, {})
        own[monday] = own.get(monday, Decimal(0)) + quantity


def _firsts(needs: Iterable[Need]) -> dict[Place, date]:
    return {(need.part.pk, need.site_id): monday_of(need.today) for need in needs}


def _used(needs: Collection[Need], agreed: Mapping[int, PartnerPart]) -> Weeks:
    """What production took at the sites, by week there; heaps of partner parts and of the parts themselves."""
    found: Weeks = {}
    firsts = _firsts(needs)
    for name in sorted({need.site.time_zone for need in needs}):
        group = [need for need in needs if need.site.time_zone == name]
        parts, sites = {need.part.pk for need in group}, {need.site_id for need in group}
        rows = StockMovement.objects.filter(site_id__in=sites, kind__in=TAKEN)
        own = rows.filter(part_id__in=parts) | rows.filter(partner_part__part_id__in=parts)
        by_week = own.annotate(week=TruncWeek("created_at", tzinfo=ZoneInfo(name))).order_by()
        sums = by_week.values_list("site_id", "part_id", "partner_part_id", "week").annotate(Sum("quantity"))
        for site, part, partner_part, week, quantity in sums:
            row = agreed.get(partner_part)
            try:
                amount = in_base(-quantity, row.unit, row) if row else -quantity
            except MixedUnits:
                continue
            _add(found, firsts, (row.part_id if row else part, site), week.date(), amount)
    return found


def _ordered(needs: Collection[Need], agreed: Mapping[int, PartnerPart]) -> Weeks:
    """What published orders that are not cancelled or rejected asked for at the sites, by the week of the requested day."""
    firsts = _firsts(needs)
    rows: QuerySet[ScheduleLine] = ScheduleLine.objects.on_side(Side.BUYER).filter(
        is_draft=False,
        line__partner_part__in=agreed,
        order__receiving_site_id__in={need.site_id for need in needs},
        requested_date__gte=min(firsts.values()) - HISTORY,
        requested_date__lt=max(firsts.values()),
    )
    rows = rows.exclude(status__in=ENDED)
    found: Weeks = {}
    names = ("order__receiving_site_id", "requested_date", "line__unit", "line__partner_part_id")
    for site, day, unit, partner_part, quantity in rows.order_by().values_list(*names).annotate(Sum("requested_quantity")):
        row = agreed[partner_part]
        try:
            amount = in_base(quantity, unit, row)
        except MixedUnits:
            continue
        _add(found, firsts, (row.part_id, site), monday_of(day), amount)
    return found


def _agreed(needs: Iterable[Need]) -> dict[int, PartnerPart]:
    parts = {need.part.pk for need in needs}
    rows = PartnerPart.objects.on_side(Side.BUYER).filter(part__in=parts).select_related("part")
    return {row.pk: row for row in rows}


@atomic
def take_over(need: Need) -> Release:
    """Put the forecast of a part in force as demand of the level forecast, beside what the plan in force says of others.

    Raises:
        NoForecast: too few weeks are known, or a plan names the part already. What `publish_plan` refuses.
    """
    before = planning.releases_in_force().filter(kind=PlanKind.DEMAND, site_id=need.site_id).first()
    # A plan in force reaches as far as it did: of its other parts nobody said what later weeks need.
    until = before.last_day if before is not None and before.last_day >= need.today else None
    found = expected_of(need, until) if need.needed is None else None
    if found is None:
        raise NoForecast(place="part", value=need.part.number)
    kept = [] if before is None else list(planning.rows_of(before))
    rows = [
        Planned(row.part_id, row.day, row.quantity, row.bucket, row.level)
        for row in kept
        if row.day + (WEEK if row.bucket == Bucket.WEEK else timedelta(days=1)) > need.today
    ]
    rows += [Planned(need.part.pk, day, quantity, Bucket.WEEK, Commitment.FORECAST) for day, quantity in found.weeks]
    as_of = before.as_of if before else None
    return publish_plan(site_id=need.site_id, kind=PlanKind.DEMAND, rows=rows, last_day=until, as_of=as_of, source="screen")
