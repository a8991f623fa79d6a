"""Pages on which a buyer asks for other days, on one line or on many."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.pages import attempt, page
from apps.common.dates import moment_text
from apps.common.errors import DomainError, InvalidValue
from apps.orders import forms
from apps.orders.services import Change, Refusals, ask_for_changes
from apps.orders.statuses import Reason, reasons_to_ask
from apps.tenancy.roles import Side
from apps.ui.bulk import MOST, keep, rows_read

from .asking import Ask, asks, fitting_reason, joint_of, typed_asks
from .cells import line_label, moved_text
from .lists import WorkList
from .offer_list import OfferList
from .together import together_context


@require_http_methods(["GET", "POST"])
@page("request_change")
def ask(request: HttpRequest) -> HttpResponseBase:
    """Other days and quantities for the chosen lines, with a reason, in one act."""
    sent, name = (request.POST, "line") if request.method == "POST" else (request.GET, "row")
    chosen = list(rows_read(sent.getlist(name)))[:MOST]
    rows = asks(chosen, request.POST if request.method == "POST" else None, alone=_alone(request.GET))
    if request.method == "GET":
        return _page(request, rows, request.GET, reason=fitting_reason(rows), comment="")
    wanted = [row for row in rows if row.is_chosen]
    reason, comment = request.POST.get("reason", ""), request.POST.get("comment", "")[:500]
    error, broken, refused = _send(request, wanted, reason, comment)
    if error is not None or broken is not None or any(row.row.errors for row in wanted):
        return _page(request, rows, request.GET, reason=reason, comment=comment, error=error, reason_error=broken)
    listing = _list_of(request.GET)
    if len(wanted) == 1:
        messages.success(
            request, _("You have asked for %(line)s; it waits for the supplier.") % {"line": line_label(wanted[0].found)}
        )
        return redirect(f"{listing.path}{listing.own_address}")
    told = [
        (row.found.id, line_label(row.found), refused[row.found.id].words if row.found.id in refused else "")
        for row in wanted
    ]
    said = {row.found.id: _said_of(row) for row in wanted}
    kept = keep("pull_in", told, listing=listing.name, query=listing.kept_query, is_whole=False, said=said)
    return redirect("kept:result", kept.pk)


def _said_of(row: Ask) -> str:
    stands = row.found.offered if row.is_offered else row.found.before
    words = moved_text(stands, list(row.parts), row.found.unit)
    return _("asked: %(parts)s; answer by %(when)s") % {"parts": words, "when": moment_text(row.due_at)}


def _alone(asked: QueryDict) -> list[int] | None:
    """The lines that the page is about, of a page on which no others stand."""
    return list(rows_read(asked.getlist("row")))[:MOST] if "alone" in asked else None


def _send(
    request: HttpRequest, rows: list[Ask], reason: str, comment: str
) -> tuple[DomainError | None, DomainError | None, Refusals]:
    """What is wrong and belongs to no line, what is wrong with the reason, and the lines of which nothing was asked. What is
    wrong with a line stands there where nothing at all was asked: with all or none, where each of them was refused, and
    where the reason or something else cannot be read, so that all faults are told at once."""
    _done, broken = attempt(forms.check_reason, reason=reason)
    if not rows:
        remedy = _("Choose at least one line.")
        return InvalidValue(_("No line is chosen."), place="lines", remedy=remedy), broken, {}
    readable = forms.read_rows([row.row for row in rows])
    is_whole = broken is None and len(readable) == len(rows)
    changes = [forms.change_of(row, parts) for row, parts in readable]
    return None, broken, _asked(request, rows, changes, Reason.OTHER if broken else reason, comment, is_whole=is_whole)


def _asked(
    request: HttpRequest, rows: list[Ask], changes: list[Change], reason: str, comment: str, *, is_whole: bool
) -> Refusals:
    """The refused lines; nothing is asked where something cannot be read (not `is_whole`)."""
    if not changes:
        return {}
    is_confirmed = request.POST.get("confirmed") == "on"
    with transaction.atomic():
        refused = ask_for_changes(changes=changes, reason=reason, comment=comment, is_confirmed=is_confirmed)
        is_undone = refused and (request.POST.get("mode") == "whole" or len(refused) == len(rows))
        if is_undone or not is_whole:
            transaction.set_rollback(True)
            for row in rows:
                for error in _all_of(refused.get(row.found.id)):
                    row.row.mark(error)
    return refused


def _all_of(error: DomainError | None) -> list[DomainError]:
    return [error, *error.others] if error else []


def _list_of(asked: QueryDict) -> WorkList | OfferList:
    """The list from which somebody came, and to which they go back."""
    return OfferList(asked) if asked.get("to") == "offers" else WorkList(asked)


def _page(request: HttpRequest, rows: list[Ask], asked: QueryDict, *, error: Any = None, **typed: Any) -> HttpResponse:
    listing = _list_of(asked)
    is_counter = bool(rows) and all(row.is_offered for row in rows)
    context = {
        "title": _("Counter-proposal") if is_counter else _("Ask for other days"),
        "is_counter": is_counter,
        "with_others": "" if is_counter or "alone" not in asked else _with_others(asked),
        "rows": rows,
        "list": listing,
        "back": f"{listing.path}{listing.own_address}",
        "query": _query(listing, asked),
        "reasons": reasons_to_ask(Side.BUYER),
        "error": error,
        "can_be_confirmed": forms.can_be_confirmed([row.row for row in rows]),
        **together_context(joint_of(rows)),
        **typed,
    }
    return render(request, "worklist/ask.html", context, status=422 if request.method == "POST" else 200)


def _with_others(asked: QueryDict) -> str:
    """The same page with other lines below that could be pulled in."""
    open_to_all = asked.copy()
    del open_to_all["alone"]
    return open_to_all.urlencode()


def _query(listing: WorkList | OfferList, asked: QueryDict) -> str:
    """With what the form is sent: where it leads back to, and which lines a page is about that shows no others."""
    own = [("to", "offers")] if listing.name == OfferList.name else []
    if (alone := _alone(asked)) is not None:
        own += [("alone", "1"), *(("row", str(pk)) for pk in alone)]
    return "&".join(filter(None, (listing.query, urlencode(own))))


@require_POST
@page("request_change")
def effects(request: HttpRequest) -> HttpResponse:
    """What the typed days of all lines would do, each alone and the chosen ones together, as the form asks while somebody
    types; nothing is changed."""
    rows = typed_asks(request.POST)
    return render(request, "worklist/_effects.html", {"rows": rows, **together_context(joint_of(rows))})
