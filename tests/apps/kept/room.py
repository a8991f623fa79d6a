"""What the kit shows to the walks: things kept of the list of orders."""

from collections.abc import Mapping
from typing import Any

from apps.ui.models import BulkResult, ListFile, SavedView
from tests.rooms import Shown
from tests.world import World, as_person


def things(world: World) -> Mapping[str, Any]:
    with as_person(world, "buyer") as door:
        mine = {"organization_id": door.organization_id, "owner_id": door.scope.user_id, "listing": "orders"}
        return {
            "<slug:name>": "orders",
            "lists/views": SavedView.objects.create(**mine, name="Mine").pk,
            "lists/results": BulkResult.objects.create(**mine, act="publish", is_whole=False, rows=[]).pk,
            "lists/files": ListFile.objects.create(**mine, file_name="orders.xlsx").pk,
        }


SHOWN = Shown(things=things)
