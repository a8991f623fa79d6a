"""SQL between rooms, made from models: what others read of a table, and sets of rows that are written into it.

Each room calls these for its own tables, in its `reads.py` and its `intake.py` (`tests/walk/test_tables.py`).
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import Field, Model
from psycopg.sql import quote
from psycopg.types.json import Jsonb


def rows_of(model: type[Model], *columns: str) -> str:
    """`(SELECT columns FROM table)`, to be joined in another room's statement under a name of its own.

    PostgreSQL takes the brackets apart: the plan is the one of the bare table, and policies act as ever.

    Raises:
        AttributeError: the model has no such column.
    """
    _check(model, columns)
    return f"(SELECT {', '.join(columns)} FROM {model._meta.db_table})"


def insert_into(model: type[Model], source: str, given: Mapping[str, str]) -> str:
    """An INSERT of many rows. A column that is not given is filled as in a row that the model makes without it.

    Args:
        source: what follows the columns of a SELECT: `FROM ... WHERE ...`.
        given: column → expression over the source.

    Raises:
        AttributeError: the model has no such column.
        ValueError: a column that needs a value gets none.
    """
    _check(model, given)
    left = [field for field in model._meta.concrete_fields if field.column not in given]
    filled: dict[str, str] = {str(field.column): value for field in left if (value := _without(field)) is not None}
    columns = {**given, **filled}
    names = ", ".join(f'"{name}"' for name in columns)  # one may be a word of SQL
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(columns.values())} {source}"


def next_id(model: type[Model]) -> str:
    """The expression that takes one id for a row to come."""
    return f"nextval('{model._meta.db_table}_id_seq')"


def new_ids(model: type[Model]) -> str:
    """The statement that takes as many ids as its parameter says."""
    return f"SELECT {next_id(model)} FROM generate_series(1, %s)"


def array_of(values: Iterable[Any]) -> str:
    """One column of a set as PostgreSQL reads an array: of texts, numbers, days, truths or JSON, None among them.

    What a driver makes of a list looks up for each value how its type is written, which takes longer than the writing.
    """
    values = list(values)
    if _PLAIN.issuperset(map(type, values)):
        return f"{{{','.join(map(str, values))}}}"
    return f"{{{','.join(map(_element, values))}}}"


_PLAIN = frozenset({int, Decimal, date})  # written without quotes


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, Jsonb):
        value = (value.dumps or json.dumps)(value.obj)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


def refresh_statistics(cursor: Any) -> None:
    """Let the planner know what this transaction has written so far; before statements that read many rows of it."""
    cursor.execute("SELECT tenancy_refresh_statistics()")


def _check(model: type[Model], columns: Collection[str]) -> None:
    if unknown := set(columns) - {field.column for field in model._meta.concrete_fields}:
        raise AttributeError(f"{model._meta.label} has no column {', '.join(sorted(unknown))}.")


def _without(field: "Field[Any, Any]") -> str | None:
    """The literal that Django would write for nothing; None where the database fills the column by itself."""
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return "now()"
    if field.has_db_default() or field.primary_key or field.generated:
        return None
    if field.has_default():
        value = field.get_default()
        return None if value is None else quote(value.value if isinstance(value, Enum) else value).replace("%", "%%")
    if field.null:
        return None
    if field.blank and field.empty_strings_allowed:
        return "''"
    raise ValueError(f"{field} has no default: give it a value.")
