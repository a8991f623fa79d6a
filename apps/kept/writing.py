"""A worker writes a list into a workbook, and says how far it is."""

import tempfile
from collections.abc import Iterator
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.http import QueryDict

from apps.accounts.door import enter
from apps.tenancy.scope import Scope, use_scope
from apps.ui.files import values_of, write_xlsx
from apps.ui.listing import Listing
from apps.ui.models import ListFile
from apps.ui.selectors import listing_named

State = ListFile.State


def write(*, file_id: int, user_id: int, organization_id: int, acts: list[str] | None = None) -> None:
    """Each piece of rows is read in a transaction of its own, as short as a page's; how far it is stands on the file.

    Nothing is written for somebody who has left the firm, or whose role may not see the list any more; nor more than the
    acts let see with which it was asked for.
    """
    with enter(user_id=user_id, organization_id=organization_id, source="task", limit_to=acts) as door:
        scope = door.scope
        file = ListFile.objects.filter(pk=file_id).first() if door.organization_id == organization_id else None
        if file is None:
            return
        asked = listing_named(file.listing)(QueryDict(file.query))
        if asked.act not in scope.acts:
            _tell(file, state=State.FAILED)
            return
        values = values_of(asked)
        _tell(file, state=State.WRITING)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as made:
        try:
            write_xlsx(str(asked.title), values, _pieces(asked, scope, file), made.name)
            default_storage.delete(file.place)
            default_storage.save(file.place, File(made))
        except Exception:
            with use_scope(scope):
                _tell(file, state=State.FAILED)
            raise
    with use_scope(scope):
        _tell(file, state=State.DONE)


def _pieces(asked: Listing, scope: Scope, file: ListFile) -> Iterator[list[Any]]:
    chunks, done = asked.chunks(), 0
    while True:
        with use_scope(scope):
            rows = next(chunks, None)
            if rows is None:
                return
            done += len(rows)
            _tell(file, row_count=done)
        yield rows


def _tell(file: ListFile, **values: Any) -> None:
    ListFile.objects.filter(pk=file.pk).update(**values)
