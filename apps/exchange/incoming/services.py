"""A file comes in, its columns are said, its rows are checked; what is chosen is loaded, and taken back within a day."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections, transaction

from apps.common.characters import clean
from apps.common.errors import raise_all
from apps.common.incoming import Field, Incoming, Standing
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import (
    ColumnsOpen,
    NotAsked,
    UnknownChoice,
    UnknownColumn,
    UnknownImport,
    UnknownImportKind,
    UnknownKeptWord,
    UnknownTable,
    UnknownWord,
    WritingOpen,
    WrongImportState,
)
from ..models import Import, ImportRow, ImportState, ImportWord, RowState
from . import mapping as columns
from . import words
from .checking import check, chosen_states, differences
from .collecting import uncollected
from .keeping import keep
from .reading import hash_of, kept_of, read
from .rows import read_rows
from .stored import say_cells, tables_of
from .words import Words, say

MOST_ASKED = 5000  # unknown words of a file
OPEN_WORDS = f"""
    SELECT told->>'field', told->>'value', count(*)
    FROM {ImportRow._meta.db_table} r CROSS JOIN jsonb_array_elements(r.faults) told
    WHERE r.of_id = %s AND r.state = '{RowState.ERROR}' AND told->>'code' IN ('{UnknownWord.code}', '{UnknownChoice.code}')
    GROUP BY 1, 2 ORDER BY min(r.place) LIMIT {MOST_ASKED}
