"""Historical imports."""

from apps.common.rooms import Room

ROOM = Room(
    floor=7,
    not_exported={"StagedDelivery": "a file on its way in", "StagedDefect": "a file on its way in"},
)
