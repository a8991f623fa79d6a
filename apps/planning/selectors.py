"""Reads of bills, plans and demand."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Case, Max, Min, Q, QuerySet, Sum, When

from .changes import Change, Place, changes
from .exceptions import UnknownPlan
from .explosion import Item
from .models import (
    BillItem,
    Bucket,
    Demand,
    KnownDemand,
    MakingRule,
    PlanKind,
    PlanRow,
    Release,
    ReleaseState,
)
from .weeks import monday_of


def releases() -> QuerySet[Release]:
    return Release.objects.select_related("site", "published_by", "replaces").order_by("-published_at", "-pk")


def releases_in_force() -> QuerySet[Release]:
    return releases().filter(state=ReleaseState.CURRENT)


def release(pk: int) -> Release:
    """
    Raises:
        UnknownPlan: not of the scope's firm.
    """
    found: Release | None = releases().filter(pk=pk).first()
    if found is None:
        raise UnknownPlan(place="plan", value=pk)
    return found


def rows_of(release: Release) -> QuerySet[PlanRow]:
    return PlanRow.objects.filter(release=release).select_related("part").order_by("day", "part__number", "pk")


def said(release_id: int | None) -> dict[Place, tuple[Decimal, int]]:
    """What a release says, by part, bucket and day; one statement."""
    if release_id is None:
        return {}
    rows = PlanRow.objects.filter(release_id=release_id).values_list("part_id", "bucket", "day", "quantity", "level")
    return {(part, bucket, day): (quantity, level) for part, bucket, day, quantity, level in rows}


def changes_of(release: Release) -> list[Change[int]]:
    """What it says otherwise than the one that it replaced; two statements."""
    return changes(said(release.replaces_id), said(release.pk), first_day=release.first_day)


def bill_items() -> QuerySet[BillItem]:
    rows = BillItem.objects.select_related("parent", "component")
    return rows.order_by("parent__number", "component__number", "valid_from", "pk")


def bills() -> dict[int, list[Item[int]]]:
    """What goes into each part of the firm, as arithmetic takes it; one statement."""
    found: dict[int, list[Item[int]]] = {}
    names = ("parent_id", "component_id", "quantity", "scrap_share", "offset_days", "valid_from", "valid_until")
    for parent, component, quantity, scrap, offset, first, last in BillItem.objects.values_list(*names):
        days = (day.toordinal() if day else None for day in (first, last))
        found.setdefault(parent, []).append(Item(component, quantity, scrap, offset, *days))
    return found


def planned_parts(parts: Collection[int] | None = None) -> set[int]:
    """Own parts whose demand a plan in force knows; one statement."""
    known = said_in_plans() if parts is None else said_in_plans().filter(part_id__in=parts)
    return set(known.distinct())


def said_in_plans() -> QuerySet[KnownDemand, int]:
    """Own parts whose demand a plan in force knows, for another statement."""
    return KnownDemand.objects.order_by().values_list("part_id", flat=True)


def parents() -> QuerySet[BillItem, int]:
    """Own parts that a bill says how to make, for another statement."""
    return BillItem.objects.order_by().values_list("parent_id", flat=True)


# Of known demand: the production plan says how far it reaches; a list of parts beside it adds needs, and ends none.
FURTHEST_FIRST = (Case(When(release__kind=PlanKind.PRODUCTION, then=0), default=1), "release_id")


def known_until(site_id: int | None = None) -> dict[int, date]:
    """The last day of which the demand of each part is known, of a sum over sites at all of them; one statement."""
    known = KnownDemand.objects.all() if site_id is None else KnownDemand.objects.filter(site_id=site_id)
    by_place: dict[tuple[int, int], date] = {}
    for part, site, until in known.order_by(*FURTHEST_FIRST).values_list("part_id", "site_id", "until"):
        by_place.setdefault((part, site), until)
    found: dict[int, date] = {}
    for (part, _site), until in by_place.items():
        found[part] = min(until, found.get(part, until))
    return found


def making_rule(site_id: int) -> MakingRule:
    """How production is reported at a site; one statement."""
    return MakingRule.objects.filter(site_id=site_id).first() or MakingRule(site_id=site_id)


def bill_items_on(parents: Collection[int], day: date) -> QuerySet[BillItem]:
    """What goes into these parts on a day, with the components; one statement."""
    rows = BillItem.objects.filter(parent__in=parents).filter(Q(valid_from=None) | Q(valid_from__lte=day))
    rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=day))
    return rows.select_related("component").order_by("component__number", "pk")


def planned_rows(site_id: int, parts: Collection[int], day: date) -> QuerySet[PlanRow]:
    """What the production plan in force at a site says of parts on a day and in its week; one statement."""
    in_force = Q(release__site_id=site_id, release__kind=PlanKind.PRODUCTION, release__state=ReleaseState.CURRENT)
    monday = monday_of(day)
    when = Q(bucket=Bucket.DAY, day=day) | Q(bucket=Bucket.WEEK, day=monday)
    return PlanRow.objects.filter(in_force, when, part__in=parts).order_by("bucket", "pk")


def spoken_of(release: Release, parts: Collection[int]) -> dict[int, tuple[date, date]]:
    """From when until when a plan speaks of these parts: up to its end, and before its first day where rows that were kept
    from the plan before alone name a part; one statement."""
    rows = PlanRow.objects.filter(release=release, part__in=parts).order_by().values_list("part_id", "bucket")
    found: dict[int, tuple[date, date]] = {}
    for part, bucket, first, last in rows.annotate(Min("day"), Max("day")):
        ends = last + timedelta(days=6) if bucket == Bucket.WEEK else last
        upto = release.last_day if ends >= release.first_day else release.first_day - timedelta(days=1)
        before = found.get(part, (first, upto))
        found[part] = (min(first, before[0]), max(upto, before[1]))
    return found


def planned_at(parts: Collection[int]) -> dict[int, datetime]:
    """When the newest production plan in force that names a part was put in force; one statement."""
    in_force = {"release__kind": PlanKind.PRODUCTION, "release__state": ReleaseState.CURRENT}
    rows = PlanRow.objects.filter(**in_force, part__in=parts).order_by().values_list("part_id")
    return dict(rows.annotate(Max("release__published_at")))


def made_parts(site_id: int) -> set[int]:
    """Own parts that a site is planned to make, or that a bill says how to; two statements."""
    planned = PlanRow.objects.filter(
        release__site_id=site_id, release__kind=PlanKind.PRODUCTION, release__state=ReleaseState.CURRENT
    )
    return {*planned.order_by().values_list("part_id", flat=True).distinct(), *parents().distinct()}


def all_demand() -> QuerySet[Demand]:
    return Demand.objects.order_by("pk")


def parts_planned_twice(kind: str, site_id: int, parts: Collection[int], first: date) -> tuple[int, str]:
    """How many of these parts a plan of the other kind needs at a site from a day on, and its number; one statement."""
    rows = Demand.objects.filter(site_id=site_id, part__in=parts, day__gte=first).exclude(release__kind=kind)
    found = list(rows.order_by().values_list("part_id", "release__number").distinct())
    return len({part for part, _number in found}), ", ".join(sorted({number for _part, number in found}))


def demand_by_day(*, first: date, last: date, site_id: int | None = None) -> list[tuple[int, date, int, Decimal]]:
    """(part, day, level, quantity) of the plans in force; one statement."""
    rows = Demand.objects.filter(day__gte=first, day__lte=last)
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    return list(rows.order_by().values_list("part_id", "day", "level").annotate(Sum("quantity")))
