"""A worker writes what a firm takes along into a file, says how far it is, and removes the file after a while."""

import logging
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.door import enter
from apps.tenancy.scope import atomic, require_scope, unscoped

from . import packing, tasks
from .exceptions import BeingWritten
from .models import FirmExport

log = logging.getLogger(__name__)
EXPORTS = "exports: tells how far one is, and removes those of all firms that were kept long enough"
ACT = "leave_clusters"
KEPT_FOR = timedelta(days=7)
KEPT = 3  # of a firm; older ones go when another is asked for
STALLED = timedelta(hours=6)  # after that another may be asked for: its worker is gone
State = FirmExport.State


def exports() -> QuerySet[FirmExport]:
    """Those of the scope's firm, the newest first."""
    return FirmExport.objects.select_related("asked_by").order_by("-pk")


@atomic
def ask() -> FirmExport:
    """A file of all that the scope's firm may take along, written when the transaction is over.

    Raises:
        BeingWritten: one is under way.
    """
    scope = require_scope()
    if exports().filter(state__in=(State.WAITING, State.WRITING), asked_at__gt=timezone.now() - STALLED).exists():
        raise BeingWritten(place="export")
    _remove(exports()[KEPT - 1 :])
    export = FirmExport.objects.create(
        organization_id=scope.organization_id,
        asked_by_id=scope.user_id,
        table_count=len(packing.models()),
        file_name=f"dure-{scope.organization_id}-{timezone.localdate():%Y%m%d}.zip",
    )
    task = {"export_id": export.pk, "user_id": scope.user_id, "organization_id": scope.organization_id}
    transaction.on_commit(partial(tasks.write_export.delay, **task, acts=sorted(scope.acts)))
    return export


def write(*, export_id: int, user_id: int, organization_id: int, acts: list[str]) -> None:
    """All of it is read as of one moment, as the person who asked: nothing for somebody who may not take it any more.

    Raises:
        whatever stops it: the file is marked as failed before.
    """
    who = {"user_id": user_id, "organization_id": organization_id, "source": "task", "limit_to": acts}
    with enter(**who) as door:  # type: ignore[arg-type]
        is_let_in = door.organization_id == organization_id and ACT in door.scope.acts
    export = _tell(export_id, state=State.WRITING if is_let_in else State.FAILED)
    if export is None or not is_let_in:
        return
    with tempfile.NamedTemporaryFile(suffix=".zip") as made:
        try:
            with packing.still(), enter(**who):  # type: ignore[arg-type]
                packing.pack(made, lambda tables, rows: _tell(export_id, tables_done=tables, row_count=rows))
            size = made.tell()
            default_storage.delete(export.place)
            default_storage.save(export.place, File(made))
        except Exception:
            _tell(export_id, state=State.FAILED)
            raise
    _tell(export_id, state=State.DONE, byte_count=size)


def _tell(export_id: int, **values: object) -> FirmExport | None:
    """Beside the transaction that reads: whoever waits sees it at once. None where the file was removed meanwhile."""
    with unscoped(reason=EXPORTS):
        FirmExport.objects.filter(pk=export_id).update(**values)
        found: FirmExport | None = FirmExport.objects.filter(pk=export_id).first()
    return found


def forget() -> int:
    """Files of all firms that were asked for longer than `KEPT_FOR` ago; how many."""
    with unscoped(reason=EXPORTS):
        return _remove(FirmExport.objects.filter(asked_at__lt=timezone.now() - KEPT_FOR))


def _remove(found: Iterable[FirmExport]) -> int:
    """The row after its bytes: what is left of a broken-off try is found again."""
    removed = 0
    for export in found:
        default_storage.delete(export.place)
        export.delete()
        removed += 1
    return removed
