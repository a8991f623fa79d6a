"""Keeping capacity groups, and what their weeks give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.common.errors import DomainError, raise_all
from apps.common.units import LARGEST, UNITS, is_quantity, unit_of
from apps.events.services import emit
from apps.masterdata.models import Part, PartnerPart
from apps.planning.weeks import monday_of
from apps.tenancy.access import own
from apps.tenancy.exceptions import UnknownOwnSite
from apps.tenancy.models import Site, TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from . import selectors
from .asked import supplied
from .exceptions import (
    BelowAgreed,
    GroupAgreed,
    GroupChanged,
    GroupCodeTaken,
    InvalidCapacity,
    InvalidFactor,
    NotAWeek,
    NotForOneAlone,
    UnitFixed,
    UnknownCustomer,
    UnknownGroup,
    UnknownMaker,
)
from .load import WEEK, Given
from .locking import lock
from .models import CapacityGroup, CapacityPart, CapacityWeek, GroupKind
from .telling import tell_if_shared

FAR = timedelta(days=3 * 366)
LOOKED_AHEAD = 52  # weeks of an agreement without end that are held against the capacity


@dataclass(frozen=True)
class Uses:
    """One base unit of a part, an own one or a partner part, takes so much of a group's capacity."""

    part_id: int | None
    factor: Decimal = Decimal(1)
    partner_part_id: int | None = None


class Kept(Enum):
    """A figure that is not spoken of."""

    AS_IT_IS = "as it is"


@dataclass(frozen=True)
class Said:
    """What a group gives in a week; `actual` None: as usual again. A maximum that is not spoken of stays, and is raised to
    the actual capacity where that is above it."""

    week: date
    actual: Decimal | None
    maximum: Decimal | Kept | None = None


@atomic
def keep_group(
    *,
    code: str,
    name: str,
    site_id: int | None = None,
    group_id: int | None = None,
    kind: str = GroupKind.RESOURCE,
    unit: str = "H87",
    usual: Decimal | None = None,
    usual_maximum: Decimal | None = None,
    made_for_id: int | None = None,
    parts: Sequence[Uses] | None = None,
    stamp: str | None = None,
    is_confirmed: bool = False,
) -> CapacityGroup:
    """Make a group at a site, or change one; its parts are replaced whole where any are given.

    Args:
        stamp: `selectors.stamp_of` what was read before it was changed; None: whatever stands now is changed.
        is_confirmed: a usual week that gives less than was agreed with customers is meant.
        made_for_id: the relation with the one customer for whose parts alone it is used, who is told the whole of it.

    Raises:
        UnknownOwnSite: not an open one of the firm. UnknownGroup: not the firm's. GroupCodeTaken: at the site.
        UnitFixed: weeks were told, or stand agreed, in another. UnknownCustomer, NotForOneAlone: it makes others' parts too.
        GroupChanged: by somebody else since it was read. BelowAgreed: nobody said that it is meant.
        InvalidCapacity, UnknownMaker, InvalidFactor: all of them together.
    """
    organization_id = require_scope().organization_id
    lock()
    wanted = unit_of(unit).code
    if group_id is None:
        site = Site.objects.that(own()).filter(pk=site_id, closed_at=None).first()
        if site is None:
            raise UnknownOwnSite(place="site", value=site_id)
        group = CapacityGroup(organization_id=organization_id, site=site)
    else:
        group = _own(group_id)
        if stamp is not None and stamp != selectors.stamp_of(selectors.group(group_id)):
            raise GroupChanged(place="group", value=group.code)
        if group.unit != wanted and _is_told_in_its_unit(group):
            raise UnitFixed(place="unit", value=unit, unit=unit_of(group.unit).label)
    others = CapacityGroup.objects.filter(site_id=group.site_id, code=code.strip(), ended_at=None).exclude(pk=group_id)
    if others.exists():
        raise GroupCodeTaken(place="code", value=code)
    raise_all([*_wrong(usual, usual_maximum, wanted, "usual"), *_wrong_parts(parts or ())])
    if made_for_id is not None:
        _require_customer(made_for_id)
    if group_id is not None and not is_confirmed:
        raise_all(_usual_below_agreed(group, usual, usual_maximum))
    group.code, group.name, group.kind, group.unit = code.strip(), name.strip(), GroupKind(kind).value, wanted
    if group.pk is None or (group.usual, group.usual_maximum) != (usual, usual_maximum):
        group.said_at = timezone.now()
    group.usual, group.usual_maximum, group.made_for_id = usual, usual_maximum, made_for_id
    group.save()
    if parts is not None:
        CapacityPart.objects.filter(group=group).delete()
        CapacityPart.objects.bulk_create(
            CapacityPart(organization_id=organization_id, group=group, **vars(row)) for row in parts
        )
    if made_for_id is not None:
        _require_one_customer(group, made_for_id)
    emit("capacity.kept", subject=group, label=group.code)
    tell_if_shared()
    return group


