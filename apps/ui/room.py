"""Parts of pages: lists with their filters, views and files; cells, texts, icons, fields."""

from apps.common.rooms import Room

ROOM = Room(floor=3)
