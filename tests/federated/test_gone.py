"""The gateway ends the call of a site that is gone: a message that the SuperLink gave to it would be lost."""

import asyncio

import httpx
import pytest
from starlette.requests import ClientDisconnect, Request

from federated.door.gateway import unless_gone


class Site:
    """Whoever made the call, and what becomes of the call behind the gateway."""

    def __init__(self) -> None:
        self.gone, self.answered, self.ended = asyncio.Event(), asyncio.Event(), False
        self.request = Request({"type": "http", "method": "POST", "path": "/", "headers": []}, self.receive)

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def call(self) -> httpx.Response:
        try:
            await self.answered.wait()
        except asyncio.CancelledError:
            self.ended = True
            raise
        return httpx.Response(200)


def is_read() -> asyncio.Event:
    found = asyncio.Event()
    found.set()
    return found


def test_the_call_of_a_site_that_was_killed_ends():
    async def scene():
        site = Site()
        passing = asyncio.ensure_future(unless_gone(site.request, is_read(), site.call()))
        await asyncio.sleep(0.01)
        site.gone.set()
        with pytest.raises(ClientDisconnect):
            await asyncio.wait_for(passing, 2)
        assert site.ended

    asyncio.run(scene())


def test_an_answer_comes_through_and_nobody_listens_for_the_site_any_more():
    async def scene():
        site = Site()
        passing = asyncio.ensure_future(unless_gone(site.request, is_read(), site.call()))
        await asyncio.sleep(0.01)
        site.answered.set()
        assert (await asyncio.wait_for(passing, 2)).status_code == 200
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(scene())


def test_while_a_body_comes_nobody_else_reads_of_the_site():
    async def scene():
        site = Site()
        site.gone.set()  # told only once the body is read to its end
        passing = asyncio.ensure_future(unless_gone(site.request, asyncio.Event(), site.call()))
        await asyncio.sleep(0.01)
        assert not passing.done()
        site.answered.set()
        assert (await asyncio.wait_for(passing, 2)).status_code == 200

    asyncio.run(scene())