@atomic
def end_group(*, group_id: int) -> None:
    """Use a group no more; its code is free again.

    Raises:
        UnknownGroup: not the firm's, or ended. GroupAgreed: with a customer.
    """
    lock()
    group = _own(group_id)
    if selectors.standing(group).exists():
        raise GroupAgreed(place="group", value=group.code)
    group.ended_at = timezone.now()
    group.save(update_fields=["ended_at"])
    emit("capacity.kept", subject=group, label=group.code)
    tell_if_shared()


@atomic
def keep_weeks(
    *, group_id: int, weeks: Sequence[Said], stamp: str | None = None, is_confirmed: bool = False
) -> CapacityGroup:
    """Say what single weeks of a group give, all or none; those that are not named stay as they are.

    Args:
        stamp: `weeks_stamp` of the group when its weeks were read; None: whatever stands now is changed.
        is_confirmed: less than was agreed with customers is meant.

    Raises:
        UnknownGroup: not the firm's. GroupChanged: somebody else told its weeks since they were read.
        NotAWeek, InvalidCapacity: all of them together, each with its place.
        BelowAgreed: nobody said that it is meant.
    """
    lock()
    group = _own(group_id)
    if stamp is not None and stamp != weeks_stamp(group):
        raise GroupChanged(place="group", value=group.code)
    today = group.site.today
    first, last = monday_of(today), today + FAR
    errors: list[DomainError] = []
    seen: set[date] = set()
    for index, row in enumerate(weeks):
        place = f"weeks[{index}]"
        if row.week != monday_of(row.week) or not first <= row.week <= last or row.week in seen:
            errors.append(NotAWeek(place=f"{place}.week", value=row.week, group=group.code))
        seen.add(row.week)
        errors += _wrong(row.actual, row.maximum, group.unit, place, week=row.week)
    raise_all(errors)
    spoken = _spoken(group, weeks)
    if not is_confirmed:
        raise_all(_below_agreed(group, spoken))
    gone = [week for week, (actual, _maximum) in spoken.items() if actual is None]
    CapacityWeek.objects.filter(group=group, week__in=gone).delete()
    rows = [
        CapacityWeek(organization_id=group.organization_id, group=group, week=week, actual=actual, maximum=maximum)
        for week, (actual, maximum) in spoken.items()
        if actual is not None
    ]
    CapacityWeek.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["group", "week"], update_fields=["actual", "maximum", "set_at"]
    )
    _said_now(group)
    return group


@atomic
def keep_table(*, weeks: Mapping[int, Sequence[Said]], is_confirmed: bool = False) -> None:
    """Weeks of several groups by their ids, all or none; what is wrong or questioned in any of them is told together.

    Raises:
        As `keep_weeks`.
    """
    errors: list[DomainError] = []
    for group_id, said in weeks.items():
        try:
            with transaction.atomic(using=require_scope().alias):
                keep_weeks(group_id=group_id, weeks=said, is_confirmed=is_confirmed)
        except DomainError as error:
            errors += [error, *error.others]
    raise_all(errors)


def weeks_stamp(group: CapacityGroup) -> str:
    """Other after each time that something was said of the group's figures."""
    return "" if group.said_at is None else group.said_at.isoformat()


@atomic
def hold_capacity(*, group_id: int) -> CapacityGroup:
    """Say that what stands of a group holds: it is as fresh as if it were written anew.

    Raises:
        UnknownGroup: not the firm's, or ended.
    """
    lock()
    group = _own(group_id)
    _said_now(group)
    return group


def _said_now(group: CapacityGroup) -> None:
    group.said_at = timezone.now()
    group.save(update_fields=["said_at"])
    emit("capacity.kept", subject=group, label=group.code)
    tell_if_shared()


def _is_told_in_its_unit(group: CapacityGroup) -> bool:
    """Its weeks are counted in it, or what customers agreed to is."""
    return CapacityWeek.objects.filter(group=group).exists() or selectors.standing(group).exists()


def _require_customer(relation_id: int) -> None:
    """Before anything is written: a key to a relation of others is refused in words, not by the database."""
    if not TradingRelation.objects.on_side(Side.SUPPLIER).filter(pk=relation_id, ended_at=None).exists():
        raise UnknownCustomer(place="made_for", value=relation_id)


def _require_one_customer(group: CapacityGroup, relation_id: int) -> None:
    rows = list(CapacityPart.objects.filter(group=group).select_related("part"))
    numbers = {row.part.number for row in rows if row.part}
    agreed = {row.partner_part_id for row in rows if row.partner_part_id}
    if any(row.relation_id != relation_id for row in supplied(numbers, agreed)):
        raise NotForOneAlone(place="made_for", value=relation_id, group=group.code)


