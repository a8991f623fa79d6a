"""Sets of new rows, written through their models by one statement."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.db.models.expressions import DatabaseDefault

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


def _listed(names: Sequence[str] | dict[str, str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
