"""Sets of new rows, written through their models by one statement."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Model
from django.db.models.expressions import DatabaseDefault, RawSQL

from .sql import array_of


def insert_all(rows: Sequence[Model], connection: Any) -> None:
    """Write new rows of one model, and give them their keys. What they point at is saved already.

    As `bulk_create`, each value through its field, whose rule holds as ever. That one writes every value of every row by
    itself; here what all rows have in common is said once, and the rest comes as one array a column.
    """
    model = type(rows[0])
    columns: dict[str, str] = {}
    arrays: dict[str, str] = {}
    given: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        values = [] if field.primary_key or field.generated else [field.pre_save(row, True) for row in rows]
        if not values or all(isinstance(value, DatabaseDefault) for value in values):
            continue  # the database fills it
        name = str(field.column)
        if all(value == values[0] for value in values):
            columns[name], given[name] = f"%({name})s", field.get_db_prep_save(values[0], connection)
        else:
            kind = str(field.db_type(connection)).partition("(")[0]  # nothing is cut to a length: too long is refused
            columns[name], arrays[name] = f'given."{name}"', f"%({name})s::{kind}[]"
            given[name] = array_of(field.get_db_prep_save(value, connection) for value in values)
    source = f"unnest({', '.join(arrays.values())})" if arrays else f"generate_series(1, {len(rows)})"
    named = f" ({_listed(arrays)})" if arrays else ""
    table, key = model._meta.db_table, model._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({_listed(columns)}) SELECT {", ".join(columns.values())}'
            f' FROM {source} AS given{named} RETURNING "{key.column}"',
            given,
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk, row._state.adding, row._state.db = pk, False, connection.alias


def among(model: type[Model], name: str, values: Iterable[Any]) -> RawSQL:
    """A condition on rows of a model: a column holds one of many values. They go as one array; `__in` names each in the
    statement, and of a hundred thousand the statement alone takes tens of megabytes."""
    field: Any = model._meta.get_field(name)
    kind = str(field.db_type(connections[DEFAULT_DB_ALIAS])).partition("(")[0]
    where = f'"{model._meta.db_table}"."{field.column}" = ANY(%s::{kind}[])'
    return RawSQL(where, [array_of(values)], output_field=BooleanField())


def _listed(names: Sequence[str] | dict[str, str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
