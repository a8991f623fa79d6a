"""The list of lines at risk: which promise may not be kept, and why."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.common.dates import day_text
from apps.orders.services import Part
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.ui.columns import Column, Value, buttons, custom
from apps.ui.sided import OneSidedListing, SidedFilters
from apps.ui.tables import ViewedTable
from apps.ui.texts import quantity, unit

from . import cells
from .risks import ANSWER, CHANGE, DEPART, LATE, LATER, ON_WAY, SHORT, Cover, Risk, risks

HOLDS = {ANSWER: "answer_order", DEPART: "ship", CHANGE: "request_change"}  # who may do what is to do about a line


class RiskList(ViewedTable, OneSidedListing):
    only = Side.SUPPLIER
    name = "at-risk"
    url_name = "supplying:risks"
    title = gettext_lazy("At risk")
    act = "view_orders"
    default_view = "all"
    default_sort = "due"
    last = "order"
    page_size = 50
    kinds = "order delivery stock production"
    filters = SidedFilters
    by = {"partner": "found.row.buyer_id"}
    in_view = {
        "all": lambda row: True,
        LATE: lambda row: LATE in row.reasons,
        LATER: lambda row: LATER in row.reasons,
        SHORT: lambda row: SHORT in row.reasons,
        ON_WAY: lambda row: ON_WAY in row.reasons,
    }
    empty = gettext_lazy("No promise is at risk as far as days, stock and planned production say.")

    def lead(self) -> str:
        return _("Open lines that come late, later than needed, or are not covered by stock and planned production")

    def views(self) -> Sequence[tuple[str, Any]]:
        return [
            ("all", _("All")),
            (LATE, _("Late")),
            (LATER, _("Later than requested")),
            (SHORT, _("Not covered")),
            (ON_WAY, _("On its way")),
        ]

    def every(self) -> list[Risk]:
        return risks()

    def key(self, row: Risk) -> int:
        return row.line.id

    def label(self, row: Risk) -> str:
        return f"{row.found.order.number}-{row.found.row.line.position} {row.found.part.buyer_number}"

    def columns(self) -> Sequence[Column]:
        return (
            custom("part", _("Part"), _first, cells.FIRST, css="first", is_fixed=True),
            custom("why", _("Why"), _why, WHY, css="wrap"),
            custom("stands", _("Requested and promised"), _stands, STANDS, css="wrap"),
            custom("due", _("Next due"), lambda row: day_text(row.line.due), DUE, css="num", sort="line.due"),
            *((buttons("acts", _("To do"), _buttons),) if require_scope().acts.intersection(HOLDS.values()) else ()),
        )


def _first(row: Risk) -> SafeString:
    return cells.place_of(row.found.row, row.found.part, row.found.order, str(row.found.row.buyer.name))


def _reasons(row: Risk) -> list[tuple[str, str]]:
    """Each in words, with its tone."""
    if row.arrives is not None:
        return [(_("On its way, arrives %(day)s") % {"day": day_text(row.arrives)}, "mute")]
    said = []
    if LATE in row.reasons:
        said.append((ngettext("%(n)s day late", "%(n)s days late", row.days_late) % {"n": row.days_late}, "bad"))
    if LATER in row.reasons:
        words = ngettext("%(n)s day later than needed", "%(n)s days later than needed", row.days_later)
        said.append((words % {"n": row.days_later}, "warn"))
    if row.cover is not None:
        said.append((_cover_words(row.cover, unit(row.found.part.unit)), "bad"))
    return said


def _cover_words(cover: Cover, code: str) -> str:
    """What is missing, and where the rest went: earlier orders take stock and production first."""
    values = {
        "missing": f"{quantity(cover.missing)} {code}",
        "stock": quantity(cover.stock),
        "planned": quantity(cover.planned),
        "earlier": quantity(cover.earlier),
        "left": quantity(cover.left),
    }
    if not cover.earlier:
        return _("%(missing)s not covered: stock after what is announced %(stock)s, planned %(planned)s by then") % values
    words = _(
        "%(missing)s not covered: stock after what is announced %(stock)s, planned %(planned)s by then, of it"
        " %(earlier)s for earlier orders, so %(left)s are left"
    )
    return words % values


def _why(row: Risk) -> SafeString:
    return format_html_join("", '<b class="t-{}">{}</b><br>', ((tone, words) for words, tone in _reasons(row)))


WHY = (
    Value(gettext_lazy("Why"), lambda row: " · ".join(words for words, _tone in _reasons(row))),
    Value(gettext_lazy("Not covered"), lambda row: row.cover.missing if row.cover else None, "number"),
)


def _stands(row: Risk) -> SafeString:
    found = row.found
    wanted = cells.parts_text([Part(found.row.requested_quantity, found.row.requested_date)], found.unit)
    parts = found.offered or found.accepted
    promised = cells.parts_text(parts, found.unit) if parts else _("nothing promised yet")
    return format_html('{}<small class="why">{}</small>', wanted, promised)


STANDS = (
    Value(gettext_lazy("Requested"), lambda row: row.found.row.requested_date, "day"),
    Value(gettext_lazy("Promised"), lambda row: row.line.promised, "day"),
    Value(gettext_lazy("Quantity"), lambda row: row.found.row.requested_quantity, "number"),
    Value(gettext_lazy("Unit"), lambda row: str(unit(row.found.unit))),
)
DUE = (Value(gettext_lazy("Next due"), lambda row: row.line.due, "day"),)


def _buttons(row: Risk) -> SafeString:
    """What is to be done about it leads to where that is done; else that there is nothing to do."""
    if HOLDS.get(row.to_do) not in require_scope().acts:
        return format_html('<span class="mute">{}</span>', _("Nothing to do here"))
    to, words = _act_on(row)
    return format_html('<a class="btn slim" href="{}">{}</a>', to, words)


def _act_on(row: Risk) -> tuple[str, str]:
    """Its page, and the act by the word that stands there."""
    if row.to_do == ANSWER:
        return reverse("supplying:answers"), _("Answer")
    if row.leaves is not None:
        return reverse("deliveries:shipment", args=[row.leaves.pk]), _("It has left")
    return reverse("orders:change", args=[row.found.order.pk]), _("Ask for a change")
