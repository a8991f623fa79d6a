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


@pytest.fixture(params=[1, 6], ids=["few", "many"])
def chains(request, world):
    for _ in range(request.param):
        whole(world)
        received(world, announced(world, confirmed(world, quantities=(10,) * 3), packages=2))


@pytest.mark.parametrize(("path", "most"), LISTS)
def test_a_list_of_the_api(chains, api_of, path, most):
    assert statements(api_of("buyer").get, path) <= most


@pytest.mark.parametrize(("path", "most"), PAGES)
def test_a_page_of_the_chain(chains, client_of, path, most):
    assert statements(client_of("buyer").get, path) <= most


@pytest.mark.parametrize("lines", [1, 20])
def test_one_delivery_costs_the_same_however_long(world, api_of, client_of, lines):
    shipment = announced(world, confirmed(world, quantities=(10,) * lines), packages=2)
    assert statements(api_of("receiver").get, f"/api/shipments/{shipment.pk}/") <= 4
    assert statements(client_of("receiver").get, f"/deliveries/{shipment.pk}/") <= 9


@pytest.mark.parametrize("lines", [1, 20])
def test_one_order_with_its_history_costs_the_same_however_long(world, client_of, lines):
    order = confirmed(world, quantities=(10,) * lines, on=in_days(20))
    for reader in ("buyer", "supplier"):
        assert statements(client_of(reader).get, f"/orders/{order.pk}/") <= 9


def test_a_supplier_writes_a_delivery_with_few_statements(world, client_of):
    confirmed(world, quantities=(10,) * 15)
    assert statements(client_of("supplier").get, "/deliveries/new/") <= 5
    with as_person(world, "supplier") as door:
        assert "ship" in door.scope.acts
