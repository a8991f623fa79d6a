"""What rows of past deliveries are held against: partners, parts, sites, orders and deliveries that stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Max

from apps.common.incoming import Values
from apps.deliveries.incoming import either_case
from apps.deliveries.models import ShipmentNotice
from apps.masterdata.models import PartnerPart
from apps.orders import selectors as orders
from apps.orders.models import PurchaseOrder
from apps.tenancy import selectors as tenancy
from apps.tenancy.models import Site, TradingRelation
from apps.tenancy.roles import Side

from .numbering import paper
from .reading import spelled


@dataclass(frozen=True)
class Known:
    """Six statements, whatever the number of rows.

    Attributes:
        rows: what the file says.
    """

    rows: Sequence[Values]

    @cached_property
    def relations(self) -> dict[str, TradingRelation]:
        """By vendor code; one that has ended takes nothing more."""
        return {one.vendor_code: one for one in TradingRelation.objects.on_side(Side.BUYER).filter(ended_at=None)}

    @cached_property
    def parts(self) -> dict[tuple[int, str], PartnerPart]:
        numbers = either_case({row["part"] for row in self.rows})
        found = PartnerPart.objects.on_side(Side.BUYER).filter(buyer_number__in=numbers)
        return {(one.relation_id, one.buyer_number.casefold()): one for one in found}

    @cached_property
    def sites(self) -> dict[str, Site]:
        return {one.code: one for one in tenancy.own_sites() if one.receives}

    @cached_property
    def orders(self) -> dict[str, PurchaseOrder]:
        """The firm's own of these numbers, drafts too, with the position of their last line."""
        found = PurchaseOrder.objects.on_side(Side.BUYER).filter(number__in=spelled(self.rows))
        return {one.number.casefold(): one for one in found.annotate(last=Max("lines__position"))}

    @cached_property
    def papers(self) -> set[tuple[int, str]]:
        """Deliveries of before that stand: relation, number."""
        numbers = either_case({paper(row) for row in self.rows})
        found = ShipmentNotice.objects.on_side(Side.BUYER).filter(is_past=True, number__in=numbers)
        return {(relation, number.casefold()) for relation, number in found.values_list("relation_id", "number")}

    @cached_property
    def traded_since(self) -> dict[int, date]:
        """The day on which the first order was sent here, by relation."""
        return orders.first_sent({one.pk for row in self.rows if (one := self.relation(row))})

    def relation(self, row: Values) -> Any:
        return self.relations.get(row["partner"])

    def part(self, row: Values) -> PartnerPart | None:
        relation = self.relation(row)
        return self.parts.get((relation.pk, row["part"].casefold())) if relation else None

    def site(self, row: Values) -> Site | None:
        """The named one, else the only one at which goods arrive."""
        if row.get("site"):
            return self.sites.get(row["site"])
        return next(iter(self.sites.values())) if len(self.sites) == 1 else None

    @cached_property
    def spelling(self) -> dict[str, str]:
        """A number of an order or a delivery as it is written first: capitals and small letters are one."""
        found = {number: one.number for number, one in self.orders.items()}
        for row in self.rows:
            found.setdefault(row["number"].casefold(), row["number"])
        for row in self.rows:
            found.setdefault(f"of {row['partner']}: {paper(row)}".casefold(), paper(row))
        return found

    def order_number(self, row: Values) -> str:
        return self.spelling[row["number"].casefold()]

    def paper(self, row: Values) -> str:
        return self.spelling[f"of {row['partner']}: {paper(row)}".casefold()]

    def order(self, row: Values) -> PurchaseOrder | None:
        return self.orders.get(row["number"].casefold())

    def currency(self, row: Values) -> str:
        return str(row.get("currency") or self.relation(row).currency).upper()
