"""Pages of settlements: the list with proposing a month, and one settlement with the answer to it."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import act_view, attempt, log_of, page, show_beside
from apps.inventory import selectors as inventory
from apps.tenancy.checks import require_act, side_of
from apps.tenancy.prices import are_hidden
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer, row_answer

from . import selectors, services
from .exceptions import UnknownSettlement
from .forms import DisputeForm, ProposeForm
from .history import settlement_history
from .lists import SettlementList
from .month import LAST_DAYS
from .pages import SETTLEMENT_LOOK, explained, look_of_settlement, partner_of
from .services.settling import last_month
from .settlement_models import owed_by_currency
from .statuses import SettlementState

MONTHS_OFFERED = 12


def _months() -> list[date]:
    """The last twelve that are over, the latest first."""
    found = [last_month()]
    while len(found) < MONTHS_OFFERED:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def _partners() -> list[tuple[int, str]]:
    """With whom material is agreed, by name."""
    own = require_scope().organization_ids
    rows = inventory.consigned_parts().order_by()
    return sorted(
        {(row.relation_id, (row.supplier if row.buyer_id in own else row.buyer).name) for row in rows},
        key=lambda entry: entry[1],
    )


@require_http_methods(["GET", "POST"])
@page("view_material")
def settlements(request: HttpRequest) -> HttpResponseBase:
    form = None
    if "settle_material" in require_scope().acts and (request.method == "POST" or "show" not in request.GET):
        form = ProposeForm(request.POST or None, relations=_partners(), months=_months())
    if request.method == "POST":
        require_act("settle_material")
        if form is not None and form.is_valid():
            data = form.cleaned_data
            month = date.fromisoformat(data["month"])
            done, error = attempt(services.propose, relation_id=int(data["relation"]), month=month, note=data["note"])
            if error is None:
                messages.success(request, _("The settlement %(number)s waits for the partner.") % {"number": done.number})
                return redirect("consigned:settlement", done.pk)
            show_beside(form, error)
    status = 422 if request.method == "POST" else 200
    is_open = form is not None and bool(form.errors)
    return answer(
        request, SettlementList(request.GET), "consigned/settlements.html", status=status, form=form, is_open=is_open
    )


@require_GET
@page("view_material")
def row(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One row, fetched again after a live signal."""
    found = selectors.all_settlements().filter(pk=pk).first()
    if found is None:
        raise UnknownSettlement(place="settlement", value=pk)
    return row_answer(request, SettlementList, found, side=side_of(found))


@require_GET
@page("view_material")
def settlement(request: HttpRequest, pk: int) -> HttpResponse:
    return _render(request, selectors.settlement(pk), DisputeForm())


def _render(request: HttpRequest, found: Any, form: DisputeForm, *, status: int = 200) -> HttpResponse:
    side, can = side_of(found), require_scope().acts
    partner = partner_of(found, side)
    changes, deeds = settlement_history(found)
    is_open = found.state == SettlementState.PROPOSED and "settle_material" in can
    sees = not are_hidden(found)
    context = {
        "settlement": found,
        "side": side,
        "partner": partner,
        "look": SETTLEMENT_LOOK[found.state],
        "may_answer": is_open and side is not None and found.proposed_by != side.value,
        "waits": found.state == SettlementState.PROPOSED and side is not None and found.proposed_by == side.value,
        "form": form,
        "sees_prices": sees,
        "total": owed_by_currency(found.shown_lines) if sees else None,
        "explained": [(line.consigned_part.number, explained(line)) for line in found.shown_lines],
        "uncounted": [line for line in found.shown_lines if line.counted is None],
        "last_days": LAST_DAYS.days,
        "later": getattr(found, "replaced_by", None),
        "history": log_of(changes, partner, look_of_settlement, deeds),
    }
    is_panel = request.GET.get("part") == "panel"
    if is_panel and context["may_answer"]:
        return HttpResponse(status=204)  # it waits as before: an answer that somebody types stays as it is
    template = "consigned/settlement.html#panel" if is_panel else "consigned/settlement.html"
    return render(request, template, context, status=status)


accept = act_view(
    "settle_material",
    services.accept,
    gettext_lazy("The settlement %(number)s has been accepted."),
    argument="settlement_id",
    page_name="consigned:settlement",
)


@require_POST
@page("settle_material")
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    form = DisputeForm(request.POST)
    if form.is_valid():
        done, error = attempt(services.dispute, settlement_id=pk, answer=form.cleaned_data["answer"])
        if error is None:
            messages.success(
                request, _("The settlement %(number)s is disputed: the partner is told why.") % {"number": done.number}
            )
            return redirect("consigned:settlement", pk)
        if error.status == 404:
            raise error
        show_beside(form, error)
    return _render(request, selectors.settlement(pk), form, status=422)
