"""Pages of material: what lies where, what moved, what is agreed, and one material with its terms, uses and losses."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import attempt, log_of, page, show_beside
from apps.common.errors import DomainError, Questioned
from apps.common.units import can_convert, convert
from apps.inventory import selectors as inventory
from apps.inventory.models import ConsignedPart
from apps.masterdata import selectors as masterdata
from apps.planning import selectors as planning
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import require_act, side_of
from apps.tenancy.prices import are_hidden
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer

from . import selectors, services
from .forms import AgreeForm, LossForm, TermsForm, UseForm
from .history import material_history
from .lists import MaterialList, MaterialMovementList, MaterialStockList, charge_word
from .pages import look_of_terms, partner_of, with_looks

MOST_OFFERED = 500


@require_GET
@page("view_material")
def stock(request: HttpRequest) -> HttpResponseBase:
    return answer(request, MaterialStockList(request.GET), "consigned/stock.html")


@require_GET
@page("view_material")
def movements(request: HttpRequest) -> HttpResponseBase:
    return answer(request, MaterialMovementList(request.GET), "consigned/movements.html")


@require_http_methods(["GET", "POST"])
@page("view_material")
def parts(request: HttpRequest) -> HttpResponseBase:
    """What is agreed; the buyer agrees more."""
    form = None
    if "agree_material" in require_scope().acts and require_scope().buys:
        offered = masterdata.parts().filter(ended_at=None)[:MOST_OFFERED]
        form = AgreeForm(request.POST or None, relations=tenancy.relations_as_buyer(), parts=offered)
    if request.method == "POST":
        require_act("agree_material")
        if form is not None and form.is_valid():
            asked = {"relation_id": int(form.cleaned_data["relation"]), "part_id": int(form.cleaned_data["part"])}
            done = _saved(form, services.agree_material, **asked, **form.terms())
            if done is not None:
                messages.success(request, _("%(number)s has been agreed.") % {"number": done.number})
                return redirect("consigned:part", done.pk)
    is_open = form is not None and bool(form.errors)
    status = 422 if request.method == "POST" else 200
    return answer(request, MaterialList(request.GET), "consigned/parts.html", status=status, form=form, is_open=is_open)


def _saved(form: Any, service: Callable[..., Any], **arguments: Any) -> Any:
    """What the service gives; None where it refuses, which the form says then."""
    done, error = attempt(service, **arguments)
    if error is None:
        return done
    if error.status == 404:
        raise error
    if isinstance(error, Questioned) and hasattr(form, "ask_whether_meant"):
        form.ask_whether_meant()
    show_beside(form, error)
    return None


@require_GET
@page("view_material")
def part(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, selectors.material(pk))


def _page(request: HttpRequest, found: ConsignedPart, *, status: int = 200, **forms: Form) -> HttpResponse:
    """One material: what lies where, what it goes into. Its owner changes terms, its holder tells losses."""
    side, can = side_of(found), require_scope().acts
    changes, deeds = material_history(found)
    partner = partner_of(found, side)
    heaps = inventory.consigned_balances(side or Side.BUYER).filter(consigned_part=found).exclude(quantity=0)
    uses = list(selectors.uses(materials=[found.pk]))
    for row in uses:
        row.percent = (row.scrap_share * 100).normalize()
    may_agree = side is Side.BUYER and "agree_material" in can
    may_lose = side is Side.SUPPLIER and "move_material" in can
    context: dict[str, Any] = {
        "material": found,
        "side": side,
        "partner": partner,
        "heaps": with_looks(heaps),
        "coming": list(selectors.on_the_way([found.pk])),
        "uses": uses,
        "losses": list(selectors.losses([found.pk])[:10]),
        "terms_word": charge_word(found),
        "loss_percent": (found.allowed_loss * 100).normalize(),
        "sees_prices": not are_hidden(found),
        "history": log_of(changes, partner, look_of_terms, deeds),
        "can": can,
    }
    if may_agree:
        made = list(masterdata.partner_parts_of(Side.BUYER).filter(relation_id=found.relation_id, ended_at=None))
        initial = {"is_charged": found.is_charged, "unit_price": found.unit_price}
        initial["allowed_loss"] = (found.allowed_loss * 100).normalize()
        context["terms_form"] = forms.get("terms_form") or TermsForm(initial=initial)
        if made:
            context["use_form"] = forms.get("use_form") or UseForm(parts=made, auto_id="use-%s")
            context["proposed"] = _proposed(found, made, {use.partner_part_id for use in uses})
    if may_lose and found.relation_id:
        sites = tenancy.own_sites()
        context["loss_form"] = forms.get("loss_form") or LossForm(sites=sites, auto_id="loss-%s")
    return render(request, "consigned/part.html", context, status=status)


def _proposed(found: ConsignedPart, made: list[Any], known: set[int]) -> list[dict[str, Any]]:
    """What the owner's own bills of material say of it and is not told to the supplier yet."""
    agreed = {row.part_id: row for row in made if row.pk not in known}
    items = planning.bill_items_on(agreed, timezone.localdate()).filter(component=found.part_id).select_related("parent")
    rows = []
    for item in items:
        part = agreed[item.parent_id]
        quantity = _in_order_unit(item, part, found)
        if quantity is not None:
            rows.append({"part": part, "quantity": quantity, "scrap": (item.scrap_share * 100).normalize()})
    return rows


