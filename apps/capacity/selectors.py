"""Reads of capacity: groups, what their weeks give, and what is to be made in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from apps.calendars import selectors as calendars
from apps.calendars.days import Days
from apps.common.units import UNITS, MixedUnits, convert
from apps.masterdata.models import PartnerPart
from apps.planning import selectors as planning
from apps.planning.demand import output_by_day
from apps.planning.weeks import monday_of
from apps.tenancy.models import Site, TradingRelation
from apps.tenancy.roles import Side

from .asked import Asked, asked, left_of, supplied
from .exceptions import UnknownAgreement, UnknownGroup
from .load import WEEK, Given, Load, Wanted, given, load
from .models import CapacityAgreement, CapacityGroup, CapacityPart, CapacityWeek, ToldCapacity

Thing = tuple[int | None, int | None]  # own part, partner part
SHOWN = 13  # weeks


def groups(site_id: int | None = None) -> QuerySet[CapacityGroup]:
    """Those in use, with their parts; two statements."""
    parts = CapacityPart.objects.select_related("part", "partner_part").order_by("pk")
    rows = (
        CapacityGroup.objects.filter(ended_at=None)
        .select_related("site", "made_for__buyer")
        .prefetch_related(Prefetch("parts", parts))
    )
    return (rows if site_id is None else rows.filter(site_id=site_id)).order_by("code", "pk")


def group(pk: int) -> CapacityGroup:
    """
    Raises:
        UnknownGroup: not of the scope's firm, or ended.
    """
    found: CapacityGroup | None = groups().filter(pk=pk).first()
    if found is None:
        raise UnknownGroup(place="group", value=pk)
    return found


def stamp_of(one: CapacityGroup) -> str:
    """Other after each change of what a group is, its parts included."""
    parts = sorted((row.part_id or 0, row.partner_part_id or 0, f"{row.factor:f}") for row in one.parts.all())
    names = ("code", "name", "kind", "unit", "usual", "usual_maximum", "made_for_id")
    return sha256(repr([*(str(getattr(one, name)) for name in names), parts]).encode()).hexdigest()[:16]


def all_groups() -> QuerySet[CapacityGroup]:
    return groups().order_by("pk")


def all_weeks() -> QuerySet[CapacityWeek]:
    """What was told of single weeks, of groups in use."""
    return CapacityWeek.objects.filter(group__ended_at=None).order_by("pk")


@dataclass(frozen=True)
class Party:
    """What one customer asks of a part, or of the parts of a group, by Monday.

    Attributes:
        until: the last day of which it tells its demand; None: orders alone are known.
        numbers: its own, of the parts.
    """

    asked: dict[date, Decimal]
    until: date | None
    numbers: frozenset[str]

    def plus(self, other: "Party", factor: Decimal = Decimal(1)) -> "Party":
        sums = dict(self.asked)
        for week, quantity in other.asked.items():
            sums[week] = sums.get(week, Decimal(0)) + factor * quantity
        until = min(self.until, other.until) if self.until and other.until else None
        return Party(sums, until, self.numbers | other.numbers)


Parties = dict[int, Party]  # by relation


@dataclass(frozen=True)
class Loads:
    """The weeks of one group; and of each customer the load of its own parts alone, by relation."""

    group: CapacityGroup
    weeks: list[Load]
    customers: Parties


def loads(site: Site, found: Sequence[CapacityGroup], *, first: date | None = None, count: int = SHOWN) -> list[Loads]:
    """What the weeks of groups of one site give and should; 16 statements at most, however many groups and parts.

    Args:
        first: in the first week; None: this one.
    """
    today = site.today
    start = monday_of(first or today)
    mondays = [start + n * WEEK for n in range(count)]
    last = mondays[-1] + timedelta(days=6)
    days = calendars.days_of(site.organization_id, site.pk)
    left = left_of(days, today)
    wanted, parties = _wanted(site, found, max(start, today), last, days)
    told = {(row.group_id, row.week): row for row in CapacityWeek.objects.filter(group__in=found, week__range=(start, last))}
    worked = _worked(days, mondays)
    made = []
    for one in found:
        parts, unfit = [], ""
        customers: Parties = {}
        for row in one.parts.all():
            want, wrong = wanted[row.part_id, row.partner_part_id]
            parts.append((row.factor, want))
            unfit = unfit or wrong
            for relation, party in parties[row.part_id, row.partner_part_id].items():
                before = customers.get(relation, Party({}, party.until, frozenset()))
                customers[relation] = before.plus(party, row.factor)
        weeks = [
            load(
                monday,
                _given(one, told.get((one.pk, monday)), worked[monday]),
                parts,
                unfit,
                left if monday == monday_of(today) else None,
                UNITS[one.unit].places,
            )
            for monday in mondays
        ]
        made.append(Loads(one, weeks, customers))
    return made


def _given(one: CapacityGroup, told: CapacityWeek | None, worked: tuple[int, int] | None) -> Given:
    usual = given(one.usual, one.usual_maximum, worked=worked, places=UNITS[one.unit].places)
    return usual if told is None else Given(told.actual, told.maximum, False, expected=usual.expected)


def given_in(one: CapacityGroup, weeks: Collection[date]) -> dict[date, Given]:
    """What single weeks of a group give, as it stands now; three statements."""
    told = {row.week: row for row in CapacityWeek.objects.filter(group=one, week__in=weeks)}
    worked = _worked(calendars.days_of(one.organization_id, one.site_id), list(weeks))
    return {week: _given(one, told.get(week), worked[week]) for week in weeks}


def _worked(days: Days | None, mondays: Sequence[date]) -> dict[date, tuple[int, int] | None]:
    """(Days worked, days of a usual week) of each week; None where no calendar is kept."""
    if days is None:
        return dict.fromkeys(mondays)
    weeks = {monday: sum(days.is_working(monday + timedelta(days=n)) for n in range(7)) for monday in mondays}
    return {monday: (count, len(set(days.weekdays))) for monday, count in weeks.items()}


def _wanted(
    site: Site, found: Sequence[CapacityGroup], first: date, last: date, days: Days | None
) -> tuple[dict[Thing, tuple[Wanted, str]], dict[Thing, Parties]]:
    """What is to be made of each part of the groups, with units that do not fit; and what each relation asks of it."""
    rows = [row for one in found for row in one.parts.all()]
    own: dict[int, Any] = {row.part_id: row.part for row in rows if row.part_id}
    direct = {row.partner_part_id for row in rows if row.partner_part_id}
    partners = supplied({part.number for part in own.values()}, direct) if rows else []
    by_pk = {row.pk: row for row in partners}
    told = asked(by_pk, site.today, days) if by_pk else {}
    planned, spoken = _planned(site, own, first, last)
    inner, inner_until = _inner(site, own, last)
    wanted: dict[Thing, tuple[Wanted, str]] = {}
    parties: dict[Thing, Parties] = {}
    for part in own.values():
        mine = [row for row in partners if row.own_number == part.number]
        sums, until, unfit = _together(mine, told, part.unit, parties.setdefault((part.pk, None), {}))
        for week, quantity in inner.get(part.pk, {}).items():
            sums[week] = sums.get(week, Decimal(0)) + quantity
        ends = [day for day in (inner_until.get(part.pk), until) if day is not None]
        is_told = not mine or until is not None  # of a part that a customer orders and tells no demand of
        reach = min(ends) if ends and is_told else None
        since, upto = spoken.get(part.pk, (None, None))
        wanted[part.pk, None] = Wanted(planned.get(part.pk, {}), upto, sums, reach, since), unfit
    for pk in direct:
        mine = [by_pk[pk]] if pk in by_pk else []
        unit = mine[0].unit if mine else "H87"
        sums, until, unfit = _together(mine, told, unit, parties.setdefault((None, pk), {}))
        wanted[None, pk] = Wanted({}, None, sums, until), unfit
    return wanted, parties


def _together(
    mine: Sequence[PartnerPart], told: Mapping[int, Asked], unit: str, parties: Parties
) -> tuple[dict[date, Decimal], date | None, str]:
    """What all customers of a part ask, in its own unit: a week is known as far as each of them tells it."""
    sums: dict[date, Decimal] = {}
    until: date | None = None
    unfit, is_first = "", True
    for row in mine:
        one = told[row.pk]
        unfit = unfit or one.unfit
        until = one.until if is_first else min(until, one.until) if until and one.until else None
        is_first = False
        own: dict[date, Decimal] = {}
        for week, quantity in one.weeks().items():
            try:
                amount = convert(quantity, row.unit, unit) if row.unit != unit else quantity
            except MixedUnits as error:
                unfit = str(error.value)
                break
            own[week] = amount
            sums[week] = sums.get(week, Decimal(0)) + amount
        party = Party(own, one.until, frozenset([row.buyer_number]))
        before = parties.get(row.relation_id)
        parties[row.relation_id] = party if before is None else before.plus(party)
    return sums, until, unfit


def _planned(
    site: Site, own: Mapping[int, Any], first: date, last: date
) -> tuple[dict[int, dict[date, Decimal]], dict[int, tuple[date, date]]]:
    """What the production plan in force at the site makes of own parts by week, and the first and last day of each."""
    plan = planning.releases_in_force().filter(site=site, kind="production").first() if own else None
    if plan is None:
        return {}, {}
    made = output_by_day(own, first=first, last=last, site_id=site.pk)
    spoken = planning.spoken_of(plan, own)
    monday = monday_of(site.today)  # of the days of this week that have passed nothing is planned any more
    since = {pk: (monday if begins <= site.today else begins, upto) for pk, (begins, upto) in spoken.items()}
    return {pk: _by_week(series) for pk, series in made.items()}, since


def _inner(site: Site, own: Mapping[int, Any], last: date) -> tuple[dict[int, dict[date, Decimal]], dict[int, date]]:
    """What one's own plans need of parts that are made here; two statements."""
    if not own:
        return {}, {}
    series: dict[int, dict[date, Decimal]] = {}
    for part, day, _level, quantity in planning.demand_by_day(first=site.today, last=last, site_id=site.pk):
        if part in own:
            days = series.setdefault(part, {})
            days[day] = days.get(day, Decimal(0)) + quantity
    until = {pk: day for pk, day in planning.known_until(site.pk).items() if pk in own}
    return {pk: _by_week(days) for pk, days in series.items()}, until


