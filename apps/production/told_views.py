"""What suppliers tell of their production: the last report of each part, and what is planned next."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.pages import page
from apps.masterdata.models import PartnerPart
from apps.planning.weeks import monday_of
from apps.sharing import pages as sharing
from apps.tenancy.models import Grant

from . import selectors
from .models import Told, ToldKind
from .telling import KIND, tell

WEEKS = 4
MOST_PARTS = 200
FINEST = {Grant.Precision.EXACT.value: 0, Grant.Precision.BUCKET.value: 1, Grant.Precision.YES_NO.value: 2}


@dataclass
class Row:
    """One part: what was made last, and what is planned in the weeks to come."""

    part: PartnerPart
    last: Told | None = None
    weeks: list[list[Told]] = field(default_factory=lambda: [[] for _n in range(WEEKS)])
    told_at: Any = None

    def sums(self) -> list[dict[str, Any]]:
        """What each week says: an exact sum, from and to below, or that something is planned."""
        return [summed(week) for week in self.weeks]


def summed(rows: Iterable[Told]) -> dict[str, Any]:
    found = list(rows)
    if not found:
        return {}
    if all(row.quantity is not None for row in found):
        return {"quantity": sum(row.quantity for row in found if row.quantity is not None)}
    if all(row.least is not None for row in found):
        return {"least": sum(row.least or 0 for row in found), "below": sum(row.below or 0 for row in found)}
    return {"is_some": True}


def finest(rows: Iterable[Told]) -> list[Told]:
    """Of each part, kind and day the most precise row that is seen."""
    best: dict[tuple[int, str, date], Told] = {}
    for row in rows:
        key = (row.partner_part_id, row.kind, row.day)
        if key not in best or FINEST[row.precision] < FINEST[best[key].precision]:
            best[key] = row
    return sorted(best.values(), key=lambda row: row.day)


def table(today: date) -> list[Row]:
    """By supplier and part; one statement."""
    monday = monday_of(today)
    rows = selectors.told().filter(day__lt=monday + timedelta(weeks=WEEKS))
    found: dict[int, Row] = {}
    for told in finest(rows.select_related("partner_part__supplier", "partner_part__buyer")):
        row = found.setdefault(told.partner_part_id, Row(told.partner_part))
        if told.kind == ToldKind.MADE:
            row.last, row.told_at = told, told.told_at
            continue
        if row.last is None:  # else the last report says how old it is: a plan gains a day with every night
            row.told_at = max(filter(None, (row.told_at, told.told_at)))
        if told.day >= today:
            row.weeks[(told.day - monday).days // 7].append(told)
    ordered = sorted(found.values(), key=lambda row: (row.part.supplier.name, row.part.buyer_number))
    return ordered[:MOST_PARTS]


@require_GET
@page("view_production")
def suppliers(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    weeks = [monday + timedelta(weeks=n) for n in range(WEEKS)]
    context: dict[str, Any] = {"rows": table(today), "weeks": weeks, **sharing.standing(KIND)}
    return render(request, "production/suppliers.html", context)


@require_POST
@page("manage_sharing")
def propose(request: HttpRequest) -> HttpResponse:
    sharing.propose(request, KIND, tell)
    return redirect("production:suppliers")


@require_POST
@page("manage_sharing")
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    sharing.agree(request, pk, tell)
    return redirect("production:suppliers")


@require_POST
@page("manage_sharing")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    sharing.end(request, pk)
    return redirect("production:suppliers")
