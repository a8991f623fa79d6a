"""Stock is conserved per owner and holder, whatever is reported, reversed, counted, shipped, taken back and received, and in
whatever order: every balance is the sum of its movements, and a shadow that only adds up the acts says the same."""

import contextlib
from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common.errors import DomainError
from apps.deliveries import services as deliveries
from apps.deliveries.models import GoodsReceiptLine, ShipmentNotice
from apps.inventory import services as inventory
from apps.inventory.models import StockBalance, StockMovement
from apps.masterdata.services import create_part
from apps.planning import services as planning
from apps.planning.services import Goes
from apps.production import services as production
from apps.production.models import ProductionReport
from apps.production.services import Made
from tests.chain import announced, confirmed
from tests.world import as_person

pytestmark = pytest.mark.long

D = Decimal
WHICH = st.integers(0, 2)
QUANTITY = st.sampled_from([-1, 0, 1, 3, 10, 40])
LOT = st.sampled_from(["", "L1", "L2"])
PART = st.sampled_from(["made", "shaft", "housing"])
ACTS = st.one_of(
    st.tuples(st.just("report"), QUANTITY, QUANTITY, LOT),
    st.tuples(st.just("reverse"), WHICH),
    st.tuples(st.just("count"), PART, QUANTITY, LOT),
    st.tuples(st.just("count_agreed"), QUANTITY, LOT),
    st.tuples(st.just("ship"), st.sampled_from([1, 3, 10])),
    st.tuples(st.sampled_from(["depart", "cancel", "receive"]), WHICH),
)
LAID = [("count", "shaft", 40, "L1"), ("count", "shaft", 40, "L2"), ("count", "housing", 40, "")]


class Firm:
    """The supplier: what it sells under an own number, and what goes into that."""

    def __init__(self, world, *, shortage: str) -> None:
        self.world, self.site = world, world.supplier_site
        with as_person(world, "supplier"):
            self.parts = {
                "made": create_part(number="S-BRK-2210", name="브래킷"),
                "shaft": create_part(number="SHF-9", name="축"),
                "housing": create_part(number="HSG-9", name="하우징"),
            }
            goes = [Goes(self.parts["made"].pk, self.parts[n].pk, D(q)) for n, q in (("shaft", "1.5"), ("housing", 1))]
            planning.keep_bills(items=goes)
            planning.keep_making_rule(site_id=self.site.pk, shortage=shortage, over_share=D(1))

    def run(self, name, *rest) -> None:
        """Do one act; one that a rule forbids, or that has no object yet, does nothing."""
        with contextlib.suppress(DomainError, IndexError):
            who = "receiver" if name == "receive" else "supplier"
            if name == "ship":
                announced(self.world, confirmed(self.world, quantities=(rest[0],)))
                return
            with as_person(self.world, who), transaction.atomic():
                getattr(self, name)(*rest)

    def report(self, good, rejected, lot):
        reason = "setup" if rejected > 0 else ""
        made = [Made(self.parts["made"].pk, D(good), D(rejected), reason, lot)]
        production.report(site_id=self.site.pk, made=made)

    def reverse(self, which):
        production.reverse(report_id=list(ProductionReport.objects.order_by("pk"))[which].pk)

    def count(self, part, quantity, lot):
        counted = [inventory.Counted(None, D(quantity), lot=lot, part_id=self.parts[part].pk)]
        inventory.count_stock(site_id=self.site.pk, counted=counted)

    def count_agreed(self, quantity, lot):
        inventory.count_stock(site_id=self.site.pk, counted=[inventory.Counted(self.world.part.pk, D(quantity), lot=lot)])

    def _shipment(self, which):
        return list(ShipmentNotice.objects.order_by("pk"))[which].pk

    def depart(self, which):
        deliveries.depart(shipment_id=self._shipment(which))

    def cancel(self, which):
        deliveries.cancel_shipment(shipment_id=self._shipment(which))

    def receive(self, which):
        deliveries.receive_shipment(shipment_id=self._shipment(which))


def key(row):
    return (row.organization_id, row.owner_id, row.partner_part_id, row.part_id, row.site_id, row.status, row.lot)


def check(world) -> None:
    """Of both firms: balances are sums, nothing is below zero, and each kind of movement is what its documents say."""
    for who, firm in (("supplier", world.supplier), ("buyer", world.buyer)):
        with as_person(world, who):
            moved: Counter = Counter()
            by_kind: Counter = Counter()
            for move in StockMovement.objects.all():
                moved[key(move)] += move.quantity
                by_kind[move.kind] += move.quantity
            held = {key(heap): heap.quantity for heap in StockBalance.objects.all()}
            assert held == dict(moved)
            assert all(quantity >= 0 for quantity in held.values())
            assert {row[:2] for row in held} <= {(firm.pk, firm.pk)}
            assert sum(held.values()) == sum(by_kind.values())
            reports = ProductionReport.objects.all()
            assert by_kind["made"] == sum(row.good for row in reports)
            # A shaft and a half, and a housing; less where the site takes what is there.
            assert 0 <= -by_kind["used"] <= sum(row.good + row.rejected for row in reports) * D("2.5") + 1
            received = sum(row.quantity for row in GoodsReceiptLine.objects.all())
            assert by_kind["receipt"] == (received if who == "buyer" else 0)
            assert by_kind["issue"] + by_kind["reversal"] <= 0


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=st.lists(ACTS, max_size=9), shortage=st.sampled_from(["refuse", "take"]))
def test_stock_is_conserved_over_any_sequence_of_acts(world, acts, shortage):
    with transaction.atomic():
        firm = Firm(world, shortage=shortage)
        for act in [*LAID, *acts]:
            firm.run(*act)
        check(world)
        transaction.set_rollback(True)
