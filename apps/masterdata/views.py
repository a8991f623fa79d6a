"""The parts page: what is agreed with whom; the buyer adds new ones."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.pages import attempt, page, show_beside
from apps.common.errors import Questioned
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import require_act
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer

from . import services
from .forms import NewPartForm
from .lists import PartList


@require_http_methods(["GET", "POST"])
@page("view_parts")
def parts(request: HttpRequest) -> HttpResponseBase:
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
    found = PartList(request.GET)
    status = 422 if request.method == "POST" else 200
    is_open = form is not None and bool(form.errors)
    return answer(request, found, "masterdata/parts.html", status=status, form=form, is_open=is_open)


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