def _by_week(days: Mapping[date, Decimal]) -> dict[date, Decimal]:
    found: dict[date, Decimal] = {}
    for day, quantity in days.items():
        found[monday_of(day)] = found.get(monday_of(day), Decimal(0)) + quantity
    return found


def open_agreements() -> QuerySet[CapacityAgreement]:
    """Agreed ones and those that wait for an answer, of both sides."""
    rows = CapacityAgreement.objects.filter(ended_at=None).select_related("buyer", "supplier")
    return rows.order_by("first_week", "name", "pk")


def standing(group: CapacityGroup) -> QuerySet[CapacityAgreement]:
    """Agreements and proposals of a group that are not over: of this week or a later one."""
    reaches = Q(last_week=None) | Q(last_week__gte=monday_of(group.site.today))
    return open_agreements().filter(reaches, group=group)


def agreements() -> QuerySet[CapacityAgreement]:
    return CapacityAgreement.objects.select_related("buyer", "supplier").order_by("-pk")


def agreed_in(rows: Collection[CapacityAgreement], week: date) -> Decimal:
    """What these keep of a week, proposals too."""
    return sum((row.quantity for row in rows if row.is_of(week)), Decimal(0))


def told() -> QuerySet[ToldCapacity]:
    """What suppliers tell the scope's firm, by its grants in force: every row that it may see."""
    rows = ToldCapacity.objects.on_side(Side.BUYER).select_related("supplier")
    return rows.order_by("supplier__legal_name", "name", "group_id", "week", "pk")


def agreement(pk: int) -> CapacityAgreement:
    """
    Raises:
        UnknownAgreement: not of the scope's firm.
    """
    found: CapacityAgreement | None = agreements().filter(pk=pk).first()
    if found is None:
        raise UnknownAgreement(place="agreement", value=pk)
    return found


def customer_choices() -> list[tuple[int, str]]:
    """(relation, name) of those whom the firm supplies."""
    rows = TradingRelation.objects.on_side(Side.SUPPLIER).filter(ended_at=None).select_related("buyer")
    return sorted(((row.pk, row.buyer.name) for row in rows), key=lambda pair: pair[1])
