"""Pages of plans: the demand week by week, pasting a plan, what a release changed, and bills of material."""

from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.pages import attempt, page, show_beside
from apps.calendars import selectors as calendars
from apps.common.dates import day_text
from apps.common.period import read_id
from apps.common.typed import whole
from apps.masterdata import selectors as masterdata
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import require_act
from apps.tenancy.scope import require_scope

from . import demand, grid, selectors, services
from .changes import Change, changes
from .exceptions import GoesUnsaid, PlanMeanwhile
from .forms import BillForm, PasteForm
from .models import Commitment, Release
from .pasted import FIRM_UNTIL, bills_of, plan_of
from .services import Planned
from .sheet import mended_of, table_of, text_of

AHEAD = timedelta(weeks=26)
PARTS_A_PAGE = 50
MOST_SHOWN = 300
MOST_MENDED = 60


@require_GET
@page("view_plans")
def plans(request: HttpRequest) -> HttpResponse:
    """The demand of parts by week, from the plans in force; a week opens into its days."""
    asked = request.GET
    site_id = read_id(asked.get("site"), "site")
    today = timezone.localdate()
    in_force = list(selectors.releases_in_force())
    until = max((row.last_day for row in in_force), default=today)
    shown = grid.columns(today, min(until, today + AHEAD), _day(asked.get("open", "")))
    last = shown[-1].day + grid.WEEK if shown else today
    demanded = selectors.demand_by_day(first=today, last=last, site_id=site_id)
    found = grid.cells(demanded, shown, selectors.known_until(site_id))
    start, query = whole(asked.get("from", "")) or 0, asked.get("q", "").strip()
    parts = masterdata.parts().filter(pk__in=found, number__istartswith=query)
    count = parts.count()
    rows = [{"part": part, "cells": found[part.pk]} for part in parts[start : start + PARTS_A_PAGE]]
    context = {
        "sites": list(tenancy.own_sites()),
        "site_id": site_id,
        "in_force": in_force,
        "past": selectors.releases().exclude(pk__in=[row.pk for row in in_force])[:10],
        "columns": shown,
        "rows": rows,
        "count": count,
        "q": query,
        "earlier": max(start - PARTS_A_PAGE, 0) if start else None,
        "later": start + PARTS_A_PAGE if start + PARTS_A_PAGE < count else None,
        "may": "manage_plans" in require_scope().acts,
    }
    return render(request, "planning/plans.html", context)


def _day(text: str) -> date | None:
    try:
        return grid.monday_of(date.fromisoformat(text))
    except ValueError:
        return None


