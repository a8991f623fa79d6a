"""The page on which a small firm tells its stock: a row a heap, what the ledger says in grey, one tap for "as before"."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from apps.accounts.pages import attempt, page
from apps.common.errors import DomainError, Questioned
from apps.inventory import selectors as inventory
from apps.inventory import services as stock
from apps.inventory.models import StockStatus
from apps.masterdata.models import Part
from apps.planning.sheet import quantity_of
from apps.tenancy.models import Site
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from . import grid
from .grid import Row
from .pasted import not_sent, take
from .views import begins_of, site_of


@require_http_methods(["GET", "POST"])
@page("count_stock")
def count(request: HttpRequest) -> HttpResponse:
    sites, site = site_of(request)
    context: dict[str, Any] = {"sites": sites, "site": site}
    if site is None:
        return render(request, "production/count.html", context)
    posted = request.POST
    rows, begins = heaps(site), begins_of(request)
    status = 200
    if request.method == "POST":
        status, step = 422, posted.get("step", "send")
        grid.typed(rows, posted)
        hold_moved(rows, posted)
        rows, may_send = take(posted, rows, context, lambda _numbers: ())
        if step == "same":
            fill(grid.shown(rows, begins)[0])
        if step != "send":
            status = 422 if context.get("wrong") else 200
        elif may_send and (told := _send(rows, site, posted, context)) is not None:
            said = ngettext("The stock of %(n)s row was told.", "The stock of %(n)s rows was told.", told) % {"n": told}
            messages.success(request, said)
            if waits := context.get("waits"):
                messages.warning(request, not_sent(waits))
            return redirect(f"{request.path}?site={site.pk}")
    context["rows"], context["more"] = grid.shown(rows, begins)
    context["begins"] = begins
    return render(request, "production/count.html", context, status=status)


def heaps(site: Site) -> list[Row]:
    """What lies at a site and may be used, by heap; what it makes and nothing lies of stands there with none."""
    held = inventory.balances().filter(site=site, owner_id=require_scope().organization_id, status=StockStatus.AVAILABLE)
    found: list[Row] = []
    for heap in held:
        thing: Any = heap.partner_part or heap.part
        if heap.quantity == 0 and (heap.lot or (not isinstance(thing, Part) and thing.ended_at)):
            continue  # a lot that was used up
        row = grid.row_of(thing)
        if heap.partner_part and heap.partner_part.buyer_id == site.organization_id:
            row.number, row.also = heap.partner_part.buyer_number, heap.partner_part.supplier_number
        row.key, row.lot = f"h{heap.pk}", heap.lot
        row.before, row.before_day = heap.quantity, site.day_of(heap.as_of)
        found.append(row)
    found += _handed(site)
    known = {row.thing for row in found}
    found += [row for row in grid.rows(site, site.today) if row.thing not in known]
    for row in found:
        if not row.key.startswith(("h", "c")):
            row.before = row.before_day = None
    return sorted(found, key=lambda row: (row.number, row.lot))


def _handed(site: Site) -> list[Row]:
    """Customers' material that lies here: counted by who holds it, read by whose it is."""
    if not require_scope().supplies:
        return []
    held = inventory.consigned_balances(Side.SUPPLIER).filter(site=site, status=StockStatus.AVAILABLE)
    found = []
    for heap in held:
        if heap.quantity == 0 and heap.lot:
            continue  # a lot that was used up
        row = Row(f"c{heap.pk}", heap.number, heap.label, heap.unit, None, None, lot=heap.lot)
        row.consigned_part_id, row.owner = heap.consigned_part_id, heap.owner.name
        row.before, row.before_day = heap.quantity, site.day_of(heap.as_of)
        found.append(row)
    return found


def hold_moved(rows: list[Row], posted: Mapping[str, str]) -> None:
    """What was typed against another figure of the ledger than stands there now is questioned once: it may be older."""
    for row in rows:
        then, now = posted.get(f"then-{row.key}"), row.stands
        if row.good and then is not None and then != now:
            words = _("When this was typed the ledger said %(then)s; now it says %(now)s. Count again, or send it as it is.")
            row.error = words % {"then": then or "—", "now": now or "—"}


def fill(rows: list[Row]) -> None:
    """No change: as the ledger says, where nothing is typed."""
    for row in rows:
        if not row.good and row.before is not None:
            row.good = grid.plain(row.before)


def _send(rows: list[Row], site: Site, posted: Mapping[str, str], context: dict[str, Any]) -> int | None:
    counted: list[stock.Counted] = []
    told: list[Row] = []
    for row in rows:
        if not row.good:
            continue
        quantity: Decimal | None = quantity_of(row.good)
        if quantity is None:
            row.error = _("This is no number.")
            continue
        found = stock.Counted(row.partner_part_id, quantity, lot=row.lot, part_id=row.part_id)
        counted.append(replace(found, consigned_part_id=row.consigned_part_id))
        told.append(row)
    if any(row.error for row in rows):
        return None
    if not counted:
        context["error"] = _("Nothing is typed yet.")
        return None
    is_confirmed = posted.get("confirmed") == "on"
    _done, error = attempt(stock.count_stock, site_id=site.pk, counted=counted, is_confirmed=is_confirmed)
    if error is None:
        return len(counted)
    _show(error, told, context)
    return None


def _show(error: DomainError, told: list[Row], context: dict[str, Any]) -> None:
    for one in (error, *error.others):
        index = one.place.removeprefix("rows[").partition("]")[0]
        if one.place.startswith("rows[") and index.isdigit() and int(index) < len(told):
            told[int(index)].error = one.words
        else:
            context["error"] = one.words
    context["can_be_confirmed"] = all(isinstance(one, Questioned) for one in (error, *error.others))
