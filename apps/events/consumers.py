"""The one socket of a page: joins its firm's group and hands on types and ids."""

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from apps.accounts.door import enter

from .relay import group_of

SIGNED_OUT = 4401


class LiveConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        organization_id = await self._organization()
        if organization_id is None:
            await self.accept()
            await self.close(code=SIGNED_OUT)
            return
        self.groups_joined = [group_of(organization_id), f"person.{self.scope['user'].pk}"]
        for group in self.groups_joined:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        for group in getattr(self, "groups_joined", ()):
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        if isinstance(content, dict) and content.get("ping"):
            await self.send_json({"pong": content["ping"]})

    @classmethod
    async def decode_json(cls, text_data):
        try:
            return await super().decode_json(text_data)
        except ValueError:
            return None  # a browser extension's noise; nothing we send depends on it

    async def live(self, message):
        await self.send_json(message["message"])

    async def signed_out(self, message):
        await self.close(code=SIGNED_OUT)

    @database_sync_to_async
    def _organization(self):
        user = self.scope["user"]
        if not user.is_authenticated:
            return None
        chosen = self.scope["session"].get("organization_id")
        with enter(user_id=user.pk, organization_id=chosen, source="socket") as door:
            return door.organization_id
