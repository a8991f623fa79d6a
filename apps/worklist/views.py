"""Pages of work by the line."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.pages import attempt, page
from apps.common.errors import DomainError, NotFound
from apps.common.typed import whole
from apps.orders import services
from apps.orders.exceptions import UnknownLine
from apps.orders.forms import is_unread
from apps.orders.models import ScheduleLine
from apps.orders.selectors import order_with_lines
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer, back
from apps.ui.bulk import MOST, rows_read, run
from apps.ui.exceptions import NothingChosen

from . import cells
from .lists import WorkList
from .offer_list import OfferList, decision
from .offers import offers
from .services import accept_within as take_within
from .together import together, together_context


@require_GET
@page("view_outlook")
def lines(request: HttpRequest) -> HttpResponseBase:
    """What a buyer's lines need, what stops production first on top."""
    return answer(request, WorkList(request.GET), "worklist/lines.html")


@require_GET
@page("view_outlook")
def offer_list(request: HttpRequest) -> HttpResponseBase:
    """What suppliers want instead, with what it does to the stock."""
    return answer(request, OfferList(request.GET), "worklist/offers.html", may="accept_proposal" in require_scope().acts)


@require_GET
@page("view_outlook")
def joint_effect(request: HttpRequest) -> HttpResponse:
    """What the chosen offers do to the stock together, before they are accepted."""
    named = rows_read([*request.GET.getlist("row"), *request.GET.getlist("offer")])
    joint = together((row.need, row.found, row.found.offered) for row in offers(named)) if named else []
    return render(request, "worklist/_together.html", together_context(joint))


@require_POST
@page("accept_proposal")
def accept_within(request: HttpRequest) -> HttpResponse:
    """Take all offers inside the tolerance that the page showed, each as it was read; what came of it is kept."""
    seen = rows_read(request.POST.getlist("offer"))
    if not 0 < len(seen) <= MOST:
        raise NothingChosen(place="offer", value=len(seen))
    asked = OfferList({})
    found = {row.line.id: row for row in asked.named(list(seen))}
    said = {pk: cells.accepted_text(row.found) for pk, row in found.items()}
    act = decision("accept", _("Accept"), services.accept_offers, "check", "", seen)
    act = replace(act, together=lambda ids: take_within(seen={pk: seen[pk] for pk in ids}))
    rows = [(pk, asked.label(found[pk]) if pk in found else str(pk)) for pk in seen]
    kept = run(act, rows, unfit={}, listing=asked.name, query=asked.kept_query, is_whole=False, said=said)
    return redirect("kept:result", kept.pk)


@require_POST
@page("accept_proposal")
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what is offered on one line, as it was read."""
    return _decide(request, pk, services.accept_offers, _("What is offered has been accepted."))


@require_POST
@page("accept_proposal")
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn down what is offered on one line, as it was read."""
    return _decide(request, pk, services.decline_offers, _("What was offered has been declined."))


def _decide(request: HttpRequest, pk: int, service: Callable[..., services.Refusals], said: str) -> HttpResponse:
    seen = whole(request.GET.get("seen", ""))
    found, error = attempt(service, schedule_line_ids=[pk], seen={pk: seen} if seen is not None else None)
    error = error or (found or {}).get(pk)
    if error is not None and error.code == UnknownLine.code:
        raise NotFound(place="schedule_line", value=pk)
    return _back(request, error, said)


@require_POST
@page("request_change")
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind the supplier of the order of one line."""
    done, error = attempt(services.remind_supplier, order_id=_order_of(pk))
    return _back(
        request, error, _("The supplier has been reminded of %(number)s.") % {"number": done.number} if done else ""
    )


@require_GET
@page("draft_order")
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a line that waits for its answer gets another day or quantity, is split or is taken back: its order written anew
    where nobody has opened it, else its next revision."""
    found = order_with_lines(_order_of(pk))
    return redirect("orders:edit" if is_unread(found) else "orders:revise", found.pk)


@require_POST
@page("request_change")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what we asked for on one line, so that something else can be asked."""
    seen = whole(request.GET.get("change", "")) or 0
    _done, error = attempt(services.withdraw_change, change_id=seen)
    return _back(request, error, _("The change request has been withdrawn."))


@require_POST
@page("draft_order")
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft with one line that was refused, opened to be changed."""
    done, error = attempt(services.copy_order, order_id=_order_of(pk), refused=[pk])
    if done is None:
        return _back(request, error, "")
    messages.success(
        request, _("Written as the draft %(number)s. Look at its day and send it.") % {"number": done.order.number}
    )
    return redirect("orders:edit", done.order.pk)


@require_POST
@page("publish_order")
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the draft in which a line stands that is missing."""
    done, error = attempt(services.publish_order, order_id=_order_of(pk))
    return _back(
        request, error, _("Order %(number)s has been sent to the supplier.") % {"number": done.number} if done else ""
    )


def _order_of(pk: int) -> int:
    order = ScheduleLine.objects.filter(pk=pk).values_list("order_id", flat=True).first()
    if order is None:
        raise NotFound(place="schedule_line", value=pk)
    return order


def _back(request: HttpRequest, error: DomainError | None, said: str) -> HttpResponse:
    """To the list as it stood, with what came of the act."""
    to = "work:offers" if request.GET.get("to") == "offers" else "work:lines"
    return back(request, to, error, said, without=("seen", "to", "change"))
