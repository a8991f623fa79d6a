"""What suppliers are told, as either side reads it: editions in force, and what they say otherwise than the ones before."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from apps.tenancy.roles import Side

from .changes import Change
from .exceptions import UnknownRelease
from .models import PartnerDemand, PartnerRelease, ReleasedPart
from .telling import Amounts, Edition, Row, told_changes

WITH = ("release__site", "release__replaced_by__site", "partner_part", "buyer", "supplier")


@dataclass(frozen=True)
class Told:
    """One part at one site of the buyer, in the unit that was agreed when it was told.

    Attributes:
        rows: quantity by (bucket, day, level).
        changes: against the edition before, of the days that both know.
        is_new: the edition before did not speak of the part, or there was none.
        is_gone: only the edition before spoke of it; nothing is known of it from the first day of `release` on.
    """

    part: Any
    release: PartnerRelease
    unit: str
    until: date
    rows: dict[tuple[str, date, int], Decimal]
    changes: list[Change[Amounts]]
    is_new: bool
    is_gone: bool = False


def told(side: Side, *, partner_parts: Collection[int] | None = None, with_gone: bool = False) -> list[Told]:
    """All parts that editions in force speak of, as the scope's firm sees them on that side; two statements.

    Args:
        with_gone: behind them those of which only the edition before spoke.
    """
    spoken = Q(release__is_current=True) | Q(release__replaced_by__is_current=True)
    parts = ReleasedPart.objects.on_side(side).filter(spoken).select_related(*WITH)
    rows = PartnerDemand.objects.on_side(side).filter(spoken)
    if partner_parts is not None:
        parts, rows = parts.filter(partner_part_id__in=partner_parts), rows.filter(partner_part_id__in=partner_parts)
    names = ("release_id", "partner_part_id", "bucket", "day", "level", "quantity")
    said: dict[int, dict[Row, Decimal]] = defaultdict(dict)
    for release, part, bucket, day, level, quantity in rows.values_list(*names):
        said[release][part, bucket, day, level] = quantity
    found = list(parts.order_by("partner_part__buyer_number", "pk"))
    releases = {row.release_id: row.release for row in found}
    for before in [row for row in releases.values() if not row.is_current]:
        releases[before.replaced_by.pk] = before.replaced_by  # which may speak of no part any more
    edition = {
        pk: Edition(
            release.first_day,
            release.weeks_from,
            {row.partner_part_id: (row.unit, row.until) for row in found if row.release_id == pk},
            said[pk],
        )
        for pk, release in releases.items()
    }
    changed: dict[tuple[int, int], list[Change[Amounts]]] = defaultdict(list)
    for pk, release in releases.items():
        if release.is_current and release.replaces_id in edition:
            for change in told_changes(edition[release.replaces_id], edition[pk]):
                changed[pk, change.part_id].append(change)
    own: dict[tuple[int, int], dict[tuple[str, date, int], Decimal]] = defaultdict(dict)
    for pk, of_release in said.items():
        for (part, *key), quantity in of_release.items():
            own[pk, part][tuple(key)] = quantity  # type: ignore[index]
    spoken_of = [
        Told(
            row.partner_part,
            row.release,
            row.unit,
            row.until,
            own[row.release_id, row.partner_part_id],
            changed[row.release_id, row.partner_part_id],
            row.partner_part_id not in edition[row.release.replaces_id].until
            if row.release.replaces_id in edition
            else True,
        )
        for row in found
        if row.release.is_current
    ]
    return [*spoken_of, *_gone(found, edition, changed)] if with_gone else spoken_of


def _gone(
    found: Iterable[ReleasedPart], edition: Mapping[int, Edition], changed: Mapping[tuple[int, int], list[Change[Amounts]]]
) -> Iterator[Told]:
    for row in found:
        if row.release.is_current:
            continue
        now = row.release.replaced_by
        if row.until >= now.first_day and row.partner_part_id not in edition[now.pk].until:
            changes = changed.get((now.pk, row.partner_part_id), [])
            until = now.first_day - timedelta(days=1)
            yield Told(row.partner_part, now, row.unit, until, {}, changes, is_new=False, is_gone=True)


def releases() -> QuerySet[PartnerRelease]:
    """The newest first, of both sides."""
    return PartnerRelease.objects.select_related("site", "buyer", "supplier").order_by("-pk")


def release(pk: int) -> PartnerRelease:
    """
    Raises:
        UnknownRelease: not of the scope's firm, or not shown to it any more.
    """
    found: PartnerRelease | None = releases().filter(pk=pk).first()
    if found is None:
        raise UnknownRelease(place="release", value=pk)
    return found


def demand_of(release: PartnerRelease) -> QuerySet[PartnerDemand]:
    rows = PartnerDemand.objects.filter(release=release).select_related("partner_part")
    return rows.order_by("day", "partner_part__buyer_number", "level", "pk")


def all_told() -> QuerySet[PartnerDemand]:
    """What editions in force say, of both sides."""
    return PartnerDemand.objects.filter(release__is_current=True).select_related("release__site").order_by("pk")


def changes_of(release: PartnerRelease) -> list[Change[Amounts]]:
    """What an edition says otherwise than the one that it replaced; three statements."""
    from .releasing import editions

    found = editions([pk for pk in (release.replaces_id, release.pk) if pk])
    if release.replaces_id not in found:
        return []
    return told_changes(found[release.replaces_id], found[release.pk])
