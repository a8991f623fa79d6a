"""Rows of an import as they are loaded and taken back: light ones, for a file may be of a hundred thousand."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from apps.common.incoming import Field, Incoming, from_json

from ..models import ImportRow

COLUMNS = ("pk", "number", "state", "group", "version", "values", "before")


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


def kept_of(kind: Incoming, rows: QuerySet[ImportRow], most: int | None = None) -> Iterator[Kept]:
    """Rows by groups, those of one in the file's order; the first `most` of them."""
    typed = Typed(kind)
    for row in rows.order_by("group", "place").values_list(*COLUMNS)[:most].iterator():
        pk, number, state, group, version, values, before = row
        yield Kept(pk, number, state, group, version, typed(values), before)
