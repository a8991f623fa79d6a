"""What a checked import writes, all or none, and brings back within a day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain
from typing import Any

from django.db import connections
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from apps.common.dates import moment_text
from apps.common.errors import DomainError
from apps.common.incoming import PLACE, Entry, Incoming, Standing, as_json
from apps.common.sql import array_of, refresh_statistics
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import ActedSince, ChangedSince, NothingToLoad, NotTakenBack, TooLateToTakeBack
from ..models import Import, ImportRow, ImportState, RowState
from .acted import last_acts
from .checking import WRITTEN, chosen_states, writes
from .collecting import uncollected
from .keeping import Kept, Typed, before_of, kept_rows
from .services import kind_of, locked

UNDO_WITHIN = timedelta(days=1)
VERSIONS = f"""
    UPDATE {ImportRow._meta.db_table} r SET version = now.version
    FROM unnest(%s::bigint[], %s::text[]) now (id, version) WHERE r.id = now.id
"""
COUNTED_EVERY = 1000  # rows
MARKED_AT_ONCE = 5000  # rows, and what stands of them in memory
NAMED = 5  # of the rows that a refusal is about


@uncollected
@atomic
def load(*, import_id: int, tell: Any = None) -> Import:
    """Write the chosen rows by the services of people's acts, all or none.

    Raises:
        WrongImportState: loaded already, or not checked. NothingToLoad: no row is chosen.
        ChangedSince: what stands is not what was shown. DomainError: what a service refuses, with the row.
    """
    made = locked(import_id, ImportState.CHECKED, ImportState.LOADING)
    kind = kind_of(made.kind)
    is_taken = Q(state__in=chosen_states(kind), is_chosen=True) | Q(state=RowState.SAME)
    groups = [
        group
        for group in _grouped(kept_rows(kind, made.rows.filter(is_taken)))
        if writes(kind, (row.state for row in group))
    ]
    if not groups:
        raise NothingToLoad(place="rows", value=0)
    rows = [row for group in groups for row in group]
    standing = _locked_standing(kind, [row.values for row in rows])
    others = [row for row in rows if row.before != before_of(kind, standing.get(kind.key(row.values)))]
    if others:
        raise ChangedSince(place="rows", value=_named(others))
    versions: dict[int, str] = {}
    done = counted = 0
    for some in _sets(kind, groups):
        said = [row for row in some if row.state != RowState.MISSING]
        entries = [Entry(row.values, standing.get(kind.key(row.values))) for row in said]
        with _named_in(said):
            known = kind.write(entries, is_confirmed=made.is_confirmed)
        versions |= {said[place].pk: version for place, version in (known or {}).items()}
        done += len(some)
        if done - counted >= COUNTED_EVERY:  # each set reads what those before it wrote
            counted = done
            with connections[require_scope().alias].cursor() as cursor:
                refresh_statistics(cursor)
        if tell:
            tell(done)
    kind.written()
    _mark(kind, [row for row in rows if row.state in WRITTEN], versions)
    made.state, made.loaded_at = ImportState.LOADED, timezone.now()
    made.save(update_fields=["state", "loaded_at"])
    return made


def _locked_standing(kind: Incoming, values: Sequence[Mapping[str, Any]]) -> dict[Any, Standing]:
    """What stands, held until all is written: nobody acts on it between the comparison and the writing.

    Of one firm and kind one file is loaded after the other: what is new to both has no row yet that one of them could hold.
    """
    scope = require_scope()
    with connections[scope.alias].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [f"import of {kind.name}", scope.organization_id])
    kind.lock([] if kind.is_locked_whole else list(kind.standing(values).values()))
    return kind.standing(values)


def _grouped(rows: Iterable[Kept]) -> list[list[Kept]]:
    found: dict[int, list[Kept]] = {}
    for row in rows:
        found.setdefault(row.group, []).append(row)
    return list(found.values())


def _sets(kind: Incoming, groups: Iterable[list[Kept]]) -> Iterator[list[Kept]]:
    """Rows that one call writes or takes back."""
    return (list(chain.from_iterable(some)) for some in kind.sets(groups))


@contextmanager
def _named_in(rows: Sequence[Kept]) -> Iterator[None]:
    """A refusal names its row; one that speaks of none, the rows that were written with it."""
    try:
        yield
    except DomainError as error:
        place = PLACE.match(error.place)
        named = [rows[int(place.group(1))]] if place and int(place.group(1)) < len(rows) else rows
        error.place = f"{_named(named)}: {error.place}"
        raise


def _mark(kind: Incoming, rows: Sequence[Kept], known: Mapping[int, str]) -> None:
    """Keep how each row stands now: by it an undo finds out whether somebody has acted since."""
    for first in range(0, len(rows), MARKED_AT_ONCE):
        some = rows[first : first + MARKED_AT_ONCE]
        unread = [row.values for row in some if row.pk not in known]
        after = kind.standing(unread) if unread else {}
        versions = [
            version if (version := known.get(row.pk)) is not None else _version(after.get(kind.key(row.values)))
            for row in some
        ]
        with connections[require_scope().alias].cursor() as cursor:
            cursor.execute(VERSIONS, [array_of(row.pk for row in some), array_of(versions)])


def _named(rows: Sequence[Kept]) -> str:
    numbers = ", ".join(str(row.number) for row in rows[:NAMED])
    return f"{numbers} …" if len(rows) > NAMED else numbers


@atomic
def take_back(*, import_id: int) -> Import:
    """Bring everything that an import wrote back to what stood before, within a day, all or none.

    Raises:
        WrongImportState: not loaded. TooLateToTakeBack: a day is over. NotTakenBack: not of this kind; with the reason.
        ActedSince: somebody has acted on a row since; the rows are named.
    """
    made = locked(import_id, ImportState.LOADED)
    kind = kind_of(made.kind)
    if error := _too_late(kind, made):
        raise error
    rows = _written_rows(kind, made)
    standing = _locked_standing(kind, [row.values for row in rows])
    now = {row.pk: standing.get(kind.key(row.values)) for row in rows}
    if error := _acted_since(kind, made, rows, now):
        raise error
    typed = Typed(kind)
    for some in _sets(kind, reversed(_grouped(rows))):
        before = [None if row.before is None else typed(row.before) for row in some]
        stands = [now[row.pk] or Standing(0, row.values, "") for row in some]
        with _named_in(some):
            kind.take_back(list(zip(before, stands, strict=True)))
    kind.written()
    made.state = ImportState.TAKEN_BACK
    made.save(update_fields=["state"])
    return made


def against_undo(made: Import) -> DomainError | None:
    """Why a loaded import cannot be taken back any more, as `take_back` would refuse it; None where it can."""
    kind = kind_of(made.kind)
    if error := _too_late(kind, made):
        return error
    rows = _written_rows(kind, made)
    standing = kind.standing([row.values for row in rows])
    return _acted_since(kind, made, rows, {row.pk: standing.get(kind.key(row.values)) for row in rows})


def _too_late(kind: Incoming, made: Import) -> DomainError | None:
    if kind.undo_words:
        return NotTakenBack(kind.undo_words, place="kind", value=str(kind.label))
    if made.loaded_at is None or made.loaded_at < timezone.now() - UNDO_WITHIN:
        return TooLateToTakeBack(place="loaded_at", value=moment_text(made.loaded_at))
    return None


def _written_rows(kind: Incoming, made: Import) -> list[Kept]:
    return list(kept_rows(kind, made.rows.filter(state__in=chosen_states(kind), is_chosen=True)))


def _acted_since(
    kind: Incoming, made: Import, rows: Sequence[Kept], now: Mapping[int, Standing | None]
) -> DomainError | None:
    """That rows no longer stand as they were loaded: which, who acted on them and when."""
    acted = [row for row in rows if _version(now[row.pk]) != row.version]
    if not acted:
        return None
    ids = {row.pk: standing.id for row in acted[:NAMED] if (standing := now[row.pk])}
    who = last_acts(kind.history, list(ids.values()), after=made.loaded_at) if kind.history else {}
    told = []
    for row in acted[:NAMED]:
        act = who.get(ids.get(row.pk, 0), "" if row.pk in ids else gettext("it is gone"))
        told.append(f"{_label(kind, row)} ({act})" if act else _label(kind, row))
    names = ", ".join(told) + (" …" if len(acted) > NAMED else "")
    words = gettext("Somebody has acted since on: %(names)s.") % {"names": names}
    return ActedSince(f"{ActedSince.rule} {words}", place="rows", value=_named(acted), names=names)


def _version(standing: Standing | None) -> str:
    return standing.version if standing else ""


def _label(kind: Incoming, row: Kept) -> str:
    return " ".join(str(as_json(row.values[one.name])) for one in kind.fields[:2] if row.values.get(one.name))
