"""What happened to a document and to all that hangs on it, as deeds: what was, what is, who, when. One statement.

An app's `history.py` says of each tracked model which columns are told (`TOLD`, with the words for them) and which are left
out on purpose (`SILENT`); `tests/walk/test_history.py` fails on a column that stands in neither.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db.models import DecimalField, IntegerField, TextField, Value
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext as _

from apps.common.dates import day_text, moment_text

from .history import Change, actor_of, changes_of

# Columns that say where a row belongs and who wrote it; the entry itself tells who and when.
KEYS = frozenset({"id", "relation", "buyer", "supplier", "created_at", "created_by"})
DELETED = pghistory.DeleteEvent.label
NOTHING: tuple[Any, ...] = ("", None, 0, [])


@dataclass(frozen=True)
class Source:
    """Rows of one model whose versions are read, and the columns that are told of them, with the words for each.

    Attributes:
        more: columns read beside them: states of the log, the line that a row is about.
    """

    model: Any
    told: Mapping[str, Any]
    where: dict[str, Any]
    more: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """What is read, by the names of the columns in the database."""
        fields = (self.model._meta.get_field(name) for name in (*self.told, *self.more))
        return tuple(dict.fromkeys(field.attname for field in fields))


@dataclass(frozen=True)
class Version:
    """A row as one act left it."""

    at: datetime
    user_id: int | None
    organization_id: int | None
    source: Source
    row_id: int
    facts: dict[str, Any]
    is_end: bool = False  # the act deleted the row


@dataclass(frozen=True)
class Deed:
    """One value that an act changed in one row, or gave it when the row was written (`is_first`)."""

    version: Version
    column: str
    old: Any
    new: Any
    is_first: bool

    @property
    def row(self) -> tuple[Any, int]:
        return self.version.source.model, self.version.row_id


@dataclass(frozen=True)
class Told:
    """A deed in words; `line` is the position of the line that it is about."""

    at: datetime
    user_id: int | None
    label: Any
    old: str | None
    new: str
    line: int | None = None


def versions_of(*sources: Source) -> list[Version]:
    """All versions of the rows of all sources, those of one model in the order in which they were written; one query."""
    first, *others = (_read(source, index) for index, source in enumerate(sources))
    versions = []
    for index, _id, at, row_id, context, facts, kind in sorted(first.union(*others, all=True), key=lambda row: row[:2]):
        source = sources[index]
        values = {name: _value(source.model._meta.get_field(name), value) for name, value in facts.items()}
        versions.append(Version(at, *actor_of(context), source, row_id, values, kind == DELETED))
    return versions


def _read(source: Source, index: int) -> Any:
    """One part of the union: every model in the same columns, its own in one JSON object."""
    facts = JSONObject(**{name: _exact(source.model._meta.get_field(name)) for name in source.columns})
    rows = source.model.pgh_event_model.objects.filter(**source.where).order_by()
    rows = rows.annotate(source_index=Value(index, IntegerField()), told_facts=facts)
    return rows.values_list(
        "source_index", "pgh_id", "pgh_created_at", "pgh_obj_id", "pgh_context", "told_facts", "pgh_label"
    )


def _exact(field: Any) -> Any:
    """A number goes as text, so that JSON takes no digits from it; `_value` makes it a value again."""
    if isinstance(field, ArrayField) and isinstance(field.base_field, DecimalField):
        return Cast(field.attname, ArrayField(TextField()))
    return Cast(field.attname, TextField()) if isinstance(field, DecimalField) else field.attname


def _value(field: Any, value: Any) -> Any:
    """A fact as its column holds it; an array reads only text by itself, never what JSON makes of its elements."""
    if isinstance(field, ArrayField) and value is not None:
        return [field.base_field.to_python(one) for one in value]
    return field.to_python(value)


def states_of(versions: Iterable[Version], model: Any, *names: str) -> list[Change]:
    """The entries of a log: changes of some columns of the one row of a model, newest first."""
    rows = (version for version in versions if version.source.model is model)
    return changes_of(((v.at, v.user_id, v.organization_id, {n: v.facts[n] for n in names}) for v in rows), names)


def deeds_of(versions: Sequence[Version]) -> list[Deed]:
    """What each act changed, the net of it: a row that one act writes three times has changed once.

    What came with the document itself stands on its page and is no deed; what was written later is.
    """
    begin = min((version.at for version in versions), default=None)
    before: dict[tuple[Any, int], Version] = {}
    net: dict[tuple[Any, ...], Deed] = {}
    for version in versions:
        row = (version.source.model, version.row_id)
        last = before.get(row)
        before[row] = version
        if last is None and version.at == begin:
            continue
        for column in version.source.told:
            name = version.source.model._meta.get_field(column).attname
            deed = Deed(version, column, last and last.facts[name], version.facts[name], last is None)
            key = (row, column, version.at)
            if key in net:
                deed = replace(deed, old=net[key].old, is_first=net[key].is_first)
            if deed.old == deed.new or (deed.is_first and deed.new in NOTHING):
                net.pop(key, None)
            elif key in net or last is None or last.facts[name] != deed.new:
                net[key] = deed
    return list(net.values())


def in_words(
    deeds: Iterable[Deed],
    *,
    line_of: Callable[[Version], int | None] = lambda _version: None,
    name_of: Callable[[Deed, Any], str | None] = lambda _deed, _value: None,
) -> list[Told]:
    """Deeds for `web/_log.html`.

    Args:
        line_of: the position of the line that a row is about.
        name_of: the words for what is no plain value, such as a key; None leaves it to the column.
    """
    words = []
    for deed in deeds:
        version, label = deed.version, deed.version.source.told[deed.column]
        old, new = (name_of(deed, v) or shown_value(version.source.model, deed.column, v) for v in (deed.old, deed.new))
        words.append(Told(version.at, version.user_id, label, None if deed.is_first else old, new, line_of(version)))
    return words


def shown_value(model: Any, column: str, value: Any) -> str:
    """A value as people read it: numbers without needless zeros, days and choices in their language."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return day_text(value)
    choices = dict(model._meta.get_field(column).flatchoices)
    return str(choices.get(value, value))
