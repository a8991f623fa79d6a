"""The stock page: what lies where, and taking over a count."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.pages import attempt, page, show_beside
from apps.common import keyset
from apps.common.errors import DomainError
from apps.masterdata import selectors as masterdata
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import require_act
from apps.tenancy.scope import require_scope

from . import selectors, services
from .forms import CountForm
from .models import StockStatus

PAGE_SIZE = 50
LOOK = {
    StockStatus.AVAILABLE: ("circle-check", "ok"),
    StockStatus.INSPECTION: ("microscope", "info"),
    StockStatus.BLOCKED: ("ban", "bad"),
}


@require_http_methods(["GET", "POST"])
@page("view_stock")
def stock(request: HttpRequest) -> HttpResponse:
    form = None
    if "count_stock" in require_scope().acts:
        parts = masterdata.partner_parts()[:500]
        form = CountForm(
            request.POST or None, sites=tenancy.own_sites(), parts=parts, initial={"part": request.GET.get("part")}
        )
    if request.method == "POST":
        require_act("count_stock")
        if form is not None and form.is_valid():
            error = _count(form.cleaned_data)
            if error is None:
                messages.success(request, _("The count has been taken over."))
                return redirect("inventory:stock")
            show_beside(form, error)
    rows = selectors.balances().exclude(quantity=0)
    order = ("partner_part_id", "pk")
    found, more = keyset.page_of(rows, order, limit=PAGE_SIZE, cursor=request.GET.get("cursor"))
    shown = [{"balance": b, "icon": LOOK[b.status][0], "tone": LOOK[b.status][1]} for b in found]
    context = {"rows": shown, "form": form, "more": more}
    return render(request, "inventory/stock.html", context, status=422 if request.method == "POST" else 200)


def _count(data) -> DomainError | None:
    counted = services.Counted(int(data["part"]), data["quantity"], data["status"], data["lot"])
    _done, error = attempt(services.count_stock, site_id=int(data["site"]), counted=[counted])
    return error
