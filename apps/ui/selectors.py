"""Reads of what readers keep of lists, and the lists themselves by their names."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.db.models import QuerySet

from apps.common.rooms import rooms

from .exceptions import UnknownList
from .listing import Listing
from .models import BulkResult, ListFile, SavedView


@cache
def listings() -> dict[str, type[Listing]]:
    """Every list, by its name: those that stand in the `lists.py` of a room."""
    found = [import_module(f"{room}.lists") for room in rooms() if find_spec(f"{room}.lists")]
    members = [member for module in found for member in vars(module).values() if isinstance(member, type)]
    return {member.name: member for member in members if issubclass(member, Listing) and hasattr(member, "name")}


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
