"""Two receivers at once: what one has booked the other sees, however close together they press."""

from decimal import Decimal

import pytest

from apps.deliveries import services
from apps.deliveries.exceptions import ReceivedTwice
from apps.deliveries.models import GoodsReceiptLine, HandlingUnit, ShipmentLine, ShipmentNotice
from tests.at_once import in_parallel
from tests.chain import announced, confirmed, received, schedule_of
from tests.world import as_person


def book(world, shipment, line, quantity, *, package=None, rest_later=True):
    entry = services.Received(line.pk, Decimal(quantity), package_id=package.pk if package else None)
    return lambda: received(world, shipment, received=[entry], is_rest_missing=not rest_later)


@pytest.mark.parametrize("packages", [0, 1])
def test_the_same_goods_are_booked_once(committed, world, packages):
    order = confirmed(world, quantities=(100, 40))
    shipment = announced(world, order, packages=packages)
    with as_person(world, "receiver"):
        line = ShipmentLine.objects.order_by("position")[0]
        package = HandlingUnit.objects.order_by("pk")[0] if packages else None
    results = in_parallel(*[book(world, shipment, line, 100, package=package)] * 4)
    assert sum(isinstance(result, ReceivedTwice) for result in results) == 3, results
    with as_person(world, "receiver"):
        assert GoodsReceiptLine.objects.count() == 1
        assert schedule_of(order)[0].received_quantity == 100


def test_two_packages_of_one_line_are_both_counted(committed, world):
    order = confirmed(world)
    shipment = announced(world, order, packages=2)
    with as_person(world, "receiver"):
        line = ShipmentLine.objects.get()
        packages = list(HandlingUnit.objects.order_by("pk"))
    results = in_parallel(*(book(world, shipment, line, 50, package=p, rest_later=True) for p in packages))
    assert not [result for result in results if isinstance(result, Exception)]
    with as_person(world, "receiver"):
        found = schedule_of(order)[0]
        assert (found.shipped_quantity, found.received_quantity) == (100, 100)
        assert ShipmentNotice.objects.get().status == "received"
