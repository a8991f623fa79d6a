"""Pages of what suppliers are told: the buyer decides who sees what, both sides read an edition."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import attempt, page
from apps.common.typed import whole
from apps.masterdata import selectors as masterdata
from apps.tenancy.checks import side_of
from apps.tenancy.roles import Side
from apps.tenancy.selectors import relations_as_buyer

from . import releasing, showing
from . import told as selectors
from .models import Commitment

MOST_SHOWN = 300


@require_http_methods(["GET", "POST"])
@page("show_demand")
def suppliers(request: HttpRequest) -> HttpResponse:
    """Which supplier sees which commitment levels, and how parts of several suppliers are split."""
    if request.method == "POST":
        asked = [pk for text in request.POST.getlist("relation") if (pk := whole(text)) is not None]
        levels = {pk: [n for n in Commitment.values if f"level-{pk}-{n}" in request.POST] for pk in asked}
        _done, error = attempt(showing.show_levels, levels=levels)
        if error is not None:
            raise error
        messages.success(request, _("What suppliers see has been saved."))
        return redirect("planning:suppliers")
    shown, current = releasing.levels_shared(), releasing.current_releases()
    rows = [
        {
            "relation": row,
            "levels": [(level, label, level in shown.get(row.pk, ())) for level, label in Commitment.choices],
            "releases": [release for release in current if release.relation_id == row.pk],
        }
        for row in relations_as_buyer()
    ]
    context = {"rows": rows, "levels": Commitment.choices, "splits": _splits(), "seeing": len(shown)}
    return render(request, "planning/suppliers.html", context)


def _splits() -> list[dict[str, Any]]:
    """Own parts that several suppliers may deliver, those whose split is unknown first."""
    known, unknown = releasing.shares()
    given = releasing.quotas()
    rows = list(masterdata.partner_parts_of(Side.BUYER).filter(pk__in=known).select_related("part", "supplier"))
    by_part: dict[int, list[Any]] = {}
    for row in rows:
        by_part.setdefault(row.part_id, []).append(row)
    several = {part: own for part, own in by_part.items() if len(own) > 1 or own[0].pk in given}
    return [
        {
            "part": own[0].part,
            "is_known": is_known,
            "agreed": [(row, _percent(given.get(row.pk))) for row in own],
            "left": _percent(1 - sum((given[row.pk] for row in own), Decimal(0))) if is_known else None,
        }
        for is_known, found in ((False, unknown), (True, several))
        for own in found.values()
    ]


def _percent(share: Decimal | None) -> Decimal | None:
    return None if share is None else (share * 100).normalize()


@require_POST
@page("show_demand")
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """The shares of a part, in percent; all of them empty: unknown again."""
    given, wrong = _read_shares(request.POST)
    if wrong:
        messages.error(request, _("A share is a number from 0 to 100: %(value)s") % {"value": wrong})
        return redirect("planning:suppliers")
    _done, error = attempt(showing.split_part, part_id=pk, shares_given=given)
    if error is None:
        messages.success(request, _("The shares have been saved."))
    elif error.status == 404:
        raise error
    else:
        messages.error(request, f"{error.words} {error.value}")
    return redirect("planning:suppliers")


def _read_shares(posted: Mapping[str, Any]) -> tuple[dict[int, Decimal], str]:
    """(shares by partner part, the first text that is none)."""
    from .forms import ShareForm

    found: dict[int, Decimal] = {}
    for name, text in posted.items():
        pk = whole(name.removeprefix("share-")) if name.startswith("share-") else None
        if pk is None or not text.strip():
            continue
        form = ShareForm({"share": text.strip().removesuffix("%")})
        if not form.is_valid():
            return {}, text[:20]
        found[pk] = form.cleaned_data["share"] / 100
    return found, ""


@require_GET
@page("view_released_demand")
def told(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition, as both sides read it: what changed, and what it says."""
    found = selectors.release(pk)
    side = side_of(found)
    changed = selectors.changes_of(found)
    parts = masterdata.partner_parts_of(side).in_bulk({change.part_id for change in changed[:MOST_SHOWN]})
    rows = list(selectors.demand_of(found)[: MOST_SHOWN + 1])
    context = {
        "release": found,
        "partner": found.supplier if side is Side.BUYER else found.buyer,
        "is_supplier": side is Side.SUPPLIER,
        "count": len(changed),
        "changed": [
            {"part": parts[c.part_id], "number": parts[c.part_id].buyer_number, "change": c, "level": ""}
            for c in changed[:MOST_SHOWN]
        ],
        "rows": rows[:MOST_SHOWN],
        "has_more": len(rows) > MOST_SHOWN or len(changed) > MOST_SHOWN,
    }
    return render(request, "planning/told.html", context)