@require_GET
@page("view_plans")
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition of a plan: what it changed, else what it says."""
    found = selectors.release(pk)
    changed = selectors.changes_of(found) if found.replaces_id else []
    rows = list(selectors.rows_of(found)[: MOST_SHOWN + 1])
    context = {
        "release": found,
        "counts": _counts(changed),
        "changed": _named(changed[:MOST_SHOWN]),
        "rows": rows[:MOST_SHOWN],
        "has_more": len(rows) > MOST_SHOWN or len(changed) > MOST_SHOWN,
        "levels": dict(Commitment.choices),
    }
    return render(request, "planning/release.html", context)


def _counts(changed: list[Change[int]]) -> dict[str, int]:
    return {
        "new": sum(change.old is None for change in changed),
        "gone": sum(change.new is None for change in changed),
        "other": sum(change.old is not None and change.new is not None for change in changed),
    }


def _named(changed: list[Change[int]]) -> list[dict[str, Any]]:
    parts = {part.pk: part for part in masterdata.parts().filter(pk__in={change.part_id for change in changed})}
    levels: dict[int, Any] = dict(Commitment.choices)
    found = []
    for change in changed:
        old, new = change.old, change.new
        words = f"{levels[old[1]]} → {levels[new[1]]}" if old and new and old[1] != new[1] else ""
        part = parts[change.part_id]
        found.append({"part": part, "number": part.number, "change": change, "level": words})
    return found


@require_http_methods(["GET", "POST"])
@page("manage_plans")
def paste(request: HttpRequest) -> HttpResponse:
    """A plan from a spreadsheet: looked at first, with what it changes; wrong cells are mended where they are named."""
    sites = list(tenancy.own_sites())
    posted = _with_mended(request)
    form = PasteForm(posted, sites=sites, initial={"site": sites[0].pk if sites else None})
    context: dict[str, Any] = {"form": form, "sites": sites}
    if posted is not None and form.is_valid():
        codes = {site.code: site for site in sites}
        data = form.cleaned_data
        code = next(site.code for site in sites if site.pk == int(data["site"]))
        plan = plan_of(table_of(data["text"]), site_code=code, until={name: data[name] for name in FIRM_UNTIL})
        by_site, wrong = plan.rows, plan.wrong
        strange = sorted(set(by_site) - set(codes))
        count = sum(len(rows) for rows in by_site.values())
        context |= {"wrong": wrong[:MOST_MENDED], "wrong_count": len(wrong), "right_count": count, "unread": plan.unread}
        if strange:
            form.add_error("text", _("No site of your firm has this code: %(codes)s.") % {"codes": ", ".join(strange)})
        elif not wrong and not by_site:
            form.add_error("text", _("The table holds no quantity."))
        elif not wrong:
            numbers = _decide(request, form, [(codes[site], rows) for site, rows in by_site.items()], context)
            if numbers:
                messages.success(
                    request, _("In force: %(numbers)s.") % {"numbers": ", ".join(row.number for row in numbers)}
                )
                return redirect("planning:release", numbers[0].pk)
    is_refused = posted is not None and ("previews" not in context or bool(form.errors))
    return render(request, "planning/paste.html", context, status=422 if is_refused else 200)


def _decide(
    request: HttpRequest, form: PasteForm, plans: list[tuple[Any, list[Planned]]], context: dict[str, Any]
) -> list[Release]:
    """Put plans of sites in force, where that is asked and what they take away was ticked; else the context gets what they
    would change, and the form why nothing came of it."""
    kind = form.cleaned_data["kind"]
    _done, error = attempt(lambda: [services.period_of(site, rows) for site, rows in plans])
    if error is not None:
        show_beside(form, error)
        return []
    if request.POST.get("step") == "publish":
        said = {name: request.POST.get(name) for name in ("seen", "gone")}
        done, error = attempt(_put_all, kind=kind, plans=plans, **said)
        if error is None:
            return done
        if not isinstance(error, PlanMeanwhile):
            show_beside(form, error)
            return []
        form.add_error(None, error.words)
    previews = [_preview(kind, site, rows) for site, rows in plans]
    context |= {"previews": previews, "gone": _gone_mark(previews), "seen": _seen_mark(previews)}
    return []


def _put_all(*, kind: str, plans: list[tuple[Any, list[Planned]]], seen: str | None, gone: str | None) -> list[Release]:
    """Put plans of sites in force as they were looked at: what stands is held from the last look at it until then.

    Raises:
        PlanMeanwhile: another plan is in force than was seen. GoesUnsaid: nobody said that what stands may go. What
        `publish_plan` refuses.
    """
    services.hold_plans()
    previews = [_preview(kind, site, rows) for site, rows in plans]
    if seen is not None and seen != (now := _seen_mark(previews)):
        raise PlanMeanwhile(place="plan", value=now)
    if (mark := _gone_mark(previews)) and gone != mark:
        raise GoesUnsaid(place="gone", value=_seen_mark(previews))
    return [services.publish_plan(site_id=site.pk, kind=kind, rows=rows) for site, rows in plans]


def _seen_mark(previews: list[dict[str, Any]]) -> str:
    """The plans in force that somebody has looked at."""
    return " ".join(row["before"].number if row["before"] else "—" for row in previews)


def _gone_mark(previews: list[dict[str, Any]]) -> str:
    """What a tick says yes to: so many quantities of these plans. "" where nothing goes; another plan, or more: no yes."""
    taken = [row for row in previews if row["gone"]]
    return " ".join(f"{row['before'].number}:{row['gone']['mark']}" for row in taken)


def _preview(kind: str, site: Any, rows: list[Planned]) -> dict[str, Any]:
    """What a plan would change at a site."""
    before = selectors.releases_in_force().filter(kind=kind, site=site).first()
    begins = min(row.day for row in rows)
    new = {(row.part_id, str(row.bucket), row.day): (row.quantity, int(row.level)) for row in rows}
    changed = changes(selectors.said(before.pk if before else None), new, first_day=begins)
    twice, other = selectors.parts_planned_twice(kind, site.pk, {row.part_id for row in rows}, begins)
    return {
        "twice": twice,
        "other": other,
        "site": site,
        "before": before,
        "rows": len(rows),
        "parts": len({row.part_id for row in rows}),
        "first": day_text(begins),
        "last": day_text(max(row.last_day for row in rows)),
        "until_then": _until_then(before, site, begins),
        "counts": _counts(changed),
        "gone": _gone(changed),
        "changed": _named(changed[:MOST_MENDED]),
        "left": max(len(changed) - MOST_MENDED, 0),
        "left_until": _until(changed[MOST_MENDED:]),
        **({} if before else _stands(rows)),
    }


def _gone(changed: list[Change[int]]) -> dict[str, Any]:
    """What stands and is not in the plan, in numbers and days; empty where nothing goes."""
    taken = [change for change in changed if change.new is None]
    if not taken:
        return {}
    told = ",".join(f"{change.part_id}/{change.bucket}/{change.day}" for change in taken)
    return {
        "count": len(taken),
        "parts": len({change.part_id for change in taken}),
        "first": day_text(taken[0].day),
        "until": _until(taken),
        "mark": sha256(told.encode()).hexdigest()[:16],
    }


def _until(changed: list[Change[int]]) -> str:
    """The last day of which changes speak."""
    return day_text(max(demand.ends(change.bucket, change.day) for change in changed)) if changed else ""


def _stands(rows: list[Planned]) -> dict[str, Any]:
    """What a first plan will say, which has nothing to be compared with: a row a part, as the page of plans shows it."""
    columns = grid.columns_of((row.bucket, row.day) for row in rows)
    found = grid.cells(((row.part_id, row.day, row.level, row.quantity) for row in rows), columns, {})
    parts = masterdata.parts().filter(pk__in=found)[:MOST_MENDED]
    return {
        "columns": columns,
        "stands": [{"part": part, "cells": found[part.pk]} for part in parts],
        "left_out": max(len(found) - MOST_MENDED, 0),
    }


def _until_then(before: Release | None, site: Any, begins: date) -> str:
    """What holds from the site's today until a plan begins; "" where it begins by then."""
    if begins <= site.today:
        return ""
    kept = demand.kept(before, begins, calendars.days_of(site.organization_id, site.pk)) if before else []
    if before is None or not kept:
        return _("nothing planned until %(day)s") % {"day": day_text(begins - timedelta(days=1))}
    until = max(demand.ends(row[1], row[2]) for row in kept)
    return _("kept from %(number)s until %(day)s") % {"number": before.number, "day": day_text(until)}


