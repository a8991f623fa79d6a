"""Reporting what was made, and taking a report back."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef

from apps.common.characters import clean
from apps.common.errors import DomainError, raise_all
from apps.common.meant import most_unasked
from apps.common.units import UNITS, is_quantity, unit_of
from apps.events.services import emit_all
from apps.inventory.models import TAKEN, ConsignedPart, MovementKind, StockBalance, StockStatus
from apps.inventory.selectors import moved_by
from apps.inventory.services import Move, moved, post
from apps.masterdata.models import Part, PartnerPart
from apps.masterdata.services import next_numbers
from apps.planning import selectors as planning
from apps.planning.models import Bucket, MakingRule, Shortage
from apps.tenancy.access import own
from apps.tenancy.exceptions import UnknownOwnSite
from apps.tenancy.models import Site
from apps.tenancy.scope import atomic, require_scope

from . import selectors
from .backflush import Taken, apart
from .exceptions import (
    AlreadyReversed,
    BeyondPlan,
    FarAboveUsual,
    InvalidMade,
    KeyOfAnother,
    KeyTwice,
    LotMissing,
    NotThatDay,
    ReasonMissing,
    ReportedTwice,
    UnknownMade,
)
from .models import Missing, ProductionReport, RejectReason
from .taking import Bills, Material, Thing, bills_of, news_of, refuse_missing, taken_by
from .telling import grants, tell_of

LONGEST_AGO = timedelta(days=31)


@dataclass(frozen=True)
class Made:
    """So much of one part, of an own one or of a partner part, in its unit.

    Attributes:
        key: the sender's, of this very report.
    """

    part_id: int | None
    good: Decimal
    rejected: Decimal = Decimal(0)
    reason: str = ""
    lot: str = ""
    note: str = ""
    partner_part_id: int | None = None
    key: str = ""

    @property
    def thing(self) -> Thing:
        return self.part_id, self.partner_part_id


@atomic
def report(
    *, site_id: int, made: Sequence[Made], day: date | None = None, source: str = "screen", is_confirmed: bool = False
) -> list[ProductionReport]:
    """Book what a site made on a day: good pieces into its stock, and out of it what their bills of that day say.

    One level of the bill, scrap share on top, for good and rejected pieces alike; from available stock, the oldest heaps
    first. Of what a customer hands out for its part its own material is taken, and its balance falls with it. What was
    reported before with the same key is not booked again: its report comes back in its place.

    Args:
        is_confirmed: more than the plan and its tolerance is meant, or far more than ever before.

    Raises:
        UnknownOwnSite: not an open one of the firm. NotThatDay: in the future, or too long ago.
        UnknownMade, InvalidMade, ReasonMissing, LotMissing, ReportedTwice, KeyTwice, KeyOfAnother: what a row says; all
        together.
        CustomerUnknown: an own part is made of material of several customers: each is reported by its own part.
        BeyondPlan, FarAboveUsual: nobody said that it is meant. MaterialMissing: and the site's rule refuses.
    """
    scope = require_scope()
    told = Exists(grants().filter(organization=OuterRef("organization")))
    handed = Exists(ConsignedPart.objects.filter(supplier=OuterRef("organization")))
    site: Any = Site.objects.that(own()).filter(pk=site_id, closed_at=None).annotate(is_told=told, is_handed=handed).first()
    if site is None:
        raise UnknownOwnSite(place="site", value=site_id)
    # The site's own: what a report takes is asked for by it, wherever who reports is.
    today = site.today
    day = day or today
    if not today - LONGEST_AGO <= day <= today:
        raise NotThatDay(place="day", value=day)
    things: dict[Thing, Part | PartnerPart] = {}
    things |= {(pk, None): part for pk, part in _in_bulk(Part, [row.part_id for row in made]).items()}
    things |= {(None, pk): part for pk, part in _in_bulk(PartnerPart, [row.partner_part_id for row in made]).items()}
    _check(made, things)
    # The counter is locked by it: reports of a firm are booked one after the other, so none is booked twice.
    numbers = next_numbers(organization_id=scope.organization_id, kind="production", prefix="PR-", count=max(len(made), 1))
    known = _known(made, site, day)
    fresh = [row for row in made if row.key not in known]
    if fresh:
        rule = planning.making_rule(site.pk)
        before = selectors.made_between(site.pk, {row.thing for row in fresh}, day)
        if not is_confirmed:
            _check_plan(made, fresh, things, site, day, before, rule)
        bills = bills_of(fresh, things, day, is_handed=site.is_handed)
        taken = taken_by(fresh, bills, site, before)
        if rule.shortage == Shortage.REFUSE:
            refuse_missing(made, fresh, taken, bills)
        rows = [
            _report(row, things[row.thing], number, site, day, source) for row, number in zip(fresh, numbers, strict=False)
        ]
        ProductionReport.objects.bulk_create(rows)
        Missing.objects.bulk_create(
            Missing(organization_id=scope.organization_id, report=row, quantity=quantity, **_component(component))
            for row, found in zip(rows, taken, strict=True)
            for component, quantity in found.missing.items()
        )
        post([move for row, found in zip(rows, taken, strict=True) for move in _moves(row, found)])
        more = f" +{len(rows) - 1}" if len(rows) > 1 else ""
        label = f"{rows[0].number}{more}"
        emit_all([("production.reported", site, label), *news_of(_used(taken, bills))])
        if site.is_told:
            tell_of(
                {row.part_id for row in rows if row.part_id}, {row.partner_part_id for row in rows if row.partner_part_id}
            )
        known |= {id(given): row for given, row in zip(fresh, rows, strict=True)}
    return [known[row.key] if row.key in known else known[id(row)] for row in made]


def _in_bulk(model: Any, wanted: Sequence[int | None]) -> dict[int, Any]:
    pks = {pk for pk in wanted if pk}
    rows = model.objects.filter(pk__in=pks) if pks else ()
    scope = require_scope()
    if model is PartnerPart:
        return {row.pk: row for row in rows if row.supplier_id == scope.organization_id}
    return {row.pk: row for row in rows if row.organization_id == scope.organization_id}


def _check(made: Sequence[Made], things: Mapping[Thing, Part | PartnerPart]) -> None:
    errors: list[DomainError] = []
    seen: set[tuple[Thing, str]] = set()
    keys: dict[str, int] = {}
    for index, row in enumerate(made):
        place, thing = f"rows[{index}]", things.get(row.thing)
        if thing is None:
            errors.append(UnknownMade(place=f"{place}.part", value=row.part_id or row.partner_part_id))
            continue
        clean(row.lot, "code", f"{place}.lot")
        clean(row.key, "code", f"{place}.key")
        clean(row.note, "note", f"{place}.note")
        for name in ("good", "rejected"):
            if not is_quantity(getattr(row, name), thing.unit, or_none=True):
                unit = unit_of(thing.unit).label
                errors.append(InvalidMade(place=f"{place}.{name}", value=getattr(row, name), unit=unit))
        if row.good == row.rejected == 0:
            errors.append(InvalidMade(place=f"{place}.good", value=row.good))
        if (row.rejected > 0) != bool(row.reason) or row.reason not in ("", *RejectReason.values):
            errors.append(ReasonMissing(place=f"{place}.reason", value=row.reason))
        if isinstance(thing, Part) and thing.tracking != Part.Tracking.NONE and not row.lot:
            errors.append(LotMissing(place=f"{place}.lot", value=thing.number))
        if (row.thing, row.lot) in seen:
            errors.append(ReportedTwice(place=place, value=row.lot or row.good))
        if row.key and row.key in keys:
            errors.append(KeyTwice(place=f"{place}.key", value=row.key, row=keys[row.key] + 1))
        keys.setdefault(row.key, index)
        seen.add((row.thing, row.lot))
    raise_all(errors)


def _known(made: Sequence[Made], site: Site, day: date) -> dict[Any, ProductionReport]:
    """
    Raises:
        KeyOfAnother: a key was given with another report.
    """
    given = {row.key: (index, row) for index, row in enumerate(made) if row.key}
    if not given:
        return {}
    known = {row.key: row for row in ProductionReport.objects.filter(key__in=given)}
    for key, found in known.items():
        index, row = given[key]
        told = (found.thing, found.good, found.rejected, found.lot, found.site_id, found.day)
        if told != (row.thing, row.good, row.rejected, row.lot, site.pk, day):
            raise KeyOfAnother(place=f"rows[{index}].key", value=key, number=found.number)
    return known


def _check_plan(
    made: Sequence[Made],
    fresh: Sequence[Made],
    things: Mapping[Thing, Part | PartnerPart],
    site: Site,
    day: date,
    before: Mapping[Thing, selectors.Week],
    rule: MakingRule,
) -> None:
    """A part planned by the day is held against its day, one planned by the week against its week; one that no plan names
    against what was made of it before."""
    parts = {row.part_id for row in fresh if row.part_id}
    planned: dict[int, Any] = {}
    for said in planning.planned_rows(site.pk, parts, day) if parts else ():
        planned.setdefault(said.part_id, said)  # a day stands before its week
    more: dict[Thing, Decimal] = {}
    made_of: dict[Thing, Decimal] = {}
    errors: list[DomainError] = []
    for row in fresh:
        plan = planned.get(row.part_id or 0)
        week = before.get(row.thing, selectors.NOTHING)
        more[row.thing] = more.get(row.thing, Decimal(0)) + row.good
        made_of[row.thing] = made_of.get(row.thing, week.made_of_day) + row.good + row.rejected
        if plan is None:
            if made_of[row.thing] > most_unasked(week.largest):
                name = "good" if row.good >= row.rejected else "rejected"
                facts = {"value": made_of[row.thing], "part": getattr(things[row.thing], "number", "")}
                errors.append(FarAboveUsual(place=f"rows[{made.index(row)}].{name}", largest=week.largest, **facts))
            continue
        total = (week.good_of_day if plan.bucket == Bucket.DAY else week.good) + more[row.thing]
        if total > plan.quantity * (1 + rule.over_share):
            place = f"rows[{made.index(row)}].good"
            number = getattr(things[row.thing], "number", "")
            errors.append(BeyondPlan(place=place, value=total, planned=plan.quantity, part=number))
    raise_all(errors)


def _component(component: Hashable) -> dict[str, Any]:
    return {"consigned_part_id": component.pk} if isinstance(component, Material) else {"part_id": component}


def _used(taken: Sequence[Taken[StockBalance]], bills: Bills) -> list[ConsignedPart]:
    pks = {heap.consigned_part_id for found in taken for heap, _quantity in found.heaps}
    return [material for pk, material in bills.materials.items() if pk in pks]


def _report(row: Made, thing: Part | PartnerPart, number: str, site: Site, day: date, source: str) -> ProductionReport:
    scope = require_scope()
    return ProductionReport(
        organization_id=scope.organization_id,
        number=number,
        part_id=row.part_id,
        partner_part_id=row.partner_part_id,
        site=site,
        day=day,
        good=row.good,
        rejected=row.rejected,
        reason=row.reason,
        unit=thing.unit,
        lot=row.lot,
        note=row.note,
        key=row.key,
        source=source,
        created_by_id=scope.user_id,
    )


def _moves(row: ProductionReport, found: Taken[StockBalance]) -> list[Move]:
    moves = []
    for heap, quantity in found.heaps:
        parts = apart(quantity, row.good, row.rejected, UNITS[heap.unit].places)
        moves += [moved(heap, -n, kind=kind.value, reference=row.number) for n, kind in zip(parts, TAKEN, strict=True) if n]
    if row.good > 0:
        made = Move(
            organization_id=row.organization_id,
            partner_part_id=row.partner_part_id,
            part_id=row.part_id,
            site_id=row.site_id,
            status=StockStatus.AVAILABLE.value,
            owner_id=row.organization_id,
            unit=row.unit,
            quantity=row.good,
            kind=MovementKind.MADE.value,
            lot=row.lot,
            reference=row.number,
        )
        moves.append(made)
    return moves


@atomic
def reverse(*, report_id: int, note: str = "") -> ProductionReport:
    """Take a report back by a counter report: what it made goes, what it used comes back to where it lay.

    Raises:
        UnknownReport: not of the scope's firm. AlreadyReversed: once before, or it is a reversal itself.
        NegativeStock: what was made is not there any more.
    """
    scope = require_scope()
    (number,) = next_numbers(organization_id=scope.organization_id, kind="production", prefix="PR-", count=1)
    found = selectors.report(report_id)
    if found.reverses_id is not None or ProductionReport.objects.filter(reverses=found).exists():
        raise AlreadyReversed(place="report", value=found.number)
    counter = ProductionReport.objects.create(
        organization_id=scope.organization_id,
        number=number,
        part_id=found.part_id,
        partner_part_id=found.partner_part_id,
        site_id=found.site_id,
        day=found.day,
        good=-found.good,
        rejected=-found.rejected,
        reason=found.reason,
        unit=found.unit,
        lot=found.lot,
        note=note,
        reverses=found,
        source="screen",
        created_by_id=scope.user_id,
    )
    moves = list(moved_by(found.number).select_related("consigned_part"))
    post([moved(move, -move.quantity, kind=move.kind, reference=number) for move in moves])
    materials = {move.consigned_part_id: move.consigned_part for move in moves if move.consigned_part}
    emit_all([("production.reversed", found.site, found.number), *news_of(materials.values())])
    if grants().filter(organization_id=scope.organization_id).exists():
        tell_of([found.part_id or 0], [found.partner_part_id or 0])
    return counter
