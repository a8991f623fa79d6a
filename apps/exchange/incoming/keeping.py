"""Rows of an import as they are kept: written by a check, read again to be loaded and taken back. A file may be of a hundred
thousand: none of them becomes a model."""

import json
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from apps.common.characters import clean, composed
from apps.common.incoming import Field, Incoming, Standing, as_json, from_json
from apps.common.sql import insert_into
from apps.tenancy.scope import require_scope

from ..models import Import, ImportRow, RowState
from .checking import Checked, chosen_states

AT_ONCE = 5000  # rows written by one statement
TYPES = {
    **{"place": "int", "number": "int", "sheet": "text", "state": "text", "is_chosen": "bool", "group": "int"},
    **dict.fromkeys(("values", "before", "faults"), "jsonb"),
}
DEFINED = ", ".join(f'"{name}" {kind}' for name, kind in TYPES.items())
WRITE = insert_into(
    ImportRow,
    f"FROM jsonb_to_recordset(%s::jsonb) r ({DEFINED})",
    {"organization_id": "%s", "of_id": "%s", **{name: f'r."{name}"' for name in TYPES}},
)

READ = ("pk", "number", "state", "group", "version", "values", "before")


def keep(made: Import, kind: Incoming, found: Sequence[Checked]) -> None:
    """In place of what the check before found."""
    made.rows.all().delete()
    counts = dict.fromkeys((state.value for state in RowState), 0)
    for row in found:
        counts[row.state] += 1
    rows = _rows(kind, found)
    with connections[require_scope().alias].cursor() as cursor:
        while some := list(islice(rows, AT_ONCE)):
            cursor.execute(WRITE, [made.organization_id, made.pk, json.dumps(some)])
    made.counts = counts


def _rows(kind: Incoming, found: Sequence[Checked]) -> Iterator[dict[str, Any]]:
    first: dict[Hashable, int] = {}
    sheets: dict[str, str] = {}
    chosen = chosen_states(kind)
    for place, row in enumerate(found):
        if (sheet := row.read.sheet) not in sheets:
            sheets[sheet] = clean(composed(sheet[:200]), "name", "sheet")
        yield {
            "place": place,
            "number": row.read.number,
            "sheet": sheets[sheet],
            "state": row.state.value,
            "is_chosen": row.state in chosen,
            "group": first.setdefault(row.group, place) if row.group is not None else place,
            "values": {name: as_json(value) for name, value in row.values.items()},
            "before": before_of(kind, row.standing),
            "faults": row.faults,
        }


def before_of(kind: Incoming, standing: Standing | None) -> dict[str, Any] | None:
    """What stood under a row's key, as it is kept with the row; None where nothing did."""
    if standing is None:
        return None
    return {one.name: as_json(standing.values[one.name]) for one in kind.fields if one.name in standing.values}


@dataclass(slots=True)
class Kept:
    """One row.

    Attributes:
        values: as services take them.
        before: what stood under its key, as it is kept; None where nothing did.
    """

    pk: int
    number: int
    state: str
    group: int
    version: str
    values: dict[str, Any]
    before: dict[str, Any] | None


class Typed:
    """Values as services take them, from what is kept of a row. What recurs in a file is made, and held, once."""

    def __init__(self, kind: Incoming) -> None:
        self._kind = kind
        self._names: dict[str, tuple[str, Field | None]] = {}
        self._known: dict[str, dict[Any, Any]] = defaultdict(dict)

    def __call__(self, given: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for told, value in given.items():
            if told not in self._names:
                self._names[told] = (told, self._kind.field(told))
            name, one = self._names[told]
            if isinstance(value, str):
                known = self._known[name]
                if value not in known:
                    known[value] = from_json(one, value)
                value = known[value]
            found[name] = value
        return found


def kept_rows(kind: Incoming, rows: QuerySet[ImportRow], most: int | None = None) -> Iterator[Kept]:
    """Rows by groups, those of one in the file's order; the first `most` of them."""
    typed = Typed(kind)
    for row in rows.order_by("group", "place").values_list(*READ)[:most].iterator():
        pk, number, state, group, version, values, before = row
        yield Kept(pk, number, state, group, version, typed(values), before)
