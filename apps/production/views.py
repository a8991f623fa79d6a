"""Pages of production: the daily grid, the list of reports, and one report with what it moved."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse as reverse_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import attempt, page
from apps.common.errors import DomainError, Questioned
from apps.common.period import read_id
from apps.inventory import selectors as inventory
from apps.masterdata.models import Part
from apps.planning import selectors as planning
from apps.planning import services as plans
from apps.planning.sheet import quantity_of
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import require_act
from apps.tenancy.models import Site
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer

from . import grid, selectors, services
from .forms import ReverseForm, RuleForm
from .lists import ReportList
from .models import RejectReason
from .pasted import not_sent, take


def site_of(request: HttpRequest) -> tuple[list[Site], Site | None]:
    """The firm's open sites, and the one that the address names, else the first."""
    sites = list(tenancy.own_sites())
    wanted = read_id((request.POST if request.method == "POST" else request.GET).get("site"), "site")
    return sites, next((site for site in sites if site.pk == wanted), sites[0] if sites else None)


def begins_of(request: HttpRequest) -> str:
    """How the part numbers begin that somebody looks for."""
    return (request.POST if request.method == "POST" else request.GET).get("begins", "").strip()[:60]


@require_http_methods(["GET", "POST"])
@page("view_production")
def daily(request: HttpRequest) -> HttpResponse:
    """My parts and today: what was made is typed, pasted or taken as it was before; wrong cells are named, the rest kept."""
    sites, site = site_of(request)
    posted, begins = request.POST, begins_of(request)
    today = site.today if site else timezone.localdate()
    day = _day(posted.get("day", "") or request.GET.get("day", ""), today)
    context: dict[str, Any] = {"sites": sites, "site": site, "day": day, "today": today, "reasons": RejectReason.choices}
    context["may"] = "report_production" in require_scope().acts
    if site is None:
        return render(request, "production/daily.html", context)
    if request.method == "POST":
        require_act("report_production")
    also = Part.objects.filter(pk__in=_named_beside(posted)) if request.method == "POST" else ()
    rows = grid.rows(site, day, also=also)
    step, status = posted.get("step", "send"), 200
    if request.method == "POST":
        status = 422
        grid.typed(rows, posted)
        context |= {"lot": posted.get("lot", "")[:60], "note": posted.get("note", "")[:500]}
        rows, may_send = take(posted, rows, context, _own_rows)
        if step == "same":
            grid.fill(grid.shown(rows, begins)[0])
        if step != "send":
            status = 422 if context.get("wrong") else 200
        elif may_send and (done := _send(rows, site, day, posted, context)) is not None:
            said = ngettext("%(n)s part was reported.", "%(n)s parts were reported.", len(done)) % {"n": len(done)}
            messages.success(request, said)
            if waits := context.get("waits"):
                messages.warning(request, not_sent(waits))
            return redirect(f"{request.path}?site={site.pk}")
    rule = planning.making_rule(site.pk)
    if "manage_plans" in require_scope().acts:
        initial = {"site": site.pk, "shortage": rule.shortage, "over": grid.plain(rule.over_share * 100)}
        context["rule_form"] = RuleForm(sites=sites, initial=initial, auto_id="rule-%s")
    rows, more = grid.shown(rows, begins)
    context |= {"rows": rows, "more": more, "begins": begins}
    context |= {"rule": rule, "has_lots": any(row.needs_lot for row in rows)}
    # What was told of the day already is not told again in one tap: where nothing else is left, none is offered.
    context["can_repeat"] = any(row.before is not None and not row.now for row in rows)
    return render(request, "production/daily.html", context, status=status)


