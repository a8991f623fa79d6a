"""What deliveries show to the walks."""

from apps.deliveries.models import ShipmentNotice
from tests.chain import announced, confirmed
from tests.rooms import CLOSED, Shown, Spot
from tests.world import World


def things(world: World) -> dict[str, int]:
    shipment = announced(world, confirmed(world, quantities=(100, 100)), quantity=50).pk
    return {"deliveries": shipment, "shipments": shipment}


def spots() -> dict[str, Spot]:
    moving = ShipmentNotice.objects.filter(status="departed").order_by("-pk")[0]
    sent = ShipmentNotice.objects.filter(status="announced").order_by("-pk")[0]
    return {
        "receive": Spot(f"/deliveries/{moving.pk}/"),
        "sent": Spot(f"/deliveries/{sent.pk}/", sent.supplier_id),
    }


SHOWN = Shown(
    things=things,
    spots=spots,
    screens=(
        ("deliveries", "receiver", "/deliveries/"),
        ("delivery-receive", "receiver", "receive"),
        ("delivery", "seller", "sent"),
        ("delivery-new", "seller", "to-ship"),
        ("delivery-calendar", "daesung", "/deliveries/calendar/"),
    ),
    lists=(("/api/shipments/", 1),),
    pages=(("/deliveries/?view=all", 8),),
    empty={("history", "/deliveries/*"): CLOSED},
    listed={"deliveries": "/deliveries/?view=all"},
)
