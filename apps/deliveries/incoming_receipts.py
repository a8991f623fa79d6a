"""Receipts that come in by a buyer's table: a row a line of a delivery."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from apps.common.errors import raise_all
from apps.common.incoming import Entry, Field, Incoming, Standing, Values, places, words
from apps.masterdata.incoming import LOT, NUMBER, PARTNER
from apps.orders.incoming import LINE, NOTE, ORDER_NUMBER
from apps.tenancy.roles import Side

from .exceptions import NotInDelivery, ShortNotConfirmed
from .incoming import DELIVERY, either_case
from .models import GoodsReceiptLine, ShipmentLine
from .services import Received, receive_shipment
from .statuses import EXPECTED, ShipmentStatus

RECEIVED = words("입고수량 검수수량 수령수량 수량 receivedquantity received quantity qty goodquantity menge")
DAMAGED = words("파손수량 불량수량 반품수량 damaged damagedquantity damages beschädigt")


class ReceiptRows(Incoming):
    """Found again by the line of a delivery. A line of it that the file does not name stays expected."""

    name = "receipts"
    url_name = "deliveries:list"
    label = _("Receipts")
    act = "receive_goods"
    waiting_words = _("What is expected: loaded as it is, it is received in full.")
    undo_words = _(
        "A receipt has moved stock and orders of both firms, so it is not undone; count the stock if it is wrong."
    )
    fields = (
        Field("partner", _("Supplier"), words=PARTNER, of="partner", is_compared=False),
        Field(
            "number",
            _("Delivery note number"),
            words=DELIVERY,
            is_required=True,
            text="code",
            max_length=40,
            is_compared=False,
        ),
        Field("order", _("Order number"), words=ORDER_NUMBER, text="code", max_length=40, is_compared=False),
        Field("line", _("Line"), words=LINE, text="code", max_length=20, is_compared=False),
        Field(
            "part",
            _("Part number"),
            words=NUMBER,
            is_required=True,
            of="part",
            text="code",
            max_length=60,
            is_compared=False,
        ),
        Field("lot", _("Lot"), words=LOT, text="code", max_length=60, is_compared=False),
        Field("quantity", _("Received, undamaged"), "number", words=RECEIVED, is_required=True),
        Field("damaged", _("Damaged"), "number", words=DAMAGED),
        Field("note", _("Note"), words=NOTE, text="note", max_length=500, is_compared=False),
    )

    def key(self, values: Values) -> Hashable:
        return values["of_line"] or self.same(values)

    def group(self, values: Values) -> Hashable:
        return values["of_shipment"] or self.same(values)

    def same(self, values: Values) -> Hashable:
        named = tuple(values.get(name) for name in ("partner", "order", "line", "lot"))
        return values["number"].casefold(), values["part"].casefold(), named

    def numbered(self, rows: Iterable[dict[str, Any]]) -> None:
        """Which line of which delivery a row is of, 0 where none or several may be meant; one statement."""
        given = list(rows)
        by_number: dict[str, list[ShipmentLine]] = defaultdict(list)
        for line in _coming({row["number"] for row in given}):
            by_number[line.shipment.number.casefold()].append(line)
        for row in given:
            meant = [line for line in by_number[row["number"].casefold()] if _is_meant(line, row)]
            row["of_line"] = meant[0].pk if len(meant) == 1 else 0
            row["of_shipment"] = meant[0].shipment_id if len(meant) == 1 else 0

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        """What was received of the lines; one statement."""
        booked = GoodsReceiptLine.objects.filter(shipment_line__in=[row["of_line"] for row in rows if row["of_line"]])
        sums = booked.values("shipment_line").order_by().annotate(good=Sum("quantity"), bad=Sum("damaged_quantity"))
        return {
            row["shipment_line"]: Standing(
                row["shipment_line"],
                {"quantity": row["good"], "damaged": row["bad"], "of_line": row["shipment_line"]},
                f"{row['good']}|{row['bad']}",
            )
            for row in sums
        }

    def every(self, most: int | None = None) -> Iterable[Values]:
        """What is expected, as it was announced: received in full by loading it as it is."""
        rows = ShipmentLine.objects.on_side(Side.BUYER).filter(shipment__status__in=EXPECTED, receipt_lines=None)
        joined = rows.select_related("shipment", "order__relation", "schedule_line__line", "partner_part")
        for line in joined.order_by("shipment__planned_arrival_on", "shipment_id", "position")[:most]:
            yield {
                "partner": line.order.relation.vendor_code,
                "number": line.shipment.number,
                "order": line.order.number,
                "line": str(line.schedule_line.line.position),
                "part": line.partner_part.buyer_number,
                "lot": line.lot or None,
                "quantity": line.quantity,
            }

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        raise_all(
            NotInDelivery(place=f"rows[{place}].number", value=entry.values["number"])
            for place, entry in enumerate(entries)
            if not entry.values["of_line"]
        )
        new = [place for place, entry in enumerate(entries) if not _is_booked(entry)]
        if not new:
            return
        note = next((entries[place].values["note"] for place in new if entries[place].values.get("note")), "")
        received = [
            Received(
                entries[place].values["of_line"],
                entries[place].values["quantity"],
                entries[place].values.get("damaged") or Decimal(0),
            )
            for place in new
        ]
        if not is_confirmed:
            raise_all(_short(new, received))
        with places(new, {"shipment": "number", "shipment_line": "part"}):
            receive_shipment(
                shipment_id=entries[new[0]].values["of_shipment"],
                received=received,
                is_rest_missing=False,
                is_surplus_confirmed=is_confirmed,
                note=note,
            )


def _short(new: Sequence[int], received: Sequence[Received]) -> Iterator[ShortNotConfirmed]:
    """A question a row of which less came than was announced; one statement."""
    lines = ShipmentLine.objects.filter(pk__in=[row.shipment_line_id for row in received])
    announced = dict(lines.values_list("pk", "quantity"))
    for place, row in zip(new, received, strict=True):
        if row.quantity + row.damaged < announced[row.shipment_line_id]:
            value = f"{row.quantity + row.damaged} < {announced[row.shipment_line_id]}"
            yield ShortNotConfirmed(place=f"rows[{place}].quantity", value=value)


def _coming(numbers: set[str]) -> Any:
    rows = ShipmentLine.objects.on_side(Side.BUYER).filter(shipment__number__in=either_case(numbers))
    rows = rows.exclude(shipment__status=ShipmentStatus.CANCELLED).filter(shipment__is_past=False)
    return rows.select_related("shipment", "order__relation", "schedule_line__line", "partner_part").order_by("pk")


def _is_meant(line: ShipmentLine, row: Values) -> bool:
    told = {
        "partner": line.order.relation.vendor_code,
        "order": line.order.number.casefold(),
        "line": str(line.schedule_line.line.position),
        "lot": line.lot,
    }
    said = {
        "partner": row.get("partner"),
        "order": (row.get("order") or "").casefold(),
        "line": (row.get("line") or "").lstrip("0"),
        "lot": row.get("lot"),
    }
    is_part = line.partner_part.buyer_number.casefold() == row["part"].casefold()
    return is_part and all(not value or value == told[name] for name, value in said.items())


def _is_booked(entry: Entry) -> bool:
    stands, values = entry.standing, entry.values
    if stands is None:
        return False
    return values["quantity"] == stands.values["quantity"] and values.get("damaged") in (None, stands.values["damaged"])
