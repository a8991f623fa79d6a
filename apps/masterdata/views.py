"""The parts page: what is agreed with whom; the buyer adds new ones."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.pages import attempt, page, show_beside
from apps.common import keyset
from apps.common.errors import Questioned
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import require_act
from apps.tenancy.scope import require_scope

from . import selectors, services
from .forms import NewPartForm

PAGE_SIZE = 50
ORDER = ("buyer_number", "pk")


@require_http_methods(["GET", "POST"])
@page("view_parts")
def parts(request: HttpRequest) -> HttpResponse:
    scope = require_scope()
    form = None
    if "manage_parts" in scope.acts and (scope.buys or not scope.supplies):
        form = NewPartForm(request.POST or None, relations=tenancy.relations_as_buyer())
    if request.method == "POST":
        require_act("manage_parts")
        if form is not None and form.is_valid():
            made, error = attempt(_add, **form.cleaned_data)
            if error is None:
                if form.cleaned_data["relation"]:
                    messages.success(request, _("The part has been added and can be ordered."))
                    return redirect("masterdata:parts")
                messages.success(request, _("The part has been added. Agree it with a supplier, and it can be ordered."))
                return redirect("masterdata:own-part", made.pk)
            if isinstance(error, Questioned):
                form.ask_whether_meant()
            show_beside(form, error)
    found, more = keyset.page_of(selectors.partner_parts(), ORDER, limit=PAGE_SIZE, cursor=request.GET.get("cursor"))
    context = {"parts": found, "form": form, "more": more, "own": scope.organization_id}
    return render(request, "masterdata/parts.html", context, status=422 if request.method == "POST" else 200)


def _add(*, relation, number, name, name_en, supplier_number, unit, unit_price, confirmed) -> Any:
    part = services.create_part(number=number, name=name, name_en=name_en, unit=unit)
    if not relation:
        return part
    return services.agree_part(
        relation_id=int(relation),
        part_id=part.pk,
        supplier_number=supplier_number,
        unit_price=unit_price,
        is_confirmed=confirmed,
    )
