"""Pages of imports: a file is chosen, its columns are said, what it would change is shown, and is loaded."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import attempt, page
from apps.common.typed import whole
from apps.ui.answers import answer
from apps.ui.files import XLSX, attached, file_name

from . import shown
from .forms import FileForm
from .incoming import loading, making, mapping, mending, services, working
from .incoming.exporting import example, workbook
from .incoming.painted import painted
from .incoming.reading import check_size
from .lists import ImportList, WordList
from .models import ImportState


@require_http_methods(["GET", "POST"])
@page("import_tables")
def imports(request: HttpRequest) -> HttpResponseBase:
    """A file comes in here; below are those that came before."""
    offered = mapping.kinds()
    kinds = [(name, kind.label) for name, kind in offered.items()]
    form = FileForm(request.POST or None, request.FILES or None, kinds=kinds, initial={"kind": request.GET.get("kind", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made, error = attempt(_receive, file=given["file"] or _file_of(given["pasted"]), kind=given["kind"])
        if error is None:
            return redirect("exchange:import", made.pk)
        place = "pasted" if given["file"] is None else "file"
        form.add_error(place if error.code != "unknown_import_kind" else "kind", error.words)
    asked = ImportList(request.GET)
    return answer(
        request, asked, "exchange/imports.html", status=422 if form.errors else 200, form=form, kinds=offered.values()
    )


def _file_of(pasted: str) -> Any:
    """What a spreadsheet puts into the clipboard is text parted by tabs."""
    day = timezone.localtime().strftime("%Y-%m-%d %H.%M")
    return ContentFile(pasted.encode("utf-8-sig"), name=f"{_('Pasted table')} {day}.txt")


def _receive(*, file: Any, kind: str) -> Any:
    """Where all columns are sure, the next page is the difference."""
    check_size(file.size, file.name)
    return working.begin(services.receive(content=file.read(), name=file.name, kind=kind))


@require_GET
@page("import_tables")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    made = services.found(pk)
    if made.state in working.WORKING:
        context = {"import": made, "done": working.progress(pk), "total": made.tables[made.table]["rows"]}
        template = "exchange/_working.html" if request.GET.get("show") == "state" else "exchange/working.html"
        return render(request, template, context)
    if problem := working.problem(pk):
        messages.error(request, problem)
        working.told(pk)
    if request.GET.get("show") == "state":
        answered = HttpResponse()
        answered.headers["HX-Redirect"] = request.path
        return answered
    if made.state == ImportState.CANCELLED:
        return render(request, "exchange/cancelled.html", {"import": made})
    if made.state == ImportState.MAPPING or request.GET.get("show") == "columns":
        return render(request, "exchange/columns.html", {"import": made, **shown.columns(made)})
    asked = request.GET
    start = whole(asked.get("from"), most=10_000_000) or 0
    return render(request, "exchange/checked.html", {"import": made, **shown.rows(made, asked.get("state"), start)})


def _act(*services_of: Callable[[HttpRequest, int], Any], done: Any = "") -> Any:
    """A view that does something with an import and comes back to it; a refusal is told there."""

    @require_POST
    @page("import_tables")
    def run(request: HttpRequest, pk: int) -> HttpResponse:
        for service in services_of:
            _made, error = attempt(service, request=request, pk=pk)
            if error is not None:
                if error.status == 404:
                    raise error
                for refused in (error, *error.others[:5]):
                    place = f"{refused.place}: " if refused.place and refused is not error else ""
                    value = f" ({refused.value})" if refused.value not in (None, "") else ""
                    messages.error(request, f"{place}{refused.words}{value}")
                return _back(request, pk)
        if done:
            messages.success(request, done)
        return _back(request, pk)

    return run


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect("exchange:import", pk)


def _say_columns(request: HttpRequest, pk: int) -> Any:
    kind = mapping.kinds().get(services.found(pk).kind)
    names = [one.name for one in kind.fields] if kind else []
    sorts = [f"@{sort}" for sort in mapping.SORTS]
    chosen = {name: request.POST.get(f"column-{name}", "") for name in names}
    fixed = {name: request.POST.get(f"constant-{name}", "") for name in (*names, *sorts)}
    return services.say_columns(import_id=pk, mapping=chosen, constants=fixed)


def _choose_table(request: HttpRequest, pk: int) -> Any:
    place = whole(request.POST.get("table", "0"), most=1000) or 0
    return services.choose_table(import_id=pk, kind=request.POST.get("kind", ""), table=place)


def _say_words(request: HttpRequest, pk: int) -> Any:
    given = request.POST
    rows = zip(given.getlist("of"), given.getlist("word"), given.getlist("means"), strict=False)
    return services.say_words(import_id=pk, meanings=[row for row in rows if row[2]][:200])


def _mend(request: HttpRequest, pk: int) -> Any:
    """Cells are named by the place of their row and of their column."""
    made = services.found(pk)
    heads = made.tables[made.table]["heads"]
    cells = {}
    for name, text in list(request.POST.items())[:2000]:
        of, _dash, place = name.partition("-")
        row, _dash, head = place.partition("-")
        if of == "cell" and (at := whole(head, most=len(heads) - 1)) is not None and (to := whole(row)) is not None:
            cells[to, heads[at]["name"]] = text
    return mending.mend(import_id=pk, cells=cells)


def _choose(request: HttpRequest, pk: int) -> Any:
    shown_places = [place for raw in request.POST.getlist("shown")[:1000] if (place := whole(raw)) is not None]
    kept = {place for raw in request.POST.getlist("row")[:1000] if (place := whole(raw)) is not None}
    if request.POST.get("all") in ("yes", "no"):
        return services.choose_all(import_id=pk, is_chosen=request.POST["all"] == "yes")
    services.choose_rows(import_id=pk, places=[place for place in shown_places if place not in kept], is_chosen=False)
    return services.choose_rows(import_id=pk, places=[place for place in shown_places if place in kept], is_chosen=True)


def _check(request: HttpRequest, pk: int) -> Any:
    confirmed = True if request.POST.get("confirmed") else None
    return working.do(import_id=pk, step="check", is_confirmed=confirmed)


def _cancel(request: HttpRequest, pk: int) -> Any:
    """Of what a worker has in hand, its next look at the flag makes an end."""
    is_in_hand = services.found(pk).state in working.WORKING
    return working.stop(import_id=pk) if is_in_hand else services.cancel(import_id=pk)


def _make(request: HttpRequest, pk: int) -> Any:
    done = making.make(import_id=pk)
    messages.success(
        request,
        _("Made: %(sites)s sites, %(parts)s parts; %(agreed)s parts agreed with their suppliers.") % vars(done),
    )
    return done


columns = _act(_say_columns, _check)
table = _act(_choose_table)
words = _act(_say_words, _check)
mend = _act(_mend, _check)
make = _act(_make, _check)
rows = _act(_choose)
check = _act(_check)
load = _act(lambda request, pk: working.do(import_id=pk, step="load"))
undo = _act(lambda request, pk: loading.take_back(import_id=pk), done=gettext_lazy("Undone: everything stands as before."))
cancel = _act(_cancel)


@require_GET
@page("import_tables")
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as a workbook with its errors painted; mended, it is loaded again as it is."""
    made = services.found(pk)
    name = f"{made.file_name.rpartition('.')[0] or made.file_name}-{_('checked')}.xlsx"
    found = HttpResponse(painted(made), content_type=XLSX)
    return attached(found, "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in name))


@require_GET
@page("import_tables")
def standing(request: HttpRequest, name: str) -> HttpResponseBase:
    """What stands of a kind, as a file that is loaded again."""
    found = services.kind_of(name)
    return attached(HttpResponse(workbook(found), content_type=XLSX), file_name(name, "xlsx"))


@require_GET
@page("import_tables")
def template(request: HttpRequest, name: str) -> HttpResponseBase:
    """A workbook with the heads of a kind, what may stand below each, and the first rows that stand."""
    found = services.kind_of(name)
    return attached(HttpResponse(example(found), content_type=XLSX), file_name(f"{name}-example", "xlsx"))


@require_GET
@page("import_tables")
def remembered(request: HttpRequest) -> HttpResponseBase:
    """What words of files mean to the firm, as people have said."""
    return answer(request, WordList(request.GET), "exchange/remembered.html")


@require_POST
@page("import_tables")
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """A word is asked again with the next file."""
    gone = services.forget_word(word_id=pk)
    messages.success(request, _("%(word)s is asked again with the next file.") % {"word": gone.word})
    return redirect("exchange:remembered")
