"""The live socket by itself: who hears what, for how long, and what nobody sends twice."""

import json
import time
from contextlib import ExitStack

import pytest
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.world import published

pytestmark = pytest.mark.browser


@pytest.fixture
def socket_of(address, world, committed):
    """`socket_of("supplier")`: the socket of that person's browser; None for somebody not signed in."""
    opened = ExitStack()

    def make(name: str | None):
        headers = {"Origin": address}
        if name:
            client = Client()
            client.force_login(world.people[name], backend="apps.accounts.backends.EmailBackend")
            headers["Cookie"] = f"sessionid={client.cookies['sessionid'].value}"
        return opened.enter_context(connect(address.replace("http", "ws") + "/ws/live/", additional_headers=headers))

    with opened:
        yield make


def heard(socket, seconds: float = 2) -> list[dict]:
    found, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            found.append(json.loads(socket.recv(timeout=max(0.05, until - time.monotonic()))))
        except TimeoutError:
            break
    return found


def test_the_two_sides_hear_type_and_id_and_the_stranger_hears_nothing(socket_of, world, relay):
    sockets = {name: socket_of(name) for name in ("buyer", "supplier", "stranger", "coordinator")}
    time.sleep(0.5)
    order = published(world)
    seen = {name: heard(socket) for name, socket in sockets.items()}
    assert seen["stranger"] == seen["coordinator"] == []
    (message,) = seen["supplier"]
    assert message == {
        "id": 1,
        "event": "order.published",
        "subject": f"order-{order.pk}",
        "inbox": True,
        "own": False,
    }
    assert [m["own"] for m in seen["buyer"]] == [True]


def test_a_ping_tells_what_was_missed_to_those_it_concerns(socket_of, world, relay):
    order = published(world)
    time.sleep(1.5)
    supplier, stranger = socket_of("supplier"), socket_of("stranger")
    for socket in (supplier, stranger):
        socket.send(json.dumps({"ping": 0}))
    found = {"id": 1, "event": "order.published", "subject": f"order-{order.pk}"}
    assert json.loads(supplier.recv(timeout=3)) == {"missed": [found], "last": 1, "more": False}
    assert json.loads(stranger.recv(timeout=3)) == {"missed": [], "last": 0, "more": False}


@pytest.mark.parametrize("noise", ["no json", "[]", '{"ping": "x"}', '{"ping": -1}', '{"ping": 1e99}', "null"])
def test_noise_is_ignored(socket_of, noise):
    socket = socket_of("buyer")
    socket.send(noise)
    socket.send('{"ping": 0}')
    assert json.loads(socket.recv(timeout=3))["missed"] == []


def test_somebody_not_signed_in_is_turned_away(socket_of):
    with pytest.raises(ConnectionClosed) as caught:
        socket_of(None).recv(timeout=3)
    assert caught.value.rcvd.code == 4401


def test_a_page_of_another_origin_gets_no_socket(address, django_db_setup):
    headers = {"Origin": "http://evil.example"}
    with pytest.raises(InvalidStatus), connect(address.replace("http", "ws") + "/ws/live/", additional_headers=headers):
        pass


def test_a_socket_that_idles_fifteen_seconds_stays_open(socket_of, world, relay):
    socket = socket_of("supplier")
    time.sleep(15)
    published(world)
    assert [m["event"] for m in heard(socket, 3)] == ["order.published"]


def test_of_fifty_sockets_all_fifty_hear_an_event(socket_of, world, relay):
    sockets = [socket_of("supplier") for _ in range(50)]
    time.sleep(1)
    published(world)
    assert sum(len(heard(socket, 1)) for socket in sockets) == 50
