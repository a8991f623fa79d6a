"""Order pages: the list, one order, a new order, the supplier's answer."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import act_view, attempt, log_of, page, rehearse
from apps.common.errors import DomainError, InvalidValue
from apps.common.rooms import beside_lines
from apps.common.typed import mark_fields, whole
from apps.masterdata import selectors as masterdata
from apps.masterdata.incoming import NUMBER
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import side_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.tenancy.terms import Way
from apps.ui.answers import answer, row_answer

from . import forms, selectors, services
from .days_off import days_off
from .exceptions import UnknownOrder
from .history import history, said_in
from .incoming import DUE, QUANTITY
from .lists import OrderList
from .models import PurchaseOrder
from .new_forms import NewOrder
from .pages import LOOK, asked_context, look_of_change, look_of_sent, looks_of_done, looks_of_order, open_rows
from .statuses import REASONS, Reason, reasons_to_ask
from .working import promised_days, wanted_days, with_days_off

# What the columns of a block that is pasted into the lines of an order may be called.
HEADS = {"part": " ".join(NUMBER), "quantity": " ".join(QUANTITY), "date": " ".join(DUE)}


@require_GET
@page("view_orders")
def order_list(request: HttpRequest) -> HttpResponseBase:
    """The firm's orders, by view, filter and sort."""
    return answer(request, OrderList(request.GET), "orders/list.html")


