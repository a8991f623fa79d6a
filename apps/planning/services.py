"""Publishing plans, and keeping bills of material."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.calendars import selectors as calendars
from apps.common.characters import clean
from apps.common.errors import DomainError, raise_all
from apps.common.units import is_quantity, unit_of
from apps.events.services import emit
from apps.masterdata.models import Part
from apps.masterdata.services import next_number, next_numbers
from apps.tenancy.access import own
from apps.tenancy.exceptions import UnknownOwnSite
from apps.tenancy.models import Site
from apps.tenancy.scope import atomic, require_scope

from . import demand, intake, selectors
from .exceptions import (
    BillItemTwice,
    EmptyPlan,
    InvalidBillItem,
    InvalidMakingRule,
    InvalidPlanQuantity,
    LoopedBill,
    OlderPlan,
    OutsideHorizon,
    PlanNumberTaken,
    PlanOver,
    PlanRowTwice,
    UnknownPlanPart,
)
from .explosion import BillLoop, parents_first
from .models import (
    BillItem,
    Bucket,
    Commitment,
    MakingRule,
    PlanKind,
    Release,
    ReleaseState,
    Shortage,
)
from .releasing import tell_suppliers

FAR = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Planned:
    """So much of a part, in its base unit, on a day or in the week that begins on it."""

    part_id: int
    day: date
    quantity: Decimal
    bucket: str = Bucket.DAY
    level: int = Commitment.FIRM

    @property
    def last_day(self) -> date:
        """Of which it speaks: of a week its Sunday."""
        return demand.ends(self.bucket, self.day)


@atomic
def publish_plan(
    *,
    site_id: int,
    rows: Sequence[Planned],
    kind: str = PlanKind.PRODUCTION,
    first_day: date | None = None,
    last_day: date | None = None,
    number: str = "",
    as_of: datetime | None = None,
    source: str = "screen",
    is_told: bool = True,
) -> Release:
    """Put a plan in force; it replaces the one of its kind at the site, and the demand follows at once.

    From its first day on it replaces it whole. Where that is later than today, what the one before says of the days until
    then is kept: its rows stand in the new one too.

    A production plan is no demand itself: what its parts are made of is. Demand of parts is taken as it stands.

    Args:
        first_day, last_day: its period, by default the days that its rows name.
        as_of: when it was drawn from its system; now, where nothing is said.
        is_told: False where more follows in the same transaction, and `tell_suppliers` is called once after it.

    Raises:
        UnknownOwnSite: not an open one of the firm. EmptyPlan, UnknownPlanPart, PlanRowTwice, InvalidPlanQuantity,
        OutsideHorizon: what the rows say. PlanOver: its period has passed, or is too far. OlderPlan: a newer one is
        in force. PlanNumberTaken: by another. LoopedBill: a part of it would go into itself.
    """
    scope, now = require_scope(), timezone.now()
    site = Site.objects.that(own()).filter(pk=site_id, closed_at=None).first()
    if site is None:
        raise UnknownOwnSite(place="site", value=site_id)
    if not rows:
        raise EmptyPlan(place="rows")
    first, last = period_of(site, rows, first_day, last_day)
    today = site.today
    _check_rows(rows, first, last)
    given = clean(number, "code", "number")
    if given and Release.objects.filter(number=given).exists():
        raise PlanNumberTaken(place="number", value=given)
    # The counter of numbers is locked by it: two plans of a firm are put in force one after the other.
    made = next_number(organization_id=scope.organization_id, kind="plan", prefix="PLAN-")
    before = Release.objects.select_for_update().filter(kind=kind, site=site, state=ReleaseState.CURRENT).first()
    if before is not None and as_of is not None and as_of < before.as_of:
        raise OlderPlan(place="as_of", value=as_of, newer=before.number)
    days = calendars.days_of(scope.organization_id, site.pk)
    plain = [(row.part_id, str(row.bucket), row.day, row.quantity, int(row.level)) for row in rows]
    if before is not None:
        begins = min(first, *(row.day for row in rows))
        plain += demand.kept(before, begins, days) if begins > today else []
        before.state = ReleaseState.SUPERSEDED
        before.save(update_fields=["state"])
        before.demand.all().delete()
        before.known.all().delete()
    release = Release.objects.create(
        organization_id=scope.organization_id,
        number=given or made,
        kind=kind,
        site=site,
        first_day=first,
        last_day=last,
        source=source,
        as_of=min(as_of or now, now),
        replaces=before,
        row_count=len(plain),
        published_by_id=scope.user_id,
    )
    intake.write_rows(release, plain)
    try:
        demand.renew(release, plain, bills=selectors.bills(), days=days)
    except BillLoop as loop:
        raise _looped(loop) from loop
    emit("plan.published", subject=release, label=release.number)
    if is_told:
        tell_suppliers()
    return release


def hold_plans() -> None:
    """Until the transaction is over nobody else puts a plan of the firm in force: it replaces what was looked at."""
    next_numbers(organization_id=require_scope().organization_id, kind="plan", prefix="PLAN-", count=0)


def period_of(
    site: Site, rows: Sequence[Planned], first_day: date | None = None, last_day: date | None = None
) -> tuple[date, date]:
    """From when until when a plan of a site would hold, by default the days that its rows name.

    Raises:
        PlanOver: it has passed, or is too far.
    """
    first = first_day or min(row.day for row in rows)
    last = last_day or max(row.last_day for row in rows)
    if not first <= last or not site.today <= last <= site.today + FAR:
        raise PlanOver(place="last_day", value=last)
    return first, last


def _check_rows(rows: Sequence[Planned], first: date, last: date) -> None:
    """
    Raises:
        UnknownPlanPart, PlanRowTwice, InvalidPlanQuantity, OutsideHorizon: all of them together.
    """
    units = dict(Part.objects.filter(pk__in={row.part_id for row in rows}).values_list("pk", "unit"))
    errors: list[DomainError] = []
    seen = set()
    for index, row in enumerate(rows):
        place, key = f"rows[{index}]", (row.part_id, row.day, row.bucket)
        if row.part_id not in units:
            errors.append(UnknownPlanPart(place=f"{place}.part", value=row.part_id))
        elif not is_quantity(row.quantity, units[row.part_id], or_none=True):
            unit = unit_of(units[row.part_id]).label
            errors.append(InvalidPlanQuantity(place=f"{place}.quantity", value=row.quantity, unit=unit))
        if key in seen:
            errors.append(PlanRowTwice(place=place, value=row.day))
        seen.add(key)
        is_monday = row.bucket != Bucket.WEEK or row.day.isoweekday() == 1
        if not is_monday or row.last_day < first or row.day > last:
            errors.append(OutsideHorizon(place=f"{place}.day", value=row.day))
    raise_all(errors)


@atomic
def keep_making_rule(*, site_id: int, shortage: str, over_share: Decimal) -> None:
    """How production is reported at a site.

    Args:
        over_share: of a plan, by which more is reported without a question: 0.1 is 10 %.

    Raises:
        UnknownOwnSite: not the firm's. InvalidMakingRule: below 0, or 1000 % and more.
    """
    if not Site.objects.that(own()).filter(pk=site_id).exists():
        raise UnknownOwnSite(place="site", value=site_id)
    if not over_share.is_finite() or not 0 <= over_share < 10:
        raise InvalidMakingRule(place="over_share", value=over_share)
    place = {"organization_id": require_scope().organization_id, "site_id": site_id}
    kept = {"shortage": Shortage(shortage).value, "over_share": round(over_share, 4)}
    MakingRule.objects.update_or_create(**place, defaults=kept)


@dataclass(frozen=True)
class Goes:
    """So much of a component goes into one base unit of its parent."""

    parent_id: int
    component_id: int
    quantity: Decimal
    scrap_share: Decimal = Decimal(0)
    offset_days: int = 0
    valid_from: date | None = None
    valid_until: date | None = None


@atomic
def keep_bills(*, items: Sequence[Goes], emptied: Sequence[int] = (), is_followed: bool = True) -> int:
    """Set the bills of all parents that the items name, each whole, and of those `emptied` none; the demand of plans in
    force follows.

    Args:
        is_followed: False where more bills are kept in the same transaction, and `follow_bills` is called once after them.

    Returns:
        How many items the bills have now.

    Raises:
        UnknownPlanPart, InvalidBillItem, BillItemTwice: what an item says. LoopedBill: with the path from part to part.
    """
    scope = require_scope()
    wanted = {pk for item in items for pk in (item.parent_id, item.component_id)} | set(emptied)
    parts = {part.pk: part for part in Part.objects.filter(pk__in=wanted)}
    raise_all(_wrong_items(items, parts))
    parents = {item.parent_id for item in items} | set(emptied)
    if unknown := parents - set(parts):
        raise UnknownPlanPart(place="parent", value=min(unknown))
    # Bills of one firm are changed one after the other, so that two changes make no loop together.
    next_number(organization_id=scope.organization_id, kind="bill", prefix="BOM-")
    BillItem.objects.filter(parent__in=parents).delete()
    made: list[Any] = [BillItem(organization_id=scope.organization_id, **vars(item)) for item in items]
    BillItem.objects.bulk_create(made)
    # A loop closes only through a component that is made of something itself.
    if BillItem.objects.filter(parent__in={item.component_id for item in items}).exists():
        bills = selectors.bills()
        try:
            parents_first(bills, bills)
        except BillLoop as loop:
            raise _looped(loop) from loop
    first = parts[min(parents)] if parents else None
    if first is not None:
        emit("plan.bills_changed", subject=first, label=first.number)
    if is_followed:
        follow_bills()
    return len(made)


@atomic
def follow_bills() -> None:
    """The demand of plans in force follows the bills as they are now, and suppliers are told theirs."""
    demand.renew_all()
    tell_suppliers()


def _wrong_items(items: Sequence[Goes], parts: dict[int, Part]) -> list[DomainError]:
    errors: list[DomainError] = []
    periods: dict[tuple[int, int], list[tuple[date, date]]] = {}
    for index, item in enumerate(items):
        place = f"items[{index}]"
        for name in ("parent", "component"):
            pk = getattr(item, f"{name}_id")
            if pk not in parts:
                errors.append(UnknownPlanPart(place=f"{place}.{name}", value=pk))
        if item.parent_id == item.component_id:
            number = parts[item.parent_id].number if item.parent_id in parts else item.parent_id
            errors.append(LoopedBill(place=f"{place}.component", value=f"{number} → {number}"))
        first, last = item.valid_from or date.min, item.valid_until or date.max
        is_quantity_valid = item.quantity.is_finite() and item.quantity > 0 and round(item.quantity, 6) == item.quantity
        if not is_quantity_valid or not 0 <= item.scrap_share < 1 or last < first or not 0 <= item.offset_days < 1000:
            errors.append(InvalidBillItem(place=place, value=item.quantity))
        others = periods.setdefault((item.parent_id, item.component_id), [])
        if any(start <= last and first <= end for start, end in others):
            errors.append(BillItemTwice(place=place, value=item.component_id))
        others.append((first, last))
    return errors


def _looped(loop: BillLoop) -> LoopedBill:
    numbers = dict(Part.objects.filter(pk__in=set(loop.path)).values_list("pk", "number"))
    return LoopedBill(place="component", value=" → ".join(numbers.get(pk, str(pk)) for pk in loop.path))
