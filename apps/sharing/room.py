"""Grants: proposed, agreed, ended."""

from apps.common.rooms import Room

ROOM = Room(floor=4, at_parting="services.relations_ended")