@require_GET
@page("view_orders")
def order_row(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One row, fetched again after a live signal."""
    for side in Side:
        if found := selectors.order_rows(side).filter(pk=pk).first():
            return row_answer(request, OrderList, found, side=side)
    raise UnknownOrder(place="order", value=pk)


@require_http_methods(["GET", "POST"])
@page("view_orders")
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """One order. The supplier sees the answer table while a line waits for its answer."""
    found = selectors.order_with_lines(pk)
    side = side_of(found)
    answering = side is Side.SUPPLIER and found.is_unanswered and "answer_order" in require_scope().acts
    if request.method == "POST":
        return _answer(request, found) if answering else redirect("orders:order", pk)
    context = order_context(found, side)
    if answering:
        context |= asked_context(found, forms.answer_rows(found))
    else:
        told = beside_lines(found, side)
        for item in (item for line in found.shown_lines for item in line.schedule):
            item.beside = told.get(item.pk, ())
    template = "orders/order.html#panel" if request.GET.get("part") == "panel" and not answering else "orders/order.html"
    return render(request, template, context)


def _with_next(said: str, waiting: PurchaseOrder | None) -> str:
    """What was done, and where the next order is answered."""
    if waiting is None:
        return said
    word = _("Next to answer: %(number)s") % {"number": waiting.number}
    return format_html('{} <a href="{}">{}</a>', said, reverse("orders:order", args=[waiting.pk]), word)


def _answer(request: HttpRequest, found) -> HttpResponse:
    takes_all = request.POST.get("act") == "accept-all"
    rows = open_rows(forms.answer_rows(found, request.POST))
    sent = [row.as_asked() if takes_all else row for row in rows if takes_all or not row.is_countered]
    error = send_rows(
        services.answer_order,
        sent,
        lambda readable: {"answers": [forms.answer_of(row, parts) for row, parts in readable]},
        order_id=found.pk,
        is_confirmed=request.POST.get("confirmed") == "on",
        nothing=_("Accept or refuse the counter-proposal, or type another answer."),
    )
    if error is None and not any(row.errors for row in sent):
        said = _("Your answer to %(number)s has been sent.") % {"number": found.number}
        messages.success(request, _with_next(said, selectors.next_to_answer()))
        for off in days_off(found, promised_days(found)):
            messages.warning(request, off)
        return redirect("orders:order", found.pk)
    context = order_context(found, Side.SUPPLIER)
    context |= asked_context(found, rows) | {"error": error, "can_be_confirmed": forms.can_be_confirmed(sent)}
    return render(request, "orders/order.html", context, status=error.status if error else 422)


def send_rows(service, rows, arguments_of, *, nothing, is_whole=True, **arguments: Any) -> DomainError | None:
    """Call a service with a table's rows; without all that it needs (`is_whole`) only to hear what else is wrong.

    Returns:
        What is wrong and belongs to no row; the rest stands at the rows' fields. All is well when neither holds anything.
    """
    if not rows:
        return InvalidValue(_("Nothing is changed yet."), place="lines", remedy=nothing)
    readable = forms.read_rows(rows)
    arguments |= arguments_of(readable)
    if is_whole and len(readable) == len(rows):
        _done, error = attempt(service, **arguments)
    else:
        error = rehearse(service, **arguments) if readable else None
    rest = forms.mark_rows([row for row, _parts in readable], (error, *error.others)) if error else []
    return rest[0] if rest else None


def order_context(found, side) -> dict[str, Any]:
    names = ("fulfilment", "closure", "open_change_side", "status", "due_date", "unanswered_count")
    partner = found.supplier if side is Side.BUYER else found.buyer
    schedule = [item for line in found.shown_lines for item in line.schedule]
    selectors.mark_ordered_anew(schedule)
    changes, deeds, done = history(found)
    look = look_of_sent if found.agreed.way == Way.NONE else look_of_change
    log = log_of(changes, partner, look, deeds, {at: looks_of_done(names) for at, names in done.items()})
    return {
        "order": found,
        "side": side,
        "partner": partner,
        "states": looks_of_order({name: getattr(found, name) for name in names}, schedule, side or Side.BUYER),
        "status": found.status,
        "looks": LOOK,
        "history": log,
        "thread": said_in(log),
        "reasons": reasons_to_ask(side),
        "closing_reasons": REASONS,
        "can": require_scope().acts,
        "is_answer_late": found.answer_due_at and found.answer_due_at < timezone.now() and found.is_unanswered,
        "is_fixed": found.agreed.way != Way.FULL,
        "awaits_supplier": found.is_unanswered,
        "shown": [(line, item) for line in found.shown_lines for item in line.schedule],
        "can_order_anew": side is Side.BUYER and "draft_order" in require_scope().acts and bool(forms.refused_of(found)),
        "can_edit": side is Side.BUYER and "draft_order" in require_scope().acts and forms.is_unread(found),
        "can_revise": side is Side.BUYER and "draft_order" in require_scope().acts and forms.may_be_revised(found),
        "can_change": "request_change" in require_scope().acts and bool(forms.changeable(found, side)),
        "closable": forms.closable(found) if side is Side.BUYER and "close_order" in require_scope().acts else [],
        "can_ship": side is Side.SUPPLIER and "ship" in require_scope().acts and forms.has_to_ship(found),
    }


@require_POST
@page("answer_order")
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Sent by the page itself when the supplier opens the order."""
    services.acknowledge_order(order_id=pk)
    return render(request, "orders/_opened.html", status=200)


ACTS = {
    "publish": ("publish_order", services.publish_order, gettext_lazy("Order %(number)s has been sent to the supplier.")),
    "cancel": ("cancel_order", services.cancel_order, gettext_lazy("Order %(number)s has been cancelled.")),
    "accept": (
        "accept_proposal",
        services.accept_proposals,
        gettext_lazy("The proposals on %(number)s have been accepted."),
    ),
    "decline": (
        "accept_proposal",
        services.decline_proposals,
        gettext_lazy("The proposals on %(number)s have been declined."),
    ),
}


publish, cancel, accept, decline = (
    act_view(*ACTS[name], argument="order_id", page_name="orders:order")
    for name in ("publish", "cancel", "accept", "decline")
)
CHANGE_ACTS = {
    "accept": ("answer_change", services.accept_change, gettext_lazy("The change of %(number)s has been accepted.")),
    "reject": ("answer_change", services.reject_change, gettext_lazy("The change of %(number)s has been refused.")),
    "withdraw": ("request_change", services.withdraw_change, gettext_lazy("The change request has been withdrawn.")),
}


accept_change, reject_change, withdraw_change = (
    act_view(*CHANGE_ACTS[name], argument="change_id", page_name="orders:order", of="change_pk")
    for name in ("accept", "reject", "withdraw")
)


@require_http_methods(["GET", "POST"])
@page("request_change")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for other quantities or days: a counter-proposal on open proposals, a change request on confirmed lines."""
    found = selectors.order_with_lines(pk)
    side = side_of(found)
    rows = forms.change_rows(forms.changeable(found, side), request.POST if request.method == "POST" else None)
    error, broken, reason, comment = None, None, request.POST.get("reason", ""), request.POST.get("comment", "")[:500]
    if request.method == "POST":
        changed = [row for row in rows if row.is_changed]
        error, broken = _request_changes(request, found, side, changed, reason, comment)
        if error is None and broken is None and not any(row.errors for row in changed):
            messages.success(request, _("Your change request on %(number)s has been sent.") % {"number": found.number})
            for off in days_off(found, asked_days(row for row in rows if row.is_changed)):
                messages.warning(request, off)
            return redirect("orders:order", pk)
    context = order_context(found, side) | {"change_rows": rows, "error": error, "reason": reason, "comment": comment}
    context |= {"reason_error": broken, "has_offers": any(row.begin for row in rows)}
    context["can_be_confirmed"] = forms.can_be_confirmed(rows)
    return render(request, "orders/change.html", context, status=422 if request.method == "POST" else 200)


def asked_days(rows) -> list[date]:
    """The days of rows that were sent, so they can be read."""
    return [date.fromisoformat(day) for row in rows for _quantity, day in row.portions if day]


def _request_changes(request: HttpRequest, found, side, rows, reason, comment) -> tuple[DomainError | None, ...]:
    """What is wrong and belongs to no row, and with the reason; one does not wait for the other."""
    _done, broken = attempt(forms.check_reason, reason=reason, side=side)
    error = send_rows(
        services.request_changes,
        rows,
        lambda readable: {"changes": [forms.change_of(row, parts) for row, parts in readable]},
        order_id=found.pk,
        reason=Reason.OTHER if broken else reason,
        comment=comment,
        is_confirmed=request.POST.get("confirmed") == "on",
        nothing=_("Change a quantity or a day."),
        is_whole=broken is None,
    )
    return error, broken


@require_POST
@page("close_order")
def close_short(request: HttpRequest, pk: int) -> HttpResponse:
    """Do without the rest of the chosen lines."""
    chosen = [line for value in request.POST.getlist("line") if (line := whole(value))]
    reason = request.POST.get("reason", "")
    done, error = None, None
    if chosen and reason in Reason.values:
        done, error = attempt(services.close_short, order_id=pk, schedule_line_ids=chosen, reason=reason)
    if error is not None and error.status == 404:
        raise error
    if done is not None:
        messages.success(request, _("The rest of %(number)s has been closed.") % {"number": done.number})
    else:
        text = error.words if error else _("Choose the lines and a reason.")
        messages.error(request, text)
    return redirect("orders:order", pk)


@require_POST
@page("draft_order")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    _done, error = attempt(services.discard_draft, order_id=pk)
    if error is not None:
        if error.status == 404:
            raise error
        messages.error(request, error.words)
        return redirect("orders:order", pk)
    messages.success(request, _("The draft has been deleted."))
    return redirect("orders:list")


@require_http_methods(["GET", "POST"])
@page("draft_order")
def new(request: HttpRequest) -> HttpResponse:
    """Write an order: kept as a draft, or sent at once."""
    typed = NewOrder.read(request.POST) if request.method == "POST" else NewOrder()
    if request.method == "GET":
        typed.relation = request.GET.get("relation", "") or _only_relation()
        return _written(request, typed)

    def save(content=None) -> PurchaseOrder:
        return services.draft_order(**(typed.arguments() if content is None else typed.place() | content))

    return _write(request, typed, save)


def _only_relation() -> str:
    """Of a firm that buys from one other it needs no choice."""
    found = [str(pk) for pk in tenancy.relations_as_buyer().values_list("pk", flat=True)[:2]]
    return found[0] if len(found) == 1 else ""


@require_http_methods(["GET", "POST"])
@page("draft_order")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a draft, or an order that the supplier has not opened yet, anew."""
    found = selectors.order_with_lines(pk)
    typed = NewOrder.read(request.POST) if request.method == "POST" else NewOrder.of(found)
    typed.relation, typed.site = str(found.relation_id), str(found.receiving_site_id)
    if request.method == "GET":
        return _written(request, typed, order=found)

    def save(content=None) -> PurchaseOrder:
        return services.rewrite_order(order_id=pk, **(typed.content() if content is None else content))

    return _write(request, typed, save, order=found)


def _write(request: HttpRequest, typed, save, order=None) -> HttpResponse:
    done, error = attempt(_save, save=save, publish=request.POST.get("act") == "publish")
    if error is None:
        text = _("Order %(number)s has been saved as a draft.") if done.is_draft else ACTS["publish"][2]
        messages.success(request, text % {"number": done.number})
        for off in days_off(done, wanted_days(done)):
            messages.warning(request, off)
        return redirect("orders:order", done.pk)
    if error.status == 404:
        raise error
    rest = mark_fields(typed.lines, error)
    if any(line.errors for line in typed.lines):
        lines, content = typed.readable()
        others = rehearse(save, content=content) if lines else None
        rest += mark_fields(lines, others) if others else []
    return _written(request, typed, order=order, error=rest[0] if rest else None)


def _save(*, save, publish) -> PurchaseOrder:
    order = save()
    if publish and order.is_draft and "publish_order" in require_scope().acts:
        order = services.publish_order(order_id=order.pk)
    return order


def _written(request: HttpRequest, typed, order=None, error=None) -> HttpResponse:
    relation_id = whole(typed.relation) or 0
    context = {
        "typed": typed,
        "order": order,
        "error": error,
        "relations": tenancy.relations_as_buyer(),
        "sites": with_days_off(list(tenancy.own_sites().filter(receives=True))),
        "parts": masterdata.parts_to_order(relation_id=relation_id, day=timezone.localdate()) if relation_id else [],
        "today": timezone.localdate(),
        "heads": HEADS,
    }
    return render(request, "orders/new.html", context, status=422 if request.method == "POST" else 200)
