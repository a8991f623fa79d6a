"""What suppliers tell of their capacity for one's own parts, and what was agreed with them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.pages import page
from apps.planning.weeks import monday_of
from apps.sharing import pages as sharing
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.ui.texts import quantity as quantity_text

from . import selectors
from .load import WEEK
from .models import CapacityAgreement, ToldCapacity
from .shared_models import KIND
from .telling import tell

SHOWN = 13  # weeks
FEW = 3  # part numbers of a group that stand beside it; the others open
MOST_ROWS = 200
FINEST = {"exact": 0, "bucket": 1, "yes_no": 2}


@dataclass
class Row:
    """A supplier's group, week by week, as precisely as it is told."""

    first: ToldCapacity
    weeks: dict[date, ToldCapacity] = field(default_factory=dict)
    enough: dict[date, bool] = field(default_factory=dict)

    @property
    def numbers(self) -> list[str]:
        return self.first.parts.split("\n")

    @property
    def told_at(self) -> Any:
        return max(row.told_at for row in self.weeks.values())


def rows(found: Iterable[ToldCapacity], agreed: Iterable[CapacityAgreement], weeks: list[date]) -> list[dict[str, Any]]:
    """By supplier and group; of each week the most precise that is seen."""
    kept: dict[tuple[int, int], Row] = {}
    for one in found:
        row = kept.setdefault((one.relation_id, one.group_id), Row(one))
        before = row.weeks.get(one.week)
        if one.is_enough is not None:
            row.enough[one.week] = one.is_enough
        if before is None or FINEST[one.precision] < FINEST[before.precision]:
            row.weeks[one.week] = one
    standing = [row for row in agreed if row.agreed_at]

    def cells(row: Row, group: int) -> list[dict[str, Any]]:
        mine = [one for one in standing if one.group_id == group and one.relation_id == row.first.relation_id]
        return [_cell(row, week, [one for one in mine if one.is_of(week)], is_running=week == weeks[0]) for week in weeks]

    return [
        {"row": row, "cells": cells(row, group), "numbers": row.numbers[:FEW], "more": row.numbers[FEW:]}
        for (_relation, group), row in list(kept.items())[:MOST_ROWS]
    ]


def _cell(row: Row, week: date, agreed: list[CapacityAgreement], *, is_running: bool) -> dict[str, Any]:
    told = row.weeks.get(week)
    found: dict[str, Any] = {"words": "?", "css": "", "load": "", "agreed": agreed[0].quantity if agreed else None}
    if told is None:
        return found
    is_short = row.enough.get(week) is False
    if told.actual is not None:
        found["words"] = quantity_text(told.actual)
        found["load"] = "?" if told.load is None else quantity_text(told.load)
        # Of the running week the load is what is left of it, and the capacity that of the whole week.
        if told.load is not None and not is_running:
            is_short = is_short or told.load > (told.maximum if told.maximum is not None else told.actual)
            found["css"] = "tight" if told.load > told.actual else ""
    elif told.least is not None:
        is_point = told.least == told.below
        found["words"] = quantity_text(told.least) + ("" if is_point else f"–{quantity_text(told.below)}")
    else:
        found["words"] = _("as agreed") if told.is_enough else _("less than agreed")
    return found | ({"css": "short"} if is_short else {})


@require_GET
@page("view_capacity")
def suppliers(request: HttpRequest) -> HttpResponse:
    monday = monday_of(timezone.localdate())
    weeks = [monday + n * WEEK for n in range(SHOWN)]
    agreed = list(selectors.open_agreements())
    me = require_scope().organization_id
    seen = selectors.told().filter(week__range=(weeks[0], weeks[-1]))
    context: dict[str, Any] = {
        "rows": rows(seen, agreed, weeks),
        "weeks": weeks,
        "agreements": [row for row in agreed if row.buyer_id == me and not (row.last_week and row.last_week < monday)],
        "may": "agree_capacity" in require_scope().acts,
        "side": Side.BUYER,
        **sharing.standing(KIND),
    }
    return render(request, "capacity/suppliers.html", context)


@require_POST
@page("manage_sharing")
def propose(request: HttpRequest) -> HttpResponse:
    sharing.propose(request, KIND, tell)
    return redirect("capacity:suppliers")


@require_POST
@page("manage_sharing")
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    sharing.agree(request, pk, tell)
    return redirect("capacity:suppliers")


@require_POST
@page("manage_sharing")
def end_sharing(request: HttpRequest, pk: int) -> HttpResponse:
    sharing.end(request, pk)
    return redirect("capacity:suppliers")
