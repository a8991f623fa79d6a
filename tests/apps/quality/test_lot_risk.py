"""A factory sends the risk of a lot; it stands on the delivery and orders the inspector's list; decisions come back."""

import pytest

from apps.learning import selectors as learning
from apps.learning import services as training
from apps.learning.models import LotRisk
from apps.quality import selectors
from apps.tenancy.roles import Side
from apps.tenancy.scope import unscoped
from tests.chain import announced, confirmed, decided, received
from tests.learning import Factory, consented, joined, set_up
from tests.world import as_person

LOT = {"lot": "L1", "rows": 120, "mean_risk": 0.21, "highest_risk": 0.9, "not_ok": 14}


def sharing(world, lot_risk="customers"):
    """The supplier's factory has agreed to a contract; a run stands under it."""
    found = set_up(world, lot_risk=lot_risk)
    keys = {name: joined(world, found, name) for name in found.nodes}
    for name, key in keys.items():
        consented(world, found, name, key)
    with as_person(world, "coordinator"):
        run = training.start_run(contract_id=found.contract.pk)
    return Factory(keys["supplier"]), run


def test_a_risk_that_is_sent_stands_on_the_delivery_and_orders_the_inspectors_list(world, committed, client_of):
    factory, run = sharing(world)
    shipments = [announced(world, confirmed(world), lot=lot) for lot in ("L1", "L2", "L3")]
    for shipment in shipments:
        received(world, shipment)
    lots = [LOT, {**LOT, "lot": "L2", "mean_risk": 0.55}, {**LOT, "lot": "not shipped", "mean_risk": 0.99}]
    assert factory.post("site/lots/", {"run": run.pk, "lots": lots}).json() == {"lots": 3}
    with as_person(world, "inspector"):
        assert [lot.lot for lot in selectors.by_risk(Side.BUYER)] == ["L2", "L1"]
    page = client_of("inspector").get("/inspections/?view=risk").content.decode()
    assert page.index("risk 55.0 %") < page.index("risk 21.0 %")
    assert "14 to inspect" in page
    assert "risk 21.0 %" in client_of("receiver").get(f"/deliveries/{shipments[0].pk}/").content.decode()
    # Sent again, the later one counts.
    factory.post("site/lots/", {"run": run.pk, "lots": [{**LOT, "mean_risk": 0.7}]})
    with as_person(world, "inspector"):
        assert [lot.lot for lot in selectors.by_risk(Side.BUYER)] == ["L1", "L2"]


def test_lots_without_a_risk_are_not_said_to_be_none(world, client_of):
    """Planted before: beside "To inspect 1" the view by risk said that nothing was there."""
    received(world, announced(world, confirmed(world), lot="L1"))
    page = client_of("inspector").get("/inspections/?view=risk").content.decode()
    assert "No lot that waits has a risk yet." in page
    assert "?side=buyer&amp;view=open" in page
    assert "Nothing here" not in page


def test_lists_ask_for_all_risks_at_once(world, committed, client_of, django_assert_max_num_queries):
    factory, run = sharing(world)
    for number in range(4):
        received(world, announced(world, confirmed(world), lot=f"L{number}"))
    factory.post("site/lots/", {"run": run.pk, "lots": [{**LOT, "lot": f"L{number}"} for number in range(4)]})
    with as_person(world, "inspector"), django_assert_max_num_queries(2):
        selectors.risks_of(selectors.by_risk(Side.BUYER))


def test_nothing_is_taken_that_the_contract_or_the_firm_does_not_share(world, committed):
    factory, run = sharing(world, lot_risk="own")
    answer = factory.post("site/lots/", {"run": run.pk, "lots": [LOT]})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_shared")


def test_after_a_withdrawal_nothing_more_is_taken(world, committed):
    factory, run = sharing(world)
    with as_person(world, "supplier"):
        training.withdraw_approval(contract_id=run.contract_id)
    assert factory.post("site/lots/", {"run": run.pk, "lots": [LOT]}).json()["code"] == "not_shared"


@pytest.mark.parametrize("wrong", [{"mean_risk": 1.2}, {"rows": 0}, {"not_ok": 121}, {"lot": ""}])
def test_a_figure_that_cannot_be_is_named(world, committed, wrong):
    factory, run = sharing(world)
    answer = factory.post("site/lots/", {"run": run.pk, "lots": [{**LOT, **wrong}]})
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.json()["errors"][0]["place"]


def test_another_firm_that_does_not_trade_with_the_supplier_reads_nothing(world, committed):
    factory, run = sharing(world)
    announced(world, confirmed(world), lot="L1")
    factory.post("site/lots/", {"run": run.pk, "lots": [LOT]})
    supplier = world.relation.supplier_id
    with as_person(world, "inspector"):
        assert set(learning.lot_risks([(supplier, "L1"), (supplier, "")])) == {(supplier, "L1")}
    with as_person(world, "stranger"):
        assert learning.lot_risks([(supplier, "L1")]) == {}


def risks_by_each_wall(world, name: str) -> tuple[int, int]:
    """Risks that a person finds through the manager alone, and through the database's policy alone."""
    with as_person(world, name) as door, unscoped(reason="tests and benchmarks"):
        by_manager = LotRisk._base_manager.filter(LotRisk.access.seen(LotRisk, door.scope)).count()
    with as_person(world, name):
        return by_manager, LotRisk._base_manager.count()


def test_a_risk_is_read_by_its_firm_and_the_lots_customer_only(world, committed):
    """Peers of the cluster, the coordinator, and a partner that was sent another lot read nothing, in either wall."""
    factory, run = sharing(world)
    announced(world, confirmed(world), lot="L1")
    factory.post("site/lots/", {"run": run.pk, "lots": [LOT, {**LOT, "lot": "L2"}]})
    assert risks_by_each_wall(world, "supplier") == (2, 2)
    assert risks_by_each_wall(world, "inspector") == (1, 1)
    assert risks_by_each_wall(world, "stranger") == (0, 0)
    assert risks_by_each_wall(world, "coordinator") == (0, 0)


def test_decisions_come_back_to_the_factory_as_labels(world, committed):
    factory, _run = sharing(world)
    receipt = received(world, announced(world, confirmed(world), lot="L7"))
    assert factory.get("site/labels/").json() == {"lots": []}
    decided(world, receipt, ("accepted", 90), ("rejected", 10))
    (found,) = factory.get("site/labels/").json()["lots"]
    assert (found["lot"], float(found["inspected"]), float(found["rejected"])) == ("L7", 100, 10)
