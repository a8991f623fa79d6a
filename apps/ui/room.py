"""Parts of pages: lists with their filters, views and files; cells, texts, icons, fields."""

from apps.common.rooms import Room

ROOM = Room(
    floor=3,
    exported=("SavedView",),
    not_exported={"BulkResult": "tells of an act for a while", "ListFile": "a file that is written anew"},
)
