"""What is done with lists: views saved, acts on many rows and what came of them, files that a worker writes."""

import csv
import io

from django import forms
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.pages import attempt, page
from apps.common.errors import NotFound
from apps.tenancy.checks import require_act
from apps.ui import selectors, services
from apps.ui.bulk import MOST, MOST_TOGETHER, BulkAct, Together, rows_read, run, said_of
from apps.ui.exceptions import DoesNotFit, NothingChosen
from apps.ui.files import XLSX, attached, file_name, inert
from apps.ui.listing import Listing
from apps.ui.models import BulkResult, ListFile, SavedView
from apps.ui.texts import quantity


class ViewForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = SavedView
        fields = ("name", "is_shared")


def _asked(name: str, query: str) -> Listing:
    """The list that a form was sent from, for whom may see it."""
    listing = selectors.listing_named(name)
    require_act(listing.act)
    return listing(QueryDict(query[:2000]))


@require_POST
@page()
def save_view(request: HttpRequest, name: str) -> HttpResponse:
    asked = _asked(name, request.POST.get("query", ""))
    form, query = ViewForm(request.POST), asked.address()
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(f"{asked.path}{query}")
    _saved, error = attempt(services.save_view, listing=name, query=asked.kept_query, **form.cleaned_data)
    if error is None:
        messages.success(request, _("View saved: %(name)s.") % {"name": form.cleaned_data["name"]})
    else:
        messages.error(request, error.words)
    return redirect(f"{asked.path}{query}")


@require_POST
@page()
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    found = SavedView.objects.filter(pk=pk).first()
    services.delete_view(view_id=pk)
    assert found is not None
    messages.success(request, _("View deleted: %(name)s.") % {"name": found.name})
    return redirect(selectors.listing_named(found.listing).url_name)


@require_POST
@page()
def bulk(request: HttpRequest, name: str) -> HttpResponse:
    """One act on the rows that are ticked, or on all that were counted of the list's pages."""
    asked = _asked(name, request.POST.get("query", ""))
    every = request.POST.get("rows", "")
    asked.read = rows_read(every.split(",") if every else request.POST.getlist("row"), MOST_TOGETHER)
    ids = list(asked.read)
    chosen = next((act for act in asked.acts if act.name == request.POST.get("act")), None)
    if chosen is None or not ids:
        raise NothingChosen(place="row", value=len(ids))
    if len(ids) > (most := chosen.most if every else MOST):
        rule = _("An act on rows needs 1 to %(most)s of them.") % {"most": quantity(most)}
        raise NothingChosen(rule, place="row", value=len(ids))
    if isinstance(chosen, Together):
        return redirect(chosen.opens(ids))
    asked.reason = request.POST.get(f"reason-{chosen.name}", "")
    if chosen.choices and asked.reason not in {str(value) for value, _words in chosen.choices}:
        messages.error(request, " ".join((_("A reason is missing."), _("Choose a reason."))))
        return redirect(f"{asked.path}{asked.own_address}")
    if chosen.leads is not None:
        return redirect(chosen.leads(ids))
    found = {asked.key(row): row for row in asked.named(ids)}
    rows = [(pk, asked.label(found[pk]) if pk in found else str(pk)) for pk in ids]
    words = _("Not possible while its state is “%(state)s”.")
    unfit = {pk: DoesNotFit(words % {"state": asked.state(row)}).words for pk, row in found.items() if not chosen.fits(row)}
    is_whole = request.POST.get("mode") == "whole"
    fitting = {pk: row for pk, row in found.items() if pk not in unfit}
    said = said_of(chosen, fitting)
    kept = run(chosen, rows, unfit=unfit, listing=name, query=asked.kept_query, is_whole=is_whole, said=said)
    return redirect("kept:result", kept.pk)


@require_GET
@page()
def result(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What came of an act on many rows."""
    kept = selectors.results().filter(pk=pk).first()
    if kept is None:
        raise NotFound(place="result", value=pk)
    asked = _asked(kept.listing, kept.query)
    rows = _rows(kept)
    refused = [row for row in rows if row[2]]
    in_order = [*refused, *(row for row in rows if not row[2])]  # what is still to be done stands first
    chosen = next((act for act in asked.bulk() if act.name == kept.act), None)
    if request.GET.get("file") == "csv":
        return attached(HttpResponse(_as_csv(kept), content_type="text/csv; charset=utf-8"), file_name(kept.act, "csv"))
    context = {
        "kept": kept,
        "rows": [(asked.page_url(pk), name, words, said) for pk, name, words, said in in_order],
        "has_said": any(said for *_row, said in in_order),
        "then": chosen.then if isinstance(chosen, BulkAct) else None,
        "list": asked,
        "label": chosen.label if chosen else kept.act,
        "refused": refused,
        "done": [] if kept.is_whole and refused else [row for row in rows if not row[2]],
        "is_undone": bool(kept.is_whole and refused),
    }
    return render(request, "ui/result.html", context)


def _rows(kept: BulkResult) -> list[tuple[int, str, str, str]]:
    """(id, label, what is wrong, what is done) of each; what was kept before the last was told has none."""
    return [(pk, name, words, said[0] if said else "") for pk, name, words, *said in kept.rows]


def _as_csv(kept: BulkResult) -> str:
    """The rows with what came of each, as a spreadsheet takes them."""
    made = io.StringIO()
    line = csv.writer(made).writerow
    rows = _rows(kept)
    is_undone = kept.is_whole and any(words for _pk, _name, words, _said in rows)
    line([_("Rows"), _("Result"), _("Reason"), _("What was done")])
    for _pk, name, words, said in rows:
        is_done = not (words or is_undone)
        result = _("Done") if is_done else _("Not possible") if words else _("Not done")
        line([inert(name), result, inert(words), inert(said) if is_done else ""])
    return "\ufeff" + made.getvalue()


@require_GET
@page()
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a file is; asks again by itself until it is ready."""
    found = _file(pk)
    template = "ui/_file.html" if request.GET.get("show") == "state" else "ui/file.html"
    is_open = found.state in (ListFile.State.WAITING, ListFile.State.WRITING)
    return render(request, template, {"file": found, "list": _asked(found.listing, found.query), "is_open": is_open})


@require_GET
@page()
def file_content(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = _file(pk)
    if found.state != ListFile.State.DONE or not default_storage.exists(found.place):
        raise NotFound(place="file", value=pk, remedy=_("Ask for the file again."))
    with default_storage.open(found.place) as content:
        return attached(HttpResponse(content.read(), content_type=XLSX), found.file_name)


def _file(pk: int) -> ListFile:
    found = selectors.files().filter(pk=pk).first()
    if found is None:
        raise NotFound(place="file", value=pk)
    require_act(selectors.listing_named(found.listing).act)
    return found
