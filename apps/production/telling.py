"""What customers may know of a firm's production, written beside the reports and plans: exact, in buckets, as yes."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.common.units import can_convert, convert
from apps.masterdata.models import Part, PartnerPart
from apps.planning.demand import output_by_day
from apps.tenancy.access import own
from apps.tenancy.models import Grant
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from .models import ProductionReport, Told, ToldKind

BEHIND, AHEAD = timedelta(days=14), timedelta(days=28)
KIND = "production"


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


def plain_days(quantities: Mapping[date, Decimal]) -> dict[date, Decimal]:
    return {day: quantity for day, quantity in quantities.items() if quantity > 0}


@atomic
def tell(partner_parts: Collection[int] | None = None) -> int:
    """Write anew what the firm tells of the parts that it supplies (None: of all), from reports and plans in force.

    An own part that goes to several customers is told to none of them: whose share a piece is nobody knows.

    Returns:
        Of how many parts something is told.
    """
    scope, today = require_scope(), timezone.localdate()
    first, last = today - BEHIND, today + AHEAD
    every = list(PartnerPart.objects.on_side(Side.SUPPLIER).filter(ended_at=None))
    rows = [row for row in every if partner_parts is None or row.pk in partner_parts]
    shared: dict[str, int] = {}
    for row in every:
        shared[row.own_number] = shared.get(row.own_number, 0) + 1
    numbers = {row.own_number for row in rows if row.own_number and shared[row.own_number] == 1}
    own_parts = {part.number: part for part in Part.objects.filter(number__in=numbers).order_by("revision", "pk")}
    made = _made(rows, own_parts, first, today)
    planned = output_by_day({part.pk for part in own_parts.values()}, first=today, last=last)
    told: list[Told] = []
    for row in rows:
        part = own_parts.get(row.own_number)
        by_kind = {ToldKind.MADE: dict(made.get((None, row.pk), {})), ToldKind.PLANNED: {}}
        if part is not None and can_convert(part.unit, row.unit):
            for kind, found in (
                (ToldKind.MADE, made.get((part.pk, None), {})),
                (ToldKind.PLANNED, planned.get(part.pk, {})),
            ):
                for day, quantity in found.items():
                    amount = convert(quantity, part.unit, row.unit)
                    by_kind[kind][day] = by_kind[kind].get(day, Decimal(0)) + amount
        for kind, found in by_kind.items():
            told += [one for day, quantity in plain_days(found).items() for one in _rows(row, kind, day, quantity)]
    Told.objects.that(own()).filter(organization_id=scope.organization_id, partner_part__in=rows).delete()
    Told.objects.bulk_create(told)
    return len({row.partner_part_id for row in told})


def _made(
    rows: Collection[PartnerPart], own_parts: Mapping[str, Part], first: date, last: date
) -> dict[tuple[int | None, int | None], dict[date, Decimal]]:
    found: dict[tuple[int | None, int | None], dict[date, Decimal]] = {}
    named = Q(partner_part__in=rows) | Q(part__in=own_parts.values())
    for part, agreed, day, good in (
        ProductionReport.objects.filter(named, day__range=(first, last))
        .order_by("pk")
        .values_list("part_id", "partner_part_id", "day", "good")
    ):
        days = found.setdefault((part, agreed), {})
        days[day] = days.get(day, Decimal(0)) + good
    return found


def _rows(part: PartnerPart, kind: str, day: date, quantity: Decimal) -> list[Told]:
    same = {"organization_id": part.supplier_id, "partner_part": part, "kind": kind, "day": day}
    least, below = bucket(quantity)
    return [
        Told(**same, precision=Grant.Precision.EXACT, quantity=round(quantity, 6)),
        Told(**same, precision=Grant.Precision.BUCKET, least=least, below=below),
        Told(**same, precision=Grant.Precision.YES_NO),
    ]