def _day(text: str, today: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return today
    return found if today - services.LONGEST_AGO <= found <= today else today


def _named_beside(posted: Any) -> list[int]:
    """Own parts whose fields were sent: pasted ones are not yet among those that the site makes."""
    names = [name.removeprefix("good-p") for name in posted if name.startswith("good-p")]
    return [int(name) for name in names if name.isascii() and name.isdigit() and len(name) < 19]


def _own_rows(numbers: set[str]) -> list[grid.Row]:
    return [grid.row_of(part) for part in Part.objects.filter(number__in=numbers, ended_at=None).order_by("number", "pk")]


def _send(rows: list[grid.Row], site: Site, day: date, posted: Any, context: dict[str, Any]) -> list[Any] | None:
    """Report what is typed; None where something is wrong, which the rows and the context say then."""
    made: list[services.Made] = []
    told: list[grid.Row] = []
    for row in rows:
        if not row.good and not row.rejected:
            continue
        good, rejected = quantity_of(row.good or "0"), quantity_of(row.rejected or "0")
        if good is None or rejected is None:
            row.error, row.wrong = _("This is no number."), "good" if good is None else "rejected"
            continue
        if good == rejected == 0:
            continue  # nothing was made of it
        lot = row.typed_lot or context["lot"].strip()
        reason = row.reason if rejected else ""
        made.append(services.Made(row.part_id, good, rejected, reason, lot, context["note"], row.partner_part_id))
        told.append(row)
    if any(row.error for row in rows):
        return None
    if not made:
        context["error"] = _("Nothing is typed yet.")
        return None
    is_confirmed = posted.get("confirmed") == "on"
    done, error = attempt(services.report, site_id=site.pk, made=made, day=day, is_confirmed=is_confirmed)
    if error is None:
        return list(done)
    _show(error, told, context)
    return None


def _show(error: DomainError, told: list[grid.Row], context: dict[str, Any]) -> None:
    """Each refusal beside its row, else above the grid."""
    for one in (error, *error.others):
        index = one.place.removeprefix("rows[").partition("]")[0]
        words = f"{one.words} {_facts(one)}".strip()
        if one.place.startswith("rows[") and index.isdigit() and int(index) < len(told):
            row = told[int(index)]
            row.error = f"{row.error} {words}".strip()
            row.wrong = row.wrong or one.place.rpartition(".")[2]
        else:
            context["error"] = words
    context["can_be_confirmed"] = all(isinstance(one, Questioned) for one in (error, *error.others))


def _facts(error: DomainError) -> str:
    if missing := error.facts.get("missing"):
        return _("Missing: %(part)s, %(n)s %(unit)s.") % {
            "part": error.value,
            "n": grid.plain(missing),
            "unit": error.facts["unit"],
        }
    if planned := error.facts.get("planned"):
        return _("Planned: %(n)s, reported with this: %(total)s.") % {
            "n": grid.plain(planned),
            "total": grid.plain(Decimal(error.value)),
        }
    if (largest := error.facts.get("largest")) is not None:
        return _("Largest report of the last 60 days: %(n)s, reported with this: %(total)s.") % {
            "n": grid.plain(largest) if largest else "—",
            "total": grid.plain(Decimal(error.value)),
        }
    return ""


@require_POST
@page("manage_plans")
def rule(request: HttpRequest) -> HttpResponse:
    """What a report does at a site where material is missing, and how much more than planned is no question."""
    form = RuleForm(request.POST, sites=list(tenancy.own_sites()))
    if form.is_valid():
        data = form.cleaned_data
        site_id = int(data["site"])
        _done, error = attempt(
            plans.keep_making_rule, site_id=site_id, shortage=data["shortage"], over_share=data["over"] / 100
        )
        if error is None:
            messages.success(request, _("Kept for this site."))
            return redirect(f"{reverse_url('production:daily')}?site={site_id}")
        messages.error(request, error.words)
    else:
        messages.error(request, " ".join(words for found in form.errors.values() for words in found))
    return redirect("production:daily")


@require_GET
@page("view_production")
def reports(request: HttpRequest) -> HttpResponseBase:
    return answer(request, ReportList(request.GET), "production/reports.html")


@require_GET
@page("view_production")
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: what was made, what that moved, and what was missing for it."""
    found = selectors.report(pk)
    context = {
        "report": found,
        "moves": list(
            inventory.moved_by(found.number).select_related("partner_part", "part", "consigned_part", "site", "owner")
        ),
        "missing": list(found.missing.select_related("part", "consigned_part")),
        "reversal": getattr(found, "reversed_by", None),
        "form": ReverseForm(),
        "may": "report_production" in require_scope().acts,
    }
    return render(request, "production/report.html", context)


@require_POST
@page("report_production")
def reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a report back by a counter report."""
    form = ReverseForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    done, error = attempt(services.reverse, report_id=pk, note=note)
    if error is None:
        messages.success(request, _("Reversed by %(number)s.") % {"number": done.number})
        return redirect("production:report", done.pk)
    if error.status == 404:
        raise error
    messages.error(request, error.words)
    return redirect("production:report", pk)
