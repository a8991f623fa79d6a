"""The one socket of a page: joins its firm's group and hands on types and ids."""

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from apps.accounts.door import enter

from . import selectors
from .hub import hub
from .relay import group_of

SIGNED_OUT = 4401
CATCH_UP = 200


class LiveConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        organization_id = await self._organization()
        if organization_id is None:
            await self.accept()
            await self.close(code=SIGNED_OUT)
            return
        self.groups_joined = [group_of(organization_id), f"person.{self.scope['user'].pk}"]
        for group in self.groups_joined:
            await hub().join(group, self)
        await self.accept()

    async def disconnect(self, code):
        for group in getattr(self, "groups_joined", ()):
            hub().leave(group, self)

    async def deliver(self, message):
        """A message of one of the groups, from the hub."""
        if message["type"] == "signed_out":
            await self.close(code=SIGNED_OUT)
        else:
            await self.send(text_data=message["text"])

    async def receive_json(self, content, **kwargs):
        """`{"ping": position}` is answered with what was published since: the next ping repairs what Redis lost."""
        position = content.get("ping") if isinstance(content, dict) else None
        if isinstance(position, int) and 0 <= position < 2**63:
            await self.send_json(await self._missed(position))

    @classmethod
    async def decode_json(cls, text_data):
        try:
            return await super().decode_json(text_data)
        except ValueError:
            return None  # a browser extension's noise; nothing we send depends on it

    @database_sync_to_async
    def _organization(self):
        if not self.scope["user"].is_authenticated:
            return None
        with self._door() as door:
            return door.organization_id

    @database_sync_to_async
    def _missed(self, position):
        with self._door():
            events = selectors.events_after(position, limit=CATCH_UP + 1)
            found = [{"id": e.position, "event": e.event, "subject": e.subject} for e in events[:CATCH_UP]]
            return {"missed": found, "last": found[-1]["id"] if found else position, "more": len(events) > CATCH_UP}

    def _door(self):
        chosen = self.scope["session"].get("organization_id")
        return enter(user_id=self.scope["user"].pk, organization_id=chosen, source="socket")
