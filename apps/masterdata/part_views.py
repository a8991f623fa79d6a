"""Pages of one part: the firm's own, and as it is agreed with one partner."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import attempt, page, show_beside
from apps.common.errors import DomainError, Questioned
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import require_act, side_of
from apps.tenancy.prices import are_hidden
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer

from . import parts, selectors
from . import prices as pricing
from .forms import AgreedForm, AgreeForm, NumberForm, PartForm, PriceForm
from .lists import OwnPartList
from .models import Part, PartnerPart
from .services import agree_part


@require_GET
@page("view_parts")
def own_parts(request: HttpRequest) -> HttpResponseBase:
    """The firm's own parts, agreed with somebody or not."""
    return answer(request, OwnPartList(request.GET), "masterdata/own_parts.html")


@require_http_methods(["GET", "POST"])
@page("view_parts")
def own_part(request: HttpRequest, pk: int) -> HttpResponse:
    """An own part: what it is, and with whom it is agreed."""
    found = selectors.part(pk)
    form = PartForm(request.POST or None, initial={name: getattr(found, name) for name in parts.OWN})
    if request.method == "POST":
        require_act("manage_parts")
        if form.is_valid() and _saved(form, parts.change_part, part_id=pk, **form.cleaned_data):
            messages.success(request, _("The changes to %(name)s have been saved.") % {"name": form.cleaned_data["number"]})
            return redirect("masterdata:own-part", pk)
    return _own_page(request, pk, form=form)


def _own_page(request: HttpRequest, pk: int, *, form: Form, agreeing: AgreeForm | None = None) -> HttpResponse:
    found = selectors.part(pk)
    agreed = list(selectors.agreed_of(pk))
    taken = {row.relation_id for row in agreed}
    free = [relation for relation in tenancy.relations_as_buyer() if relation.pk not in taken]
    may_change = "manage_parts" in require_scope().acts and found.ended_at is None
    context = {
        "part": found,
        "agreed": agreed,
        "form": form if may_change else None,
        "agreeing": (agreeing or AgreeForm(relations=free, initial=TERMS)) if may_change and free else None,
        "can": require_scope().acts,
    }
    return render(request, "masterdata/own_part.html", context, status=422 if request.method == "POST" else 200)


TERMS = {"lead_time_days": 14, "is_inspected": True}


