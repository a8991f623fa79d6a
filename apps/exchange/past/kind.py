"""Past deliveries that come in by a buyer's table: a row a line of what was ordered, delivered and received."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.incoming import Entry, Field, Incoming, Standing, Values, words
from apps.deliveries.incoming import DELIVERY
from apps.masterdata.incoming import NAME, NUMBER, PARTNER, UNIT
from apps.orders.incoming import DUE, LINE, ORDER_NUMBER, QUANTITY, SITE
from apps.orders.incoming_lines import lock_orders
from apps.orders.models import PurchaseOrder
from apps.tenancy import selectors as tenancy

from . import numbering, reading, writing

PAPER = words("asndn 전표번호 입고번호 입고전표번호 납품전표번호")
RECEIVED_ON = words(
    """
    입고일 입고일자 입고날짜 실입고일 실제입고일 입고완료일 수령일 실납품일 실제납품일 received receivedon receiveddate
    receiptdate goodsreceiptdate actualdeliverydate delivereddate deliveredon deliveredtoclientdate wareneingang
    wareneingangsdatum
    """
)
ORDERED_ON = words("발주일 발주일자 주문일 주문일자 orderdate ordereddate orderedon podate posenttovendordate bestelldatum")
CARRIER = words("운송사 운송업체 운송수단 carrier forwarder spediteur shipmentmode transport")
CAME = words("입고수량 검수수량 납품수량 receivedquantity deliveredquantity wareneingangsmenge")
PRICE = words("단가 구매단가 매입단가 unitprice price preis packprice")


class PastDeliveryRows(Incoming):
    """Found again by order number, delivery number, part, and which of its lines of that part it is.

    What is known is changed by no table: a row that says it otherwise is wrong.
    """

    name = "past-deliveries"
    url_name = "deliveries:list"
    url_query = "?view=received"
    label = _("Past deliveries")
    act = "load_past"
    is_for_buyers = True
    at_once = 20_000
    makes = ("site", "part")
    fields = (
        Field(
            "number", _("Order number"), words=ORDER_NUMBER, is_required=True, text="code", max_length=40, is_compared=False
        ),
        Field("shipment", _("Delivery note number"), words=DELIVERY + PAPER, text="code", max_length=40, is_compared=False),
        Field("line", _("Line"), words=(*LINE, "id", "lineid"), text="code", max_length=20, is_compared=False),
        Field("partner", _("Supplier"), words=PARTNER, is_required=True, of="partner"),
        Field("part", _("Part number"), words=NUMBER, is_required=True, of="part", or_else="part_name", max_length=60),
        Field("part_name", _("Part name"), words=NAME, is_compared=False),
        Field("quantity", _("Received quantity"), "number", words=QUANTITY + CAME, is_required=True, is_above=True),
        Field("unit", _("Unit"), words=UNIT, of="unit"),
        Field("unit_price", _("Unit price"), "number", words=PRICE, places=4),
        Field("currency", _("Currency"), words=("통화", "화폐", "currency", "währung"), text="code", max_length=3),
        Field("order_date", _("Order date"), "date", words=ORDERED_ON, is_compared=False),
        Field("requested_date", _("Requested date"), "date", words=DUE, is_required=True),
        Field("received_on", _("Received on"), "date", words=RECEIVED_ON, is_required=True),
        Field("site", _("Receiving site"), words=SITE, of="site"),
        Field("carrier", _("Carrier"), words=CARRIER, max_length=80),
    )

    def key(self, values: Values) -> Hashable:
        return (*numbering.of_part(values), values["nth"])

    def group(self, values: Values) -> Hashable:
        """Orders that share a delivery, and deliveries that share an order, come in one act."""
        return values["of"]

    def groups(self, rows: Sequence[tuple[Values, frozenset[str]]], sound: Iterable[Values]) -> list[Hashable]:
        return numbering.groups_of_wrong([values for values, _wrong in rows], sound)

    def same(self, values: Values) -> Hashable:
        said = values.get("line") or (values["quantity"], values["requested_date"], values.get("unit_price"))
        return numbering.of_part(values), said

    def numbered(self, rows: Iterable[dict[str, Any]]) -> None:
        """Which line of its part a row is, and with which rows it comes in; one statement."""
        given = list(rows)
        numbering.number(given, reading.lines(reading.spelled(given)))
        numbering.join(given)

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        """One statement."""
        return reading.standing(reading.spelled(rows))

    def lock(self, standing: Sequence[Standing]) -> None:
        lock_orders(PurchaseOrder.objects.filter(pk__in={one.values["of_order"] for one in standing}))

    def every(self, most: int | None = None) -> Iterable[Values]:
        """All that was loaded so."""
        return reading.every(most)

    def needed(self, rows: Sequence[Values]) -> Collection[str]:
        """The site, where several receive and nothing of these orders is known."""
        if sum(site.receives for site in tenancy.own_sites()) < 2:
            return ()
        return () if PurchaseOrder.objects.filter(number__in=reading.spelled(rows)).exists() else ("site",)

    def needs(self, values: Values) -> tuple[str, str] | None:
        return (values["partner"], values["part"]) if values.get("partner") and values.get("part") else None

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        compared = [one.name for one in self.fields if one.is_compared]
        writing.write(entries, compared, is_confirmed=is_confirmed)

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        writing.take_out([standing.id for _before, standing in entries])
