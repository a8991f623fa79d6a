"""A program that talks to the API with a token."""

from typing import Any

from django.test import Client

from apps.accounts import services
from tests.world import World, as_person


class ApiClient:
    def __init__(self, secret: str) -> None:
        self.client = Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})

    @classmethod
    def of(cls, world: World, name: str, acts: list[str] | None = None, days: int = 30) -> "ApiClient":
        with as_person(world, name) as door:
            _token, secret = services.create_token(name="test", acts=acts or door.scope.acts, days=days)
        return cls(secret)

    def get(self, path: str, **query: Any):
        return self.client.get(path, query)

    def post(self, path: str, body: Any = None, *, key: str | None = None):
        headers = {"idempotency-key": key} if key else {}
        return self.client.post(path, {} if body is None else body, content_type="application/json", headers=headers)

    def put(self, path: str, body: Any):
        return self.client.put(path, body, content_type="application/json")

    def delete(self, path: str):
        return self.client.delete(path)
