"""Reads of production reports."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from apps.inventory.models import HOLDER, TAKEN, StockMovement
from apps.inventory.selectors import Heap
from apps.masterdata.models import PartnerPart
from apps.tenancy.roles import Side

from .exceptions import UnknownReport
from .models import ProductionReport, Told

Thing = tuple[int | None, int | None]  # own part, partner part


@dataclass(frozen=True)
class Week:
    """What was reported of a part at a site in the week of a day: good on that day and in all, and with rejected ones.

    Attributes:
        made_of_day: good and rejected on that day.
        largest: the largest report of the sixty days before, good and rejected, that was not taken back; 0: there is none.
    """

    good_of_day: Decimal
    good: Decimal
    made: Decimal
    made_of_day: Decimal = Decimal(0)
    largest: Decimal = Decimal(0)


NOTHING = Week(Decimal(0), Decimal(0), Decimal(0))
LOOKED_BACK = timedelta(days=60)


def reports() -> QuerySet[ProductionReport]:
    rows = ProductionReport.objects.select_related("part", "partner_part", "site", "created_by", "reverses", "reversed_by")
    return rows.order_by("-day", "-pk")


def report(pk: int) -> ProductionReport:
    """One of the firm's.

    Raises:
        UnknownReport: it is not.
    """
    found: ProductionReport | None = reports().filter(pk=pk).first()
    if found is None:
        raise UnknownReport(place="report", value=pk)
    return found


def of_things(things: Collection[Thing]) -> Q:
    return Q(part__in={part for part, _agreed in things if part}) | Q(
        partner_part__in={agreed for _part, agreed in things if agreed}
    )


def made_between(site_id: int, things: Collection[Thing], day: date) -> dict[Thing, Week]:
    """Of each of these parts, in the week of a day from Monday to Sunday; one statement."""
    monday = day - timedelta(days=day.isoweekday() - 1)
    since, sunday = day - LOOKED_BACK, monday + timedelta(days=6)
    rows = ProductionReport.objects.filter(of_things(things), site_id=site_id, day__range=(since, sunday))
    week, zero = Q(day__gte=monday), Decimal(0)
    before = Q(day__lt=day, reverses=None, reversed_by=None)
    sums = (
        rows.order_by()
        .values("part_id", "partner_part_id")
        .annotate(
            today=Sum("good", filter=Q(day=day), default=zero),
            made_today=Sum(F("good") + F("rejected"), filter=Q(day=day), default=zero),
            all_good=Sum("good", filter=week, default=zero),
            all_made=Sum(F("good") + F("rejected"), filter=week, default=zero),
            largest=Max(F("good") + F("rejected"), filter=before, default=zero),
        )
    )
    names = ("today", "all_good", "all_made", "made_today", "largest")
    return {(row["part_id"], row["partner_part_id"]): Week(*(row[name] for name in names)) for row in sums}


def told(parts: Collection[int] | None = None) -> QuerySet[Told]:
    """What suppliers tell the scope's firm of parts that it buys, by its grants in force: every row that it may see."""
    rows = Told.objects.filter(partner_part__in=PartnerPart.objects.on_side(Side.BUYER).values("pk"))
    return rows if parts is None else rows.filter(partner_part__in=parts)


def used_on(days: Mapping[int, date]) -> dict[Heap, Decimal]:
    """What reports of a day took out of stock, by heap, in its unit; one statement.

    Args:
        days: which day it is at each site; today, or yesterday.
    """
    day = ProductionReport.objects.filter(number=OuterRef("reference")).values("day")[:1]
    since = timezone.now() - timedelta(days=3)  # a report is booked on its day or later
    rows = StockMovement.objects.on_side(HOLDER).filter(kind__in=TAKEN, created_at__gte=since, site__in=days)
    rows = rows.filter(consigned_part=None).order_by()
    sums = rows.annotate(made_on=Subquery(day)).values_list("partner_part_id", "part_id", "site_id", "made_on")
    found: dict[Heap, Decimal] = {}
    for agreed, part, site, made_on, quantity in sums.annotate(Sum("quantity")):
        if made_on == days[site]:
            found[Heap(agreed, part, site)] = -quantity
    return found


def by_day(site_id: int, first: date, last: date) -> dict[tuple[Thing, date], Decimal]:
    """Good pieces by part and day; one statement."""
    rows = ProductionReport.objects.filter(site_id=site_id, day__range=(first, last)).order_by()
    sums = rows.values("part_id", "partner_part_id", "day").annotate(sum=Sum("good"))
    return {((row["part_id"], row["partner_part_id"]), row["day"]): row["sum"] for row in sums}