def _own(group_id: int) -> CapacityGroup:
    group = CapacityGroup.objects.select_related("site").filter(pk=group_id, ended_at=None).first()
    if group is None:
        raise UnknownGroup(place="group", value=group_id)
    return group


def _spoken(group: CapacityGroup, weeks: Sequence[Said]) -> dict[date, tuple[Decimal | None, Decimal | None]]:
    """(actual, maximum) of each week, what is not spoken of as it stands."""
    open_ones = [row.week for row in weeks if isinstance(row.maximum, Kept)]
    before = selectors.given_in(group, open_ones) if open_ones else {}
    found: dict[date, tuple[Decimal | None, Decimal | None]] = {}
    for row in weeks:
        maximum = before[row.week].maximum if isinstance(row.maximum, Kept) else row.maximum
        if isinstance(row.maximum, Kept) and maximum is not None and row.actual is not None:
            maximum = max(maximum, row.actual)
        found[row.week] = row.actual, None if row.actual is None else maximum
    return found


def _below_agreed(group: CapacityGroup, weeks: Mapping[date, tuple[Decimal | None, Decimal | None]]) -> list[DomainError]:
    agreed = list(selectors.standing(group).exclude(agreed_at=None))
    usual = Given(group.usual, group.usual_maximum).most
    found: list[DomainError] = []
    for index, (week, (actual, maximum)) in enumerate(weeks.items()):
        most, promised = Given(actual, maximum).most if actual is not None else usual, selectors.agreed_in(agreed, week)
        if most is not None and most < promised:
            facts = {"week": week, "agreed": promised, "group": group.code}
            found.append(BelowAgreed(place=f"weeks[{index}].actual", value=most, **facts))
    return found


def _usual_below_agreed(group: CapacityGroup, usual: Decimal | None, maximum: Decimal | None) -> list[DomainError]:
    """The first week that a lower usual one leaves below what was agreed; days off shorten the share of everybody."""
    before, most = Given(group.usual, group.usual_maximum).most, Given(usual, maximum).most
    agreed = list(selectors.standing(group).exclude(agreed_at=None))
    if not agreed or before is None or (most is not None and most >= before):
        return []
    said = set(CapacityWeek.objects.filter(group=group).values_list("week", flat=True))
    for n in range(LOOKED_AHEAD):
        week = monday_of(group.site.today) + n * WEEK
        promised = selectors.agreed_in(agreed, week)
        if week not in said and promised > (most or 0):
            place = "usual" if maximum is None else "usual_maximum"
            facts = {"week": week, "agreed": promised, "group": group.code}
            return [BelowAgreed(place=place, value="" if most is None else most, **facts)]
    return []


def _wrong(
    actual: Decimal | None, said: Decimal | Kept | None, unit: str, place: str, week: date | None = None
) -> list[DomainError]:
    maximum = None if isinstance(said, Kept) else said
    facts: dict[str, Any] = {"unit": UNITS[unit].label} | ({"week": week} if week else {})
    if week is not None and actual is None and maximum is not None:
        return [InvalidCapacity(place=f"{place}.actual", value="", **facts)]
    names = ("usual", "usual_maximum") if week is None else (f"{place}.actual", f"{place}.maximum")
    found: list[DomainError] = [
        InvalidCapacity(place=name, value=value, **facts)
        for name, value in zip(names, (actual, maximum), strict=True)
        if value is not None and not is_quantity(value, unit, or_none=True)
    ]
    if not found and actual is not None and maximum is not None and maximum < actual:
        found.append(InvalidCapacity(place=names[1], value=maximum, **facts))
    return found


def _wrong_parts(parts: Sequence[Uses]) -> list[DomainError]:
    own_parts = set(Part.objects.filter(pk__in=[row.part_id for row in parts if row.part_id]).values_list("pk", flat=True))
    supplied = PartnerPart.objects.on_side(Side.SUPPLIER).filter(pk__in=[row.partner_part_id for row in parts])
    agreed = set(supplied.values_list("pk", flat=True)) if any(row.partner_part_id for row in parts) else set()
    errors: list[DomainError] = []
    seen: set[tuple[int | None, int | None]] = set()
    for index, row in enumerate(parts):
        place, thing = f"parts[{index}]", (row.part_id, row.partner_part_id)
        is_one = (row.part_id is None) != (row.partner_part_id is None)
        if not is_one or thing in seen or not (row.part_id in own_parts or row.partner_part_id in agreed):
            errors.append(UnknownMaker(place=f"{place}.part", value=row.part_id or row.partner_part_id))
        seen.add(thing)
        factor = row.factor
        if not factor.is_finite() or not 0 < factor < LARGEST or round(factor, 6) != factor:
            errors.append(InvalidFactor(place=f"{place}.factor", value=factor))
    return errors