@require_POST
@page("manage_parts")
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree an own part with one more supplier."""
    found = selectors.part(pk)
    form = AgreeForm(request.POST, relations=tenancy.relations_as_buyer())
    if form.is_valid():
        terms = dict(form.cleaned_data)
        relation_id, confirmed = int(terms.pop("relation")), terms.pop("confirmed")
        if _saved(form, agree_part, relation_id=relation_id, part_id=pk, is_confirmed=confirmed, **terms):
            messages.success(request, _("The part has been added and can be ordered."))
            return redirect("masterdata:own-part", pk)
    initial = {name: getattr(found, name) for name in parts.OWN}
    return _own_page(request, pk, form=PartForm(initial=initial), agreeing=form)


@require_http_methods(["GET", "POST"])
@page("view_parts")
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """A part as two firms agreed on it: both numbers, terms, prices. The buyer changes it, the supplier its own number."""
    found = selectors.partner_part(pk)
    is_buyer = side_of(found) is Side.BUYER
    form: Form
    if is_buyer:
        form = AgreedForm(request.POST or None, initial={name: getattr(found, name) for name in parts.AGREED})
    else:
        form = NumberForm(request.POST or None, initial={"supplier_number": found.supplier_number})
    if request.method == "POST":
        require_act("manage_parts" if is_buyer else "number_parts")
        if form.is_valid() and _saved(form, _save_agreed if is_buyer else _save_number, pk=pk, **form.cleaned_data):
            messages.success(request, _("The changes to %(name)s have been saved.") % {"name": found.buyer_number})
            return redirect("masterdata:part", pk)
    return _part_page(request, pk, form=form)


def _save_agreed(*, pk: int, confirmed: bool, **terms: Any) -> PartnerPart:
    return parts.change_partner_part(partner_part_id=pk, is_confirmed=confirmed, **terms)


def _save_number(*, pk: int, supplier_number: str) -> PartnerPart:
    return parts.number_part(partner_part_id=pk, supplier_number=supplier_number)


# It stands beside the terms of the same part, which have fields of the same names.
_price_form = partial(PriceForm, auto_id="price-%s")


def _part_page(request: HttpRequest, pk: int, *, form: Form, pricing: PriceForm | None = None) -> HttpResponse:
    found = selectors.partner_part(pk)
    is_buyer, acts = side_of(found) is Side.BUYER, require_scope().acts
    may_change = ("manage_parts" if is_buyer else "number_parts") in acts and (found.ended_at is None or not is_buyer)
    may_price = is_buyer and may_change
    today = timezone.localdate()
    context = {
        "part": found,
        "partner": found.supplier if is_buyer else found.buyer,
        "is_buyer": is_buyer,
        "form": form if may_change else None,
        "pricing": (pricing or _price_form(initial={"valid_from": today.isoformat()})) if may_price else None,
        "prices": selectors.prices().filter(partner_part=pk),
        "currency": tenancy.relations().get(pk=found.relation_id).currency,
        "today": today,
        "can": acts,
        "sees_prices": not are_hidden(found),
    }
    return render(request, "masterdata/part.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@page("manage_parts")
def prices(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a price hold from a day on."""
    found = selectors.partner_part(pk)
    form = _price_form(request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        confirmed = values.pop("confirmed")
        if _saved(form, pricing.set_price, partner_part_id=pk, is_confirmed=confirmed, **values):
            messages.success(request, _("The price has been set."))
            return redirect("masterdata:part", pk)
    initial = {name: getattr(found, name) for name in parts.AGREED}
    return _part_page(request, pk, form=AgreedForm(initial=initial), pricing=form)


@require_POST
@page("manage_parts")
def withdraw(request: HttpRequest, pk: int, price_pk: int) -> HttpResponse:
    """Take back a price that has not begun."""
    _done, error = attempt(pricing.withdraw_price, price_id=price_pk)
    return _told(request, error, _("The price has been taken back."), "masterdata:part", pk)


def _saved(form: Form, service: Callable[..., Any], **arguments: Any) -> bool:
    """Whether the service did it; its refusal stands at the form."""
    _done, error = attempt(service, **arguments)
    if error is None:
        return True
    if error.status in (403, 404):
        raise error
    if isinstance(error, Questioned) and hasattr(form, "ask_whether_meant"):
        form.ask_whether_meant()
    show_beside(form, error)
    return False


def _told(request: HttpRequest, error: DomainError | None, text: Any, name: str, pk: int) -> HttpResponse:
    if error is not None and error.status in (403, 404):
        raise error
    if error is None:
        messages.success(request, text)
    else:
        messages.error(request, error.words)
    return redirect(name, pk)


def _button(service: Callable[..., Part | PartnerPart], argument: str, text: Any, name: str) -> Any:
    @require_POST
    @page("manage_parts")
    def run(request: HttpRequest, pk: int) -> HttpResponse:
        done, error = attempt(service, **{argument: pk})
        number = getattr(done, "number", "") or getattr(done, "buyer_number", "")
        return _told(request, error, text % {"name": number}, name, pk)

    return run


ENDED, TAKEN_UP = (
    gettext_lazy("%(name)s has ended: it is not ordered any more."),
    gettext_lazy("%(name)s can be ordered again."),
)
end_own = _button(parts.end_part, "part_id", ENDED, "masterdata:own-part")
resume_own = _button(parts.resume_part, "part_id", TAKEN_UP, "masterdata:own-part")
end = _button(parts.end_partner_part, "partner_part_id", ENDED, "masterdata:part")
resume = _button(parts.resume_partner_part, "partner_part_id", TAKEN_UP, "masterdata:part")
