"""The lists of what lies where, and of what moved."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.forms import HiddenInput
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import ModelChoiceFilter

from apps.masterdata import selectors as masterdata
from apps.tenancy.scope import require_scope
from apps.tenancy.selectors import own_sites, partner_choices
from apps.ui.columns import Column, age, moment, quantity, states, text
from apps.ui.filters import BeginsFilter, CharFilter, ChoiceFilter, Filters, moments
from apps.ui.listing import Listing
from apps.ui.places import own_part_url, part_url

from . import selectors
from .models import BY_PART, StockBalance, StockKey, StockMovement, StockStatus

LOOK = {
    StockStatus.AVAILABLE: ("circle-check", "ok"),
    StockStatus.INSPECTION: ("microscope", "info"),
    StockStatus.BLOCKED: ("ban", "bad"),
    StockStatus.IN_TRANSIT: ("truck", "info"),
}


def _sites() -> list[tuple[int, str]]:
    return [(site.pk, str(site)) for site in own_sites()]


def _parts(request: HttpRequest | None) -> QuerySet[Any]:
    return masterdata.partner_parts()


def _own_parts(request: HttpRequest | None) -> QuerySet[Any]:
    return masterdata.parts()


def _part_url(row: StockKey) -> str:
    """An own part that lies there as such has a page of its own."""
    return own_part_url(row.part_id) if row.part_id is not None else part_url(row.partner_part_id or 0)


class HeapFilters(Filters):
    """The page of a part leads here with its id; people type a number."""

    part = ModelChoiceFilter("partner_part", label=gettext_lazy("Part"), queryset=_parts, widget=HiddenInput)
    own_part = ModelChoiceFilter("part", label=gettext_lazy("Own part"), queryset=_own_parts, widget=HiddenInput)
    number = CharFilter(label=gettext_lazy("Part number begins with"), method="by_number", max_length=60)

    def by_number(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        own = masterdata.parts_numbered(value)
        return rows.filter(Q(partner_part__in=masterdata.partner_parts_numbered(value)) | Q(part__in=own))


class StockFilters(HeapFilters):
    partner = ChoiceFilter(label=gettext_lazy("Partner"), choices=partner_choices, method="by_partner")
    site = ChoiceFilter("site_id", label=gettext_lazy("Site"), choices=_sites)
    state = ChoiceFilter("status", label=gettext_lazy("Status"), choices=StockStatus.choices)
    lot = BeginsFilter("lot", label=gettext_lazy("Lot begins with"), max_length=60)

    def by_partner(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(partner_part__buyer=int(value)) | Q(partner_part__supplier=int(value)))


class StockList(Listing):
    name = "stock"
    url_name = "inventory:stock"
    title = gettext_lazy("Stock")
    act = "view_stock"
    default_sort = "part"
    kinds = "stock delivery inspection production consignment consigned"
    page_size = 50
    filters = StockFilters
    empty = gettext_lazy("No stock is known yet. Receipts and counts bring it here.")

    def lead(self) -> str:
        return _("What your firm holds, by part, site, status and lot")

    def rows(self) -> QuerySet[StockBalance]:
        firms = ("partner_part__buyer", "partner_part__supplier") if self.shows("partner") else ()
        found = selectors.balances().exclude(quantity=0).select_related("partner_part", "part", "site", "owner", *firms)
        return found.annotate(by_part=BY_PART)

    def columns(self) -> Sequence[Column]:
        return (
            text(
                "part",
                _("Part"),
                "label",
                under=(_("Part number"), "number"),
                to=_part_url,
                # By the part itself: its heaps stand together. Own parts come first.
                sort="by_part",
                css="first",
                is_fixed=True,
            ),
            text("partner", _("Partner"), _partner, is_shown=False),
            text("lot", _("Lot"), "lot"),
            text("site", _("Site"), lambda row: str(row.site)),
            quantity("quantity", _("Quantity"), "quantity", "unit", _("Unit"), total="quantity", total_by="unit"),
            text("owner", _("Owner"), "owner.name", is_shown=False),
            states("status", _("Status"), lambda row: [(row.get_status_display(), *LOOK[row.status])]),
            age("as_of", _("As of"), "as_of"),
        )


class MovementFilters(HeapFilters):
    moved_from = moments("created_at", gettext_lazy("Moved from"), "gte")
    moved_until = moments("created_at", gettext_lazy("Moved until"), "lte")


class MovementList(Listing):
    name = "movements"
    url_name = "inventory:movements"
    title = gettext_lazy("Stock movements")
    act = "view_stock"
    default_sort = "-when"
    kinds = "stock delivery inspection production consignment consigned"
    page_size = 50
    filters = MovementFilters
    empty = gettext_lazy("Nothing has moved yet.")

    def lead(self) -> str:
        return _("Every receipt, decision, departure, production and count; none is ever changed")

    def rows(self) -> QuerySet[StockMovement]:
        return selectors.movements()

    def columns(self) -> Sequence[Column]:
        return (
            moment("when", _("When"), "created_at", sort="created_at", css="first", is_fixed=True),
            text(
                "part",
                _("Part"),
                "label",
                under=(_("Part number"), "number"),
                to=_part_url,
            ),
            text("kind", _("Kind"), lambda row: row.get_kind_display()),
            quantity("quantity", _("Quantity"), "quantity", "unit", _("Unit")),
            states("state", _("Status"), lambda row: [(row.get_status_display(), *LOOK[row.status])]),
            text("site", _("Site"), lambda row: str(row.site)),
            text("lot", _("Lot"), "lot"),
            text("document", _("Document"), "reference", css="mono"),
            text("by", _("Booked by"), "created_by.name", is_shown=False),
        )


def _partner(row: StockBalance) -> str:
    part = row.partner_part
    if part is None:
        return ""
    return (part.supplier if part.buyer_id == require_scope().organization_id else part.buyer).name
