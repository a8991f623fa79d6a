"""The lists of parts: as agreed with partners, and the firm's own."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from apps.common.prefix import begins
from apps.tenancy.prices import hidden_pairs
from apps.tenancy.roles import Side
from apps.ui.columns import Column, Value, custom, link, number, states, text
from apps.ui.filters import BeginsFilter, CharFilter, ChoiceFilter, Filters
from apps.ui.listing import Listing
from apps.ui.places import part_url, relation_url
from apps.ui.sided import SidedFilters, SidedListing
from apps.ui.texts import unit as unit_text

from . import selectors
from .models import Part, PartnerPart

STATES = [("used", pgettext_lazy("part", "In use")), ("ended", pgettext_lazy("part", "Ended"))]


def _in_state(rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
    return rows.filter(ended_at__isnull=value == "used")


def _state(row: Part | PartnerPart) -> list[tuple[Any, str, str]]:
    if row.ended_at:
        return [(pgettext("part", "Ended"), "circle-off", "mute")]
    return [(pgettext("part", "In use"), "circle-check", "ok")]


def _unit(row: Part | PartnerPart) -> str:
    return str(unit_text(row.unit))


class PartFilters(SidedFilters):
    number = CharFilter(label=gettext_lazy("Part number begins with"), method="by_number", max_length=60)
    named = CharFilter(label=gettext_lazy("Name contains"), method="by_name", max_length=80)
    state = ChoiceFilter(label=gettext_lazy("Status"), choices=STATES, method=_in_state)

    def by_number(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(begins("buyer_number", value) | begins("supplier_number", value))

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(name__icontains=value) | Q(name_en__icontains=value))


class PartList(SidedListing):
    name = "parts"
    url_name = "masterdata:parts"
    title = gettext_lazy("Parts")
    act = "view_parts"
    default_sort = "number"
    page_size = 50
    filters = PartFilters
    empty = gettext_lazy("No parts are agreed yet.")

    def lead(self) -> str:
        return _("Agreed between two firms: both numbers, unit and terms")

    def rows(self) -> QuerySet[PartnerPart]:
        return selectors.partner_parts_of(self.side)

    def columns(self) -> Sequence[Column]:
        return (
            link("number", _("Buyer's number"), "buyer_number", _part_page, sort="buyer_number"),
            text("name", _("Name"), "label", to=lambda row: part_url(row.pk)),
            text("supplier_number", _("Supplier's number"), "supplier_number", css="mono"),
            text(
                "partner",
                self.partner_word,
                lambda row: (row.supplier if self.side is Side.BUYER else row.buyer).name,
                to=lambda row: relation_url(row.relation_id, self.side),
            ),
            text("unit", _("Unit"), _unit),
            custom("lead_time", _("Lead time"), _days, LEAD_TIME, css="num"),
            *([] if hidden_pairs() else [number("price", _("Unit price"), "unit_price")]),
            number("pack", _("Pack size"), "pack_size", is_shown=False),
            number("minimum", _("Minimum order quantity"), "minimum_quantity", is_shown=False),
            states("status", _("Status"), _state),
        )


LEAD_TIME = (Value(gettext_lazy("Lead time, days"), lambda row: row.lead_time_days, "number"),)


def _part_page(row: PartnerPart) -> str:
    return reverse("masterdata:part", args=[row.pk])


def _days(row: PartnerPart) -> str:
    return ngettext("%(n)s day", "%(n)s days", row.lead_time_days) % {"n": row.lead_time_days}


class OwnPartFilters(Filters):
    number = BeginsFilter("number", label=gettext_lazy("Part number begins with"), max_length=60)
    named = CharFilter(label=gettext_lazy("Name contains"), method="by_name", max_length=80)
    state = ChoiceFilter(label=gettext_lazy("Status"), choices=STATES, method=_in_state)

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(name__icontains=value) | Q(name_en__icontains=value))


class OwnPartList(Listing):
    name = "own-parts"
    url_name = "masterdata:own-parts"
    title = gettext_lazy("Own parts")
    act = "view_parts"
    default_sort = "number"
    page_size = 50
    filters = OwnPartFilters
    empty = gettext_lazy("Your firm has no part of its own yet.")

    def lead(self) -> str:
        return _("Your firm's parts; a partner sees one only once it is agreed")

    def rows(self) -> QuerySet[Part]:
        return selectors.parts()

    def columns(self) -> Sequence[Column]:
        return (
            link(
                "number",
                _("Part number"),
                "number",
                lambda row: reverse("masterdata:own-part", args=[row.pk]),
                sort="number",
            ),
            text("name", _("Name"), "label"),
            text("revision", _("Revision"), "revision", css="mono"),
            text("drawing", _("Drawing number"), "drawing_number", css="mono"),
            text("specification", _("Specification"), "specification", is_shown=False),
            text("unit", _("Unit"), _unit),
            text("tracking", _("Tracking"), lambda row: row.get_tracking_display(), is_shown=False),
            states("status", _("Status"), _state),
        )
