"""Orders that come in by a table, as drafts of the buyer: a row a line, its head repeated."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.errors import DomainError, raise_all
from apps.common.incoming import Entry, Field, Incoming, Standing, Values, words
from apps.masterdata.incoming import NUMBER, PARTNER, UNIT
from apps.tenancy import selectors as tenancy
from apps.tenancy.roles import Side

from .exceptions import LineOpen
from .incoming_batch import Batch, take_back
from .incoming_lines import OPEN, by_order, is_new, join_notes, line_place, lock_orders, number_lines
from .incoming_stood import stood, stood_under, version_of
from .models import PurchaseOrder, ScheduleLine
from .statuses import Collaboration

ORDER_NUMBER = words(
    """
    발주번호 발주 주문번호 구매오더 ponumber pono po poso order ordernumber orderno bestellnummer bestellungnr
    purchaseorder customerordernumber 구매발주번호 발주서번호
    """
)
LINE = words(
    """
    행 행번호 항번 순번 항목 line pos position linenumber lineno orderlinenumber polinenumber bestellungpos
    customerpositionid
    """
)
QUANTITY = words("수량 발주수량 주문수량 quantity qty menge mengebestellt orderquantity lineitemquantity orderedquantity")
DUE = words(
    """
    납기일 납기 납기일자 납품요청일 요청납기 요청일 duedate due requesteddate requestdate deliverydate
    liefertermin terminwunsch scheduleddeliverydate needbydate requested
    """
)
SITE = words(
    "사업장 납품처 납품장소 입고장소 인도장소 입고처 플랜트 site plant werk receivingsite 공장 입고사업장 deliverto"
)
NOTE = words("비고 메모 적요 note remark remarks bemerkung comment notes reasoncomment")


class OrderRows(Incoming):
    """Lines of orders, found again by the order's number, the part, and which of its lines of that part it is."""

    name = "orders"
    history = "orders.ScheduleLine"
    url_name = "orders:list"
    url_query = "?view=draft"
    loaded_words = _("Orders that are still drafts reach their suppliers once you send them.")
    next_act = "publish"
    gives_way = ("site",)
    label = _("Orders")
    act = "draft_order"
    at_once = 5000
    fields = (
        Field("number", _("Order number"), words=ORDER_NUMBER, is_required=True, text="code", max_length=40),
        Field("line", _("Line"), words=LINE, text="code", max_length=20, is_compared=False),
        Field("partner", _("Supplier"), words=PARTNER, is_required=True, of="partner"),
        Field("part", _("Part number"), words=NUMBER, is_required=True, of="part", text="code", max_length=60),
        Field("quantity", _("Quantity"), "number", words=QUANTITY, is_required=True, is_above=True),
        Field("unit", _("Unit"), words=UNIT, of="unit"),
        Field("unit_price", _("Unit price"), "number", words=("단가", "unitprice", "price", "preis", "packprice"), places=4),
        Field("currency", _("Currency"), words=("통화", "화폐", "currency", "währung"), text="code", max_length=3),
        Field("requested_date", _("Requested date"), "date", words=DUE, is_required=True),
        Field("site", _("Receiving site"), words=SITE, of="site"),
        Field("note", _("Note to the supplier"), words=NOTE, text="note", max_length=500),
    )

    def key(self, values: Values) -> Hashable:
        return (*self.group(values), values["part"].casefold(), values["nth"])

    def group(self, values: Values) -> tuple[str]:
        return (values["number"].casefold(),)

    def same(self, values: Values) -> Hashable:
        told = values.get("line")
        line = told.lstrip("0") if told else f"#{values['quantity']}"
        return self.group(values), line, values["part"].casefold(), values["requested_date"]

    def numbered(self, rows: Iterable[dict[str, Any]]) -> None:
        """Which line of its part a row is, and what is noted on its order; one statement."""
        orders = by_order(rows, self.group)
        stands: dict[Hashable, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        alike: dict[Hashable, list[int]] = defaultdict(list)
        sites: dict[Hashable, str] = {}
        for item in stood_under(
            {number for _key, of in orders for row in of for number in (row["number"], row["number"].upper())}
        ):
            told = item.values
            place, part = self.group(told), told["part"].casefold()
            sites[place] = told["site"]
            stands[place][part].append(int(told["line"]))
            alike[(*place, part, told["quantity"], told["requested_date"])].append(int(told["line"]))
        for key, of_order in orders:
            for row in of_order:
                if "site" in row.pop("by_constant", ()):
                    row["site"] = sites.get(key, row["site"])
            for row in filter(is_new, of_order):  # the same file once more adds no line once more
                said = row["number"].casefold(), row["part"].casefold(), row["quantity"], row["requested_date"]
                row["line"] = str(alike[said].pop(0)) if alike[said] else row["line"]
            number_lines(of_order, stands[key])
            join_notes(of_order)

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        numbers = {number for row in rows for number in (row["number"], row["number"].upper())}
        counted: dict[Hashable, int] = defaultdict(int)
        found = {}
        for item in stood_under(numbers):
            of_part = (self.group(item.values), item.values["part"].casefold())
            values = item.values | {"nth": counted[of_part]}
            counted[of_part] += 1
            found[self.key(values)] = Standing(item.id, values, version_of(item))
        return found

    def lock(self, standing: Sequence[Standing]) -> None:
        """Their orders, as every act on an order does first."""
        of = ScheduleLine.objects.on_side(Side.BUYER).filter(pk__in=[one.id for one in standing]).values("order_id")
        lock_orders(PurchaseOrder.objects.filter(pk__in=of))

    def every(self, most: int | None = None) -> Iterable[Values]:
        """Lines of drafts and of orders that are open still."""
        rows = ScheduleLine.objects.on_side(Side.BUYER).filter(order__due_date__isnull=False)
        return (item.values for item in stood(rows.order_by("order__number", "line__position", "sequence")[:most]))

    def missing(self, rows: Sequence[Values], standing: Mapping[Hashable, Standing]) -> list[tuple[Values, Standing]]:
        given = {self.key(row) for row in rows}
        return [(one.values, one) for key, one in standing.items() if key not in given]

    def needed(self, rows: Sequence[Values]) -> Collection[str]:
        """The site, where several receive and an order is new: one that stands keeps its own."""
        if sum(site.receives for site in tenancy.own_sites()) < 2:
            return ()
        numbers = {number for row in rows for number in (row["number"], row["number"].upper())}
        stands = {self.group(item.values) for item in stood_under(numbers)}
        return () if rows and all(self.group(row) in stands for row in rows) else ("site",)

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> dict[int, str]:
        """New orders together, those that stand one by one."""
        batch = Batch(entries, is_confirmed)
        errors: list[DomainError] = []
        for rows in self._by_order(entry.values for entry in entries):
            try:
                self._write_one(batch, rows)
            except DomainError as error:
                errors += [error, *error.others]
        raise_all(errors)
        return batch.save()

    def _by_order(self, values: Iterable[Values]) -> Iterable[list[int]]:
        """Places of the rows of each order, by their lines."""
        found: dict[Hashable, list[int]] = defaultdict(list)
        told = list(values)
        for place, row in enumerate(told):
            found[self.group(row)].append(place)
        return [sorted(rows, key=lambda place: line_place(told[place])) for rows in found.values()]

    def _write_one(self, batch: Batch, rows: list[int]) -> None:
        values = [batch.entries[place].values for place in rows]
        raise_all(
            LineOpen(place=f"rows[{place}].line", value=row.get("line"))
            for place, row in zip(rows, values, strict=True)
            if row["nth"] == OPEN
        )
        if items := batch.stands(values[0]["number"]):  # also where all rows are new lines of it
            batch.rewrite(rows, items)
        else:
            batch.draft(rows)

    def left_to_do(self, rows: Sequence[Values]) -> list[int]:
        """Those that are drafts still."""
        numbers = {number for row in rows for number in (row["number"], row["number"].upper())}
        orders = PurchaseOrder.objects.on_side(Side.BUYER).filter(number__in=numbers, status=Collaboration.DRAFT)
        return list(orders.order_by("pk").values_list("pk", flat=True))

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        for rows in self._by_order(standing.values for _values, standing in entries):
            take_back([entries[place] for place in rows])
