"""A call for messages waits at the door until all of a message is there; whoever is gone is given none."""

import asyncio
import time

import pytest
from flwr.proto.fleet_pb2 import PushMessagesResponse
from flwr.proto.runtime_pb2 import PushAppMessagesResponse
from flwr.supercore.constant import FLEET_HTTP_PUBLIC_KEY_HEADER, TASK_TOKEN_HEADER

from federated.server import holding
from federated.server.holding import FLEET, RUNTIME, Holding

WHO = {FLEET: FLEET_HTTP_PUBLIC_KEY_HEADER, RUNTIME: TASK_TOKEN_HEADER}


class Flower:
    """In Flower's place: what has been put into `mail` is given out once, and every call is counted."""

    def __init__(self) -> None:
        self.mail: list[bytes] = []
        self.pieces, self.status, self.calls = 2, 200, 0

    async def __call__(self, scope, receive, send):
        self.calls += 1
        name, body = scope["path"].rpartition("/")[2], b""
        await receive()
        if name == "pull-messages" and self.mail:
            body = self.mail.pop()
        if name == "push-messages":
            kind = PushMessagesResponse if scope["path"].startswith(FLEET) else PushAppMessagesResponse
            body = kind(objects_to_push=[str(number) for number in range(self.pieces)]).SerializeToString()
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": body})


class Caller:
    """One call as uvicorn makes it."""

    def __init__(self, door, path: str, who: str = "alpha") -> None:
        side = FLEET if path.startswith(FLEET) else RUNTIME
        headers = [(WHO[side].lower().encode(), who.encode())]
        self.scope = {"type": "http", "path": path, "method": "POST", "headers": headers}
        self.gone, self.sent, self.is_read = asyncio.Event(), [], False
        self.task = asyncio.ensure_future(door(self.scope, self.receive, self.send))

    async def receive(self):
        if not self.is_read:
            self.is_read = True
            return {"type": "http.request", "body": b"question", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    async def body(self) -> bytes:
        await asyncio.wait_for(self.task, 5)
        return b"".join(message.get("body", b"") for message in self.sent)


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(holding, "LONGEST_S", {FLEET: 0.4, RUNTIME: 0.2})


@pytest.mark.parametrize(("side", "other"), [(FLEET, RUNTIME), (RUNTIME, FLEET)])
def test_a_call_is_answered_when_the_last_piece_of_a_message_is_there_and_asked_no_more_often(side, other):
    async def scene():
        flower = Flower()
        door = Holding(flower)
        waiting = Caller(door, f"{side}pull-messages")
        await asyncio.sleep(0.02)
        await Caller(door, f"{other}push-messages", "beta").body()
        flower.mail.append(b"message")
        await Caller(door, f"{other}push-object", "beta").body()
        await asyncio.sleep(0.02)
        assert not waiting.task.done(), "the second piece is not there yet"
        began = time.monotonic()
        await Caller(door, f"{other}push-object", "beta").body()
        assert await waiting.body() == b"message"
        assert time.monotonic() - began < 0.15
        assert flower.calls == 5
        assert not door.held
        assert not door.missing

    asyncio.run(scene())


def test_a_call_in_vain_is_answered_in_time_and_a_refused_one_at_once():
    async def scene():
        flower = Flower()
        door = Holding(flower)
        began = time.monotonic()
        assert await Caller(door, f"{FLEET}pull-messages").body() == b""
        assert 0.4 <= time.monotonic() - began < 2
        assert flower.calls == 1
        flower.status = 401
        began = time.monotonic()
        refused = Caller(door, f"{FLEET}pull-messages")
        await refused.body()
        assert refused.sent[0]["status"] == 401
        assert time.monotonic() - began < 0.2

    asyncio.run(scene())


@pytest.mark.parametrize("how", ["gone", "called anew"])
def test_a_message_is_not_given_to_a_call_whose_site_is_gone_or_has_called_anew(how):
    async def scene():
        flower = Flower()
        door = Holding(flower)
        dead = Caller(door, f"{FLEET}pull-messages")
        await asyncio.sleep(0.02)
        if how == "gone":
            dead.gone.set()
            await dead.body()
        alive = Caller(door, f"{FLEET}pull-messages")
        await asyncio.sleep(0.02)
        assert await dead.body() == b""
        flower.pieces = 0
        flower.mail.append(b"message")
        await Caller(door, f"{RUNTIME}push-messages", "app").body()
        assert await alive.body() == b"message"

    asyncio.run(scene())


def test_more_calls_than_are_held_are_answered_at_once_and_all_else_passes(monkeypatch):
    monkeypatch.setattr(holding, "MOST", 1)

    async def scene():
        flower = Flower()
        door = Holding(flower)
        first = Caller(door, f"{FLEET}pull-messages", "alpha")
        await asyncio.sleep(0.02)
        began = time.monotonic()
        assert await Caller(door, f"{FLEET}pull-messages", "beta").body() == b""
        assert await Caller(door, "/v1/control/list-runs").body() == b""
        assert time.monotonic() - began < 0.2
        assert await first.body() == b""

    asyncio.run(scene())
