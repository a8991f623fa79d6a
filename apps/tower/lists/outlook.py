"""The outlook of parts: what comes, and what arrives later than requested."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.masterdata import selectors as masterdata
from apps.masterdata.filters import PartFilters
from apps.tenancy.roles import Side
from apps.ui.columns import Column, Value, custom, quantity, reader, states, text
from apps.ui.places import relation_url
from apps.ui.sided import SidedFilters, SidedListing
from apps.ui.tables import TableListing

from .. import need_rows, needs, pages, supply
from ..offered import offered


class OutlookFilters(PartFilters, SidedFilters):
    """Computed rows: the list itself keeps those that match."""


class OutlookList(TableListing, SidedListing):
    name = "outlook"
    url_name = "tower:outlook"
    title = gettext_lazy("Supply outlook")
    act = "view_outlook"
    default_view = "all"
    default_sort = "behind"
    kinds = "plan stock production order delivery inspection"
    filters = OutlookFilters

    def lead(self) -> str:
        if self.side is Side.BUYER:
            return _("Usable stock against the demand of your plans, day by day for four weeks; orders are supply")
        return _("Your stock against your customers' open orders, for four weeks")

    def views(self) -> Sequence[tuple[str, Any]]:
        if self.side is Side.SUPPLIER:
            return [("all", _("All parts")), ("short", _("Stock does not cover the orders"))]
        return [
            ("all", _("All parts")),
            ("stops", _("The line stops")),
            ("short", _("Later than requested")),
            ("limits", _("Below minimum, above maximum")),
            ("unknown", _("Stock or demand unknown")),
        ]

    def counts(self) -> Mapping[str, int]:
        return {name: len(self._of(name)) for name, _word in self.views()}

    @cached_property
    def _known(self) -> list[Any]:
        """Every part that anything is known of; a buyer's by own part and site."""
        if self.side is Side.BUYER:
            known = needs.needs(with_rules=True)
            return need_rows.rows(known, offered(known))
        found = supply.commitments()
        parts = {part.pk: part for part in masterdata.partner_parts().filter(pk__in=found)}
        return [pages.commitment_row(item, parts[pk]) for pk, item in found.items() if pk in parts]

    def _of(self, view: str) -> list[Any]:
        if view == "all":
            return self._known
        if self.side is Side.SUPPLIER:
            return [row for row in self._known if row["behind_in_days"] is not None]
        return [row for row in self._known if need_rows.is_in(view, row.item)]

    def items(self) -> Sequence[Any]:
        return self._of(self.view)

    def keeps(self, row: Any, asked: Mapping[str, Any]) -> bool:
        start = asked.get("part", "").lower()
        if self.side is Side.BUYER:
            return need_rows.keeps(row.item, start, asked.get("partner"))
        part = row["part"]
        if "partner" in asked and self._partner(row).pk != int(asked["partner"]):
            return False
        return any(code.lower().startswith(start) for code in (part.buyer_number, part.supplier_number))

    @property
    def last(self) -> str:  # type: ignore[override]  # of the class by itself; the sides have parts of their own
        return "part.number" if self.side is Side.BUYER else "part.buyer_number"

    def key(self, row: Any) -> int:
        return PART_ID(row)

    def sort_of_view(self) -> str:
        return "stop" if self.side is Side.BUYER else self.default_sort

    def _partner(self, row: Any) -> Any:
        return row["part"].buyer

    @property
    def nothing(self) -> Any:
        if self.narrowed:
            return super().nothing
        if self.side is Side.BUYER:
            return need_rows.NOTHING[self.view]
        if self.view == "short":
            return _("No part whose stock you counted falls short of its open orders.")
        return _(
            "Nothing to show: you have counted no stock, and no customer has an open order with you. What customers need, as"
            " far as they show it, stands under Customer demand."
        )

    def columns(self) -> Sequence[Column]:
        if self.side is Side.BUYER:
            return need_rows.columns()
        part = text(
            "part",
            _("Part"),
            "part.label",
            under=(_("Part number"), "part.buyer_number"),
            to=lambda row: reverse("tower:part", args=[row["part"].pk]),
            sort="part.buyer_number",
            css="first",
            is_fixed=True,
        )
        partner = text(
            "partner",
            self.partner_word,
            lambda row: self._partner(row).name,
            to=lambda row: relation_url(row["part"].relation_id, self.side),
            sort="part.buyer.name",
        )
        return (
            part,
            partner,
            custom("stock", _("Available"), _stock, STOCK, css="num"),
            quantity("to_ship", _("To ship"), "item.to_ship", "part.unit", _("Unit"), sort="item.to_ship"),
            custom("cover", _("Days of supply"), lambda row: row["cover"], COVER, css="num"),
            states("behind", _("Status"), lambda row: [row["state"]], sort="behind_in_days"),
        )


PART_ID = reader("part.pk")
STOCK = (
    Value(gettext_lazy("Available"), lambda row: row["item"].stock if row["item"].as_of else None, "number"),
    Value(gettext_lazy("As of"), lambda row: row["item"].as_of, "moment"),
)
COVER = (Value(gettext_lazy("Days of supply"), lambda row: "" if row["cover"] == "—" else row["cover"]),)


def _stock(row: dict[str, Any]) -> SafeString:
    return need_rows.stock_cell(row["item"], row["part"].unit)
