"""The list of what leaves today and this week: announced with one act, a delivery for each receiving site."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.common.dates import day_text
from apps.common.errors import DomainError
from apps.deliveries import services as deliveries
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.tower.pages import behind_words
from apps.ui.bulk import BulkAct
from apps.ui.columns import Column, Value, custom
from apps.ui.sided import OneSidedListing, SidedFilters
from apps.ui.tables import ViewedTable
from apps.ui.texts import quantity, unit

from . import cells
from .shipping import Ship, to_ship


class ShipList(ViewedTable, OneSidedListing):
    only = Side.SUPPLIER
    name = "to-ship"
    url_name = "supplying:shipping"
    title = gettext_lazy("To ship")
    act = "view_orders"
    default_view = "today"
    default_sort = "due"
    last = "order"
    kinds = "order delivery"
    filters = SidedFilters
    by = {"partner": "line.buyer_id"}
    in_view = {"today": lambda row: row.days_left <= 0, "week": lambda row: True}
    empty = gettext_lazy("Nothing has to leave today.")

    def lead(self) -> str:
        return _("What is confirmed and due, packed by the agreed pack sizes; announcing makes one delivery for each site")

    def views(self) -> Sequence[tuple[str, Any]]:
        return [("today", _("Today or overdue")), ("week", _("Within a week"))]

    def every(self) -> list[Ship]:
        return to_ship()

    @cached_property
    def places(self) -> list[dict[str, Any]]:
        """What one delivery to each receiving site would hold of this page."""
        found: dict[tuple[int, int], list[Ship]] = {}
        for row in self.page_rows if "ship" in require_scope().acts else []:
            found.setdefault(row.place, []).append(row)
        return [
            {
                "customer": rows[0].line.buyer.name,
                "site": rows[0].line.order.receiving_site,
                "rows": rows,
                "packages": sum(row.packages for row in rows),
            }
            for rows in found.values()
        ]

    def key(self, row: Ship) -> int:
        return row.line.pk

    def named(self, ids: Sequence[int]) -> list[Ship]:
        return to_ship(ids)

    def label(self, row: Ship) -> str:
        return f"{row.line.order.number}-{row.line.line.position} {row.line.line.partner_part.buyer_number}"

    def page_url(self, pk: int) -> str:
        return cells.line_url(pk)

    def columns(self) -> Sequence[Column]:
        return (
            custom("part", _("Part"), _first, FIRST, css="first", is_fixed=True),
            custom("site", _("Deliver to"), lambda row: str(row.line.order.receiving_site), SITE, css="wrap"),
            custom("quantity", _("To ship"), _quantity, QUANTITY, css="num"),
            custom("packages", _("Packages"), _packages, PACKAGES, css="num"),
            custom("due", _("Promised"), _due, DUE, css="num", sort="due"),
        )

    def bulk(self) -> Sequence[BulkAct]:
        asks = _("{n} lines are announced as leaving today, one delivery for each receiving site.")
        return (
            BulkAct(
                *("announce", _("Announce delivery"), "ship", _alone, "truck", asks),
                together=_refused,
            ),
        )


def _alone(pk: int) -> None:
    for error in _refused([pk]).values():
        raise error


def _refused(ids: Sequence[int]) -> Mapping[int, DomainError]:
    return deliveries.announce_lines(schedule_line_ids=ids).refused


def _first(row: Ship) -> SafeString:
    return cells.place_of(row.line, row.line.line.partner_part, row.line.order, str(row.line.buyer.name))


FIRST = (
    Value(gettext_lazy("Part"), lambda row: row.line.line.partner_part.label),
    Value(gettext_lazy("Part number"), lambda row: row.line.line.partner_part.buyer_number),
    Value(gettext_lazy("Customer"), lambda row: str(row.line.buyer.name)),
    Value(gettext_lazy("Order"), lambda row: row.line.order.number),
    Value(gettext_lazy("Position"), lambda row: row.line.line.position, "number"),
)
SITE = (Value(gettext_lazy("Deliver to"), lambda row: str(row.line.order.receiving_site)),)


def _quantity(row: Ship) -> SafeString:
    return format_html('{} <small class="unit">{}</small>', quantity(row.quantity), unit(row.line.line.unit))


QUANTITY = (
    Value(gettext_lazy("To ship"), lambda row: row.quantity, "number"),
    Value(gettext_lazy("Unit"), lambda row: str(unit(row.line.line.unit))),
)


def _packages(row: Ship) -> SafeString | str:
    """How many, and what each holds; without an agreed pack size it goes loose."""
    if not row.packages:
        return _("loose")
    words = ngettext("%(n)s package", "%(n)s packages", row.packages) % {"n": quantity(row.packages)}
    return format_html('{}<small class="why">{}</small>', words, _("of %(n)s") % {"n": quantity(row.pack)})


PACKAGES = (
    Value(gettext_lazy("Packages"), lambda row: row.packages, "number"),
    Value(gettext_lazy("Pack size"), lambda row: row.pack, "number"),
)


def _due(row: Ship) -> SafeString:
    if row.days_left < 0:
        words = ngettext("%(n)s day late", "%(n)s days late", -row.days_left) % {"n": -row.days_left}
        return format_html('<b class="t-bad">{}</b><small class="why t-bad">{}</small>', day_text(row.due), words)
    return format_html('{}<small class="why">{}</small>', day_text(row.due), behind_words(row.days_left))


DUE = (Value(gettext_lazy("Promised"), lambda row: row.due, "day"),)
