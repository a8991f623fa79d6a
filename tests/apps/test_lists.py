"""Every list of the API and every page of the chain: the same number of statements for few rows and for many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.chain import announced, confirmed, received, whole
from tests.rooms import shown
from tests.world import as_person, in_days

DOOR = ("accounts_door", "accounts_token_door", "SAVEPOINT", "SELECT set_config")
LISTS = [what for room in shown() for what in room.lists]
PAGES = [what for room in shown() for what in room.pages]


def statements(get, path) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert get(path).status_code == 200
    return len([q for q in queries if not any(word in q["sql"] for word in DOOR)])


def asked(get, found) -> dict[str, int]:
    return {path: statements(get, path) for path, _most in found}


def test_every_list_and_page_of_the_chain_costs_the_same_for_few_rows_and_many(world, api_of, client_of):
    most = dict(LISTS) | dict(PAGES)
    program, browser, costs = api_of("buyer"), client_of("buyer"), []
    for chains in (1, 5):
        for _ in range(chains):
            whole(world)
            received(world, announced(world, confirmed(world, quantities=(10,) * 3), packages=2))
        costs.append(asked(program.get, LISTS) | asked(browser.get, PAGES))
    few, many = costs
    assert len(many) == len(LISTS) + len(PAGES) > 20
    assert {path: (few[path], spent) for path, spent in many.items() if max(spent, few[path]) > most[path]} == {}


@pytest.mark.parametrize("lines", [1, 20])
def test_one_delivery_costs_the_same_however_long(world, api_of, client_of, lines):
    shipment = announced(world, confirmed(world, quantities=(10,) * lines), packages=2)
    assert statements(api_of("receiver").get, f"/api/shipments/{shipment.pk}/") <= 4
    assert statements(client_of("receiver").get, f"/deliveries/{shipment.pk}/") <= 9


@pytest.mark.parametrize("lines", [1, 20])
def test_one_order_with_its_history_costs_the_same_however_long(world, client_of, lines):
    order = confirmed(world, quantities=(10,) * lines, on=in_days(20))
    # Beside the lines stand deliveries and, for the buyer, what they do to the stock.
    for reader, most in (("buyer", 15), ("supplier", 10)):
        assert statements(client_of(reader).get, f"/orders/{order.pk}/") <= most


def test_a_supplier_writes_a_delivery_with_few_statements(world, client_of):
    confirmed(world, quantities=(10,) * 15)
    assert statements(client_of("supplier").get, "/deliveries/new/") <= 5
    with as_person(world, "supplier") as door:
        assert "ship" in door.scope.acts
