"""What customers may know of a firm's production, written beside the reports and plans: exact, in buckets, as yes."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.common.units import can_convert, convert
from apps.events.services import emit_all
from apps.masterdata.models import Part, PartnerPart
from apps.masterdata.services import next_numbers
from apps.planning.demand import output_by_day
from apps.planning.selectors import planned_at
from apps.tenancy.access import own
from apps.tenancy.access.grants import in_force
from apps.tenancy.models import Grant
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope
from apps.tenancy.selectors import own_sites

from .models import ProductionReport, Told, ToldKind

BEHIND, AHEAD = timedelta(days=14), timedelta(days=28)
KIND = "production"
Says = dict[date, tuple[Decimal, datetime]]  # so much, said then


def grants() -> QuerySet[Grant]:
    """Of firms that share their production, or offered to: what is told is written before the other side agrees."""
    return Grant.objects.filter(kind=KIND, revoked_at=None)


def tell_of(parts: Collection[int], partner_parts: Collection[int]) -> None:
    """What was told of these own parts, and of these partner parts, is told anew."""
    named = Part.objects.filter(pk__in=parts).values("number")
    supplied = PartnerPart.objects.on_side(Side.SUPPLIER)
    found = supplied.filter(Q(pk__in=partner_parts) | Q(own_number__in=named)).order_by()
    if pks := set(found.values_list("pk", flat=True)):
        tell(pks)


def bucket(quantity: Decimal) -> tuple[Decimal, Decimal]:
    """From and to below: 1, 10, 100 and so on, each in steps of 1, 2 and 5, so that a figure is told to about half."""
    power = Decimal(10) ** quantity.adjusted()
    steps = [power * n for n in (1, 2, 5, 10)]
    return next((least, below) for least, below in pairwise(steps) if least <= quantity < below)


@atomic
def tell(partner_parts: Collection[int] | None = None) -> int:
    """Bring what the firm tells of the parts that it supplies (None: of all) to reports and plans in force.

    An own part that goes to several customers is told to none of them: whose share a piece is nobody knows. Only rows that
    differ are written: each is as old as the last report of its day, or the plan behind it. Customers who may see what
    differs hear that something does.

    Returns:
        Of how many parts something is told.
    """
    scope, now = require_scope(), timezone.now()
    # Locked as a report locks it: what is told is never written over by who read before the last report.
    next_numbers(organization_id=scope.organization_id, kind="production", prefix="PR-", count=0)
    today = max((site.day_of(now) for site in own_sites()), default=timezone.localdate(now))
    first, last = today - BEHIND, today + AHEAD
    every = list(PartnerPart.objects.on_side(Side.SUPPLIER).filter(ended_at=None).select_related("relation"))
    rows = [row for row in every if partner_parts is None or row.pk in partner_parts]
    shared: dict[str, int] = {}
    for row in every:
        shared[row.own_number] = shared.get(row.own_number, 0) + 1
    numbers = {row.own_number for row in rows if row.own_number and shared[row.own_number] == 1}
    own_parts = {part.number: part for part in Part.objects.filter(number__in=numbers).order_by("revision", "pk")}
    made = _made(rows, own_parts, first, today)
    pks = {part.pk for part in own_parts.values()}
    planned, published = output_by_day(pks, first=today, last=last), planned_at(pks)
    told: list[Told] = []
    for row in rows:
        part = own_parts.get(row.own_number)
        by_kind: dict[ToldKind, Says] = {ToldKind.MADE: dict(made.get((None, row.pk), {})), ToldKind.PLANNED: {}}
        if part is not None and can_convert(part.unit, row.unit):
            plan = {day: (quantity, published.get(part.pk, now)) for day, quantity in planned.get(part.pk, {}).items()}
            for kind, said in ((ToldKind.MADE, made.get((part.pk, None), {})), (ToldKind.PLANNED, plan)):
                for day, (quantity, at) in said.items():
                    _add(by_kind[kind], day, convert(quantity, part.unit, row.unit), at)
        for kind, found in by_kind.items():
            told += [one for day, (n, at) in found.items() if n > 0 for one in _rows(row, kind, day, n, at)]
    before = Told.objects.that(own()).filter(organization_id=scope.organization_id, partner_part__in=rows)
    _tell_customers(rows, _write(list(before), told))
    return len({row.partner_part_id for row in told})


def _place(row: Told) -> tuple[int, str, date, str]:
    return row.partner_part_id, row.kind, row.day, row.precision


def _write(before: Collection[Told], wanted: Collection[Told]) -> list[Told]:
    """What differs: rows of another quantity or time, new ones, and those that are gone."""
    standing, left = {_place(row): row for row in before}, {_place(row) for row in wanted}
    gone = [row for row in before if _place(row) not in left]
    fresh = [row for row in wanted if _place(row) not in standing]
    changed = []
    for row in wanted:
        old = standing.get(_place(row))
        if old and (old.quantity, old.least, old.below, old.told_at) != (row.quantity, row.least, row.below, row.told_at):
            row.pk = old.pk
            changed.append(row)
    if gone:
        Told.objects.filter(pk__in=[row.pk for row in gone]).delete()
    if fresh:
        times = [row.told_at for row in fresh]
        for row, at in zip(Told.objects.bulk_create(fresh), times, strict=True):
            row.told_at = at  # the column gives new rows the moment in which they are written
    if fresh or changed:
        Told.objects.bulk_update([*fresh, *changed], ["quantity", "least", "below", "told_at"], batch_size=500)
    return [*gone, *fresh, *changed]


def _tell_customers(rows: Collection[PartnerPart], differing: Collection[Told]) -> None:
    """An event for each relation whose buyer may see something that differs; the others hear nothing of it."""
    if not differing:
        return
    told = {(row.partner_part_id, row.precision) for row in differing}
    mine = Grant.objects.that(in_force()).filter(kind=KIND, organization_id=require_scope().organization_id)
    shown = list(mine.values_list("receiver_id", "partner_part_id", "precision"))
    relations = {
        row.relation_id: row.relation
        for row in rows
        for receiver, part, precision in shown
        if receiver == row.buyer_id and part in (None, row.pk) and (row.pk, precision) in told
    }
    emit_all(("production.told", relation, relation.vendor_code) for relation in relations.values())


def _add(days: Says, day: date, quantity: Decimal, at: datetime) -> None:
    before, earlier = days.get(day, (Decimal(0), at))
    days[day] = (before + quantity, max(earlier, at))


def _made(
    rows: Collection[PartnerPart], own_parts: Mapping[str, Part], first: date, last: date
) -> dict[tuple[int | None, int | None], Says]:
    found: dict[tuple[int | None, int | None], Says] = {}
    named = Q(partner_part__in=rows) | Q(part__in=own_parts.values())
    for part, agreed, day, good, at in (
        ProductionReport.objects.filter(named, day__range=(first, last))
        .order_by("pk")
        .values_list("part_id", "partner_part_id", "day", "good", "created_at")
    ):
        _add(found.setdefault((part, agreed), {}), day, good, at)
    return found


def _rows(part: PartnerPart, kind: str, day: date, quantity: Decimal, told_at: datetime) -> list[Told]:
    same = {"organization_id": part.supplier_id, "partner_part": part, "kind": kind, "day": day, "told_at": told_at}
    least, below = bucket(quantity)
    return [
        Told(**same, precision=Grant.Precision.EXACT, quantity=round(quantity, 6)),
        Told(**same, precision=Grant.Precision.BUCKET, least=least, below=below),
        Told(**same, precision=Grant.Precision.YES_NO),
    ]
