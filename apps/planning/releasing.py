"""Telling suppliers the demand of their parts: one edition a relation and site, written where it says something new."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from apps.common.units import MixedUnits, convert, unit_of
from apps.events.services import emit_all
from apps.masterdata.models import PartnerPart
from apps.masterdata.services import next_number
from apps.tenancy.bases import sides_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope
from apps.tenancy.selectors import every_own_site, relations_as_buyer

from . import intake, selectors
from .explosion import Series
from .models import Demand, KnownDemand, PartnerDemand, PartnerRelease, Quota, ReleasedPart, SharedLevel
from .telling import Edition, differs, shares_of, told_rows, weeks_from
from .weeks import monday_of

Place = tuple[int, int]  # relation or part, site


@atomic
def tell_suppliers(*, quietly: Collection[int] = ()) -> list[PartnerRelease]:
    """Bring what suppliers are told to what plans in force, partner parts and shares say now; nothing where it says so.

    Called in the act that changes any of them, and by a task every few minutes: a fixed number of statements. An edition
    is as old as the oldest plan behind it; of what says the same only those are written whose plans were drawn anew.

    Args:
        quietly: relations whose supplier hears of it otherwise.

    Returns:
        The editions that are new.
    """
    levels = levels_shared()
    current = {(row.relation_id, row.site_id): row for row in current_releases()}
    if not levels and not current:
        return []
    # Two acts of a firm tell one after the other: an edition is compared with the one that it replaces.
    next_number(organization_id=require_scope().organization_id, kind="told", prefix="")
    standing = editions([row.pk for row in current.values()])
    relations = {row.pk: row for row in relations_as_buyer()}
    now, places = timezone.now(), {site.pk: site for site in every_own_site()}
    days = {pk: site.today for pk, site in places.items()}
    wanted, drawn = _wanted({pk: levels.get(pk, set()) for pk in relations}, days)
    made: list[tuple[PartnerRelease, Edition]] = []
    replaced: list[PartnerRelease] = []
    said: list[PartnerRelease] = []
    for place in sorted({*current, *wanted}):
        before = current.get(place)
        today = places[place[1]].today
        new = wanted.get(place) or Edition(today, weeks_from(today))
        if not differs(standing[before.pk] if before else None, new):
            if before and before.said_at != drawn.get(place, before.said_at):
                before.said_at = drawn[place]
                said.append(before)
            continue
        if place[0] not in relations:
            continue  # suspended or ended: what was told stands as it is
        replaced += [before] if before else []
        made.append((_release(relations[place[0]], place[1], before, new, drawn.get(place, now)), new))
    PartnerRelease.objects.bulk_update(said, ["said_at"])
    if replaced:
        PartnerRelease.objects.filter(pk__in=[row.pk for row in replaced]).update(is_current=False)
    if made:
        for release, _new in made:
            release.site = places[release.site_id]
        PartnerRelease.objects.bulk_create([release for release, _new in made])
        intake.write_editions(made)
        told = [release for release, _new in made if release.relation_id not in quietly]
        emit_all([("demand.released", release, release.number) for release in told])
    return [release for release, _new in made]


def _release(relation: Any, site_id: int, before: PartnerRelease | None, new: Edition, said_at: datetime) -> PartnerRelease:
    return PartnerRelease(
        **sides_of(relation),
        site_id=site_id,
        edition=before.edition + 1 if before else 1,
        first_day=new.first_day,
        weeks_from=new.weeks_from,
        replaces=before,
        said_at=said_at,
    )


def current_releases() -> list[PartnerRelease]:
    return list(PartnerRelease.objects.on_side(Side.BUYER).filter(is_current=True).select_related("site"))


def levels_shared() -> dict[int, set[int]]:
    """By relation in which the scope's firm buys, the levels that its supplier sees; one statement."""
    found: dict[int, set[int]] = defaultdict(set)
    for relation, level in SharedLevel.objects.on_side(Side.BUYER).values_list("relation_id", "level"):
        found[relation].add(level)
    return dict(found)


def editions(releases: Collection[int]) -> dict[int, Edition]:
    """What editions say, by id, as the scope's firm sees them; three statements."""
    found = {
        pk: Edition(first, weeks)
        for pk, first, weeks in PartnerRelease.objects.filter(pk__in=releases).values_list("pk", "first_day", "weeks_from")
    }
    parts = ReleasedPart.objects.filter(release_id__in=releases)
    for pk, part, unit, until in parts.values_list("release_id", "partner_part_id", "unit", "until"):
        found[pk].until[part] = (unit, until)
    rows = PartnerDemand.objects.filter(release_id__in=releases)
    for pk, part, bucket, day, level, quantity in rows.values_list(
        "release_id", "partner_part_id", "bucket", "day", "level", "quantity"
    ):
        found[pk].rows[part, bucket, day, level] = quantity
    return found


