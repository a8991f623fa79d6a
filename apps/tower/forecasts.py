"""What a site may need of a part that no plan names, from what it used, else from what it ordered, week by week.

A forecast is no demand: it is shown beside it, with its method and error, and becomes demand only where somebody takes it
over as a plan.
"""

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
from .need import Need

HISTORY = timedelta(weeks=156)
WEEKS = 13
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
        """Whether its mean error on later weeks, as it is shown, was below that of saying last week's quantity again."""
        return self.found.chosen.mean_error < self.found.naive.mean_error


def expected_of(need: Need, until: date | None = None) -> Expected | None:
    """The forecast of one part at one site to the week of a day, by default so many weeks; None where too few weeks are
    known. Two statements."""
    first = monday_of(need.today)
    weeks = (until - first).days // 7 + 1 if until else WEEKS
    for source, rows in ((USED, _used(need, first)), (ORDERED, _ordered(need, first))):
        if not rows:
            continue
        start = min(rows)
        history = [float(rows.get(start + n * WEEK, 0)) for n in range((first - start).days // 7)]
        found = forecast(history, weeks)
        if found is not None:
            # The sum is rounded, not each week: of a slow part every one would be zero.
            sums = {(n, 0): round(Decimal(value), 6) for n, value in enumerate(found.weeks)}
            quantities = in_whole(sums, UNITS[need.part.unit].places)
            return Expected(source, first, history, found, list(quantities.values()))
    return None


def _used(need: Need, first: date) -> dict[date, Decimal]:
    """What production took at the site, by the Monday of its week there; heaps of partner parts and of the part itself."""
    zone = ZoneInfo(need.site.time_zone)
    rows = StockMovement.objects.filter(site_id=need.site_id, kind__in=TAKEN)
    found: dict[date, Decimal] = {}
    own = rows.filter(part_id=need.part.pk) | rows.filter(partner_part__part_id=need.part.pk)
    by_week = own.annotate(week=TruncWeek("created_at", tzinfo=zone)).order_by().values_list("week", "partner_part_id")
    sums = by_week.annotate(Sum("quantity"))
    agreed = _agreed(need)
    for week, partner_part, quantity in sums:
        monday = week.date()
        if not first - HISTORY <= monday < first:
            continue
        try:
            part = agreed.get(partner_part)
            amount = in_base(-quantity, part.unit, part) if part else -quantity
        except MixedUnits:
            continue
        found[monday] = found.get(monday, Decimal(0)) + amount
    return found


def _ordered(need: Need, first: date) -> dict[date, Decimal]:
    """What published orders that are not cancelled or rejected asked for at the site, by the Monday of the requested day."""
    agreed = _agreed(need)
    rows: QuerySet[ScheduleLine] = ScheduleLine.objects.on_side(Side.BUYER).filter(
        is_draft=False,
        line__partner_part__in=agreed,
        order__receiving_site_id=need.site_id,
        requested_date__gte=first - HISTORY,
        requested_date__lt=first,
    )
    rows = rows.exclude(status__in=ENDED)
    found: dict[date, Decimal] = {}
    sums = rows.order_by().values_list("requested_date", "line__unit", "line__partner_part_id")
    for day, unit, partner_part, quantity in sums.annotate(Sum("requested_quantity")):
        try:
            amount = in_base(quantity, unit, agreed[partner_part])
        except MixedUnits:
            continue
        found[monday_of(day)] = found.get(monday_of(day), Decimal(0)) + amount
    return found


def _agreed(need: Need) -> dict[int, PartnerPart]:
    return {row.pk: row for row in PartnerPart.objects.on_side(Side.BUYER).filter(part=need.part).select_related("part")}


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
