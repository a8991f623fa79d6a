"""How much went to and from a site is one figure: what the gateway counted, whoever restarts, on the page and in the API."""

import json

import pytest

from apps.learning.superlinks import Keeper, door_folder
from federated.door.admission import COUNTED
from tests.learning import set_up
from tests.world import as_person


@pytest.fixture
def gateway(settings, tmp_path):
    """Writes what the gateway has counted since its start."""
    settings.LEARNING_FOLDER = tmp_path
    return lambda counted: (door_folder() / COUNTED).write_text(json.dumps(counted))


def test_each_byte_that_the_gateway_counted_is_counted_once(world, committed, client_of, api_of, gateway):
    """Planted before: a keeper that started anew added everything once more."""
    found = set_up(world)
    pk = found.nodes["supplier"].pk
    keeper = Keeper()
    gateway({str(pk): [1_000_000, 3_000_000]})
    keeper._count_bytes()
    keeper._count_bytes()
    Keeper()._count_bytes()  # the keeper was restarted
    gateway({str(pk): [1_500_000, 3_200_000]})
    keeper = Keeper()
    keeper._count_bytes()
    gateway({str(pk): [700_000, 800_000]})  # the gateway was
    keeper._count_bytes()
    with as_person(world, "coordinator"):
        node = type(found.nodes["supplier"]).objects.get(pk=pk)
    assert (node.received_bytes, node.sent_bytes) == (2_200_000, 4_000_000)
    rows = api_of("coordinator").get("/api/learning/sites/").json()["results"]
    assert [(row["received_bytes"], row["sent_bytes"]) for row in rows if row["id"] == pk] == [(2_200_000, 4_000_000)]
    page = client_of("coordinator").get(f"/training/federations/{found.federation.pk}/").content.decode()
    assert "2.2 MB" in page
    assert "4.0 MB" in page
    assert "Bytes as the gateway counts them" in page
