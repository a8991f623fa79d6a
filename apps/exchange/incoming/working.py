"""Long imports: a worker checks and loads them, says how far it is, and stops where somebody cancels.

A check or a load is one transaction, so that nothing is half-written; how far it is stands in the cache, outside of it.
"""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import connections, transaction
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from apps.accounts.door import enter
from apps.common.errors import DomainError
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import ColumnsOpen, ImportCancelled
from ..models import Import, ImportState
from . import loading, services

AT_ONCE = 2_000  # rows that are checked and loaded while their reader waits
TASK = "apps.exchange.tasks.work_on_import"
KEPT = 24 * 3600  # seconds
# A file of 100,000 rows is read for a while in which nothing is asked of the database; on a busy machine that is long.
PATIENCE = "SET LOCAL idle_in_transaction_session_timeout = '10min'"
WORKING = (ImportState.CHECKING, ImportState.LOADING)
STEPS: dict[str, tuple[ImportState, Callable[..., Import]]] = {
    "check": (ImportState.CHECKING, services.check_import),
    "load": (ImportState.LOADING, loading.load),
}


def _key(import_id: int, name: str) -> str:
    return f"import:{import_id}:{name}"


def is_long(made: Import) -> bool:
    rows, heads = made.tables[made.table]["rows"], made.tables[made.table]["heads"]
    return int(rows * max(1, sum(bool(head["period"]) for head in heads))) > AT_ONCE


@atomic
def do(*, import_id: int, step: str, is_confirmed: bool | None = None) -> Import:
    """Check or load, at once where it is short; else a worker does when the transaction is over.

    Raises:
        As `check_import` and `load`, for those that are short.
    """
    made = services.found(import_id)
    state, service = STEPS[step]
    more = {"is_confirmed": is_confirmed} if step == "check" else {}
    if not is_long(made):
        return service(import_id=import_id, **more)
    made = services.locked(import_id, ImportState.MAPPING, ImportState.CHECKED)
    made.state = state
    if is_confirmed is not None:
        made.is_confirmed = is_confirmed
    made.save(update_fields=["state", "is_confirmed"])
    scope = require_scope()
    task = {
        **{"import_id": import_id, "step": step, "user_id": scope.user_id, "organization_id": scope.organization_id},
        **{"acts": sorted(scope.acts), "language": translation.get_language(), "zone": timezone.get_current_timezone_name()},
    }
    cache.delete_many([_key(import_id, name) for name in ("done", "cancel", "problem")])
    transaction.on_commit(lambda: import_string(TASK).delay(**task))  # a web process has read no tasks by itself
    return made


def begin(made: Import) -> Import:
    """Check what has come in, where its columns are sure; what only its rows show to be open is asked, too."""
    if not services.is_ready(made):
        return made
    try:
        with transaction.atomic():
            return do(import_id=made.pk, step="check")
    except ColumnsOpen:
        return services.found(made.pk)


def work(*, import_id: int, step: str, user_id: int, organization_id: int, acts: list[str]) -> None:
    """What the worker does, as the person who asked; a refusal or a cancel leaves everything as it was."""
    _state, service = STEPS[step]
    who: dict[str, Any] = {"user_id": user_id, "organization_id": organization_id, "source": "task", "limit_to": acts}
    after = ImportState.MAPPING if step == "check" else ImportState.CHECKED
    try:
        with enter(**who):
            with connections[require_scope().alias].cursor() as cursor:
                cursor.execute(PATIENCE)
            service(import_id=import_id, tell=lambda done: tell(import_id, done))
        return
    except ImportCancelled:
        after = ImportState.CANCELLED if step == "check" else after
    except DomainError as error:
        cache.set(_key(import_id, "problem"), error.words, KEPT)
    except BaseException:
        _set(who, import_id, after)
        raise
    _set(who, import_id, after)


def _set(who: dict[str, Any], import_id: int, state: ImportState) -> None:
    with enter(**who):
        Import.objects.filter(pk=import_id, state__in=WORKING).update(state=state)


def tell(import_id: int, done: int) -> None:
    """
    Raises:
        ImportCancelled: somebody asked to stop.
    """
    cache.set(_key(import_id, "done"), done, KEPT)
    if cache.get(_key(import_id, "cancel")):
        raise ImportCancelled(place="import", value=import_id)


def stop(*, import_id: int) -> Import:
    """Ask the worker to stop before its next group of rows.

    Raises:
        UnknownImport.
    """
    made = services.found(import_id)
    cache.set(_key(import_id, "cancel"), 1, KEPT)
    return made


def progress(import_id: int) -> int:
    return int(cache.get(_key(import_id, "done")) or 0)


def problem(import_id: int) -> str:
    """Why the last step came to nothing, in the words of who asked for it; "" where it did not."""
    return str(cache.get(_key(import_id, "problem")) or "")


def told(import_id: int) -> None:
    """The reader has seen it."""
    cache.delete(_key(import_id, "problem"))
