"""The rules of deliveries and receipts, one act after the other."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.deliveries import exceptions as wrong
from apps.deliveries import services
from apps.deliveries.models import GoodsReceiptLine, HandlingUnit, ShipmentLine, ShipmentNotice
from apps.inventory import services as inventory
from apps.inventory.models import StockBalance, StockMovement
from apps.orders import exceptions as wrong_order
from apps.orders import services as orders
from apps.orders.models import PurchaseOrder
from apps.quality.models import InspectionLot
from apps.tenancy.checks import WrongSide
from tests.chain import announced, confirmed, received, schedule_of
from tests.world import as_person, in_days, published


def order_now(world, order):
    with as_person(world, "buyer"):
        return PurchaseOrder.objects.get(pk=order.pk)


def lines_of(shipment):
    return list(ShipmentLine.objects.filter(shipment=shipment).order_by("position"))


def test_an_announced_delivery_counts_as_shipped_and_is_seen_by_the_buyer(world):
    order = confirmed(world)
    shipment = announced(world, order, packages=4)
    assert (shipment.number, shipment.package_count, shipment.status) == ("ASN-00001", 4, "announced")
    assert order_now(world, order).fulfilment == "shipped"
    with as_person(world, "buyer"):
        assert ShipmentNotice.objects.filter(pk=shipment.pk).exists()
        plates = list(HandlingUnit.objects.order_by("pk").values_list("plate", "quantity"))
    assert plates[0] == (f"S{world.supplier.pk}-ASN-00001-001", Decimal(25))
    with as_person(world, "stranger"):
        assert not ShipmentNotice.objects.exists()
        assert not ShipmentNotice._base_manager.exists()


def test_packages_share_the_quantity_and_the_last_has_the_rest(world):
    announced(world, confirmed(world), packages=3)
    with as_person(world, "supplier"):
        assert list(HandlingUnit.objects.order_by("pk").values_list("quantity", flat=True)) == [33, 33, 34]


def test_a_partial_delivery_leaves_the_rest_to_ship(world):
    order = confirmed(world)
    announced(world, order, quantity=40)
    assert order_now(world, order).fulfilment == "partly_shipped"
    with as_person(world, "supplier"):
        assert schedule_of(order)[0].to_ship_quantity == 60


def test_more_than_is_confirmed_and_open_is_not_shipped(world):
    order = confirmed(world)
    announced(world, order, quantity=40)
    with pytest.raises(wrong_order.OverShipped) as caught:
        announced(world, order, quantity=71)  # 10 % tolerance: 110 - 40
    assert caught.value.facts == {"most": Decimal("70.000000")}
    with as_person(world, "supplier"):
        assert ShipmentNotice.objects.count() == 1


def test_an_unconfirmed_line_is_not_shipped(world):
    order = published(world)
    with as_person(world, "supplier"), pytest.raises(wrong_order.WrongState):
        line = schedule_of(order)[0]
        services.announce_shipment(lines=[services.Shipped(line.pk, Decimal(1))], planned_arrival_on=in_days(1))


def test_the_arrival_is_not_planned_before_the_departure(world):
    order = confirmed(world)
    with as_person(world, "supplier"), pytest.raises(wrong.ArrivesBeforeItLeaves):
        line = schedule_of(order)[0]
        services.announce_shipment(
            lines=[services.Shipped(line.pk, Decimal(1))], planned_departure_on=in_days(3), planned_arrival_on=in_days(2)
        )


def test_actual_times_keep_their_order_and_are_not_in_the_future(world):
    shipment = announced(world, confirmed(world))
    now = timezone.now()
    with as_person(world, "supplier"), pytest.raises(wrong.ArrivesBeforeItLeaves):
        services.depart(shipment_id=shipment.pk, departed_at=now + timedelta(hours=1))
    with as_person(world, "receiver"), pytest.raises(wrong.WrongShipmentState):
        services.arrive(shipment_id=shipment.pk)
    with as_person(world, "supplier"):
        services.depart(shipment_id=shipment.pk, departed_at=now - timedelta(hours=2))
    with as_person(world, "receiver"), pytest.raises(wrong.ArrivesBeforeItLeaves):
        services.arrive(shipment_id=shipment.pk, arrived_at=now - timedelta(hours=3))
    with as_person(world, "receiver"):
        assert services.arrive(shipment_id=shipment.pk).status == "arrived"


def test_a_cancelled_notice_may_be_announced_anew(world):
    order = confirmed(world)
    shipment = announced(world, order)
    with as_person(world, "supplier"):
        services.cancel_shipment(shipment_id=shipment.pk)
    assert order_now(world, order).fulfilment == "open"
    announced(world, order)
    assert order_now(world, order).fulfilment == "shipped"


def test_a_receipt_moves_order_stock_and_inspection_together(world):
    order = confirmed(world, quantities=(100, 40))
    receipt = received(world, announced(world, order))
    found = order_now(world, order)
    assert (found.fulfilment, found.closure, found.due_date) == ("received", "closed_complete", None)
    with as_person(world, "inspector"):
        assert list(StockBalance.objects.values_list("status", "lot", "quantity")) == [("inspection", "L1", 140)]
        assert StockMovement.objects.count() == 2
        lots = list(InspectionLot.objects.order_by("pk"))
        assert [(lot.number, lot.quantity) for lot in lots] == [(f"{receipt.number}/10", 100), (f"{receipt.number}/20", 40)]
        assert lots[0].due_on - lots[0].received_on == timedelta(days=10)
        assert schedule_of(order)[0].received_on == lots[0].received_on


def test_short_and_damaged_goods_are_open_again(world):
    order = confirmed(world)
    shipment = announced(world, order)
    with as_person(world, "receiver"):
        line = lines_of(shipment)[0]
    received(world, shipment, received=[services.Received(line.pk, Decimal(80), damaged=Decimal(5))])
    with as_person(world, "supplier"):
        item = schedule_of(order)[0]
        assert (item.shipped_quantity, item.received_quantity, item.to_ship_quantity) == (80, 80, 20)
        assert GoodsReceiptLine.objects.get().short_quantity == 15
        assert ShipmentNotice.objects.get(pk=shipment.pk).status == "received"
    assert order_now(world, order).fulfilment == "partly_received"


def test_over_receipt_stays_within_the_tolerance(world):
    order = confirmed(world)
    shipment = announced(world, order)
    with as_person(world, "receiver"):
        line = lines_of(shipment)[0]
    with pytest.raises(wrong_order.OverReceived):
        received(world, shipment, received=[services.Received(line.pk, Decimal(111))])
    with as_person(world, "receiver"):
        assert not GoodsReceiptLine.objects.exists()
        assert not StockMovement.objects.exists()
    received(world, shipment, received=[services.Received(line.pk, Decimal(110))], is_surplus_confirmed=True)
    with as_person(world, "supplier"):
        assert schedule_of(order)[0].received_quantity == 110


def test_packages_are_received_one_by_one_and_never_twice(world):
    order = confirmed(world)
    shipment = announced(world, order, packages=2)
    with as_person(world, "receiver"):
        line = lines_of(shipment)[0]
        first, _second = HandlingUnit.objects.order_by("pk")
    one = services.Received(line.pk, Decimal(50), package_id=first.pk)
    received(world, shipment, received=[one], is_rest_missing=False)
    with as_person(world, "receiver"):
        assert ShipmentNotice.objects.get(pk=shipment.pk).status == "arrived"
    with pytest.raises(wrong.ReceivedTwice) as caught:
        received(world, shipment, received=[one], is_rest_missing=False)
    assert caught.value.value == first.plate
    with pytest.raises(wrong.ReceivedTwice):
        received(world, shipment, received=[services.Received(line.pk, Decimal(50))])
    received(world, shipment)  # what is left
    with as_person(world, "supplier"):
        assert schedule_of(order)[0].received_quantity == 100
    with pytest.raises(wrong.ReceivedTwice):
        received(world, shipment)


def test_the_supplier_does_not_receive_and_the_buyer_does_not_ship(world):
    order = confirmed(world)
    shipment = announced(world, order)
    with as_person(world, "supplier"), pytest.raises(WrongSide):
        services.receive_shipment(shipment_id=shipment.pk)
    with as_person(world, "buyer"), pytest.raises(WrongSide):
        services.depart(shipment_id=shipment.pk)
    with as_person(world, "stranger"), pytest.raises(wrong.UnknownShipment):
        services.receive_shipment(shipment_id=shipment.pk)


@pytest.mark.parametrize("count", [1, 40])
def test_a_receipt_costs_ten_statements_however_many_lines(world, count):
    shipment = announced(world, confirmed(world, quantities=(100,) * count), packages=1)
    with as_person(world, "receiver"), CaptureQueriesContext(connection) as queries:
        services.receive_shipment(shipment_id=shipment.pk)
    assert len(queries) <= 10, "\n".join(q["sql"][:120] for q in queries)


def count(world, *heaps):
    with as_person(world, "supplier"):
        counted = [inventory.Counted(world.part.pk, Decimal(quantity), lot=lot) for lot, quantity in heaps]
        inventory.count_stock(site_id=world.supplier_site.pk, counted=counted)


def leave(world, shipment):
    with as_person(world, "supplier"):
        services.depart(shipment_id=shipment.pk)
        return dict(StockBalance.objects.order_by("lot").values_list("lot", "quantity"))


def test_what_departs_leaves_the_suppliers_stock_of_its_lot(world):
    count(world, ("L1", 150), ("L2", 40))
    shipment = announced(world, confirmed(world), quantity=60)
    assert leave(world, shipment) == {"L1": 90, "L2": 40}
    with as_person(world, "supplier"):
        move = StockMovement.objects.order_by("pk").last()
        assert (move.kind, move.quantity, move.reference, move.lot) == ("issue", -60, shipment.number, "L1")
    with as_person(world, "buyer"):
        assert not StockMovement.objects.exists()


@pytest.mark.parametrize(
    ("heaps", "left"),
    [
        ((), {}),
        ((("L1", 25),), {"L1": 0}),
        ((("L9", 500),), {"L9": 500}),
        ((("", 500),), {"": 440}),  # counted without lots
        ((("", 500), ("L1", 20)), {"": 460, "L1": 0}),
    ],
)
def test_a_departure_is_never_blocked_by_what_was_counted(world, heaps, left):
    count(world, *heaps)
    assert leave(world, announced(world, confirmed(world), quantity=60)) == left


def test_what_leaves_without_a_lot_is_taken_from_heaps_without_one_and_then_from_any(world):
    count(world, ("", 10), ("L1", 30), ("L2", 500))
    assert leave(world, announced(world, confirmed(world), quantity=60, lot="")) == {"": 0, "L1": 0, "L2": 480}


def test_two_lines_of_one_lot_leave_together_and_in_the_parts_unit(world):
    with as_person(world, "supplier"):
        counted = [inventory.Counted(world.second_part.pk, Decimal(10), lot="L1")]
        inventory.count_stock(site_id=world.supplier_site.pk, counted=counted)
    lines = [orders.OrderLine(world.second_part.pk, Decimal(150), in_days(5), unit="CMT") for _ in range(2)]
    with as_person(world, "buyer"):
        order = orders.draft_order(relation_id=world.relation.pk, receiving_site_id=world.site.pk, lines=lines)
        orders.publish_order(order_id=order.pk)
    with as_person(world, "supplier"):
        answers = [orders.Answer(item.pk, [orders.Part(Decimal(150), in_days(5))]) for item in schedule_of(order)]
        orders.answer_order(order_id=order.pk, answers=answers)
    assert leave(world, announced(world, order)) == {"L1": 7}