def _with_mended(request: HttpRequest) -> Any:
    """What was sent, the mended cells in their places in the table; None where nothing was."""
    if request.method != "POST":
        return None
    posted = request.POST.copy()
    if mended := mended_of(posted):
        posted["text"] = text_of(table_of(posted.get("text", ""), mended))
    return posted


@require_http_methods(["GET", "POST"])
@page("view_plans")
def bills(request: HttpRequest) -> HttpResponse:
    """What goes into parts; bills are pasted, each parent's whole."""
    if request.method == "POST":
        require_act("manage_plans")
    posted = _with_mended(request)
    may = "manage_plans" in require_scope().acts
    form = BillForm(posted) if may or posted is not None else None
    context: dict[str, Any] = {}
    if posted is not None:
        assert form is not None
        if form.is_valid():
            items, wrong = bills_of(table_of(form.cleaned_data["text"]))
            context |= {"wrong": wrong[:MOST_MENDED], "wrong_count": len(wrong), "right_count": len(items)}
            if not wrong:
                count, error = attempt(services.keep_bills, items=items)
                if error is None:
                    messages.success(request, _("%(n)s items are in the bills now.") % {"n": count})
                    return redirect("planning:bills")
                form.add_error("text", f"{error.words} {error.value or ''}")
    query = request.GET.get("q", "").strip()
    found = selectors.bill_items().filter(parent__number__istartswith=query)
    rows = list(found[: MOST_SHOWN + 1])
    for row in rows:
        row.percent = row.scrap_share * Decimal(100)  # type: ignore[attr-defined]
    context |= {"items": rows[:MOST_SHOWN], "has_more": len(rows) > MOST_SHOWN, "q": query, "form": form if may else None}
    return render(request, "planning/bills.html", context, status=422 if posted is not None else 200)
