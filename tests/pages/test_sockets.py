"""The live socket by itself: who hears what, for how long, and what nobody sends twice."""

import json
import time
from contextlib import ExitStack

import pytest
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from apps.accounts import rights
from apps.accounts import services as accounts
from apps.accounts.models import Membership, User
from apps.accounts.rights import end_rights
from apps.events import consumers
from apps.events.models import DomainEvent
from apps.tenancy.scope import identity, unscoped
from tests.at_once import in_parallel
from tests.world import SYSTEM, as_person, published

pytestmark = pytest.mark.browser


@pytest.fixture
def socket_of(address, world, committed, client_of):
    """`socket_of("supplier")`: the socket of that person's browser; None for somebody not signed in."""
    opened = ExitStack()

    def make(name: str | None, client: Client | None = None):
        headers = {"Origin": address}
        if name:
            client = client or client_of(name)
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


def is_published() -> bool:
    with unscoped(reason=SYSTEM):
        return not DomainEvent.objects.filter(position=None).exists()


def test_a_ping_tells_what_was_missed_to_those_it_concerns(socket_of, world, relay):
    order = published(world)
    until = time.monotonic() + 20
    while not is_published():
        assert time.monotonic() < until, "the relay published nothing"
        time.sleep(0.05)
    supplier, stranger = socket_of("supplier"), socket_of("stranger")
    for socket in (supplier, stranger):
        socket.send(json.dumps({"ping": 0}))
    found = {"id": 1, "event": "order.published", "subject": f"order-{order.pk}"}
    assert json.loads(supplier.recv(timeout=10)) == {"missed": [found], "last": 1, "more": False}
    assert json.loads(stranger.recv(timeout=10)) == {"missed": [], "last": 0, "more": False}


@pytest.mark.parametrize("noise", ["no json", "[]", '{"ping": "x"}', '{"ping": -1}', '{"ping": 1e99}', "null"])
def test_noise_is_ignored(socket_of, noise):
    socket = socket_of("buyer")
    socket.send(noise)
    socket.send('{"ping": 0}')
    assert json.loads(socket.recv(timeout=10))["missed"] == []


def test_somebody_not_signed_in_is_turned_away(socket_of):
    with pytest.raises(ConnectionClosed) as caught:
        socket_of(None).recv(timeout=10)
    assert caught.value.rcvd.code == 4401


def test_a_page_of_another_origin_gets_no_socket(address, django_db_setup):
    headers = {"Origin": "http://evil.example"}
    with pytest.raises(InvalidStatus), connect(address.replace("http", "ws") + "/ws/live/", additional_headers=headers):
        pass


def test_a_socket_that_idles_stays_open(socket_of, world, relay, monkeypatch):
    """Longer than redis-py waits by itself, five seconds, and until the door is asked again."""
    monkeypatch.setattr(consumers, "CHECK_AFTER", 6)
    socket = socket_of("supplier")
    time.sleep(7)
    published(world)
    assert [m["event"] for m in heard(socket, 3)] == ["order.published"]


def test_of_fifty_sockets_all_fifty_hear_an_event(socket_of, world, relay, settings):
    settings.SOCKETS_PER_PERSON = 50
    sockets = [socket_of("supplier") for _ in range(50)]
    time.sleep(1)
    published(world)
    assert [json.loads(socket.recv(timeout=10))["event"] for socket in sockets] == ["order.published"] * 50
    assert [again for socket in sockets for again in heard(socket, 0.05)] == []


def closed_with(socket, seconds: float = 5) -> int | None:
    """The code that the server closed the socket with; None when it is open after all."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.recv(timeout=0.2)
        except TimeoutError:
            continue
        except ConnectionClosed as closed:
            return closed.rcvd.code
    return None


def end_membership(world, client):
    with as_person(world, "supplier"):
        Membership.objects.filter(user=world.people["supplier-quality"]).update(is_active=False)
        end_rights(world.people["supplier-quality"].pk)


def close_account(world, client):
    with unscoped(reason=SYSTEM):
        User.objects.filter(pk=world.people["supplier-quality"].pk).update(is_active=False)
        end_rights(world.people["supplier-quality"].pk)


def change_password(world, client):
    with identity():
        user = User.objects.get(pk=world.people["supplier-quality"].pk)
        user.set_password("another-long-password-2")
        user.save()


def sign_out(world, client):
    client.post("/account/sign-out/")


ENDINGS = [end_membership, close_account, change_password, sign_out]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_socket_closes_at_once_when_its_right_ends(socket_of, client_of, world, ending):
    client = client_of("supplier-quality")
    socket, neighbour = socket_of("supplier-quality", client), socket_of("supplier")
    in_parallel(lambda: ending(world, client))  # a thread of its own: a browser's loop may run in this one
    assert closed_with(socket) == 4401
    assert closed_with(neighbour, 0.5) is None


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_socket_that_was_never_told_hears_nothing_after_its_right_ended(
    socket_of, client_of, world, relay, monkeypatch, ending
):
    """Redis lost the word: the socket asks the door again before it hands on the next message."""
    monkeypatch.setattr(rights, "async_to_sync", lambda send: lambda *message: None)
    monkeypatch.setattr(consumers, "CHECK_AFTER", 0)
    client = client_of("supplier-quality")
    socket = socket_of("supplier-quality", client)
    in_parallel(lambda: ending(world, client))  # a thread of its own: a browser's loop may run in this one
    published(world)
    with pytest.raises(ConnectionClosed) as caught:
        socket.recv(timeout=10)
    assert caught.value.rcvd.code == 4401


def test_a_role_taken_away_asks_the_door_again_and_the_member_still_hears(socket_of, world, relay):
    socket = socket_of("supplier-quality")
    with as_person(world, "supplier"):
        accounts.set_roles(organization_id=world.supplier.pk, user_id=world.people["supplier-quality"].pk, roles=[])
    published(world)
    assert [m["event"] for m in heard(socket, 3)] == ["order.published"]


def test_a_person_opens_so_many_sockets_and_no_more(socket_of, world, settings):
    settings.SOCKETS_PER_PERSON = 3
    sockets = [socket_of("supplier") for _ in range(3)]
    with pytest.raises(InvalidStatus):
        socket_of("supplier")
    assert closed_with(socket_of("buyer"), 0.3) is None
    sockets[0].close()
    time.sleep(0.5)
    assert closed_with(socket_of("supplier"), 0.3) is None
