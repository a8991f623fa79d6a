"""No sequence of acts by either side breaks an invariant of the chain (docs/architecture.md); nothing appears or vanishes.

Every counter that the product keeps is compared with a plain sum over the documents behind it.
"""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.deliveries.models import GoodsReceiptLine, ShipmentLine, ShipmentNotice
from apps.inventory.models import StockBalance, StockMovement
from apps.orders.models import ChangeRequest, Confirmation, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from apps.orders.statuses import AWAITS_SUPPLIER, ENDED
from apps.quality.models import InspectionLot, UsageDecision
from tests.thorough import count
from tests.world import as_person, draft

from .acts import ACTS, TO_CONFIRMED, TO_COUNTERED, TO_RECEIVED, run

pytestmark = pytest.mark.long


def check(world, order, before) -> dict:
    """Every invariant; returns what must never change later."""
    with as_person(world, "buyer"):
        row = PurchaseOrder.objects.get(pk=order.pk)
        lines = list(ScheduleLine.objects.filter(order=row).order_by("pk"))
        for line in lines:
            _check_answers(line)
            _check_quantities(line)
            if before.get(line.pk):
                assert line.first_confirmed_date == before[line.pk], "written once"
        _check_order(row, lines)
        _check_deliveries()
        _check_stock()
    return {line.pk: line.first_confirmed_date for line in lines}


def _check_answers(line) -> None:
    answers = list(Confirmation.objects.filter(schedule_line=line))
    accepted = [a for a in answers if a.state == "accepted"]
    waiting = [a for a in answers if a.state == "proposed"]
    assert sum(a.quantity for a in accepted) == line.confirmed_quantity
    assert sum(a.quantity for a in accepted + waiting) == line.answered_quantity <= line.max_quantity
    open_ones = ChangeRequest.objects.filter(schedule_line=line, state="open")
    countered = open_ones.filter(side="buyer", is_counter=True).exists()
    for offered in open_ones.filter(side="supplier", is_counter=True).select_related("answers_to"):
        assert line.status == "confirmed", "what stood stands until it is accepted"
        assert (offered.answers_to.state, offered.answers_to.schedule_line_id) == ("countered", line.pk)
    assert bool(waiting) == (line.status == "change_proposed" or countered), "an offer stands until it is answered"
    assert not countered or line.status == "acknowledged"
    assert line.proposed_date == max((a.delivery_date for a in waiting), default=None)
    assert (line.status == "rejected") == bool(line.rejected_reason)
    assert line.confirmed_date == max((a.delivery_date for a in accepted), default=None)
    assert ChangeRequest.objects.filter(schedule_line=line, state="open").count() <= 1


def _check_quantities(line) -> None:
    """Shipped, received and rejected are what the documents say."""
    shipped = Decimal(0)
    rows = ShipmentLine.objects.filter(schedule_line=line).exclude(shipment__status="cancelled").select_related("shipment")
    for row in rows:
        booked = list(row.receipt_lines.all())
        shipped += sum(r.quantity for r in booked)
        if row.shipment.status != "received":
            shipped += row.quantity - sum(r.announced_quantity for r in booked)
    received = sum(r.quantity for r in GoodsReceiptLine.objects.filter(schedule_line=line))
    decisions = UsageDecision.objects.filter(inspection_lot__schedule_line=line, decision="rejected")
    assert line.shipped_quantity == shipped >= line.received_quantity
    assert line.received_quantity == received
    assert line.rejected_quantity == sum(d.quantity for d in decisions) <= received
    assert line.good_quantity <= line.max_quantity
    if line.shipped_quantity:
        assert line.status == "confirmed"
        assert line.shipped_quantity - line.rejected_quantity <= line.max_quantity
    assert (line.received_on is not None) == (received > 0)


def _check_order(row, lines) -> None:
    prices = {line.pk: line.unit_price for line in PurchaseOrderLine.objects.filter(order=row)}
    assert row.amount == sum((prices[line.line_id] or 0) * line.requested_quantity for line in lines)
    assert row.quantity == lines[0].requested_quantity
    assert row.line_count == len(lines) == len(prices)
    assert row.unanswered_count == sum(line.status in AWAITS_SUPPLIER for line in lines)
    assert row.is_draft == (row.status == "draft")
    alive = [line for line in lines if line.status not in ENDED]
    done = bool(alive) and all(line.closure != "open" for line in alive)
    assert (row.closure != "open") == done
    assert (row.due_date is None) == (done or not alive)
    sides = set(ChangeRequest.objects.filter(schedule_line__in=lines, state="open").values_list("side", flat=True))
    assert row.open_change_side == ("both" if len(sides) == 2 else next(iter(sides), ""))


