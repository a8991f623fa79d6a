"""Shipment notices that come in by a supplier's table: a row a line of a delivery and a lot."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from apps.common.errors import DomainError, raise_all
from apps.common.incoming import Entry, Field, Incoming, Standing, Values, places, words
from apps.common.units import in_unit, other_unit
from apps.masterdata.incoming import LOT, NUMBER, UNIT
from apps.orders.incoming import LINE, NOTE, ORDER_NUMBER
from apps.orders.incoming_answers import CONFIRMED_DAY, CUSTOMER
from apps.orders.incoming_found import find_items, unknown
from apps.orders.incoming_lines import lock_orders
from apps.orders.models import PurchaseOrder, ScheduleLine
from apps.tenancy.roles import Side

from .exceptions import AnnouncedAlready, NoneCancelled, OtherInDelivery
from .models import ShipmentLine, ShipmentNotice
from .services import Shipped, announce_shipment, cancel_shipment
from .statuses import EXPECTED, ShipmentStatus

DELIVERY = words(
    """
    납품번호 납품 납품서번호 출하번호 거래명세서번호 asn asnnumber deliverynote deliverynotenumber deliverynumber delivery
    shipment shipmentnumber lieferschein lieferscheinnummer desadv
    """
)
SHIPPED = words("납품수량 출하수량 수량 quantity qty shippedquantity deliveredquantity menge liefermenge")
ARRIVAL = words("도착예정일 도착일 입고예정일 납품일 납품예정일 arrival eta arrivaldate plannedarrival ankunft")
DEPARTURE = words("출하일 출발일 출발예정일 출하예정일 departure etd departuredate shipdate shippingdate abfahrt")


class DeliveryRows(Incoming):
    """Found again by the delivery's number, the order line and the lot. What is announced is not changed, only cancelled."""

    name = "deliveries"
    history = "deliveries.ShipmentNotice"
    url_name = "deliveries:list"
    label = _("Deliveries")
    act = "ship"
    fields = (
        Field(
            "number",
            _("Delivery note number"),
            words=DELIVERY,
            is_required=True,
            text="code",
            max_length=40,
            is_compared=False,
        ),
        Field("customer", _("Customer"), words=CUSTOMER, of="customer", is_compared=False),
        Field(
            "order", _("Order number"), words=ORDER_NUMBER, is_required=True, text="code", max_length=40, is_compared=False
        ),
        Field("line", _("Line"), words=LINE, text="code", max_length=20, is_compared=False),
        Field("part", _("Part number"), words=NUMBER, of="part", text="code", max_length=60, is_compared=False),
        Field("confirmed_date", _("Confirmed date"), "date", words=CONFIRMED_DAY, is_compared=False),
        Field("quantity", _("Quantity"), "number", words=SHIPPED, is_required=True, is_above=True),
        Field("unit", _("Unit"), words=UNIT, of="unit", is_compared=False),
        Field("lot", _("Lot"), words=LOT, text="code", max_length=60),
        Field("packages", _("Packages"), "number", words=words("포장수 박스수 packages boxes cartons"), places=0),
        Field("departure", _("Departure"), "date", words=DEPARTURE),
        Field("arrival", _("Arrival"), "date", words=ARRIVAL, is_required=True),
        Field("carrier", _("Carrier"), words=words("운송사 운송업체 택배사 carrier forwarder spediteur"), max_length=80),
        Field(
            "tracking",
            _("Tracking number"),
            words=words("운송장번호 송장번호 trackingnumber tracking waybill"),
            text="code",
            max_length=80,
        ),
        Field("note", _("Note"), words=NOTE, text="note", max_length=500),
        Field("state", _("Status"), words=("상태", "납품상태"), is_compared=False),
    )

    def key(self, values: Values) -> Hashable:
        return self.group(values), values["item"], values.get("lot") or ""

    def group(self, values: Values) -> Hashable:
        """A cancelled delivery gave its number back: it is another one than what stands under that number now."""
        return values["number"].casefold(), _is_cancelled(values)

    def same(self, values: Values) -> Hashable:
        of = (self.group(values), values["order"].casefold(), values.get("customer"))
        return *of, values.get("line"), values.get("part"), values.get("confirmed_date"), values.get("lot")

    def numbered(self, rows: Iterable[dict[str, Any]]) -> None:
        """Which schedule line a row ships, in its order's unit; two statements."""
        given = list(rows)
        there: dict[Hashable, set[int]] = defaultdict(set)
        for line in _announced(given):
            there[self.group(_values(line))].add(line.schedule_line_id)

        def fits(item: ScheduleLine, row: Values) -> bool:
            """Of a split line the part for that day, or the one that stands in the delivery already."""
            if row.get("confirmed_date"):
                return bool(item.confirmed_date == row["confirmed_date"])
            return item.pk in there[self.group(row)]

        find_items(given, "order", fits)
        for row in given:
            in_unit(row, row["of_unit"], "quantity")

    def standing(self, rows: Sequence[Values]) -> dict[Hashable, Standing]:
        found = {}
        for line in _announced(rows):
            values = _values(line)
            version = f"{line.shipment_id}|{line.shipment.status}|{line.quantity.normalize():f}"
            found[self.key(values)] = Standing(line.shipment_id, values, version)
        return found

    def lock(self, standing: Sequence[Standing]) -> None:
        of = ShipmentLine.objects.filter(shipment__in=[one.id for one in standing]).values("order_id")
        lock_orders(PurchaseOrder.objects.filter(pk__in=of))

    def missing(self, rows: Sequence[Values], standing: Mapping[Hashable, Standing]) -> list[tuple[Values, Standing]]:
        given, groups = {self.key(row) for row in rows}, {self.group(row) for row in rows}
        return [(one.values, one) for key, one in standing.items() if key not in given and self.group(one.values) in groups]

    def every(self, most: int | None = None) -> Iterable[Values]:
        """Lines of what is expected at customers."""
        return map(_values, _lines().filter(shipment__status__in=EXPECTED).order_by("shipment_id", "position")[:most])

    def write(self, entries: Sequence[Entry], *, is_confirmed: bool) -> None:
        raise_all(_faults(entries))
        if any(entry.standing for entry in entries):
            place = next((n for n, entry in enumerate(entries) if self._differs(entry)), 0)
            raise AnnouncedAlready(place=f"rows[{place}].number", value=entries[place].values["number"])
        first = {name: _head(entries, name) for name in HEAD}
        lines = [
            Shipped(
                entry.values["item"],
                entry.values["quantity"],
                entry.values.get("lot") or "",
                int(entry.values.get("packages") or 0),
            )
            for entry in entries
        ]
        with places(range(len(entries)), NAMES):
            announce_shipment(
                lines=lines,
                planned_arrival_on=first["arrival"],
                planned_departure_on=first["departure"],
                number=entries[0].values["number"],
                carrier=first["carrier"] or "",
                tracking_number=first["tracking"] or "",
                note=first["note"] or "",
                is_confirmed=is_confirmed,
            )

    def _differs(self, entry: Entry) -> bool:
        """Whether a row says something else than what is announced; an empty cell says nothing."""
        if entry.standing is None:
            return True
        compared = [one.name for one in self.fields if one.is_compared]
        return any(entry.values.get(name) not in (None, entry.standing.values[name]) for name in compared)

    def take_back(self, entries: Sequence[tuple[Values | None, Standing]]) -> None:
        cancel_shipment(shipment_id=entries[0][1].id)


