"""What a shape writes is what its fields would write, for every shape that an answer of the API holds."""

import pytest
from rest_framework import serializers

from apps.common.shapes import Shape
from tests import everything
from tests.contract.hostile import operations

ROLES = ("buyer", "supplier", "coordinator", "buyer-admin")


@pytest.fixture
def compared(monkeypatch):
    """The shapes seen, by name, with how many rows; each row written both ways."""
    seen: dict[str, int] = {}
    quickly = Shape.to_representation

    def both(self, instance):
        row = quickly(self, instance)
        assert row == serializers.Serializer.to_representation(self, instance), type(self).__name__
        seen[type(self).__name__] = seen.get(type(self).__name__, 0) + 1
        return row

    monkeypatch.setattr(Shape, "to_representation", both)
    return seen


def ids(answer) -> list[int]:
    if answer.status_code != 200 or "json" not in answer.headers.get("content-type", ""):
        return []
    body = answer.json()
    rows = body.get("results", []) if isinstance(body, dict) else body
    return [row["id"] for row in rows if isinstance(row, dict) and "id" in row][:3]


def test_shapes_write_what_their_fields_would(world, committed, api_of, compared):
    everything.fill(world)
    reads = [operation.path for operation in operations() if operation.method == "GET" and operation.path != "/api/schema/"]
    for role in ROLES:
        client = api_of(role)
        for path in reads:
            if "{" not in path:
                for pk in ids(client.get(path)):
                    for detail in reads:
                        if detail.startswith(f"{path}{{id}}/") and detail.count("{") == 1:
                            client.get(detail.replace("{id}", str(pk)))
    assert len(compared) >= 25, compared
