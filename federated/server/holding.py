"""Calls for messages wait at the SuperLink's door until something has come, instead of being asked ten times a second.

Every call costs the SuperLink several milliseconds of its one thread: sites and a ServerApp that ask in vain took more of
a round than what they asked for. A held call is Flower's own, checked by Flower each time it is put to it; here is decided
only when. A message is told of before its content is there: who waits is woken by the last piece.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flwr.proto.fleet_pb2 import PushMessagesResponse
from flwr.proto.runtime_pb2 import PushAppMessagesResponse
from flwr.supercore.constant import FLEET_HTTP_PUBLIC_KEY_HEADER, TASK_TOKEN_HEADER
from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FLEET, RUNTIME = "/v1/fleet/", "/v1/runtime/"
OTHER = {FLEET: RUNTIME, RUNTIME: FLEET}
WHO = {FLEET: FLEET_HTTP_PUBLIC_KEY_HEADER, RUNTIME: TASK_TOKEN_HEADER}
TOLD: dict[str, Callable[[bytes], Any]] = {
    FLEET: PushMessagesResponse.FromString,
    RUNTIME: PushAppMessagesResponse.FromString,
}
PULL, HEAD, PIECE = "pull-messages", "push-messages", "push-object"

# The ServerApp looks after its sites meanwhile, and a factory ends within the first of these when it is told to stop.
LONGEST_S = {FLEET: 3.0, RUNTIME: 0.5}
MOST = 150  # held at once; whoever comes then is answered at once
LARGEST_PULL = 2**20


class Answer:
    """What Flower answers, kept until it is known whether it is passed on."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages)

    @property
    def is_good(self) -> bool:
        return bool(self.messages) and self.messages[0].get("status") == 200

    async def pass_on(self, send: Send) -> None:
        for message in self.messages:
            await send(message)


class Held:
    """One call that waits.

    Attributes:
        woken: there may be something.
        gone: whoever called is not there any more; what came now would be lost.
        is_over: it is answered as it is; the same site has called anew.
    """

    def __init__(self) -> None:
        self.woken, self.gone, self.is_over = asyncio.Event(), asyncio.Event(), False

    async def watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.gone.set()
        self.woken.set()


class Holding:
    """Around Flower's application, behind the door's own checks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.held: dict[tuple[str, str], Held] = {}  # side and caller → its call
        self.missing: dict[tuple[str, str], int] = {}  # … → pieces of its messages that have not come

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        side = next((prefix for prefix in OTHER if path.startswith(prefix)), "")
        name = path.removeprefix(side)
        if not side or name not in (PULL, HEAD, PIECE):
            return await self.app(scope, receive, send)
        caller = (side, _header(scope, WHO[side]))
        if name == PULL and len(self.held) < MOST:
            return await self._pull(caller, scope, receive, send)
        if name == PULL:
            return await self.app(scope, receive, send)
        return await self._push(caller, name, scope, receive, send)

    async def _push(self, caller: tuple[str, str], name: str, scope: Scope, receive: Receive, send: Send) -> None:
        answer = Answer()
        await self.app(scope, receive, answer.send)
        if answer.is_good:
            if name == HEAD:
                with suppress(DecodeError):
                    self.missing[caller] = len(TOLD[caller[0]](answer.body).objects_to_push)
            else:
                self.missing[caller] = self.missing.get(caller, 1) - 1
            if self.missing.get(caller, 0) <= 0:
                self.missing.pop(caller, None)
                self._wake(OTHER[caller[0]])
        await answer.pass_on(send)

    def _wake(self, side: str) -> None:
        for (of, _who), held in self.held.items():
            if of == side:
                held.woken.set()

    async def _pull(self, caller: tuple[str, str], scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            return  # it ended early, or is none of ours
        if (older := self.held.get(caller)) is not None:
            # Of a connection that may be dead: a message given to it would be lost.
            older.is_over = True
            older.woken.set()
        held = self.held[caller] = Held()
        watching = asyncio.create_task(held.watch(receive))
        try:
            answer = await self._answer(held, caller[0], scope, body)
        finally:
            watching.cancel()
            if self.held.get(caller) is held:
                del self.held[caller]
        await answer.pass_on(send)

    async def _answer(self, held: Held, side: str, scope: Scope, body: bytes) -> Answer:
        end = time.monotonic() + LONGEST_S[side]
        while True:
            held.woken.clear()
            answer = Answer()
            waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

            async def again(waiting: list[Message] = waiting) -> Message:
                if waiting:
                    return waiting.pop()
                await held.gone.wait()
                return {"type": "http.disconnect"}

            await self.app({**scope, "state": dict(scope.get("state", {}))}, again, answer.send)
            left = end - time.monotonic()
            if not answer.is_good or answer.body or left <= 0 or held.is_over or held.gone.is_set():
                return answer
            try:
                await asyncio.wait_for(held.woken.wait(), left)
            except TimeoutError:
                return answer
            if held.is_over or held.gone.is_set():
                return answer


def _header(scope: Scope, name: str) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key.decode("latin-1") == name.lower()), "")


async def _body(receive: Receive) -> bytes | None:
    """The whole body of a call for messages; None where it does not come, or is larger than one can be."""
    body = bytearray()
    while len(body) <= LARGEST_PULL:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)
    return None