CANCELLED = words("취소 취소됨 cancelled canceled storniert")
HEAD = ("departure", "arrival", "carrier", "tracking", "note")  # of a delivery, not of its lines
NAMES = {
    "planned_arrival_on": "arrival",
    "planned_departure_on": "departure",
    "schedule_line": "line",
    "tracking_number": "tracking",
    "lines": "number",
}


def _lines() -> Any:
    rows = ShipmentLine.objects.on_side(Side.SUPPLIER).select_related(
        "shipment", "schedule_line__line", "order__buyer", "partner_part"
    )
    return rows.annotate(package_count=Count("packages"))


def either_case(numbers: set[str]) -> set[str]:
    """As they were typed, and as numbers are given here."""
    return numbers | {number.upper() for number in numbers}


def _is_cancelled(values: Values) -> bool:
    return (values.get("state") or "").casefold() in CANCELLED


def _announced(rows: Sequence[Values]) -> Any:
    """Lines that stand under the rows' numbers; a delivery that was cancelled is meant by rows alone that say so."""
    numbers = either_case({row["number"] for row in rows})
    cancelled = either_case({row["number"] for row in rows if _is_cancelled(row)})
    is_live = ~Q(shipment__status=ShipmentStatus.CANCELLED)
    found = _lines().filter(is_live | Q(shipment__number__in=cancelled), shipment__number__in=numbers)
    return found.order_by("shipment_id", "position")


def _head(entries: Sequence[Entry], name: str) -> Any:
    """What the rows of a delivery say of it as a whole."""
    return next((entry.values[name] for entry in entries if entry.values.get(name)), None)


def _faults(entries: Sequence[Entry]) -> Iterator[DomainError]:
    """What a row calls cancelled and nobody announced, names and nobody finds, counts in a unit of another kind, or says
    otherwise than the rows before it."""
    for place, entry in enumerate(entries):
        values = entry.values
        if entry.standing is None and _is_cancelled(values):
            yield NoneCancelled(place=f"rows[{place}].state", value=values["state"])
            continue
        if not values["item"]:
            yield unknown(values, place, "order")
        elif values.get("unit") and values["unit"] != values["of_unit"]:
            yield other_unit(values["unit"], values["of_unit"], place=f"rows[{place}].unit")
        for name in HEAD:
            if values.get(name) and values[name] != _head(entries, name):
                yield OtherInDelivery(place=f"rows[{place}].{name}", value=values[name])


def _values(line: Any) -> dict[str, Any]:
    shipment: ShipmentNotice = line.shipment
    return {
        "number": shipment.number,
        "customer": line.order.buyer.legal_name,
        "order": line.order.number,
        "line": str(line.schedule_line.line.position),
        "part": line.partner_part.buyer_number,
        "confirmed_date": line.schedule_line.confirmed_date,
        "quantity": line.quantity,
        "unit": line.unit,
        "lot": line.lot or None,
        "packages": Decimal(line.package_count),
        "departure": shipment.planned_departure_on,
        "arrival": shipment.planned_arrival_on,
        "carrier": shipment.carrier or None,
        "tracking": shipment.tracking_number or None,
        "note": shipment.note or None,
        "state": "cancelled" if shipment.status == ShipmentStatus.CANCELLED else None,
        "item": line.schedule_line_id,
    }
