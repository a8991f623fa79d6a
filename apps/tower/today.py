"""The first page of a buyer and of a supplier: what to do first."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.common.rooms import tiles
from apps.common.svg import timeline
from apps.deliveries import selectors as deliveries
from apps.masterdata import selectors as masterdata
from apps.orders import pages as order_pages
from apps.orders import selectors as orders
from apps.orders.rows import with_lines
from apps.orders.worklines import WorkLine, refused_lines, work_lines
from apps.tenancy.roles import Side

from . import need_rows, supplier_day, supply
from .need import Need, Place
from .pages import SOON, behind_words, delay_words, outlook_row, tone_of
from .stops import more_as_proposed, planned_needs, stops_of
from .today_turns import mark_turns
from .turns import days_told

SHOWN = 12
SHORT_SHOWN = 5


def buyer_context(view: str) -> dict[str, Any]:
    """Lines that need somebody, those first by which a line stops, then by days until pieces are missing; one row an order.
    Below them the parts whose line stops, and those that come later than requested; twenty statements at most, and four
    more where open offers could stop a line."""
    delayed = supply.delays()
    behind = _behind(delayed)
    planned = planned_needs()
    stopped = stops_of(planned)
    causes = _causes(stopped)
    lines, refused = orders.attention_lines(Side.BUYER), refused_lines()
    first = _first_lines([*lines, *map(_attention, refused)], view, behind, causes)
    rows = _rows(Side.BUYER, [line.order_id for line in first[:SHOWN]], view, first)
    _mark(rows, first, behind, causes, _on_the_way(stopped), planned)
    short = sorted(behind, key=lambda pk: (behind[pk].behind_in_days or 0, -behind[pk].gap))[:SHORT_SHOWN]
    outlooks = supply.outlooks(parts=short, delayed=behind)
    parts = {part.pk: part for part in masterdata.partner_parts().filter(pk__in=short)}
    counts = orders.counts(Side.BUYER) | {"short": len(_late_places(delayed)), "stops": len(stopped)}
    counts |= _work(lines, stopped, refused)
    return {
        **_frame(Side.BUYER, view, rows, counts),
        "stops_tile": _stops_tile(planned, len(stopped), more_as_proposed(planned)),
        "stops": [need_rows.Row(need) for need in stopped[:SHORT_SHOWN]],
        "short": [outlook_row(outlooks[pk], parts[pk]) for pk in short],
        "more": len(first) - len(rows),
    }


def _stops_tile(planned: Sequence[Need], stopped: int, more: int = 0) -> dict[str, Any]:
    """The figure of line stops: a dash where nothing is known, for a zero would say that none stops.

    Args:
        more: parts that would stop by what suppliers propose.
    """
    unknown = sum(need.is_stale or not need.is_known for need in planned)
    value: int | str = "—" if unknown == len(planned) else stopped
    note = ngettext("part, as far as plans reach", "parts, as far as plans reach", stopped)
    if not planned:
        note = _("no plan is in force")
    elif unknown and stopped:
        words = ngettext(
            "part, of %(all)s planned ones %(n)s unknown", "parts, of %(all)s planned ones %(n)s unknown", stopped
        )
        note = words % {"n": unknown, "all": len(planned)}
    elif unknown:
        note = _("of %(all)s planned parts %(n)s unknown") % {"n": unknown, "all": len(planned)}
    if more:
        note = _("%(note)s; %(n)s more as proposed") % {"note": note, "n": more}
    return {"value": value, "note": note, "is_planned": bool(planned), "unknown": unknown}


def _attention(refused: WorkLine) -> orders.Attention:
    day = refused.requested_date
    line = (refused.order_id, refused.id, refused.part_id, day, None, day, refused.unshipped, refused.site_id)
    return orders.Attention(*line, refused.awaits, frozenset({"refused"}))


def _work(lines: Iterable[orders.Attention], stopped: Sequence[Need], refused: Sequence[WorkLine]) -> dict[str, int]:
    """How many rows the list of work has, and how many offers wait for a decision: as those lists count them."""
    lines = list(lines)
    needed = {line.line_id for line in lines} | set(_causes(stopped))
    unordered = [
        (need.part.pk, need.site_id)
        for need in stopped
        for _stop, named in need.shortages
        for cause in named
        if cause.late is None
    ]
    alone = sum((line.own_part_id, line.site_id) not in unordered for line in refused)
    return {
        "work": len(needed) + len(unordered) + alone,
        "offers": sum("change_proposed" in line.views for line in lines),
    }


def _causes(stopped: Iterable[Need]) -> dict[int, int]:
    """Schedule lines by which a line stops → days until it does."""
    found: dict[int, int] = {}
    for need in stopped:
        for stop, named in need.shortages:
            for cause in named:
                if cause.late is not None:
                    found.setdefault(cause.late.schedule_line_id, stop)
    return found


def _on_the_way(stopped: Iterable[Need]) -> set[int]:
    """Those of these lines of which all that is missing is announced or on its way."""
    kinds: dict[int, set[str]] = {}
    for need in stopped:
        for _stop, named in need.shortages:
            for cause in named:
                if cause.late is not None:
                    kinds.setdefault(cause.late.schedule_line_id, set()).add(cause.late.kind)
    return {pk for pk, found in kinds.items() if found == {supply.SHIPPED}}


def supplier_context(view: str) -> dict[str, Any]:
    """What to answer and to ship, the earliest due first; nine statements, one more where there is more than is shown. Its
    figures count lines, as their lists do."""
    lines = work_lines(Side.SUPPLIER, names=("unanswered", "late"))
    trips = supplier_day.trips_in_full(lines)
    late = supplier_day.late_of(lines, supplier_day.on_the_way(trips))
    late_orders = {line.order_id for line in late}
    found = orders.orders_to_do(view)
    if view == "late":
        found = found.filter(pk__in=late_orders)
    rows = _supplier_rows(list(found[:SHOWN].values_list("id", flat=True)), view, trips)
    figures = {
        "asked": len(supplier_day.asked_of(lines)),
        "to_ship": len(supplier_day.lines_to_ship()),
        "late": len(late),
        "expected": deliveries.counts(Side.SUPPLIER)["expected"],
    }
    more = 0
    if len(rows) == SHOWN:  # what is late leads to a list of lines, everything else to one of orders
        shown = {row["id"] for row in rows}
        more = sum(line.order_id not in shown for line in late) if view == "late" else found.count() - len(rows)
    return _frame(Side.SUPPLIER, view, rows, {}) | {"figures": figures, "more": more}


def _supplier_rows(order_ids: list[int], view: str, trips: supplier_day.Trips) -> list[dict[str, Any]]:
    """List rows of some orders, each with the delivery that is to leave, where all of its line is announced."""
    rows, leaving = _rows(Side.SUPPLIER, order_ids, view), supplier_day.to_depart(trips)
    for row in rows:
        row["leaves"] = leaving.get(row["line_id"])
    return rows


def row_context(order_id: int, side: Side, view: str = "") -> dict[str, Any] | None:
    """One row of a first page, fetched again after a live signal, as the page itself shows it."""
    if side is Side.BUYER:
        return _buyer_row(order_id, view)
    lines = [line for line in work_lines(side, names=("unanswered", "late")) if line.order_id == order_id]
    rows = _supplier_rows([order_id], view, supplier_day.trips_in_full(lines))
    return {"row": rows[0], "with_behind": False, "view": view} if rows else None


def _buyer_row(order_id: int, view: str) -> dict[str, Any] | None:
    agreed = orders.parts_of_order(order_id)
    behind = _behind(supply.delays(parts=agreed))
    own = masterdata.partner_parts().filter(pk__in=agreed).values_list("part_id", flat=True)
    planned = planned_needs(list(own))
    stopped = stops_of(planned)
    causes = _causes(stopped)
    lines, refused = orders.attention_lines(Side.BUYER, order_id=order_id), refused_lines(order_id=order_id)
    first = _first_lines([*lines, *map(_attention, refused)], view, behind, causes)
    rows = _rows(Side.BUYER, [order_id], view, first)
    if not rows:
        return None
    _mark(rows, first, behind, causes, _on_the_way(stopped), planned)
    return {"row": rows[0], "with_behind": True, "view": view}


def _behind(delayed: Mapping[int, supply.Delay]) -> dict[int, supply.Delay]:
    return {pk: delay for pk, delay in delayed.items() if delay.behind_in_days is not None}


def _late_places(delayed: Mapping[int, supply.Delay]) -> set[Place]:
    """Own parts at sites of which something comes later than it was requested: as many as the outlook shows of them."""
    return {late.place for delay in delayed.values() for late in delay.late if late.place}


def _first_lines(
    found: list[orders.Attention], view: str, behind: dict[int, supply.Delay], causes: Mapping[int, int]
) -> list[orders.Attention]:
    """Of each order the line that needs somebody first: that by which a line stops, the part behind, and there the line
    that causes it."""
    if view in orders.NEEDING:
        wanted = [line for line in found if view in line.views]
    else:
        wanted = [line for line in found if line.is_waiting or line.line_id in causes or is_cause(line, behind)]

    def urgency(line: orders.Attention) -> tuple[Any, ...]:
        stop = causes.get(line.line_id)
        days = behind[line.part_id].behind_in_days if line.part_id in behind else None
        return (
            stop is None,
            stop or 0,
            days is None,
            days or 0,
            not is_cause(line, behind),
            line.due_date,
            line.order_id,
            line.line_id,
        )

    first: dict[int, orders.Attention] = {}
    for line in sorted(wanted, key=urgency):
        first.setdefault(line.order_id, line)
    return list(first.values())


def is_cause(line: orders.Attention, behind: dict[int, supply.Delay]) -> bool:
    """Whether a line was asked for by the day on which its part is behind, and is promised only after that day."""
    item = behind.get(line.part_id)
    if item is None or item.behind_in_days is None or line.promised_date is None:
        return False
    return line.requested_date <= timezone.localdate() + timedelta(days=item.behind_in_days) < line.promised_date


def _mark(
    rows: list[dict[str, Any]],
    first: list[orders.Attention],
    behind: dict[int, supply.Delay],
    causes: Mapping[int, int],
    on_the_way: Collection[int],
    planned: Iterable[Need],
) -> None:
    """When a line stops, or pieces of the part that a row shows come later than requested, whether its line is the cause,
    and who must act."""
    lines = {line.line_id: line for line in first}
    for row in rows:
        line = lines.get(row["line_id"])
        if line is not None and line.line_id in causes:
            stop = causes[line.line_id]
            row["behind_words"] = _("Line stops %(when)s") % {"when": behind_words(stop)}
            row["behind_tone"], row["is_cause"] = "bad" if stop <= SOON else "warn", True
        elif line is not None and line.part_id in behind:
            item = behind[line.part_id]
            row["behind_words"] = _("Later than requested: %(when)s") % {"when": delay_words(item)}
            row["behind_tone"], row["is_cause"] = tone_of(item), is_cause(line, behind)
    stop_on = {pk: timezone.localdate() + timedelta(days=stop) for pk, stop in causes.items()}
    mark_turns(rows, lines, stop_on, on_the_way, days_told(planned))


def _rows(side: Side, order_ids: list[int], view: str, first: list[orders.Attention] | None = None) -> list[dict[str, Any]]:
    """List rows of some orders, in the given order, each showing its line of `first`."""
    found = {row["id"]: row for row in orders.order_rows(side).filter(pk__in=order_ids)} if order_ids else {}
    chosen = {line.order_id: line.line_id for line in first if line.order_id in found} if first else None
    rows = with_lines([found[pk] for pk in order_ids if pk in found], view, chosen=chosen)
    return [order_pages.shown(row, side) for row in rows]


def _frame(side: Side, view: str, rows: list[dict[str, Any]], counts: dict[str, int]) -> dict[str, Any]:
    """A tab holds orders; where the figure of its name counts lines or parts it has no number, for one word has one."""
    numbered = ("unanswered", "late") if side is Side.BUYER else ()
    names = ("unanswered", "change_proposed", "late", "later") if side is Side.BUYER else ("unanswered", "to_ship", "late")
    today = timezone.localdate()
    return {
        "side": side,
        "rows": rows,
        "with_behind": side is Side.BUYER,
        "counts": counts,
        **tiles(side),
        "tabs": [(name, order_pages.TABS[name], counts[name] if name in numbered else None) for name in names],
        "view": view,
        "timeline": timeline([row for row in rows if row["requested_date"]], today),
        "today": today,
    }