def _in_order_unit(item: Any, part: Any, found: ConsignedPart) -> Decimal | None:
    """A bill says what goes into one base unit of a part; the supplier makes it in the unit of its orders. None: nobody
    knows how much goes into one of those."""
    factor = part.base_factor
    if factor == 1 and part.unit != item.parent.unit:
        if not can_convert(part.unit, item.parent.unit):
            return None
        factor = convert(Decimal(1), part.unit, item.parent.unit)
    quantity = item.quantity * factor
    if item.component.unit != found.unit:
        if not can_convert(item.component.unit, found.unit):
            return None
        quantity = convert(quantity, item.component.unit, found.unit)
    rounded: Decimal = round(quantity, 6)
    return rounded or None


@require_POST
@page("agree_material")
def terms(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.material(pk)
    form = TermsForm(request.POST)
    if form.is_valid() and _saved(form, services.change_material, consigned_part_id=pk, **form.terms()):
        messages.success(request, _("The terms of %(number)s have been saved.") % {"number": found.number})
        return redirect("consigned:part", pk)
    return _page(request, found, status=422, terms_form=form)


@require_POST
@page("agree_material")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    done, error = attempt(services.end_material, consigned_part_id=pk)
    if error is not None:
        raise error
    text = _("%(number)s is not handed out any more.") if done.ended_at else _("%(number)s may be handed out again.")
    messages.success(request, text % {"number": done.number})
    return redirect("consigned:part", pk)


@require_POST
@page("agree_material")
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """One part more, another quantity, or with 0 one part less; what else goes into it stays."""
    found = selectors.material(pk)
    made = list(masterdata.partner_parts_of(Side.BUYER).filter(relation_id=found.relation_id))
    form = UseForm(request.POST, parts=made, auto_id="use-%s")
    if form.is_valid():
        part_id = int(form.cleaned_data["made"])
        kept = [
            services.Use(row.consigned_part_id, row.quantity, row.scrap_share)
            for row in selectors.uses(partner_parts=[part_id])
            if row.consigned_part_id != pk
        ]
        quantity: Decimal = form.cleaned_data["quantity"]
        if quantity:
            kept.append(services.Use(pk, quantity, form.cleaned_data["scrap"] / 100))
        if _saved(form, services.keep_uses, partner_part_id=part_id, uses=kept) is not None:
            messages.success(request, _("What goes into the part has been saved."))
            return redirect("consigned:part", pk)
    return _page(request, found, status=422, use_form=form)


@require_POST
@page("move_material")
def lose(request: HttpRequest, pk: int) -> HttpResponse:
    """The holder says what is gone."""
    found = selectors.material(pk)
    form = LossForm(request.POST, sites=tenancy.own_sites(), auto_id="loss-%s")
    if form.is_valid():
        data = form.cleaned_data
        loss = services.Loss(pk, data["quantity"], data["reason"], data["lot"], note=data["note"])
        done = _saved(form, services.report_losses, site_id=int(data["site"]), losses=[loss])
        if done is not None:
            messages.success(request, _("The loss %(number)s has been reported.") % {"number": done[0].number})
            return redirect("consigned:part", pk)
    return _page(request, found, status=422, loss_form=form)


def refused(request: HttpRequest, error: DomainError, page_name: str, pk: int) -> HttpResponse:
    """Say the refusal above the page that it was asked on; another firm's row is not there."""
    if error.status == 404:
        raise error
    messages.error(request, error.words)
    return redirect(page_name, pk)
