"""Pages of capacity: all groups of a site by week, one group week by week, and what a group is."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.pages import attempt, page, show_beside
from apps.common.dates import day_text
from apps.common.errors import DomainError, Questioned
from apps.common.period import read_id
from apps.planning.sheet import Wrong, mended_of, quantity_of, table_of, text_of
from apps.planning.weeks import monday_of
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import require_act
from apps.tenancy.models import Site
from apps.tenancy.scope import require_scope
from apps.ui.texts import plain
from apps.ui.texts import quantity as quantity_text

from . import pages, selectors, services
from .exceptions import BelowAgreed
from .forms import AgreeForm, GroupForm
from .load import WEEK, Load
from .models import CapacityGroup, CapacityPart
from .pasted import parts_of, weeks_of
from .services import FAR, Said

MOST_MENDED = 60
TYPED = 26  # weeks that a page takes
FEW = 6  # of them are seen at once on a phone


def site_of(request: HttpRequest) -> tuple[list[Site], Site | None]:
    """The firm's open sites, and the one that the address names, else the first."""
    sites = list(tenancy.own_sites())
    wanted = read_id((request.POST if request.method == "POST" else request.GET).get("site"), "site")
    return sites, next((site for site in sites if site.pk == wanted), sites[0] if sites else None)


@require_http_methods(["GET", "POST"])
@page("view_capacity")
def groups(request: HttpRequest) -> HttpResponse:
    """Every group of a site over 13 weeks, what is too much, and a table from a spreadsheet: all of it is kept, or none."""
    if request.method == "POST":
        require_act("manage_capacity")
    sites, site = site_of(request)
    context: dict[str, Any] = {"sites": sites, "site": site, "may": "manage_capacity" in require_scope().acts}
    if site is None:
        return render(request, "capacity/groups.html", context)
    found = list(selectors.groups(site.pk))
    if request.method == "POST" and (answer := _pasted(request, site, found, context)) is not None:
        return answer
    loaded = selectors.loads(site, found)
    troubles = pages.troubles(loaded)
    context |= {
        "rows": pages.table(loaded),
        "weeks": [week.monday for week in loaded[0].weeks] if loaded else [],
        "troubles": troubles[: pages.MOST_TROUBLES],
        "trouble_count": len(troubles),
    }
    return render(request, "capacity/groups.html", context, status=422 if request.method == "POST" else 200)


def _pasted(request: HttpRequest, site: Site, found: list[CapacityGroup], context: dict[str, Any]) -> HttpResponse | None:
    table = table_of(request.POST.get("text", ""), mended_of(request.POST))
    rows, wrong, count = weeks_of(table, found, site.today)
    context |= {"wrong": wrong[:MOST_MENDED], "wrong_count": len(wrong), "right_count": count, "pasted": text_of(table)}
    if wrong:
        return None
    if not count:
        context["error"] = _("The table holds no capacity.")
        return None
    is_confirmed = request.POST.get("confirmed") == "on"
    _done, error = attempt(services.keep_table, weeks=rows, is_confirmed=is_confirmed)
    if error is not None:
        every = (error, *error.others)
        context["error"] = error.words
        context["asked_about"] = [words for one in every[:MOST_MENDED] if (words := below_words(one))]
        context["can_be_confirmed"] = all(isinstance(one, Questioned) for one in every)
        return None
    messages.success(request, ngettext("%(n)s week was kept.", "%(n)s weeks were kept.", count) % {"n": count})
    return redirect(f"{request.path}?site={site.pk}")


def below_words(error: DomainError) -> str:
    """Which week of which group is below what was agreed; "" of any other error."""
    if not isinstance(error, BelowAgreed):
        return ""
    return _("%(group)s, week of %(day)s: %(value)s, agreed %(agreed)s.") % {
        "group": error.facts["group"],
        "day": day_text(error.facts["week"]),
        "value": quantity_text(error.value) if error.value != "" else "?",
        "agreed": quantity_text(error.facts["agreed"]),
    }


