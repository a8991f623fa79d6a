"""Pages of inspection: the list by due date, and one lot with its decision."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.pages import attempt, log_of, page
from apps.common import keyset
from apps.common.errors import DomainError
from apps.common.period import read_id, read_month
from apps.common.typed import mark_error, read_quantity
from apps.orders import selectors as orders
from apps.tenancy.checks import require_act, side_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from . import selectors, services
from .exceptions import UnknownLot
from .history import lot_history, non_conformance_history
from .pages import LOOK, TABS, countdown, look_of_change, look_of_record, shown, state_of, who_found
from .statuses import Decision, Defect, LotStatus

PAGE_SIZE = 25


@require_GET
@page("view_inspections")
def lot_list(request: HttpRequest) -> HttpResponse:
    """Lots by view, the first due first; keyset pages."""
    side = orders.side_for_lists(request.GET.get("side"))
    view = request.GET.get("view", "open" if side is Side.BUYER else "all")
    view = view if view in TABS else "open"
    order = selectors.LIST_ORDER if view in ("open", "overdue") else ("-pk",)
    rows = selectors.lots(side).filter(selectors.views()[view])
    chosen = {name: request.GET[name] for name in ("relation", "month") if request.GET.get(name)}
    if relation_id := read_id(chosen.get("relation"), "relation"):
        rows = rows.filter(relation_id=relation_id)
    if "month" in chosen:
        first, end = read_month(chosen["month"])
        rows = rows.filter(received_on__gte=first, received_on__lt=end)
    if view == "risk":
        found, more = selectors.by_risk(side), None
    else:
        found, more = keyset.page_of(rows, order, limit=PAGE_SIZE, cursor=request.GET.get("cursor"))
    risks = selectors.risks_of(found)
    counts = selectors.counts(side)
    scope = require_scope()
    context = {
        "rows": [shown(row, side, risks.get(row.pk)) for row in selectors.with_parts(found)],
        "tabs": [(name, label, counts.get(name)) for name, label in TABS.items()],
        "view": view,
        "side": side,
        "both_sides": scope.buys and scope.supplies,
        "more": more,
        "chosen": f"&{urlencode(chosen)}" if chosen else "",
        "month": chosen.get("month"),
    }
    template = "quality/list.html#table" if request.GET.get("part") == "table" else "quality/list.html"
    return render(request, template, context)


@require_GET
@page("view_inspections")
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """One row, fetched again after a live signal."""
    found = selectors.all_lots().filter(pk=pk).first()
    if found is None:
        raise UnknownLot(place="lot", value=pk)
    return render(
        request, "quality/_row.html", {"row": shown(found, side_of(found), selectors.risks_of([found]).get(found.pk))}
    )


@dataclass
class Portion:
    """One decision of the form, as typed."""

    decision: Decision
    icon: str
    tone: str
    quantity: str = ""
    defect: str = ""
    comment: str = ""
    error: DomainError | None = None


def _portions(found, data=None) -> list[Portion]:
    portions = [Portion(d, LOOK[d][1], LOOK[d][2]) for d in (Decision.ACCEPTED, Decision.REJECTED, Decision.SPECIAL)]
    portions[0].quantity = f"{found.open_quantity.normalize():f}"
    if data is not None:
        for portion in portions:
            portion.quantity = data.get(f"quantity-{portion.decision}", "").strip()
            portion.defect = (data.get(f"defect-{portion.decision}", "") or "").strip()[:120]
            portion.comment = data.get(f"comment-{portion.decision}", "").strip()[:500]
    return portions


@require_http_methods(["GET", "POST"])
@page("view_inspections")
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    """One lot; the inspector decides over its open quantity."""
    found = selectors.lot(pk)
    if request.method == "GET":
        return _render(request, found, _portions(found))
    require_act("decide_inspection")
    portions = _portions(found, request.POST)
    chosen = [portion for portion in portions if portion.quantity not in ("", "0")]
    _done, error = attempt(lambda: services.decide(lot_id=pk, decided=_decided(chosen)))
    if error is None:
        messages.success(request, _("The decision on %(number)s has been recorded.") % {"number": found.number})
        return redirect("quality:lot", pk)
    remaining = None if mark_error(chosen, error, "decisions") else error
    return _render(request, found, portions, error=remaining, status=error.status)


def _decided(chosen: list[Portion]) -> list[services.Decided]:
    found = []
    for index, portion in enumerate(chosen):
        quantity = read_quantity(portion.quantity, f"decisions[{index}].quantity")
        found.append(services.Decided(portion.decision.value, quantity, portion.defect, portion.comment))
    return found


def _render(request: HttpRequest, found, portions, *, error=None, status=200) -> HttpResponse:
    side = side_of(found)
    deciding = side is Side.BUYER and found.status == LotStatus.OPEN and "decide_inspection" in require_scope().acts
    partner = found.supplier if side is Side.BUYER else found.buyer
    changes, deeds = lot_history(found)
    context: dict[str, Any] = {
        "lot": found,
        "side": side,
        "partner": partner,
        "history": log_of(changes, partner, look_of_change, deeds),
        "state": LOOK[state_of(found)],
        "countdown": countdown(found),
        "portions": portions if deciding else [],
        "defects": Defect.choices,
        "looks": LOOK,
        "risk": selectors.risks_of([found]).get(found.pk),
        "error": error,
    }
    panel = request.GET.get("part") == "panel" and not deciding
    return render(request, "quality/lot.html#panel" if panel else "quality/lot.html", context, status=status)


@require_GET
@page("view_inspections")
def non_conformance_list(request: HttpRequest) -> HttpResponse:
    """What did not conform, newest first; keyset pages."""
    side = orders.side_for_lists(request.GET.get("side"))
    rows = selectors.non_conformances(side)
    order = selectors.NON_CONFORMANCE_ORDER
    found, more = keyset.page_of(rows, order, limit=PAGE_SIZE, cursor=request.GET.get("cursor"))
    scope = require_scope()
    context = {"rows": found, "side": side, "both_sides": scope.buys and scope.supplies, "more": more}
    return render(request, "quality/non_conformances.html", context)


@require_GET
@page("view_inspections")
def non_conformance(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: what was found, of which lot, by whom, and the documents behind it."""
    found = selectors.non_conformance(pk)
    side = side_of(found)
    partner = found.supplier if side is Side.BUYER else found.buyer
    changes, deeds = non_conformance_history(found)
    log = log_of(changes, partner, look_of_record, deeds)
    context = {"record": found, "side": side, "partner": partner, "who": who_found(found, side), "history": log}
    return render(request, "quality/non_conformance.html", context)
