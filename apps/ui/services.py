"""Changes of what readers keep of lists."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from apps.tenancy.scope import atomic, require_scope

from .exceptions import UnknownView, ViewNameTaken
from .files import file_name
from .models import ListFile, SavedView
from .selectors import files, listing_named

KEPT = 20  # files a person; older ones go when another is asked for
KEPT_FOR = timedelta(days=1)  # after that a job removes them: what they hold was true then
WRITER = "apps.kept.tasks.write_file"  # stands above: it enters by the door of people


@atomic
def save_view(*, listing: str, name: str, query: str, is_shared: bool) -> SavedView:
    """
    Raises:
        ViewNameTaken: the person has one of this list under that name.
    """
    scope = require_scope()
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                organization_id=scope.organization_id,
                owner_id=scope.user_id,
                listing=listing,
                name=name,
                query=query,
                is_shared=is_shared,
            )
    except IntegrityError:
        raise ViewNameTaken(place="name", value=name) from None


@atomic
def delete_view(*, view_id: int) -> None:
    """
    Raises:
        UnknownView: not one's own.
    """
    deleted, _kinds = SavedView.objects.filter(pk=view_id, owner_id=require_scope().user_id).delete()
    if not deleted:
        raise UnknownView(place="view", value=view_id)


@atomic
def ask_for_file(*, listing: str, query: str) -> ListFile:
    """A workbook of a list, to be written by a worker when the transaction is over."""
    scope = require_scope()
    _remove(files()[KEPT - 1 :])
    wanted = listing_named(listing)
    file = ListFile.objects.create(
        organization_id=scope.organization_id,
        owner_id=scope.user_id,
        listing=listing,
        query=query,
        file_name=file_name(wanted.name, "xlsx"),
    )
    task = {"file_id": file.pk, "user_id": scope.user_id, "organization_id": scope.organization_id}
    task |= {
        "acts": sorted(scope.acts),
        "language": translation.get_language(),
        "zone": timezone.get_current_timezone_name(),
    }
    transaction.on_commit(lambda: import_string(WRITER).delay(**task))
    return file


def forget_files() -> int:
    """Files of all people that were asked for longer than `KEPT_FOR` ago; how many. A system job."""
    return _remove(ListFile.objects.filter(created_at__lt=timezone.now() - KEPT_FOR))


def _remove(found: Iterable[ListFile]) -> int:
    """The row after its bytes: what is left of a broken-off try is found again."""
    removed = 0
    for file in found:
        default_storage.delete(file.place)
        file.delete()
        removed += 1
    return removed