@require_http_methods(["GET", "POST"])
@page("view_capacity")
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """One group, 26 weeks: what is to be made, and what can be; empty fields are a usual week."""
    if request.method == "POST":
        require_act("manage_capacity")
    return show_group(request, pk)


def show_group(request: HttpRequest, pk: int, offer: AgreeForm | None = None) -> HttpResponse:
    """
    Args:
        offer: what was offered to a customer and refused, beside its fields; nothing else is saved then.
    """
    found = selectors.group(pk)
    today = found.site.today
    first = _monday(request.GET.get("from", ""), today)
    loaded = selectors.loads(found.site, [found], first=first, count=TYPED)[0]
    agreed = list(selectors.open_agreements().filter(group=found))
    standing = [row for row in agreed if row.agreed_at]
    rows = [_row(week) | {"agreed": selectors.agreed_in(standing, week.monday)} for week in loaded.weeks]
    acts = require_scope().acts
    context: dict[str, Any] = {"group": found, "may": "manage_capacity" in acts}
    status = 200 if offer is None else 422
    if request.method == "POST" and offer is None:
        said = _typed(rows, request.POST)
        if said is not None:
            if not said:
                messages.info(request, _("Nothing was changed."))
                return redirect(request.get_full_path())
            weeks, is_confirmed = [one for one, _row in said], request.POST.get("confirmed") == "on"
            stamp = request.POST.get("stamp")
            _done, error = attempt(services.keep_weeks, group_id=pk, weeks=weeks, stamp=stamp, is_confirmed=is_confirmed)
            if error is None:
                text = ngettext("%(n)s week was kept.", "%(n)s weeks were kept.", len(said)) % {"n": len(said)}
                messages.success(request, text)
                return redirect(request.get_full_path())
            context["can_be_confirmed"] = all(isinstance(one, Questioned) for one in (error, *error.others))
            for one in (error, *error.others):
                index = one.place.removeprefix("weeks[").partition("]")[0]
                if index.isdigit() and int(index) < len(said):
                    row = said[int(index)][1]
                    row["error"], row["wrong"] = f"{one.words} {below_words(one)}".strip(), one.place.rpartition(".")[2]
                else:
                    context["error"] = one.words
        status = 422
    troubles = pages.troubles([loaded])
    context |= {
        "rows": rows,
        "troubles": troubles[: pages.MOST_TROUBLES],
        "trouble_count": len(troubles),
        "first": first,
        "before": first - TYPED * WEEK if first > monday_of(today) else None,
        "after": first + TYPED * WEEK if first + 2 * TYPED * WEEK < today + FAR else None,
        "parts": list(found.parts.all()),
        "agreements": agreed,
        "agree_form": (offer or _agree_form()) if "agree_capacity" in acts else None,
        "is_offered": offer is not None,
        "later_count": TYPED - FEW,
        "is_wrong_later": any(row["error"] for row in rows[FEW:]),
        "stamp": services.weeks_stamp(found),
    }
    return render(request, "capacity/group.html", context, status=status)


def _agree_form() -> AgreeForm | None:
    """None where the firm supplies nobody."""
    customers = selectors.customer_choices()
    return AgreeForm(customers=customers) if customers else None


def _monday(text: str, today: date) -> date:
    """The week from which a page shows: this one or a later one."""
    try:
        asked = monday_of(date.fromisoformat(text))
    except ValueError:
        return monday_of(today)
    return min(max(asked, monday_of(today)), monday_of(today + FAR) - TYPED * WEEK)


def _row(week: Load) -> dict[str, Any]:
    given, own = week.given, not week.given.is_usual
    return {
        "week": week,
        "key": f"{week.monday:%Y%m%d}",
        "cell": pages.cell(week),
        "look": pages.look_of(week),
        "actual": _plain(given.actual) if own else "",
        "maximum": _plain(given.maximum) if own else "",
        "usual": _hint(given.actual) if not own else "",
        "usual_maximum": _hint(given.maximum) if not own else "",
        "error": "",
        "wrong": "",
    }


def _hint(value: Decimal | None) -> str:
    return "" if value is None else quantity_text(value)


