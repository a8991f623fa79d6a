"""One subscription per process and firm, fanned out to its sockets in memory.

A subscription per socket costs a queue, two tasks and a dispatch for each of them at every event.
"""

import asyncio
import logging
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

log = logging.getLogger(__name__)


class Member(Protocol):
    """A socket that wants the messages of a group."""

    async def deliver(self, message: dict[str, Any]) -> None: ...


class Hub:
    """The groups that the sockets of this process listen to."""

    def __init__(self) -> None:
        self.members: dict[str, set[Member]] = {}
        self.listeners: dict[str, asyncio.Task[None]] = {}
        self.lock = asyncio.Lock()

    async def join(self, group: str, member: Member) -> None:
        """Deliver the group's messages to a member from now on; raises what Redis raises when it is down."""
        async with self.lock:
            if group not in self.listeners:
                layer = get_channel_layer()
                channel = await layer.new_channel()
                await layer.group_add(group, channel)
                self.listeners[group] = asyncio.create_task(self._listen(group, channel))
            self.members.setdefault(group, set()).add(member)

    def leave(self, group: str, member: Member) -> None:
        members = self.members.get(group, set())
        members.discard(member)
        if not members:
            self.members.pop(group, None)
            if listener := self.listeners.pop(group, None):
                listener.cancel()

    def size(self, group: str) -> int:
        """How many sockets of this process listen to a group."""
        return len(self.members.get(group, ()))

    async def _listen(self, group: str, channel: str) -> None:
        layer = get_channel_layer()
        try:
            while True:
                message = await layer.receive(channel)
                members = tuple(self.members.get(group, ()))
                results = await asyncio.gather(*(m.deliver(message) for m in members), return_exceptions=True)
                for result in results:
                    if isinstance(result, Exception):
                        log.debug("a socket went away: %r", result)
        finally:
            await layer.group_discard(group, channel)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running loop; a server process has one."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