"""


@atomic
def receive(*, content: bytes, name: str, kind: str = "") -> Import:
    """Take a file in: its tables are found, its columns proposed; where all of them are sure, they are said already.

    Raises:
        UnreadableFile: no table, protected, damaged, beyond the limits; with the place.
        UnknownImportKind: the person may not load it.
    """
    scope = require_scope()
    if kind:
        kind_of(kind)
    book, tables = read(content, clean(name.rpartition("/")[2].rpartition("\\")[2][-200:] or "file", "name", "file"))
    kept = kept_of(book, tables)
    made = Import.objects.create(
        organization_id=scope.organization_id,
        owner_id=scope.user_id,
        kind=kind or columns.kind_for(kept[0]["heads"]),
        file_name=book.name,
        file_bytes=len(content),
        file_hash=hash_of(content),
        tables=kept,
    )
    default_storage.delete(made.place)
    default_storage.save(made.place, ContentFile(content))
    if made.kind:
        _propose(made)
    return made


def _propose(made: Import) -> None:
    """Columns as the firm meant them before, else by their names where those are sure."""
    kind, heads = columns.kinds()[made.kind], made.tables[made.table]["heads"]
    if (meant := columns.before(kind, heads)) is not None:
        made.mapping, made.constants = meant.mapping, meant.constants
    else:
        made.mapping = {one.field.name: one.head for one in columns.propose(kind, heads) if one.head}
        made.constants = {}
    made.constants = columns.whole(kind, heads, made.mapping, made.constants) | made.constants
    made.save(update_fields=["mapping", "constants", "kind", "table"])


@atomic
def choose_table(*, import_id: int, kind: str, table: int = 0) -> Import:
    """Say what rows of the file are, and which of its tables is meant; its columns are proposed anew.

    Raises:
        UnknownImport, UnknownImportKind, UnknownTable, WrongImportState.
    """
    made = locked(import_id, ImportState.MAPPING, ImportState.CHECKED)
    kind_of(kind)
    if not 0 <= table < len(made.tables):
        raise UnknownTable(place="table", value=table)
    made.kind, made.table, made.state, made.is_confirmed = kind, table, ImportState.MAPPING, False
    made.save(update_fields=["state", "is_confirmed"])
    _propose(made)
    return made


@atomic
def say_columns(*, import_id: int, mapping: Mapping[str, str], constants: Mapping[str, str]) -> Import:
    """Which column is which field, and what holds in all rows; kept for the next file with these heads.

    Raises:
        UnknownColumn: not of the table, or two fields' at once. ColumnsOpen: a field that is needed is neither.
    """
    made = locked(import_id, ImportState.MAPPING, ImportState.CHECKED)
    kind, heads = kind_of(made.kind), made.tables[made.table]["heads"]
    names = {head["name"] for head in heads} | {columns.SHEET}
    chosen = {one.name: mapping[one.name] for one in kind.fields if mapping.get(one.name)}
    for field, head in chosen.items():
        if head not in names or sum(other == head for other in chosen.values()) > 1:
            raise UnknownColumn(place=field, value=head)
    fixed = {
        one.name: clean(constants[one.name].strip(), "name", one.name) for one in kind.fields if constants.get(one.name)
    }
    fixed |= {name: constants[name] for sort, all_of in columns.SORTS.items() if constants.get(name := f"@{sort}") in all_of}
    fixed = columns.whole(kind, heads, chosen, fixed) | fixed
    _all_proven(kind, heads, chosen, fixed)
    _all_said(columns.open_fields(kind, heads, chosen, fixed), heads)
    made.mapping, made.constants, made.is_confirmed = chosen, fixed, False  # what was meant, was so of other values
    made.save(update_fields=["mapping", "constants", "is_confirmed"])
    columns.remember(made.kind, heads, chosen, fixed)
    return made


@atomic
def say_words(*, import_id: int, meanings: Sequence[tuple[str, str, str]]) -> None:
    """What words of the file mean: (“unit”, “part”, “partner”, “customer”, “site” or a list's name; the word; the code),
    remembered for all files.

    Raises:
        UnknownImport. NotAsked: the word is none that this file asks for. UnknownColumn: no such code.
    """
    made = locked(import_id, ImportState.CHECKED)
    asked = open_words(made)
    for of, word, means in meanings:
        if (of, word) not in asked:
            raise NotAsked(place=of, value=word)
        if means not in dict(words.choices(of)):
            raise UnknownColumn(place=of, value=means)
        say(of, clean(word, "name", "word"), means)
    made.is_confirmed = False
    made.save(update_fields=["is_confirmed"])


@atomic
def forget_word(*, word_id: int) -> ImportWord:
    """A word means nothing any more: the next file that has it asks again. What was loaded stays.

    Raises:
        UnknownKeptWord: not of the scope's firm.
    """
    found = ImportWord.objects.filter(pk=word_id).first()
    if found is None:
        raise UnknownKeptWord(place="word", value=word_id)
    ImportWord.objects.filter(pk=found.pk).delete()
    return found


def open_words(made: Import) -> Counter[tuple[str, str]]:
    """(“unit”, “part”, “partner”, “customer”, “site” or a list's name; the word) that nobody knows → rows; of the last
    check."""
    kind = kind_of(made.kind)
    of = {one.name: words.list_name(kind, one) if one.choices else one.of for one in kind.fields}
    found: Counter[tuple[str, str]] = Counter()
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute(OPEN_WORDS, [made.pk])
        for field, word, rows in cursor.fetchall():
            if of.get(field):
                found[of[field], word] += rows
    return found


def _all_said(open_ones: Sequence[Field], heads: list[Any]) -> None:
    """
    Raises:
        ColumnsOpen: naming each field that nobody has said.
    """
    raise_all(ColumnsOpen(place=one.name, value=columns.told(one, heads)) for one in open_ones)


def _all_proven(kind: Incoming, heads: list[Any], mapping: Mapping[str, str], constants: Mapping[str, str]) -> None:
    """
    Raises:
        WritingOpen: nothing tells how days or numbers are written, and nobody has said it.
    """
    unproven = columns.unproven(kind, heads, mapping)
    for sort in columns.unsaid(kind, heads, mapping, constants):
        names = ", ".join(head["name"] for head in unproven[sort])
        raise WritingOpen(place=str(columns.SORT_WORDS[sort]), value=names)


def kind_of(name: str) -> Incoming:
    kind = columns.kinds().get(name)
    if kind is None:
        raise UnknownImportKind(place="kind", value=name)
    return kind


def locked(import_id: int, *states: ImportState) -> Import:
    """
    Raises:
        UnknownImport: not the firm's, or of a kind that the person may not load. WrongImportState: in another one.
    """
    made = columns.seen().select_for_update().filter(pk=import_id).first()
    if made is None:
        raise UnknownImport(place="import", value=import_id)
    if states and made.state not in states:
        raise WrongImportState(place="state", value=made.get_state_display())
    return made


def found(import_id: int) -> Import:
    """
    Raises:
        UnknownImport: not the firm's, or of a kind that the person may not load.
    """
    made = columns.seen().filter(pk=import_id).first()
    if made is None:
        raise UnknownImport(place="import", value=import_id)
    return made


def is_ready(made: Import) -> bool:
    """Whether all is said that its rows need, and nothing about it is unsure: then nobody has to look at the columns."""
    kind = columns.kinds().get(made.kind)
    if kind is None or len(made.tables) > 1:
        return False
    heads = made.tables[made.table]["heads"]
    given = (kind, heads, made.mapping, made.constants)
    if columns.open_fields(*given) or columns.unsaid(*given):
        return False
    if (meant := columns.before(kind, heads)) is not None:
        return meant.is_sure
    return not any(one.is_asked for one in columns.propose(kind, heads))


def twin(made: Import) -> Import | None:
    """Another import of the very same file that somebody has open or has loaded."""
    states = (ImportState.CHECKED, ImportState.CHECKING, ImportState.LOADING, ImportState.LOADED)
    return (
        Import.objects.filter(file_hash=made.file_hash, kind=made.kind, state__in=states)
        .exclude(pk=made.pk)
        .select_related("owner")
        .order_by("-pk")
        .first()
    )


# Checking


@uncollected
@atomic
def check_import(*, import_id: int, is_confirmed: bool | None = None, tell: Any = None) -> Import:
    """Read the rows anew and hold them against what stands; what the services refuse stands with its row.

    Raises:
        ColumnsOpen: not all that is needed has been said. UnreadableFile. WrongImportState: loaded already.
    """
    made = locked(import_id, ImportState.MAPPING, ImportState.CHECKING, ImportState.CHECKED)
    kind, heads = kind_of(made.kind), made.tables[made.table]["heads"]
    _all_said(columns.open_fields(kind, heads, made.mapping, made.constants), heads)
    _all_proven(kind, heads, made.mapping, made.constants)
    if is_confirmed is not None:
        made.is_confirmed = is_confirmed
    reads = read_rows(tables_of(made), kind, made.mapping, made.constants, Words(kind))
    if sound := [one.values for one in reads if not one.faults]:
        _all_said(columns.needed_fields(kind, sound, made.mapping, made.constants), heads)
    found = check(kind, reads, made.mapping, is_confirmed=made.is_confirmed, **({"tell": tell} if tell else {}))
    if any(row.state is RowState.ERROR for row in found):  # the file is read anew: most have none, and texts take room
        say_cells(tables_of(made), found)
    keep(made, kind, found)
    made.state = ImportState.CHECKED
    made.save(update_fields=["state", "counts", "is_confirmed"])
    return made


@atomic
def choose_rows(*, import_id: int, places: Collection[int], is_chosen: bool) -> int:
    """Take rows along, or leave them out; with them all that is written in the same act. How many.

    Raises:
        UnknownImport, WrongImportState.
    """
    made = locked(import_id, ImportState.CHECKED)
    groups = made.rows.filter(place__in=places).values("group")
    rows = made.rows.filter(group__in=groups, state__in=chosen_states(kind_of(made.kind)))
    return int(rows.update(is_chosen=is_chosen))


@atomic
def choose_all(*, import_id: int, is_chosen: bool) -> int:
    """Take all rows that are new or changed, or none.

    Raises:
        UnknownImport, WrongImportState.
    """
    made = locked(import_id, ImportState.CHECKED)
    return int(made.rows.filter(state__in=chosen_states(kind_of(made.kind))).update(is_chosen=is_chosen))


# Loading


def changed_fields(kind: Incoming, row: ImportRow) -> set[str]:
    """Fields of a row that stand otherwise."""
    if row.before is None:
        return set()
    return set(differences(kind, row.values, Standing(0, row.before, "")))


@atomic
def cancel(*, import_id: int) -> Import:
    """Leave an import alone: nothing of it was written, and its file goes.

    Raises:
        UnknownImport. WrongImportState: loaded.
    """
    made = locked(import_id, ImportState.MAPPING, ImportState.CHECKED)
    made.rows.all().delete()
    made.state = ImportState.CANCELLED
    made.save(update_fields=["state"])
    transaction.on_commit(lambda: default_storage.delete(made.place))
    return made
