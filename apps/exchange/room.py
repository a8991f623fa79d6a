"""Historical imports."""

from apps.common.rooms import Room

ROOM = Room(floor=7)
