"""Decisions by quantity: the lot, the stock, the order and the supplier hear of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.events.models import DomainEvent
from apps.inventory.models import StockBalance, StockMovement
from apps.orders.models import PurchaseOrder
from apps.quality import exceptions as wrong
from apps.quality import selectors, services, tasks
from apps.quality.models import InspectionLot, NonConformance, UsageDecision
from apps.tenancy.checks import WrongSide
from apps.tenancy.roles import Side
from tests.chain import announced, confirmed, decided, received, schedule_of
from tests.world import as_if, as_person


@pytest.fixture
def chain(world):
    order = confirmed(world)
    return order, received(world, announced(world, order))


def stock(world):
    with as_person(world, "inspector"):
        rows = StockBalance.objects.filter(quantity__gt=0).order_by("status")
        return {row.status: row.quantity for row in rows}


def test_a_lot_is_decided_by_quantity_and_the_stock_follows(world, chain):
    order, receipt = chain
    lot = decided(world, receipt, ("accepted", 80), ("special", 15), ("rejected", 5))
    assert (lot.status, lot.rejected_quantity) == ("decided", 5)
    assert stock(world) == {"available": 95, "blocked": 5}
    with as_person(world, "buyer"):
        assert PurchaseOrder.objects.get(pk=order.pk).fulfilment == "partly_received"
        assert NonConformance.objects.get().quantity == 5


def test_what_was_rejected_may_be_shipped_again(world, chain):
    order, receipt = chain
    decided(world, receipt, ("accepted", 90), ("rejected", 10))
    with as_person(world, "supplier"):
        assert schedule_of(order)[0].to_ship_quantity == 10
    received(world, announced(world, order, quantity=10, lot="L2"))
    with as_person(world, "buyer"):
        assert PurchaseOrder.objects.get(pk=order.pk).closure == "closed_complete"


def test_a_lot_may_be_decided_in_steps(world, chain):
    _order, receipt = chain
    assert decided(world, receipt, ("accepted", 60)).status == "open"
    assert stock(world) == {"available": 60, "inspection": 40}
    assert decided(world, receipt, ("accepted", 40)).status == "decided"
    with pytest.raises(wrong.LotDecided):
        decided(world, receipt, ("accepted", 1))


def test_more_than_the_lot_is_not_decided(world, chain):
    _order, receipt = chain
    with pytest.raises(wrong.OverDecided) as caught:
        decided(world, receipt, ("accepted", 60), ("rejected", 41))
    assert caught.value.facts == {"most": Decimal("100.000000")}
    with as_person(world, "inspector"):
        assert not UsageDecision.objects.exists()
    assert stock(world) == {"inspection": 100}


@pytest.mark.parametrize("item", [("accepted", "0"), ("accepted", "1.5"), ("accepted", "NaN"), ("maybe", "1")])
def test_an_invalid_decision_is_refused(world, chain, item):
    _order, receipt = chain
    with as_person(world, "inspector"), pytest.raises(wrong.InvalidDecision):
        lot = InspectionLot.objects.get(receipt=receipt)
        services.decide(lot_id=lot.pk, decided=[services.Decided(item[0], Decimal(item[1]))])


def test_a_rejection_names_its_defect(world, chain):
    _order, receipt = chain
    with as_person(world, "inspector"), pytest.raises(wrong.DefectMissing):
        lot = InspectionLot.objects.get(receipt=receipt)
        services.decide(lot_id=lot.pk, decided=[services.Decided("rejected", Decimal(1), " ")])


def test_the_supplier_reads_the_decision_but_does_not_take_it(world, chain):
    _order, receipt = chain
    with as_person(world, "supplier"), pytest.raises(WrongSide):
        lot = InspectionLot.objects.get(receipt=receipt)
        services.decide(lot_id=lot.pk, decided=[services.Decided("accepted", Decimal(1))])
    with as_person(world, "stranger"), pytest.raises(wrong.UnknownLot):
        selectors.lot(lot.pk)
    decided(world, receipt, ("rejected", 100))
    with as_person(world, "supplier-quality"):
        assert DomainEvent.objects.filter(event="inspection.rejected").exists()
        assert selectors.lot(lot.pk).shown_decisions[0].decision == "rejected"
        assert not StockMovement.objects.exists()


def test_the_ten_days_run_out_and_the_inspector_is_told_once(world, chain):
    _order, receipt = chain
    with as_person(world, "inspector"):
        lot = InspectionLot.objects.get(receipt=receipt)
        assert lot.due_on == lot.received_on + timedelta(days=10)
        as_if(InspectionLot.objects.all(), due_on=timezone.localdate() - timedelta(days=1))
        assert selectors.counts(Side.BUYER) == {"open": 1, "overdue": 1}
    tasks.remind_overdue(organization_id=world.buyer.pk, today=timezone.localdate().isoformat())
    with as_person(world, "inspector"):
        assert DomainEvent.objects.filter(event="inspection.overdue").count() == 1
