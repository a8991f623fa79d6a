"""Reads of deliveries."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db.models import Case, Count, Prefetch, Q, QuerySet, When
from django.utils import timezone

from apps.learning.selectors import lot_risks
from apps.orders.selectors import side_for_lists
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from .exceptions import UnknownShipment
from .models import GoodsReceiptLine, HandlingUnit, ShipmentLine, ShipmentNotice
from .statuses import EXPECTED, ShipmentStatus

LIST_ORDER = ("-planned_arrival_on", "-pk")
CANCELLED_LAST = Case(When(status=ShipmentStatus.CANCELLED, then=1), default=0)
AHEAD = ("expected", "today", "late")  # views of what is still to come: overdue first, then the next


def shipments(side: Side) -> QuerySet[ShipmentNotice]:
    """Deliveries of one side: a list walks one index; firms and sites come with `tenancy.selectors.with_firms`."""
    return ShipmentNotice.objects.on_side(side)


def all_shipments() -> QuerySet[ShipmentNotice]:
    return ShipmentNotice.objects.select_related("buyer", "supplier", "destination_site")


def views(today: date | None = None) -> dict[str, Q]:
    today = today or timezone.localdate()
    return {
        "expected": Q(status__in=EXPECTED),
        "today": Q(status__in=EXPECTED, planned_arrival_on=today),
        "late": Q(status__in=EXPECTED, planned_arrival_on__lt=today),
        "received": Q(status=ShipmentStatus.RECEIVED),
        "all": Q(),
    }


def lines_of(shipment_ids: Collection[int]) -> dict[int, list[ShipmentLine]]:
    """Lines of deliveries with their orders and parts, by delivery, as they stand in it; one statement."""
    rows = ShipmentLine.objects.filter(shipment__in=shipment_ids).annotate(package_count=Count("packages"))
    found: dict[int, list[ShipmentLine]] = {}
    for row in rows.select_related("partner_part", "order", "schedule_line__line").order_by("shipment_id", "position"):
        found.setdefault(row.shipment_id, []).append(row)
    return found


def counts(side: Side) -> dict[str, int]:
    """How many deliveries are expected, and how many of them today or before; one query."""
    conditions = {name: condition for name, condition in views().items() if name in AHEAD}
    rows = ShipmentNotice.objects.on_side(side).filter(status__in=EXPECTED)
    return rows.aggregate(**{name: Count("id", filter=condition) for name, condition in conditions.items()})


def badges() -> dict[str, int]:
    """The deliveries that a receiver should have by now."""
    if not {"view_orders", "receive_goods"} <= require_scope().acts:
        return {}
    expected = counts(side_for_lists())
    return {"expected": expected["today"] + expected["late"]}


def coming_of(schedule_line_ids: Collection[int]) -> dict[int, ShipmentNotice]:
    """What is announced or on its way of schedule lines and not received, by line: of several notices the first to come. One
    statement, none for no line."""
    return {pk: trips[0] for pk, trips in trips_of(schedule_line_ids).items()}


def trips_of(schedule_line_ids: Collection[int]) -> dict[int, list[ShipmentNotice]]:
    """The same with every notice of a line, the first to come first; one statement, none for no line."""
    rows = ShipmentLine.objects.filter(schedule_line__in=schedule_line_ids, shipment__status__in=EXPECTED)
    found: dict[int, list[ShipmentNotice]] = {}
    for row in rows.select_related("shipment").order_by("shipment__planned_arrival_on", "pk") if schedule_line_ids else ():
        found.setdefault(row.schedule_line_id, []).append(row.shipment)
    return found


def shipment(shipment_id: int) -> ShipmentNotice:
    """One delivery with its lines, packages and receipts; four queries however long it is.

    Raises:
        UnknownShipment: not visible in this scope.
    """
    found = all_shipments().select_related("origin_site").filter(pk=shipment_id).first()
    if found is None:
        raise UnknownShipment(place="shipment", value=shipment_id)
    receipts = GoodsReceiptLine.objects.select_related("receipt").order_by("pk")
    lines = (
        ShipmentLine.objects.filter(shipment=found)
        .select_related("partner_part", "order")
        .prefetch_related(
            Prefetch("packages", HandlingUnit.objects.order_by("pk"), "shown_packages"),
            Prefetch("receipt_lines", receipts, "shown_receipts"),
        )
    )
    found.shown_lines = list(lines.order_by("position"))
    for line in found.shown_lines:
        booked = sum((row.announced_quantity for row in line.shown_receipts), Decimal(0))
        line.missing_quantity = line.quantity - booked if found.status == ShipmentStatus.RECEIVED else Decimal(0)
        taken = {row.package_id for row in line.shown_receipts}
        whole = None in taken
        for package in line.shown_packages:
            package.is_received = whole or package.pk in taken
    return found


def prices_of_lines(found: ShipmentNotice) -> dict[int, tuple[Decimal | None, str]]:
    """Of each line of a delivery its unit price and currency; one statement. Of what has left they are those that it left
    with, whatever became of the order since; of what is only announced those of its order line now."""
    rows = ShipmentLine.objects.filter(shipment=found).values_list(
        *("pk", "unit_price", "currency", "schedule_line__line__unit_price", "order__currency")
    )
    return {pk: (kept, kept_in) if kept_in else (now, now_in) for pk, kept, kept_in, now, now_in in rows}


def with_risks(found: ShipmentNotice) -> ShipmentNotice:
    """The same delivery, its lines with what the factory's model said of their lots; one query."""
    risks = lot_risks((found.supplier_id, line.lot) for line in found.shown_lines)
    for line in found.shown_lines:
        line.shown_risk = risks.get((found.supplier_id, line.lot))
    return found


def find_by_label(text: str) -> ShipmentNotice | None:
    """The expected delivery of a scanned label: a licence plate, a delivery note number or a tracking number."""
    plate = text.strip().rpartition("=")[2]
    if not plate or len(plate) > 80 or "\x00" in plate:
        return None
    rows = shipments(Side.BUYER)
    found = rows.filter(packages__plate=plate).first()
    numbered = rows.filter(Q(number=plate) | Q(tracking_number=plate))
    return found or numbered.order_by(CANCELLED_LAST, *LIST_ORDER).first()
