"""What a function of the database answers to somebody who is not yet in any scope."""

from typing import Any

from django.db import connections


def row_of(statement: str, values: list[Any]) -> dict[str, Any] | None:
    """The first row of a statement that calls such a function, by its columns' names; None where it gives none."""
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
        names = [column.name for column in cursor.description]
    return dict(zip(names, row, strict=True)) if row else None