def _plain(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def _typed(rows: list[dict[str, Any]], posted: Any) -> list[tuple[Said, dict[str, Any]]] | None:
    """The weeks whose fields say otherwise than before, each with its row; None where a field holds no number."""
    said: list[tuple[Said, dict[str, Any]]] = []
    is_wrong = False
    for row in rows:
        texts = [posted.get(f"{name}-{row['key']}", row[name]).strip()[:40] for name in ("actual", "maximum")]
        if texts == [row["actual"], row["maximum"]]:
            continue
        row["actual"], row["maximum"] = texts
        values = [quantity_of(text) if text else None for text in texts]
        if any(text and value is None for text, value in zip(texts, values, strict=True)):
            row["error"], is_wrong = _("This is no number."), True
            row["wrong"] = "actual" if texts[0] and values[0] is None else "maximum"
            continue
        said.append((Said(row["week"].monday, *values), row))
    return None if is_wrong else said


@require_http_methods(["GET", "POST"])
@page("manage_capacity")
def new(request: HttpRequest) -> HttpResponse:
    """A group of a site, with its parts."""
    sites, site = site_of(request)
    form = GroupForm(request.POST if request.method == "POST" else None, customers=selectors.customer_choices())
    context: dict[str, Any] = {"form": form, "sites": sites, "site": site}
    if site is not None and request.method == "POST":
        done = _kept(form, context, request.POST, site_id=site.pk)
        if done is not None:
            messages.success(request, _("The group has been saved."))
            return redirect("capacity:group", done.pk)
    return render(request, "capacity/edit.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@page("manage_capacity")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What a group is called and makes, and what a usual week of it gives."""
    found = selectors.group(pk)
    parts = "\n".join(f"{row.number}\t{plain(row.factor)}" for row in found.parts.all())
    names = ("code", "name", "kind", "unit", "usual", "usual_maximum", "made_for_id")
    initial = {name: getattr(found, name) for name in names} | {"parts": parts}
    for name in ("usual", "usual_maximum"):
        initial[name] = _plain(initial[name])
    customers = selectors.customer_choices()
    form = GroupForm(request.POST if request.method == "POST" else None, initial=initial, customers=customers)
    context: dict[str, Any] = {"form": form, "group": found, "stamp": selectors.stamp_of(found)}
    if request.method == "POST" and _kept(form, context, request.POST, group_id=pk, standing=found.parts.all()) is not None:
        messages.success(request, _("The group has been saved."))
        return redirect("capacity:group", pk)
    return render(request, "capacity/edit.html", context, status=422 if request.method == "POST" else 200)


def _kept(
    form: GroupForm, context: dict[str, Any], posted: Any, *, standing: Iterable[CapacityPart] = (), **place: int
) -> CapacityGroup | None:
    """Save what a form says; None where something is wrong, which stands beside its field then."""
    if not form.is_valid():
        return None
    data = dict(form.cleaned_data)
    uses, wrong = parts_of(table_of(data.pop("parts")), standing)
    for one in wrong[:MOST_MENDED]:
        form.add_error("parts", _told(one))
    if wrong:
        return None
    data |= {"stamp": posted.get("stamp"), "is_confirmed": posted.get("confirmed") == "on"}
    done, error = attempt(services.keep_group, **data, **place, parts=uses)
    if error is not None:
        show_beside(form, error)
        if below := below_words(error):
            form.add_error(None, below)
        context["can_be_confirmed"] = all(isinstance(one, Questioned) for one in (error, *error.others))
    return done


def _told(cell: Wrong) -> str:
    return f"{cell.place} {cell.value}: {cell.words}"


@require_POST
@page("manage_capacity")
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """No change: what stands of the group holds."""
    _done, error = attempt(services.hold_capacity, group_id=pk)
    if error is not None:
        raise error
    messages.success(request, _("Noted: the figures hold."))
    return redirect("capacity:group", pk)


@require_POST
@page("manage_capacity")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    _done, error = attempt(services.end_group, group_id=pk)
    if error is not None:
        raise error
    messages.success(request, _("The group is ended; its code is free again."))
    return redirect("capacity:groups")
