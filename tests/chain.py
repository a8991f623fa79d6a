"""The chain in one line a step, for tests that start in its middle."""

from datetime import date
from decimal import Decimal

from apps.deliveries import services as deliveries
from apps.orders import services as orders
from apps.orders.models import ScheduleLine
from apps.quality import services as quality
from apps.quality.models import InspectionLot
from tests.rooms import shown
from tests.world import World, as_person, in_days, published


def schedule_of(order) -> list[ScheduleLine]:
    return list(ScheduleLine.objects.filter(order_id=order.pk).order_by("pk"))


def confirmed(world: World, *, on: date | None = None, **options):
    """A published order that the supplier has confirmed as requested, or for another day."""
    order = published(world, **options)
    with as_person(world, "supplier"):
        answers = [
            orders.Answer(
                line.pk, [orders.Part(line.requested_quantity, on or line.requested_date)], "material" if on else ""
            )
            for line in schedule_of(order)
        ]
        order = orders.answer_order(order_id=order.pk, answers=answers)
    if order.status == "change_proposed":
        with as_person(world, "buyer"):
            order = orders.accept_proposals(order_id=order.pk)
    return order


def announced(world: World, order, *, quantity=None, packages: int = 0, lot: str = "L1", days: int = 2):
    """A shipment notice over all lines of an order, each in full or with the same quantity."""
    with as_person(world, "supplier"):
        lines = [
            deliveries.Shipped(line.pk, Decimal(quantity or line.confirmed_quantity), lot, packages)
            for line in schedule_of(order)
        ]
        return deliveries.announce_shipment(lines=lines, planned_arrival_on=in_days(days))


def received(world: World, shipment, **options):
    with as_person(world, "receiver"):
        return deliveries.receive_shipment(shipment_id=shipment.pk, **options)


def decided(world: World, receipt, *decisions):
    """Decide the receipt's only lot: `("accepted", 90), ("rejected", 10)`."""
    with as_person(world, "inspector"):
        lot = InspectionLot.objects.get(receipt=receipt)
        items = [quality.Decided(name, Decimal(n), "" if name == "accepted" else "surface") for name, n in decisions]
        return quality.decide(lot_id=lot.pk, decided=items)


def whole(world: World):
    """One order that has been through everything, so that every shared table holds a row of its relation."""
    order = confirmed(world)
    receipt = received(world, announced(world, order, quantity=60, packages=2), is_rest_missing=True)
    with as_person(world, "inspector"):
        for lot in InspectionLot.objects.filter(receipt=receipt):
            quality.decide(lot_id=lot.pk, decided=[quality.Decided("rejected", lot.quantity, "surface")])
    with as_person(world, "buyer"):
        change = orders.Change(schedule_of(order)[0].pk, Decimal(90), in_days(12))
        orders.request_changes(order_id=order.pk, changes=[change], reason="demand")
    for room in shown():
        room.whole(world)
    return order
