"""What orders show to the walks."""

from decimal import Decimal

from apps.orders import services
from apps.orders.models import TO_SHIP, ChangeRequest, PurchaseOrder, ScheduleLine
from tests.chain import confirmed, schedule_of
from tests.rooms import CLOSED, Shown, Spot
from tests.world import World, as_person, draft, in_days, published


def things(world: World) -> dict[str, int]:
    moving = confirmed(world, quantities=(100, 100))
    with as_person(world, "buyer"):
        ask = services.Change(schedule_of(moving)[0].pk, Decimal(90), in_days(12))
        services.request_changes(order_id=moving.pk, changes=[ask], reason="demand")
        change = ChangeRequest.objects.get().pk
    return {
        "orders": published(world).pk,
        "orders.*discard": draft(world).pk,
        r"^api/\^changes/": change,
        "<int:change_pk>": change,
    }


def spots() -> dict[str, Spot]:
    proposal = PurchaseOrder.objects.filter(status="change_proposed").order_by("pk")[0]
    waiting = PurchaseOrder.objects.filter(status="published").order_by("-pk")[0]
    asked = PurchaseOrder.objects.filter(open_change_side="supplier").order_by("pk")[0]
    changed = PurchaseOrder.objects.filter(open_change_side="buyer").order_by("pk")[0]
    to_ship = ScheduleLine.objects.filter(TO_SHIP).order_by("-pk")[0]
    return {
        "proposal": Spot(f"/orders/{proposal.pk}/"),
        "waiting": Spot(f"/orders/{waiting.pk}/", waiting.supplier_id),
        "revise": Spot(f"/orders/{proposal.pk}/revise/"),
        "change": Spot(f"/orders/{proposal.pk}/change/"),
        "asked": Spot(f"/orders/{asked.pk}/"),
        "counter": Spot(f"/orders/{changed.pk}/counter/", changed.supplier_id),
        "to-ship": Spot("/deliveries/new/", to_ship.supplier_id),
    }


SHOWN = Shown(
    things=things,
    fill=draft,
    spots=spots,
    screens=(
        ("orders", "buyer", "/orders/"),
        ("order-proposal", "buyer", "proposal"),
        ("order-answer", "seller", "waiting"),
        ("order-new", "buyer", "/orders/new/"),
        ("order-change", "buyer", "change"),
        ("order-asked", "buyer", "asked"),
        ("order-counter", "seller", "counter"),
        ("order-revise", "buyer", "revise"),
    ),
    empty={("history", "/orders/*"): CLOSED},
    texts={
        "orders_purchaseorder.open_change_side": "a side, or both; written by us",
    },
    listed={"orders": "/orders/"},
)
