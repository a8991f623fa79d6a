"""Pages of inspection: the list by due date, and one lot with its decision."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.pages import attempt, log_of, page
from apps.common.errors import DomainError
from apps.common.typed import mark_error, read_quantity
from apps.tenancy.checks import require_act, side_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer, row_answer

from . import selectors, services
from .exceptions import UnknownLot
from .history import lot_history, non_conformance_history
from .lists import LotList, NonConformanceList
from .pages import LOOK, countdown, look_of_change, look_of_record, state_of, who_found
from .statuses import Decision, Defect, LotStatus


@require_GET
@page("view_inspections")
def lot_list(request: HttpRequest) -> HttpResponseBase:
    """Lots by view: what waits by its due day, the likeliest defects first, or all of them by their number."""
    return answer(request, LotList(request.GET), "quality/list.html")


@require_GET
@page("view_inspections")
def row(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One row, fetched again after a live signal."""
    found = selectors.all_lots().filter(pk=pk).first()
    if found is None:
        raise UnknownLot(place="lot", value=pk)
    return row_answer(request, LotList, found, side=side_of(found))


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
def non_conformance_list(request: HttpRequest) -> HttpResponseBase:
    """What did not conform, newest first."""
    return answer(request, NonConformanceList(request.GET), "quality/non_conformances.html")


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