def _check_deliveries() -> None:
    for shipment in ShipmentNotice.objects.all():
        assert shipment.planned_departure_on <= shipment.planned_arrival_on
        if shipment.arrived_at:
            assert shipment.departed_at <= shipment.arrived_at
    packages = Counter(GoodsReceiptLine.objects.exclude(package=None).values_list("package_id", flat=True))
    assert all(count == 1 for count in packages.values()), "a package is received once"
    for lot in InspectionLot.objects.all():
        assert (
            sum(d.quantity for d in UsageDecision.objects.filter(inspection_lot=lot)) == lot.decided_quantity <= lot.quantity
        )


def _check_stock() -> None:
    """Balances are the sums of their movements; only receipts and counts bring stock, decisions only move it."""
    moved: Counter = Counter()
    by_kind: Counter = Counter()
    for move in StockMovement.objects.all():
        moved[(move.partner_part_id, move.status, move.lot)] += move.quantity
        by_kind[move.kind] += move.quantity
    held = {(b.partner_part_id, b.status, b.lot): b.quantity for b in StockBalance.objects.all()}
    assert held == dict(moved)
    assert all(quantity >= 0 for quantity in held.values())
    assert by_kind["decision"] == 0
    assert by_kind["receipt"] == sum(r.quantity for r in GoodsReceiptLine.objects.all())
    assert sum(held.values()) == by_kind["receipt"] + by_kind["count"]


OFFERED = [("publish",), ("answer", 0, [(50, 12), (50, 15)], "material")]
KEPT = [
    *((PurchaseOrder, name, 1, TO_RECEIVED) for name in ("amount", "quantity", "line_count", "unanswered_count")),
    *((ScheduleLine, name, -1, TO_RECEIVED) for name in ("confirmed_quantity", "received_quantity")),
    *((ScheduleLine, name, 1, TO_RECEIVED) for name in ("shipped_quantity", "requested_quantity")),
    (ScheduleLine, "confirmed_date", timedelta(days=1), TO_RECEIVED),
    (ScheduleLine, "answered_quantity", -1, OFFERED),
    (ScheduleLine, "proposed_date", timedelta(days=1), OFFERED),
]


@pytest.mark.parametrize(("model", "name", "off", "start"), KEPT)
def test_a_counter_that_is_off_by_one_is_noticed(world, model, name, off, start):
    """The invariants themselves are tried: counters of an order, of its lines and offers are set wrong on purpose."""
    order = draft(world, quantities=(100, 40))
    for act in start:
        run(world, order, act)
    known = check(world, order, {})
    with as_person(world, "buyer"):
        rows = model.objects.order_by("pk")
        rows.filter(pk=rows.first().pk).update(**{name: F(name) + off})
    with pytest.raises(AssertionError):
        check(world, order, known)


@settings(max_examples=count(25, 200), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(start=TO_RECEIVED, acts=[("decide", 0, "rejected", 40), ("ship", 0, 40, 1), ("receive", 0, None, True)])
@example(start=[], acts=[("rewrite", [10, 20, 30]), ("publish",), ("rewrite", [20, 30]), ("rewrite", [5])])
@example(start=TO_CONFIRMED, acts=[("ship", 0, 50, 2), ("receive_package", 0, 1, 10), ("receive", 0, None, False)])
@example(start=TO_CONFIRMED, acts=[("ask", "buyer", 0, 130, 15), ("accept_change", "supplier", 0), ("ship", 0, 130, 0)])
@example(
    start=[("publish",), ("answer", 0, [(50, 12), (50, 15)], "material")],
    acts=[("ask", "buyer", 0, 100, 11, (10, 13)), ("withdraw_change", "buyer", 0), ("accept",)],
)
@example(
    start=[("publish",), ("answer", 0, [(50, 12), (50, 15)], "material")],
    acts=[("ask", "buyer", 0, 50, 11, (50, 13)), ("accept_change", "supplier", 0), ("ask", "buyer", 0, 130, 15)],
)
@example(
    start=TO_CONFIRMED,
    acts=[("ask", "buyer", 0, 50, 5), ("counter", 0, [(40, 7), (50, 9)], "material"), ("accept_change", "buyer", 0)],
)
@example(
    start=[*TO_CONFIRMED, ("ship", 0, 50, 0)],
    acts=[("ask", "buyer", 0, 130, 5), ("counter", 0, [(130, 7)], "material"), ("accept_change", "buyer", 0)],
)
@given(
    start=st.sampled_from([[], [("publish",)], TO_CONFIRMED, TO_RECEIVED, TO_COUNTERED]),
    acts=st.lists(ACTS, min_size=1, max_size=8),
)
def test_no_sequence_of_acts_breaks_an_invariant(world, start, acts):
    point = transaction.savepoint()
    order = draft(world, quantities=(100, 40))
    for act in start:
        run(world, order, act)
    known = check(world, order, {})
    for act in acts:
        run(world, order, act)
        known = check(world, order, known)
    transaction.savepoint_rollback(point)
    assert not connection.needs_rollback
