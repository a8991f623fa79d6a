"""A socket whose page is left while it is being opened: on a slow machine that happens at every hurried click."""

import asyncio

import pytest

from apps.accounts.rights import group_of_person
from apps.events.consumers import LiveConsumer
from apps.events.hub import hub
from apps.events.relay import group_of


@pytest.mark.parametrize("call", ["accept", "nothing"])
def test_a_page_left_early_is_counted_no_more_and_is_no_error(world, committed, monkeypatch, call):
    person, firm = world.people["buyer"], world.buyer.pk
    monkeypatch.setattr(LiveConsumer, "_organization", lambda self: asyncio.sleep(0, firm))
    received = asyncio.Queue()

    async def send(message):
        # As uvicorn answers once the browser has gone.
        if call == "accept":
            raise RuntimeError("Expected ASGI message 'websocket.send' or 'websocket.close', but got 'websocket.accept'.")
        assert message["type"] == "websocket.accept"
        received.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def visit():
        received.put_nowait({"type": "websocket.connect"})
        await asyncio.wait_for(LiveConsumer.as_asgi()({"type": "websocket", "user": person}, received.get, send), 10)
        return hub().size(group_of_person(person.pk)), hub().size(group_of(firm))

    assert asyncio.run(visit()) == (0, 0)
