"""Pages of trading relations as a list, and of requests for one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import attempt, page, show_beside
from apps.tenancy.checks import require_act
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer

from . import requests as services
from . import selectors
from .forms import AcceptForm, RequestForm
from .lists import RelationList, RequestList


@require_GET
@page("view_partners")
def relations(request: HttpRequest) -> HttpResponseBase:
    """With whom the firm trades, and what waits for an answer."""
    return answer(request, RelationList(request.GET), "partners/relations.html", requests=RequestList({}))


@require_GET
@page("view_partners")
def requests(request: HttpRequest) -> HttpResponseBase:
    """What waits for an answer, alone."""
    return answer(request, RequestList(request.GET))


@require_http_methods(["GET", "POST"])
@page("manage_relations")
def new(request: HttpRequest) -> HttpResponse:
    """Ask a firm of the own clusters, chosen or by its business number."""
    initial = {"firm": request.GET.get("firm", ""), "side": request.GET.get("side", "")}
    form = RequestForm(request.POST or None, initial=initial, firms=selectors.firms_to_ask())
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        firm = values.pop("firm")
        made, error = attempt(services.request_relation, firm_id=int(firm) if firm else None, **values)
        if error is None:
            messages.success(request, _("%(name)s has been asked.") % {"name": made.asked.name})
            return redirect("partners:relations")
        show_beside(form, error)
    return render(request, "partners/new_request.html", {"form": form}, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@page("view_partners")
def request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request; the firm that was asked says yes here."""
    found = selectors.request(pk)
    own_id = require_scope().organization_id
    is_buyer = found.buyer_id == own_id
    data = request.POST if request.method == "POST" else None
    form = AcceptForm(data, initial={"vendor_code": found.vendor_code}) if is_buyer else None
    error = None
    if request.method == "POST":
        require_act("manage_relations")
        if form is None or form.is_valid():
            code = form.cleaned_data["vendor_code"] if form else ""
            made, error = attempt(services.accept_request, request_id=pk, vendor_code=code)
            if error is None:
                messages.success(request, _("You trade with %(name)s now.") % {"name": found.asker.name})
                return redirect("partners:relation", made.pk)
            if form is not None:
                show_beside(form, error)
    may_answer = found.is_open and "manage_relations" in require_scope().acts
    context = {
        "asked": found,
        "other": found.asked if found.asker_id == own_id else found.asker,
        "is_buyer": is_buyer,
        "is_own": found.asker_id == own_id,
        "form": form,
        "error": error if form is None else None,
        "may_answer": may_answer,
    }
    return render(request, "partners/request.html", context, status=422 if request.method == "POST" else 200)


def _button(service: Any, text: Any) -> Any:
    @require_POST
    @page("manage_relations")
    def run(request: HttpRequest, pk: int) -> HttpResponse:
        _done, error = attempt(service, request_id=pk)
        if error is not None and error.status in (403, 404):
            raise error
        if error is None:
            messages.success(request, text)
        else:
            messages.error(request, error.words)
        return redirect("partners:relations")

    return run


decline = _button(services.decline_request, gettext_lazy("The request has been declined."))
withdraw = _button(services.withdraw_request, gettext_lazy("The request has been taken back."))
