"""A delivery that has left is cancelled until it arrives, and the stock that its departure took comes back."""

from decimal import Decimal

import pytest

from apps.deliveries import services
from apps.deliveries.exceptions import WrongShipmentState
from apps.events.models import DomainEvent
from apps.inventory import services as inventory
from apps.inventory.models import StockBalance, StockMovement
from tests.at_once import in_parallel
from tests.chain import announced, confirmed, schedule_of
from tests.world import as_person, in_days


def count(world, *heaps):
    with as_person(world, "supplier"):
        counted = [inventory.Counted(world.part.pk, Decimal(quantity), lot=lot) for lot, quantity in heaps]
        inventory.count_stock(site_id=world.supplier_site.pk, counted=counted)


def departed(world, quantity=60):
    order = confirmed(world)
    shipment = announced(world, order, quantity=quantity)
    with as_person(world, "supplier"):
        services.depart(shipment_id=shipment.pk)
    return order, shipment


def cancel(world, shipment, who="supplier"):
    with as_person(world, who):
        return services.cancel_shipment(shipment_id=shipment.pk)


def stock(world):
    with as_person(world, "supplier"):
        return dict(StockBalance.objects.order_by("lot").values_list("lot", "quantity"))


@pytest.mark.parametrize(
    ("heaps", "gone"),
    [
        ({"L1": 150, "L2": 40}, {"L1": 90, "L2": 40}),
        ({"L1": 25}, {"L1": 0}),  # less was kept than left: no more comes back than was taken
        ({"L9": 500}, {"L9": 500}),
        ({}, {}),
    ],
)
def test_a_delivery_cancelled_after_its_departure_gives_back_what_the_departure_took(world, heaps, gone):
    count(world, *heaps.items())
    order, shipment = departed(world)
    assert stock(world) == gone
    assert cancel(world, shipment).status == "cancelled"
    assert stock(world) == heaps
    with as_person(world, "supplier"):
        moves = StockMovement.objects.filter(reference=shipment.number).order_by("pk")
        taken = [(m.site_id, m.lot, m.status, -m.quantity) for m in moves if m.kind == "issue"]
        assert [(m.site_id, m.lot, m.status, m.quantity) for m in moves if m.kind == "reversal"] == taken
        assert [line.shipped_quantity for line in schedule_of(order)] == [0]
    with as_person(world, "buyer"):
        assert not StockMovement.objects.exists()
        assert DomainEvent.objects.filter(event="delivery.cancelled", label=shipment.number).exists()


def test_what_comes_back_may_leave_again_with_another_delivery(world):
    count(world, ("L1", 60))
    order, shipment = departed(world)
    cancel(world, shipment)
    again = announced(world, order, quantity=60)
    with as_person(world, "supplier"):
        services.depart(shipment_id=again.pk)
    assert stock(world) == {"L1": 0}
    cancel(world, again)
    assert stock(world) == {"L1": 60}


def test_a_number_used_again_gives_back_what_its_present_delivery_took_alone(world):
    count(world, ("L1", 60), ("L2", 40))
    order = confirmed(world)
    for lot, took in (("L1", 60), ("L2", 40), ("L1", 60)):
        with as_person(world, "supplier"):
            lines = [services.Shipped(schedule_of(order)[0].pk, Decimal(took), lot)]
            shipment = services.announce_shipment(lines=lines, planned_arrival_on=in_days(2), number="DN-1")
            services.depart(shipment_id=shipment.pk)
        assert stock(world) == {"L1": 60, "L2": 40} | {lot: 0}
        cancel(world, shipment)
        assert stock(world) == {"L1": 60, "L2": 40}


def test_a_cancelled_delivery_gives_nothing_back_twice(world):
    count(world, ("L1", 60))
    _order, shipment = departed(world)
    cancel(world, shipment)
    with pytest.raises(WrongShipmentState):
        cancel(world, shipment)
    assert stock(world) == {"L1": 60}


def test_a_delivery_cancelled_before_it_left_moves_no_stock(world):
    count(world, ("L1", 60))
    cancel(world, announced(world, confirmed(world), quantity=60))
    with as_person(world, "supplier"):
        assert set(StockMovement.objects.values_list("kind", flat=True)) == {"count"}


def test_what_stands_at_the_gate_is_not_cancelled(world):
    count(world, ("L1", 60))
    _order, shipment = departed(world)
    with as_person(world, "buyer"):
        services.arrive(shipment_id=shipment.pk)
    with pytest.raises(WrongShipmentState):
        cancel(world, shipment)
    assert stock(world) == {"L1": 0}


def test_a_delivery_cancelled_and_received_at_the_same_moment_is_one_of_both(world, committed):
    count(world, ("L1", 60))
    _order, shipment = departed(world)

    def receive():
        with as_person(world, "receiver"):
            return services.receive_shipment(shipment_id=shipment.pk)

    results = in_parallel(lambda: cancel(world, shipment), receive)
    assert sum(isinstance(result, WrongShipmentState) for result in results) == 1
    assert stock(world) == {"L1": 60 if isinstance(results[1], WrongShipmentState) else 0}


def test_the_page_offers_it_on_the_way_and_says_that_stock_comes_back(world, client_of):
    _order, shipment = departed(world)
    client, path = client_of("supplier"), f"/deliveries/{shipment.pk}/"
    page = client.get(path).content.decode()
    dialog = page[page.index('<dialog id="cancel"') :].split("</dialog>")[0]
    assert "comes back to where it was" in dialog
    assert "It has left" not in page
    assert "/cancel/" not in client_of("buyer").get(path).content.decode()
    client.post(f"{path}cancel/")
    assert '<dialog id="cancel"' not in client.get(path).content.decode()