def shares() -> tuple[dict[int, Decimal], dict[int, list[PartnerPart]]]:
    """(the share of each partner part whose share is known, the partner parts by own part whose split is not); of those
    that may be ordered; two statements."""
    open_ones = {f"relation__{name}": None for name in ("ended_at", "buyer_suspended_at", "supplier_suspended_at")}
    rows = PartnerPart.objects.on_side(Side.BUYER).filter(ended_at=None, part__ended_at=None, **open_ones)
    by_part: dict[int, list[PartnerPart]] = defaultdict(list)
    for row in rows.select_related("part", "supplier").order_by("pk"):
        by_part[row.part_id].append(row)
    given = quotas()
    known: dict[int, Decimal] = {}
    unknown: dict[int, list[PartnerPart]] = {}
    for part, agreed in by_part.items():
        found = shares_of([row.pk for row in agreed], given)
        if found is None:
            unknown[part] = agreed
        else:
            known |= found
    return known, unknown


def quotas() -> dict[int, Decimal]:
    return dict(Quota.objects.values_list("partner_part_id", "share"))


def _wanted(levels: Mapping[int, set[int]], days: Mapping[int, date]) -> tuple[dict[Place, Edition], dict[Place, datetime]]:
    """What each open relation and site would be told now, and when the oldest of the plans behind it was drawn; `days` are
    those that it is at the sites."""
    known, _unknown = shares()
    rows = PartnerPart.objects.on_side(Side.BUYER).filter(pk__in=known).select_related("part")
    told = [row for row in rows if levels.get(row.relation_id) and known[row.pk] > 0]
    parts = {row.part_id for row in told}
    demand, until, drawn = _demand(parts, days)
    found: dict[Place, Edition] = {}
    oldest: dict[Place, datetime] = {}
    for row in told:
        factor = _factor(row)
        if factor is None:
            continue  # units that do not convert: the buyer's own pages say so
        for site in {site for part, site in until if part == row.part_id}:
            own = demand.get((row.part_id, site), {})
            shown = {key: n for key, n in own.items() if key[1] in levels[row.relation_id]}
            today = days[site]
            place, as_of = (row.relation_id, site), drawn[row.part_id, site]
            edition = found.setdefault(place, Edition(today, weeks_from(today)))
            oldest[place] = min(as_of, oldest.get(place, as_of))
            edition.until[row.pk] = (row.unit, until[row.part_id, site])
            share = known[row.pk] * factor
            edition.rows.update(
                told_rows(row.pk, shown, edition.weeks_from, share, first=today, places=unit_of(row.unit).places)
            )
    return found, oldest


def _demand(
    parts: Iterable[int], days: Mapping[int, date]
) -> tuple[dict[Place, Series], dict[Place, date], dict[Place, datetime]]:
    """Of own parts by site: quantities by (day, level) from Monday on, until when they are known, and when the oldest plan
    was drawn."""
    known: dict[Place, date] = {}
    drawn: dict[Place, datetime] = {}
    rows_known = KnownDemand.objects.filter(part_id__in=parts).order_by(*selectors.FURTHEST_FIRST)
    for part, site, day, as_of in rows_known.values_list("part_id", "site_id", "until", "release__as_of"):
        known.setdefault((part, site), day)
        drawn[part, site] = min(as_of, drawn.get((part, site), as_of))
    until = {place: day for place, day in known.items() if day >= days[place[1]]}
    found: dict[Place, Series] = {}
    if not days:  # no site yet
        return {}, {}, {}
    rows = Demand.objects.filter(part_id__in=parts, day__gte=monday_of(min(days.values())))
    sums = rows.order_by().values_list("part_id", "site_id", "day", "level").annotate(Sum("quantity"))
    for part, site, day, level, quantity in sums:
        # What a list says of days past the production plan is only a part of what will be needed.
        if (part, site) in until and monday_of(days[site]) <= day <= until[part, site]:
            found.setdefault((part, site), {})[day.toordinal(), level] = quantity
    return found, until, drawn


def _factor(row: PartnerPart) -> Decimal | None:
    """Partner part's units in one base unit of the own part; None where they do not convert."""
    if row.base_factor != 1 or row.unit == row.part.unit:
        return 1 / row.base_factor
    try:
        return convert(Decimal(1), row.part.unit, row.unit)
    except MixedUnits:
        return None
