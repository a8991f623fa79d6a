"""The list of deliveries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.having import having
from apps.masterdata.filters import PartFilters
from apps.tenancy.roles import Side
from apps.tenancy.selectors import with_firms
from apps.ui.columns import Column, Value, custom, cut, day, link, moment, quantity, states, text
from apps.ui.filters import BeginsFilter, ChoiceFilter, days
from apps.ui.places import relation_url
from apps.ui.sided import SidedFilters, SidedListing
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from . import selectors
from .models import ShipmentLine, ShipmentNotice
from .pages import TABS, shown
from .statuses import ShipmentStatus


class ShipmentFilters(PartFilters, SidedFilters):
    state = ChoiceFilter(label=gettext_lazy("Status"), choices=ShipmentStatus.choices, field_name="status")
    carrier = BeginsFilter("carrier", label=gettext_lazy("Carrier begins with"), max_length=80)
    arrives_from = days("planned_arrival_on", gettext_lazy("Arrives from"), "gte")
    arrives_until = days("planned_arrival_on", gettext_lazy("Arrives until"), "lte")

    def of_parts(self, rows: QuerySet[Any], parts: QuerySet[Any]) -> QuerySet[Any]:
        return having(rows, ShipmentLine.objects.filter(schedule_line__line__partner_part__in=parts), "shipment_id")


class ShipmentList(SidedListing):
    name = "deliveries"
    url_name = "deliveries:list"
    title = gettext_lazy("Deliveries")
    act = "view_deliveries"
    live = "delivery"
    default_view = "expected"
    default_sort = "arrival"
    filters = ShipmentFilters
    empty = gettext_lazy("No delivery is expected.")

    def lead(self) -> str:
        if self.side is Side.BUYER:
            return _("What your suppliers announced and sent")
        return _("What you announced and sent")

    def views(self) -> Sequence[tuple[str, Any]]:
        return list(TABS.items())

    def sort_of_view(self) -> str:
        """What is still to come stands with the overdue first, what has come by the latest."""
        return "arrival" if self.view in selectors.AHEAD else "-arrival"

    def counts(self) -> Mapping[str, int]:
        return selectors.counts(self.side)

    def rows(self) -> QuerySet[ShipmentNotice]:
        return selectors.shipments(self.side).filter(selectors.views()[self.view])

    def prepare(self, found: list[Any]) -> list[Any]:
        places = ("destination_site",) if self.shows("site") else ()
        return [shown(row, self.side) for row in with_firms(found, *places)]

    def chunks(self, size: int = 500) -> Iterator[list[Any]]:
        """A file holds a row a line of a delivery: as a whole it names no order, and would not load again."""
        for rows in super().chunks(size):
            lines = selectors.lines_of([self.key(row) for row in rows])
            yield [{**row, "line": line} for row in rows for line in lines.get(self.key(row), ())]

    def key(self, row: Any) -> int:
        return row["shipment"].pk

    def row_url(self, row: Any) -> str:
        return reverse("deliveries:row", args=[row["shipment"].pk])

    def columns(self) -> Sequence[Column]:
        return (
            link(
                "number", _("Delivery"), "shipment.number", lambda row: reverse("deliveries:shipment", args=[self.key(row)])
            ),
            text(
                "partner",
                self.partner_word,
                "partner",
                to=lambda row: relation_url(row["shipment"].relation_id, self.side),
            ),
            custom("part", _("Part"), _part, PART),
            replace(quantity("quantity", _("Quantity"), "shipment.quantity", "shipment.unit", _("Unit")), values=QUANTITY),
            custom("packages", _("Packages"), _packages, PACKAGES, css="num"),
            text("site", _("Deliver to"), lambda row: str(row["shipment"].destination_site), is_shown=False),
            text("carrier", _("Carrier"), "shipment.carrier", is_shown=False),
            text("tracking", _("Tracking number"), "shipment.tracking_number", is_shown=False),
            day("departure", _("Departure"), "shipment.planned_departure_on", is_shown=False),
            day("arrival", _("Arrival"), "shipment.planned_arrival_on", sort="planned_arrival_on"),
            moment("departed", _("Left at"), "shipment.departed_at", is_shown=False),
            moment("arrived", _("Arrived at"), "shipment.arrived_at", is_shown=False),
            moment("received", _("Received at"), "shipment.received_at", is_shown=False),
            states("status", _("Status"), "states"),
        )


PART = (
    Value(gettext_lazy("Order number"), lambda row: row["line"].order.number),
    Value(gettext_lazy("Line"), lambda row: row["line"].schedule_line.line.position, "number"),
    Value(gettext_lazy("Confirmed date"), lambda row: row["line"].schedule_line.confirmed_date, "day"),
    Value(gettext_lazy("Part"), lambda row: row["line"].partner_part.label),
    Value(gettext_lazy("Part number"), lambda row: row["line"].partner_part.buyer_number),
    Value(gettext_lazy("Lot"), lambda row: row["line"].lot),
)
QUANTITY = (
    Value(gettext_lazy("Quantity"), lambda row: row["line"].quantity, "number"),
    Value(gettext_lazy("Unit"), lambda row: str(unit_text(row["line"].unit))),
)
PACKAGES = (Value(gettext_lazy("Packages"), lambda row: row["line"].package_count, "number"),)


def _packages(row: dict[str, Any]) -> str:
    """How many; a dash where it goes loose."""
    count = row["shipment"].package_count
    return quantity_text(count) if count else "—"


def _part(row: dict[str, Any]) -> SafeString:
    found = row["shipment"]
    more = _("and %(n)s more") % {"n": found.line_count - 1} if found.line_count > 1 else ""
    return format_html('{}<small class="mono">{} {}</small>', cut(found.part_label), found.part_number, more)
