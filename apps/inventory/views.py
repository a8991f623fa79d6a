"""The stock page: what lies where, and taking over a count."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.pages import attempt, page, show_beside
from apps.common.errors import DomainError, Questioned
from apps.masterdata import selectors as masterdata
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import require_act
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer

from . import services
from .forms import CountForm
from .lists import MovementList, StockList

MOST_OFFERED = 500


@require_http_methods(["GET", "POST"])
@page("view_stock")
def stock(request: HttpRequest) -> HttpResponseBase:
    form = None
    if "count_stock" in require_scope().acts:
        form = CountForm(
            request.POST or None,
            sites=tenancy.own_sites(),
            parts=masterdata.partner_parts()[:MOST_OFFERED],
            own_parts=masterdata.parts_not_bought()[:MOST_OFFERED],
            initial={"part": _asked_part(request)},
        )
    if request.method == "POST":
        require_act("count_stock")
        if form is not None and form.is_valid():
            error = _count(form.cleaned_data)
            if error is None:
                messages.success(request, _("The count has been taken over."))
                return redirect("inventory:stock")
            if isinstance(error, Questioned):
                form.ask_whether_meant()
            show_beside(form, error)
    # Who comes from the page of a part wants to count it.
    is_open = form is not None and bool(form.errors or _asked_part(request))
    found = StockList(request.GET)
    status = 422 if request.method == "POST" else 200
    return answer(request, found, "inventory/stock.html", status=status, form=form, is_open=is_open)


@require_GET
@page("view_stock")
def movements(request: HttpRequest) -> HttpResponseBase:
    return answer(request, MovementList(request.GET), "inventory/movements.html")


def _asked_part(request: HttpRequest) -> str:
    """As the form's choices name parts."""
    own = request.GET.get("own_part")
    return f"own-{own}" if own else request.GET.get("part", "")


def _count(data) -> DomainError | None:
    part = str(data["part"])
    own = int(part.removeprefix("own-")) if part.startswith("own-") else None
    agreed = int(part) if own is None else None
    counted = services.Counted(agreed, data["quantity"], data["status"], data["lot"], own)
    is_confirmed = data["confirmed"]
    _done, error = attempt(services.count_stock, site_id=int(data["site"]), counted=[counted], is_confirmed=is_confirmed)
    return error
