"""The lists of consigned material: what lies where, what moved, what is agreed, notes and settlements."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.forms import HiddenInput
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_filters import ModelChoiceFilter

from apps.common.prefix import begins
from apps.inventory import selectors as inventory
from apps.inventory.lists import LOOK as STOCK_LOOK
from apps.inventory.models import ConsignedPart, MovementKind, StockBalance, StockMovement, StockStatus
from apps.tenancy.prices import are_hidden
from apps.tenancy.roles import Side
from apps.tenancy.selectors import with_firms
from apps.ui.columns import Column, age, day, link, moment, money, number, quantity, states, text
from apps.ui.filters import BeginsFilter, CharFilter, ChoiceFilter, moments
from apps.ui.places import relation_url
from apps.ui.sided import SidedFilters, SidedListing

from . import selectors
from .models import ConsignmentNote, Settlement
from .pages import NOTE_TABS, SETTLEMENT_TABS, note_states, partner_of, settlement_states
from .statuses import NoteKind, NoteStatus, SettlementState


def _materials(request: Any) -> QuerySet[Any]:
    return inventory.consigned_parts()


def material_url(pk: int) -> str:
    return reverse("consigned:part", args=[pk])


class _Listing(SidedListing):
    act = "view_material"

    def partner(self, row: Any) -> Any:
        return partner_of(row, self.side)

    def partner_column(self, **rest: Any) -> Column:
        return text(
            "partner",
            self.partner_word,
            lambda row: self.partner(row).name,
            to=lambda row: relation_url(row.relation_id, self.side),
            **rest,
        )


class HeapFilters(SidedFilters):
    """The page of a material leads here with its id; people type a number."""

    material = ModelChoiceFilter("consigned_part", label=gettext_lazy("Material"), queryset=_materials, widget=HiddenInput)
    number = CharFilter(label=gettext_lazy("Part number begins with"), method="by_number", max_length=60)
    lot = BeginsFilter("lot", label=gettext_lazy("Lot begins with"), max_length=60)

    def by_partner(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(**{"organization_id" if self.listing.side is Side.BUYER else "owner_id": int(value)})

    def by_number(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(consigned_part__in=inventory.consigned_parts().filter(begins("number", value)).order_by())


class HeapsFilters(HeapFilters):
    state = ChoiceFilter("status", label=gettext_lazy("Status"), choices=StockStatus.choices)


class _HeapListing(_Listing):
    def partner(self, row: Any) -> Any:
        return row.organization if self.side is Side.BUYER else row.owner

    def part_column(self, **rest: Any) -> Column:
        return text(
            "part",
            _("Material"),
            "label",
            under=(_("Part number"), "number"),
            to=lambda row: material_url(row.consigned_part_id),
            **rest,
        )

    def firm_column(self) -> Column:
        return text("partner", self.partner_word, lambda row: self.partner(row).name)


class MaterialStockList(_HeapListing):
    name = "material-stock"
    url_name = "consigned:stock"
    title = gettext_lazy("Consigned material")
    kinds = "consigned consignment"
    default_sort = "part"
    page_size = 50
    filters = HeapsFilters
    empty = gettext_lazy("No material lies with a partner. A consignment note brings it there.")

    def lead(self) -> str:
        if self.side is Side.BUYER:
            return _("Yours, at your suppliers: both firms read the same balance")
        return _("Your customers', at your sites: both firms read the same balance")

    def rows(self) -> QuerySet[StockBalance]:
        return inventory.consigned_balances(self.side).exclude(quantity=0)

    def columns(self) -> Sequence[Column]:
        return (
            self.part_column(sort="consigned_part_id", css="first", is_fixed=True),
            self.firm_column(),
            text("lot", _("Lot"), "lot"),
            text("site", _("Site"), lambda row: str(row.site)),
            quantity("quantity", _("Quantity"), "quantity", "unit", _("Unit"), total="quantity", total_by="unit"),
            states("status", _("Status"), lambda row: [(row.get_status_display(), *STOCK_LOOK[row.status])]),
            age("as_of", _("As of"), "as_of"),
        )


class MovementFilters(HeapFilters):
    kind = ChoiceFilter(label=gettext_lazy("Kind"), choices=MovementKind.choices)
    moved_from = moments("created_at", gettext_lazy("Moved from"), "gte")
    moved_until = moments("created_at", gettext_lazy("Moved until"), "lte")


class MaterialMovementList(_HeapListing):
    name = "material-movements"
    url_name = "consigned:movements"
    title = gettext_lazy("Movements of material")
    kinds = "consigned consignment"
    default_sort = "-when"
    page_size = 50
    filters = MovementFilters
    empty = gettext_lazy("Nothing has moved yet.")

    def lead(self) -> str:
        return _("Every note, use, loss and count, as both firms read it; none is ever changed")

    def rows(self) -> QuerySet[StockMovement]:
        return inventory.consigned_movements(self.side)

    def columns(self) -> Sequence[Column]:
        return (
            moment("when", _("When"), "created_at", sort="id", css="first", is_fixed=True),
            self.part_column(),
            self.firm_column(),
            text("kind", _("Kind"), lambda row: row.get_kind_display()),
            quantity("quantity", _("Quantity"), "quantity", "unit", _("Unit")),
            states("state", _("Status"), lambda row: [(row.get_status_display(), *STOCK_LOOK[row.status])]),
            text("site", _("Site"), lambda row: str(row.site), is_shown=False),
            text("lot", _("Lot"), "lot"),
            text("document", _("Document"), lambda row: selectors.document_of(row, self.side), css="mono"),
        )


class MaterialFilters(SidedFilters):
    number = BeginsFilter("number", label=gettext_lazy("Part number begins with"), max_length=60)


class MaterialList(_Listing):
    name = "materials"
    url_name = "consigned:parts"
    title = gettext_lazy("Agreed material")
    kinds = "consigned relation"
    default_sort = "number"
    page_size = 50
    filters = MaterialFilters
    empty = gettext_lazy("No material is agreed yet.")

    def lead(self) -> str:
        if self.side is Side.BUYER:
            return _("Which of your parts you hand to which supplier, free or charged")
        return _("What your customers hand to you, free or charged")

    def rows(self) -> QuerySet[ConsignedPart]:
        return inventory.consigned_parts(self.side).order_by()

    def columns(self) -> Sequence[Column]:
        return (
            link("number", _("Part number"), "number", lambda row: material_url(row.pk), sort="number"),
            text("name", _("Name"), "label"),
            self.partner_column(),
            text("terms", _("Terms"), charge_word),
            money("price", _("Unit price"), _price, "paid_in", _("Currency"), is_shown=False),
            number("loss", _("Allowed loss, %"), lambda row: row.allowed_loss * 100, is_shown=False),
            states("status", _("Status"), _material_states),
        )


def charge_word(row: Any) -> str:
    return str(_("Charged") if row.is_charged else _("Free of charge"))


def _price(row: ConsignedPart) -> Any:
    return None if are_hidden(row) else row.unit_price


def _material_states(row: ConsignedPart) -> list[tuple[Any, str, str]]:
    return [(_("Ended"), "circle-off", "mute") if row.ended_at else (_("Agreed"), "circle-check", "ok")]


class NoteFilters(SidedFilters):
    kind = ChoiceFilter(label=gettext_lazy("Kind"), choices=NoteKind.choices)
    state = ChoiceFilter("status", label=gettext_lazy("Status"), choices=NoteStatus.choices)
    note_number = BeginsFilter("number", label=gettext_lazy("Number begins with"), max_length=40)


class NoteList(_Listing):
    name = "consignment-notes"
    url_name = "consigned:notes"
    title = gettext_lazy("Consignment notes")
    live = "consignment"
    default_view = "receive"
    default_sort = "-number"
    filters = NoteFilters
    empty = gettext_lazy("No consignment note is here.")

    def lead(self) -> str:
        return _("Material that goes from one firm to the other, handed out or returned")

    def views(self) -> Sequence[tuple[str, Any]]:
        return list(NOTE_TABS.items())

    def counts(self) -> Mapping[str, int]:
        return selectors.note_counts(self.side)

    def rows(self) -> QuerySet[ConsignmentNote]:
        return selectors.notes(self.side).filter(selectors.note_views(self.side)[self.view])

    def all_rows(self) -> QuerySet[ConsignmentNote]:
        return selectors.notes(self.side)

    def prepare(self, found: list[Any]) -> list[Any]:
        return with_firms(found, "buyer_site", "supplier_site")

    def row_url(self, row: Any) -> str:
        return reverse("consigned:note-row", args=[row.pk])

    def columns(self) -> Sequence[Column]:
        return (
            link("number", _("Number"), "number", lambda row: reverse("consigned:note", args=[row.pk]), sort="id"),
            self.partner_column(),
            text("from", _("From"), lambda row: str(row.buyer_site if row.kind == NoteKind.HANDED else row.supplier_site)),
            text("to", _("To"), lambda row: str(row.supplier_site if row.kind == NoteKind.HANDED else row.buyer_site)),
            number("lines", _("Material lines"), "line_count"),
            moment("sent", pgettext_lazy("moment", "Sent"), "sent_at"),
            day("arrival", _("Arrival"), "arrives_on"),
            moment("received", _("Received at"), "received_at", is_shown=False),
            states("status", _("Status"), note_states),
        )


class SettlementFilters(SidedFilters):
    state = ChoiceFilter(label=gettext_lazy("Status"), choices=SettlementState.choices)


class SettlementList(_Listing):
    name = "settlements"
    url_name = "consigned:settlements"
    title = gettext_lazy("Settlements of material")
    live = "settlement"
    default_view = "all"
    default_sort = "-month"
    filters = SettlementFilters
    empty = gettext_lazy("No month has been settled yet.")

    def lead(self) -> str:
        return _("What a month came to; the side that did not propose it accepts or disputes")

    def views(self) -> Sequence[tuple[str, Any]]:
        return list(SETTLEMENT_TABS.items())

    def counts(self) -> Mapping[str, int]:
        return selectors.settlement_counts(self.side)

    def rows(self) -> QuerySet[Settlement]:
        return selectors.settlements(self.side).filter(selectors.settlement_views(self.side)[self.view])

    def all_rows(self) -> QuerySet[Settlement]:
        return selectors.settlements(self.side)

    def prepare(self, found: list[Any]) -> list[Any]:
        return with_firms(found)

    def row_url(self, row: Any) -> str:
        return reverse("consigned:settlement-row", args=[row.pk])

    def columns(self) -> Sequence[Column]:
        return (
            link(
                "month",
                _("Month"),
                lambda row: row.number,
                lambda row: reverse("consigned:settlement", args=[row.pk]),
                sort="month",
            ),
            self.partner_column(),
            text("by", _("Proposed by"), lambda row: (row.buyer if row.proposed_by == Side.BUYER else row.supplier).name),
            moment("proposed", _("Proposed at"), "created_at"),
            moment("answered", _("Answered at"), "answered_at", is_shown=False),
            states("status", _("Status"), settlement_states),
        )
