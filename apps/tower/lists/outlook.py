"""The outlook of parts: what comes, and what arrives later than requested."""

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.masterdata import selectors as masterdata
from apps.masterdata.filters import PartFilters
from apps.tenancy.roles import Side
from apps.ui.columns import Column, Value, custom, quantity, states, text
from apps.ui.places import relation_url
from apps.ui.sided import SidedFilters, SidedListing
from apps.ui.tables import TableListing
from apps.ui.texts import ago
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from .. import pages, supply


class OutlookFilters(PartFilters, SidedFilters):
    """Computed rows: the list itself keeps those that match."""


class OutlookList(TableListing, SidedListing):
    name = "outlook"
    url_name = "tower:outlook"
    title = gettext_lazy("Supply outlook")
    act = "view_outlook"
    default_view = "all"
    default_sort = "behind"
    last = "part.buyer_number"
    filters = OutlookFilters

    def lead(self) -> str:
        if self.side is Side.BUYER:
            return _(
                "What is here, what is on its way, confirmed and ordered, and what arrives later than requested;"
                " for four weeks"
            )
        return _("Your stock against your customers' open orders, for four weeks")

    def views(self) -> Sequence[tuple[str, Any]]:
        is_buyer = self.side is Side.BUYER
        short = _("Later than requested") if is_buyer else _("Stock does not cover the orders")
        return [("all", _("All parts")), ("short", short)]

    def counts(self) -> Mapping[str, int]:
        return {"all": len(self._known), "short": len(self._short)}

    @cached_property
    def _known(self) -> list[dict[str, Any]]:
        """Every part that anything is known of."""
        is_buyer = self.side is Side.BUYER
        found: Mapping[int, Any] = supply.outlooks() if is_buyer else supply.commitments()
        row_of: Any = pages.outlook_row if is_buyer else pages.commitment_row
        parts = {part.pk: part for part in masterdata.partner_parts().filter(pk__in=found)}
        return [row_of(item, parts[pk]) for pk, item in found.items() if pk in parts]

    @cached_property
    def _short(self) -> list[dict[str, Any]]:
        return [row for row in self._known if row["behind_in_days"] is not None]

    def items(self) -> Sequence[Any]:
        return self._short if self.view == "short" else self._known

    def keeps(self, row: Any, asked: Mapping[str, Any]) -> bool:
        part, start = row["part"], asked.get("part", "").lower()
        if "partner" in asked and self._partner(row).pk != int(asked["partner"]):
            return False
        return any(code.lower().startswith(start) for code in (part.buyer_number, part.supplier_number))

    def key(self, row: Any) -> int:
        return row["part"].pk

    def _partner(self, row: Any) -> Any:
        return row["part"].supplier if self.side is Side.BUYER else row["part"].buyer

    @property
    def nothing(self) -> Any:
        if self.narrowed:
            return super().nothing
        is_buyer, is_short = self.side is Side.BUYER, self.view == "short"
        if is_short and is_buyer:
            return _("No open order is promised later than requested.")
        if is_short:
            return _("No part whose stock you counted falls short of its open orders.")
        if is_buyer:
            return _("Nothing to show: no stock is counted and no order is open.")
        return _(
            "Nothing to show: you have counted no stock, and no customer has an open order with you. Your customers' stock"
            " and demand are not shared."
        )

    def columns(self) -> Sequence[Column]:
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
            sort="part.supplier.name" if self.side is Side.BUYER else "part.buyer.name",
        )
        stock = custom("stock", _("Available"), _stock, STOCK, css="num")
        amount = partial(quantity, unit="part.unit", unit_label=_("Unit"))
        if self.side is Side.SUPPLIER:
            return (
                part,
                partner,
                stock,
                amount("to_ship", _("To ship"), "item.to_ship", sort="item.to_ship"),
                custom("cover", _("Days of supply"), lambda row: row["cover"], COVER, css="num"),
                states("behind", _("Status"), lambda row: [row["state"]], sort="behind_in_days"),
            )
        return (
            part,
            partner,
            stock,
            amount("shipped", _("On its way"), "shipped", sort="shipped"),
            amount("confirmed", _("Confirmed"), "confirmed", sort="confirmed"),
            amount("ordered", _("Not confirmed"), "ordered", sort="ordered"),
            custom("gap", _("Later than requested"), _gap, GAP, css="num", sort="item.gap"),
            states("behind", _("Behind from"), _behind, sort="behind_in_days"),
        )


STOCK = (
    Value(gettext_lazy("Available"), lambda row: row["item"].stock if row["item"].as_of else None, "number"),
    Value(gettext_lazy("As of"), lambda row: row["item"].as_of, "moment"),
)
COVER = (Value(gettext_lazy("Days of supply"), lambda row: "" if row["cover"] == "—" else row["cover"]),)
GAP = (
    Value(gettext_lazy("Later than requested"), lambda row: row["item"].gap or None, "number"),
    Value(gettext_lazy("Order"), lambda row: row["item"].late[0].order_number if row["item"].gap else ""),
)


def _stock(row: dict[str, Any]) -> SafeString:
    item = row["item"]
    if not item.as_of:
        return format_html("—<small>{}</small>", _("never counted"))
    tone = "t-warn" if item.is_stale else ""
    amount, unit = quantity_text(item.stock), unit_text(row["part"].unit)
    return format_html('{} <small class="{}">{} · {}</small>', amount, tone, unit, ago(item.as_of))


def _gap(row: dict[str, Any]) -> SafeString | str:
    if not row["item"].gap:
        return ""
    first = row["item"].late[0]
    to = reverse("orders:order", args=[first.order_id])
    return format_html(
        '{} <small class="mono"><a href="{}">{}</a></small>', quantity_text(row["item"].gap), to, first.order_number
    )


def _behind(row: dict[str, Any]) -> list[tuple[Any, str, str]]:
    words, icon, tone = row["state"]
    return [(row["words"] or words, icon, tone)]


# Scorecards
