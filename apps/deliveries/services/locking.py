"""What several acts on a delivery share: the lock, so that all take the same rows in the same order, and how it leaves."""

import json
from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connections
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from apps.tenancy.checks import require_side
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from ..exceptions import UnknownShipment
from ..models import GoodsReceiptLine, HandlingUnit, ShipmentLine, ShipmentNotice

# Both tables at once: a receipt has no statement to spare.
SAVE = """
    WITH priced AS (
        UPDATE deliveries_shipmentline l SET unit_price = g.unit_price, currency = g.currency
        FROM jsonb_to_recordset(%s) AS g(id bigint, unit_price numeric, currency varchar)
        WHERE l.id = g.id AND l.currency IS NULL
    )
    UPDATE deliveries_shipmentnotice SET status = %s, departed_at = %s, arrived_at = %s, received_at = %s WHERE id = %s
"""


def lock_shipment_lines(shipment_id: int, side: Side) -> dict[int, ShipmentLine]:
    """The lines of a shipment by id: shipment and orders locked, packages and earlier receipts beside them; one query.

    Raises:
        UnknownShipment: not visible in this scope. WrongSide: the scope is the other side's.
    """
    packages = HandlingUnit.objects.filter(line=OuterRef("pk")).order_by("pk")
    earlier = GoodsReceiptLine.objects.filter(shipment_line=OuterRef("pk"))
    rows = (
        ShipmentLine.objects.filter(shipment_id=shipment_id)
        .select_related("shipment__destination_site", "order", "partner_part")
        .annotate(
            packed=ArraySubquery(packages.values(json=JSONObject(id="pk", plate="plate", quantity="quantity"))),
            received=ArraySubquery(earlier.values(json=JSONObject(package="package_id", announced="announced_quantity"))),
        )
        .order_by("order_id", "position")
        .select_for_update(of=("shipment", "order"))
    )
    lines = {line.pk: line for line in rows}
    if not lines:
        raise UnknownShipment(place="shipment", value=shipment_id)
    require_side(next(iter(lines.values())), side)
    shipment = next(iter(lines.values())).shipment
    for line in lines.values():
        line.shipment = shipment
    return lines


def save_left(shipment: ShipmentNotice, lines: Iterable[ShipmentLine]) -> None:
    """Write the state and the moments of a locked delivery that has left, and on its lines what they cost then.

    One statement. A later price of the order is no price of what is gone.

    Args:
        lines: with their order and order line.
    """
    prices = [
        {"id": line.pk, "unit_price": line.schedule_line.line.unit_price, "currency": line.order.currency} for line in lines
    ]
    moments = (shipment.departed_at, shipment.arrived_at, shipment.received_at)
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute(SAVE, [json.dumps(prices, default=str), shipment.status, *moments, shipment.pk])
