"""The one socket of a page: joins its firm's group and hands on types and ids, for as long as its person may hear them."""

import time
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.contrib.auth import get_user

from apps.accounts.door import enter
from apps.accounts.rights import group_of_person

from . import selectors
from .hub import hub
from .registry import gone
from .relay import group_of

SIGNED_OUT = 4401
CATCH_UP = 200
# A right that ended without a word, or whose word was lost, is noticed before the first message after so many seconds.
CHECK_AFTER = 15


class LiveConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        self.groups_joined = []
        self.organization_id = None
        self.checked_at = time.monotonic()
        if not self.scope["user"].is_authenticated:
            await self._turn_away()
            return
        # Joined before the door is asked: a right that ends meanwhile is heard of.
        person = group_of_person(self.scope["user"].pk)
        await self._join(person)
        if hub().size(person) > settings.SOCKETS_PER_PERSON:
            await self.disconnect(None)
            await self.close()  # before the socket is accepted: a browser waits longer each time
            return
        self.organization_id = await self._organization()
        if self.organization_id is None:
            await self._turn_away()
            return
        await self._join(group_of(self.organization_id))
        try:
            await self.accept()
        except RuntimeError as gone:  # uvicorn's word for a page that was left while its socket was being opened
            await self.disconnect(None)
            raise StopConsumer from gone

    async def _join(self, group) -> None:
        self.groups_joined.append(group)
        await hub().join(group, self)

    async def _turn_away(self) -> None:
        await self.disconnect(None)
        await self.accept()
        await self.close(code=SIGNED_OUT)

    async def disconnect(self, code) -> None:
        for group in self.groups_joined:
            hub().leave(group, self)
        self.groups_joined = []

    async def deliver(self, message) -> None:
        """A message of one of the groups, from the hub."""
        if message["type"] == "rights":
            await self._may_listen(fresh=True)
        elif await self._may_listen():
            await self.send(text_data=message["text"])

    async def receive_json(self, content, **kwargs: Any) -> None:
        """`{"ping": position}` is answered with what was published since: the next ping repairs what Redis lost."""
        position = content.get("ping") if isinstance(content, dict) else None
        if isinstance(position, int) and 0 <= position < 2**63 and await self._may_listen():
            await self.send_json(await self._missed(position))

    async def _may_listen(self, *, fresh=False) -> bool:
        """Whether the socket's person is still let in, for the firm it listens to; closes it otherwise."""
        if not self.groups_joined:
            return False
        now = time.monotonic()
        if fresh or now - self.checked_at > CHECK_AFTER:
            if await self._organization() != self.organization_id:
                await self.disconnect(None)
                await self.close(code=SIGNED_OUT)
                return False
            self.checked_at = now
        return True

    @classmethod
    async def decode_json(cls, text_data) -> Any:
        try:
            return await super().decode_json(text_data)
        except ValueError:
            return None  # a browser extension's noise; nothing we send depends on it

    @database_sync_to_async
    def _organization(self) -> int | None:
        """The firm that the session, as it is stored now, acts for; None when it has ended or its person is not let in."""
        key = self.scope["session"].session_key
        session = import_module(settings.SESSION_ENGINE).SessionStore(key)
        if not key or not get_user(SimpleNamespace(session=session)).is_authenticated:
            return None
        with enter(user_id=self.scope["user"].pk, organization_id=session.get("organization_id"), source="socket") as door:
            return door.organization_id

    @database_sync_to_async
    def _missed(self, position) -> dict[str, Any]:
        with enter(user_id=self.scope["user"].pk, organization_id=self.organization_id, source="socket") as door:
            if door.organization_id != self.organization_id:
                return {"missed": [], "last": position, "more": False}
            events = selectors.events_after(position, limit=CATCH_UP + 1)
            found = [{"id": e.position, "event": e.event, "subject": e.subject, **gone(e.event)} for e in events[:CATCH_UP]]
            return {"missed": found, "last": found[-1]["id"] if found else position, "more": len(events) > CATCH_UP}
