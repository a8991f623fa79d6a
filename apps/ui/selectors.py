"""Reads of what readers keep of lists, and the lists themselves by their names."""

from functools import cache

from django.db.models import QuerySet
from django.utils.module_loading import import_string

from apps.common.rooms import rooms

from .exceptions import UnknownList
from .listing import Listing
from .models import BulkResult, ListFile, SavedView


@cache
def listings() -> dict[str, type[Listing]]:
    """Every list that a room declares, by its name."""
    found = [import_string(f"{name}.{place}") for name, room in rooms().items() for place in room.lists]
    return {listing.name: listing for listing in found}


def listing_named(name: str) -> type[Listing]:
    """
    Raises:
        UnknownList: no room declares it.
    """
    if name not in listings():
        raise UnknownList(place="list", value=name)
    return listings()[name]


def saved_views(listing: str) -> QuerySet[SavedView]:
    """The reader's own views of a list and those that colleagues share, by name."""
    return SavedView.objects.filter(listing=listing).select_related("owner").order_by("name", "pk")


def results() -> QuerySet[BulkResult]:
    return BulkResult.objects.order_by("-pk")


def files() -> QuerySet[ListFile]:
    return ListFile.objects.order_by("-pk")
