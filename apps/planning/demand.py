"""From the rows of releases in force to the stored demand of parts: worked out once, read by one statement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from apps.calendars import selectors as calendars
from apps.calendars.days import USUAL_WEEK, Days
from apps.common.units import UNITS
from apps.masterdata.models import Part
from apps.tenancy.scope import require_scope

from . import intake, selectors
from .explosion import Item, Series, Taken, Worked, explode_taken, in_whole, reach, spread
from .models import Bucket, Demand, KnownDemand, PlanKind, PlanRow, Release, ReleaseState

Row = tuple[int, str, date, Decimal, int]  # part, bucket, day, quantity, level


def renew(release: Release, rows: Iterable[Row], *, bills: Mapping[int, Sequence[Item[int]]], days: Days | None) -> None:
    """Write the demand of one release anew.

    What was planned before the day on which it was put in force is made, and needs nothing any more; what goes into later
    days and should have been there before is needed on that day.

    Raises:
        BillLoop: a bill below its parts has one.
    """
    found = list(rows)
    planned = {row[0] for row in found}
    # Rows before its first day are kept from the plan before: of parts that they alone name nothing is known after them.
    named = {row[0] for row in found if ends(row[1], row[2]) >= release.first_day}
    before = release.first_day.toordinal() - 1
    first = release.site.day_of(release.published_at).toordinal()
    last = release.last_day.toordinal()
    # Weeks are spread by the unit of the planned part, demand is drawn by the component's.
    places = _places(planned if release.kind == PlanKind.DEMAND else {*planned, *_below(bills)})
    series = by_day(found, places, days)
    if release.kind == PlanKind.PRODUCTION:
        series = {part: {key: n for key, n in own.items() if key[0] >= first} for part, own in series.items()}
        worked = worked_before(days)
        known = reach(planned - named, before, bills, worked) | reach(named, last, bills, worked)
        taken = {part: _not_before(own, first) for part, own in explode_taken(series, bills, worked).items()}
    else:
        taken = {part: {(day, level, day): n for (day, level), n in own.items()} for part, own in series.items()}
        known = dict.fromkeys(planned, before) | dict.fromkeys(named, last)
    Demand.objects.filter(release=release).delete()
    KnownDemand.objects.filter(release=release).delete()
    drawn = {part: in_whole(own, places.get(part, 6)) for part, own in taken.items()}
    intake.write_demand(
        release,
        [
            (part, date.fromordinal(day), quantity, level, date.fromordinal(taken_on))
            for part, own in drawn.items()
            for (day, level, taken_on), quantity in own.items()
            if quantity > 0
        ],
    )
    intake.write_known(release, [(part, date.fromordinal(max(until, first))) for part, until in known.items()])


def kept(release: Release, until: date, days: Days | None) -> list[Row]:
    """What a release says of its site's today and of the days before `until`, on which the next one begins; a week in which
    that one begins is kept by the day. Two statements."""
    today = release.site.today
    found: dict[tuple[int, str, date], tuple[Decimal, int]] = {}
    cut: list[Row] = []
    for (part, bucket, day), (quantity, level) in selectors.said(release.pk).items():
        if today <= ends(bucket, day) < until:
            found[part, bucket, day] = (quantity, level)
        elif today <= ends(bucket, day) and day < until:
            cut.append((part, bucket, day, quantity, level))
    for part, series in by_day(cut, _places({row[0] for row in cut}), days).items():
        for (ordinal, level), quantity in series.items():
            key = (part, Bucket.DAY.value, date.fromordinal(ordinal))
            if today <= key[2] < until and quantity > 0:
                more, other = found.get(key, (Decimal(0), level))
                found[key] = (quantity + more, max(level, other))
    return [(*key, *said) for key, said in found.items()]


def ends(bucket: str, day: date) -> date:
    """The last day of which a row speaks."""
    return day + timedelta(days=6) if bucket == Bucket.WEEK else day


def renew_all() -> None:
    """After a bill changed: the demand of every production plan in force of the scope's firm; a few statements each."""
    bills = selectors.bills()
    for release in selectors.releases_in_force().filter(kind=PlanKind.PRODUCTION):
        rows = PlanRow.objects.filter(release=release).values_list("part_id", "bucket", "day", "quantity", "level")
        renew(release, rows, bills=bills, days=calendars.days_of(release.organization_id, release.site_id))


def _not_before(taken: Taken, first: int) -> Taken:
    """What should have been there before a plan was put in force is needed on its first day."""
    found: Taken = {}
    for (day, level, taken_on), quantity in taken.items():
        key = (max(day, first), level, max(taken_on, first))
        found[key] = found.get(key, Decimal(0)) + quantity
    return found


def by_day(rows: Iterable[Row], places: Mapping[int, int], days: Days | None) -> dict[int, Series]:
    """The rows of a release day by day: a week is spread over the days on which its site works, Monday to Friday where it
    keeps no calendar, and over all of them in a week of days off."""
    found: dict[int, Series] = {}
    for part, bucket, day, quantity, level in rows:
        series = found.setdefault(part, {})
        portions = {day.toordinal(): quantity}
        if bucket == Bucket.WEEK:
            portions = spread(quantity, _worked(day, days), places.get(part, 6))
        for ordinal, portion in portions.items():
            series[ordinal, level] = series.get((ordinal, level), Decimal(0)) + portion
    return found


def worked_before(days: Days | None) -> Worked:
    """A site that keeps no calendar works from Monday to Friday, as where its weeks are spread."""
    kept = days or USUAL_WEEK

    @cache
    def before(day: int) -> int:
        found = date.fromordinal(day)
        return day if kept.is_working(found) else kept.shift(found, -1).toordinal()

    return before


def output_by_day(
    parts: Collection[int], *, first: date, last: date, site_id: int | None = None
) -> dict[int, dict[date, Decimal]]:
    """What the production plans in force make of own parts, day by day, of one site or of all; two statements, and two a
    site."""
    in_force = {"release__kind": PlanKind.PRODUCTION, "release__state": ReleaseState.CURRENT}
    found: dict[int, dict[date, Decimal]] = {}
    by_site: dict[int, list[Row]] = {}
    rows = PlanRow.objects.filter(**in_force, part__in=parts, day__gte=first - timedelta(days=6), day__lte=last)
    rows = rows if site_id is None else rows.filter(release__site_id=site_id)
    for site, *row in rows.values_list("release__site_id", "part_id", "bucket", "day", "quantity", "level"):
        by_site.setdefault(site, []).append((row[0], row[1], row[2], row[3], row[4]))
    places = _places(set(parts)) if by_site else {}
    for site, said in by_site.items():
        days = calendars.days_of(require_scope().organization_id, site)
        for part, series in by_day(said, places, days).items():
            own = found.setdefault(part, {})
            for (ordinal, _level), quantity in series.items():
                if first <= (day := date.fromordinal(ordinal)) <= last:
                    own[day] = own.get(day, Decimal(0)) + quantity
    return found


def _worked(monday: date, days: Days | None) -> list[int]:
    week = [monday + timedelta(days=n) for n in range(7)]
    worked = [day for day in week if (days or USUAL_WEEK).is_working(day)]
    return [day.toordinal() for day in worked or week]


def _below(bills: Mapping[int, Sequence[Item[int]]]) -> set[int]:
    return {item.component for items in bills.values() for item in items}


def _places(parts: set[int]) -> dict[int, int]:
    rows = Part.objects.filter(organization_id=require_scope().organization_id, pk__in=parts)
    return {pk: UNITS[unit].places for pk, unit in rows.values_list("pk", "unit")}
