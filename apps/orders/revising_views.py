"""Pages on which orders are written from others: a copy, a revision, and what an order comes to while it is typed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.pages import attempt, page, rehearse
from apps.common.errors import DomainError
from apps.common.typed import mark_fields, whole
from apps.masterdata import selectors as masterdata
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import side_of

from . import forms, selectors, services
from .amounts import priced_lines, total_of
from .exceptions import NothingChanged, ReasonMissing
from .models import PurchaseOrder
from .new_forms import NewOrder
from .statuses import Reason
from .views import order_context


@require_POST
@page("draft_order")
def amounts(request: HttpRequest) -> HttpResponse:
    """What the order that is being typed comes to, and what is unusual of its lines; writes nothing."""
    typed = NewOrder.read(request.POST)
    lines = priced_lines(typed, timezone.localdate())
    total, missing = total_of(lines)
    relation = tenancy.relations_as_buyer().filter(pk=whole(typed.relation) or 0).first()
    context = {"lines": lines, "total": total, "missing": missing, "currency": relation.currency if relation else ""}
    return render(request, "orders/_amounts.html", context)


@require_POST
@page("draft_order")
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft with the lines of an order, opened to be changed."""
    return _copied(request, pk, {}, _("Copied as the draft %(number)s. Look at its days."))


@require_POST
@page("draft_order")
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft with the lines of an order that its supplier refused, opened to be changed."""
    found = selectors.order_with_lines(pk)
    selectors.mark_ordered_anew([item for line in found.shown_lines for item in line.schedule])
    refused = [item.pk for item in forms.refused_of(found)]
    if not refused:
        messages.error(request, _("Nothing of this order waits to be ordered anew."))
        return redirect("orders:order", pk)
    said = _("Written as the draft %(number)s. Look at its day and send it.")
    return _copied(request, pk, {"refused": refused}, said)


def _copied(request: HttpRequest, pk: int, which: dict[str, Any], said: str) -> HttpResponse:
    done, error = attempt(services.copy_order, order_id=pk, **which)
    if error is not None:
        if error.status == 404:
            raise error
        messages.error(request, error.words)
        return redirect("orders:order", pk)
    assert done is not None
    messages.success(request, said % {"number": done.order.number})
    if done.left_out:
        parts = ", ".join(done.left_out)
        messages.warning(request, _("Left out, because it is not ordered any more: %(parts)s") % {"parts": parts})
    return redirect("orders:edit", done.order.pk)


@require_http_methods(["GET", "POST"])
@page("draft_order")
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the next revision of an order that the supplier knows: other quantities and days, new lines."""
    found = selectors.order_with_lines(pk)
    data = request.POST if request.method == "POST" else None
    rows, errors = forms.revision_rows(found, data), []
    typed = NewOrder.read(request.POST) if data else NewOrder(lines=[])
    typed.relation = str(found.relation_id)
    if data is not None:
        done, error = _sent(found, rows, typed, data.get("reason", ""))
        if done is not None:
            messages.success(request, _("Order %(number)s has been revised.") % {"number": done.number})
            return redirect("orders:order", pk)
        if error is not None and error.status == 404:
            raise error
        errors = _marked(rows, typed, error) if error is not None else []
    context = order_context(found, side_of(found)) | {
        "revision_rows": rows,
        "typed": typed,
        "errors": [one for one in errors if not isinstance(one, ReasonMissing)],
        "reason_error": next((one for one in errors if isinstance(one, ReasonMissing)), None),
        "can_be_confirmed": forms.can_be_confirmed([*rows, *typed.lines]),
        "reason": request.POST.get("reason", ""),
        "today": timezone.localdate(),
        "parts": masterdata.parts_to_order(relation_id=found.relation_id, day=timezone.localdate()),
    }
    return render(request, "orders/revise.html", context, status=422 if data is not None else 200)


def _sent(
    order: PurchaseOrder, rows: list[forms.ChangeRow], typed: NewOrder, reason: str
) -> tuple[PurchaseOrder | None, DomainError | None]:
    """The revised order, or what is wrong with it: where something cannot be read, what else is wrong with the rest."""
    typed.lines = [line for line in typed.lines if line.part or line.quantity or line.date]
    readable = forms.read_rows(rows)
    revised = {"order": order, "readable": readable, "typed": typed}
    if len(readable) < len(rows):
        error = rehearse(_revised, **revised, reason=reason or Reason.OTHER)
        return None, None if isinstance(error, NothingChanged) else error
    done, error = attempt(_revised, **revised, reason=reason)
    if isinstance(error, ReasonMissing) and (more := rehearse(_revised, **revised, reason=Reason.OTHER)):
        error.others = [more, *more.others]
    return done, error


def _marked(rows: list[forms.ChangeRow], typed: NewOrder, error: DomainError) -> list[DomainError]:
    """Put what is wrong at the fields that it is about.

    Returns:
        What belongs to no field.
    """
    return forms.mark_rows([row for row in rows if not row.errors], mark_fields(typed.lines, error, "added"))


def _revised(*, order: PurchaseOrder, readable: Any, typed: NewOrder, reason: str) -> PurchaseOrder:
    content = typed.content("added")
    return services.revise_order(
        order_id=order.pk,
        wishes=[forms.wish_of(row, parts) for row, parts in readable],
        added=content["lines"],
        reason=reason,
        is_confirmed=content["is_confirmed"],
    )
