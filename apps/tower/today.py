"""The first page of a buyer and of a supplier: what to do first."""

from typing import Any

from django.utils import timezone

from apps.common.svg import timeline
from apps.deliveries import selectors as deliveries
from apps.masterdata import selectors as masterdata
from apps.orders import pages as order_pages
from apps.orders import selectors as orders
from apps.tenancy.roles import Side

from . import supply
from .pages import line_stop_words, outlook_row, tone_of

SHOWN = 12
SHORT_SHOWN = 5


def buyer_context(view: str) -> dict[str, Any]:
    """Exceptions by days to line stop, then by due date; the parts that stop first; nine statements."""
    outlooks = supply.outlooks()
    stops = {pk: item for pk, item in outlooks.items() if item.line_stop is not None}
    found = orders.attention_parts(Side.BUYER, view)
    found.sort(key=lambda row: (_first_stop(row.part_ids, stops), row.due_date is None, row.due_date, row.order_id))
    rows = _rows(Side.BUYER, [row.order_id for row in found[:SHOWN]])
    parts_of = {row.order_id: row.part_ids for row in found[:SHOWN]}
    for row in rows:
        _mark(row, parts_of[row["id"]], stops)
    short = sorted(stops.values(), key=lambda item: (item.line_stop or 0, -item.gap))
    parts = {part.pk: part for part in masterdata.partner_parts().filter(pk__in=[i.partner_part_id for i in short])}
    counts = orders.counts(Side.BUYER) | {"short": len(short)}
    return {
        **_frame(Side.BUYER, view, rows, counts),
        "short": [outlook_row(item, parts[item.partner_part_id]) for item in short[:SHORT_SHOWN]],
        "more": len(found) - len(rows),
    }


def supplier_context(view: str) -> dict[str, Any]:
    """What to answer and to ship, the earliest due first; six statements."""
    found = orders.orders_to_do(view)
    rows = _rows(Side.SUPPLIER, list(found[:SHOWN].values_list("id", flat=True)))
    expected = deliveries.counts(Side.SUPPLIER)["expected"]
    counts = orders.counts(Side.SUPPLIER) | orders.ship_counts() | {"expected": expected}
    return _frame(Side.SUPPLIER, view, rows, counts)


def row_context(order_id: int) -> dict[str, Any] | None:
    """One row of the buyer's first page, fetched again after a live signal."""
    rows = _rows(Side.BUYER, [order_id])
    if not rows:
        return None
    part_ids = orders.parts_of_order(order_id)
    stops = {}
    for pk in part_ids:
        stops.update({k: v for k, v in supply.outlooks(part_id=pk).items() if v.line_stop is not None})
    _mark(rows[0], part_ids, stops)
    return {"row": rows[0], "with_stop": True}


def _first_stop(part_ids: list[int], stops: dict[int, supply.Outlook]) -> int:
    found = [stops[pk].line_stop for pk in part_ids if pk in stops]
    return min((days for days in found if days is not None), default=10_000)


def _mark(row: dict[str, Any], part_ids: list[int], stops: dict[int, supply.Outlook]) -> None:
    """Days to line stop of the part of an order that stops first."""
    items = sorted((stops[pk] for pk in part_ids if pk in stops), key=lambda item: item.line_stop or 0)
    if items:
        row["stop_words"], row["stop_tone"] = line_stop_words(items[0].line_stop), tone_of(items[0])


def _rows(side: Side, order_ids: list[int]) -> list[dict[str, Any]]:
    """List rows of some orders, in the given order."""
    found = {row["id"]: row for row in orders.order_rows(side).filter(pk__in=order_ids)} if order_ids else {}
    return [order_pages.shown(row) for row in orders.with_partners([found[pk] for pk in order_ids if pk in found])]


def _frame(side: Side, view: str, rows: list[dict[str, Any]], counts: dict[str, int]) -> dict[str, Any]:
    names = ("unanswered", "change_proposed", "late") if side is Side.BUYER else ("unanswered", "to_ship", "late")
    today = timezone.localdate()
    return {
        "side": side,
        "rows": rows,
        "with_stop": side is Side.BUYER,
        "counts": counts,
        "tabs": [(name, order_pages.TABS[name], counts[name]) for name in names],
        "view": view,
        "timeline": timeline([row for row in rows if row["requested_date"]], today),
        "today": today,
    }
