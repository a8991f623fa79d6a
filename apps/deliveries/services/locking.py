"""The lock that receiving and cancelling share, so that both take the same rows in the same order."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from apps.tenancy.checks import require_side
from apps.tenancy.roles import Side

from ..exceptions import UnknownShipment
from ..models import GoodsReceiptLine, HandlingUnit, ShipmentLine


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
