"""Offering a customer capacity of a group, agreeing to it, and ending it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.pages import attempt, page, show_beside
from apps.common.dates import day_text
from apps.common.errors import DomainError
from apps.planning.weeks import monday_of
from apps.tenancy.checks import side_of
from apps.tenancy.roles import Side
from apps.ui.texts import quantity as quantity_text

from . import agreeing, selectors
from .exceptions import BeyondCapacity, NoCapacityTold
from .forms import AgreeForm
from .models import CapacityAgreement
from .views import show_group


@require_GET
@page("view_capacity")
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an agreement stands: at its group for the supplier, among what suppliers tell for the customer."""
    return _back(selectors.agreement(pk))


@require_POST
@page("agree_capacity")
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    form = AgreeForm(request.POST, customers=selectors.customer_choices())
    if not form.is_valid():
        return show_group(request, pk, form)
    data = form.cleaned_data
    values: dict[str, Any] = {"relation_id": data["relation"], "quantity": data["quantity"]}
    values |= {"first_week": monday_of(data["first_week"]), "last_week": data["last_week"] and monday_of(data["last_week"])}
    _done, error = attempt(agreeing.propose_capacity, group_id=pk, **values)
    if error is None:
        messages.success(request, _("Offered. It holds once the customer agrees."))
        return redirect("capacity:group", pk)
    if error.status == 404:
        raise error
    show_beside(form, error)
    if facts := facts_of(error):
        form.add_error(None, facts)
    return show_group(request, pk, form)


def facts_of(error: DomainError) -> str:
    """Which week it is that has too little, and what is left of it."""
    if isinstance(error, BeyondCapacity):
        facts = {"day": day_text(error.facts["week"]), "left": quantity_text(error.facts["left"])}
        return _("Week of %(day)s: %(left)s left.") % facts
    if isinstance(error, NoCapacityTold):
        return _("Week of %(day)s.") % {"day": day_text(error.value)}
    return ""


@require_POST
@page("agree_capacity")
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    return _answered(request, pk, agreeing.agree_capacity, lambda _found: _("Agreed."))


@require_POST
@page("agree_capacity")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    return _answered(request, pk, agreeing.end_capacity, _ended_words)


def _ended_words(found: CapacityAgreement) -> str:
    """What was never agreed is taken back by who offered it, and refused by who was asked."""
    if found.agreed_at is not None:
        return _("Ended.")
    return _("The offer has been taken back.") if side_of(found) is Side.SUPPLIER else _("The offer has been refused.")


def _answered(request: HttpRequest, pk: int, service: Any, words: Any) -> HttpResponse:
    done, error = attempt(service, agreement_id=pk)
    if error is not None and error.status != 409:
        raise error
    if error is not None:
        messages.error(request, error.words)
        return _back(selectors.agreement(pk))
    messages.success(request, words(done))
    return _back(done)


def _back(found: CapacityAgreement) -> HttpResponse:
    if side_of(found) is Side.SUPPLIER:
        return redirect("capacity:group", found.group_id)
    return redirect("capacity:suppliers")
