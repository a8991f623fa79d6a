"""What others read of a table, named. Each room calls this for its own tables only, in its `reads.py`."""

from django.db.models import Model


def rows_of(model: type[Model], *columns: str) -> str:
    """`(SELECT columns FROM table)`, to be joined in another room's statement under a name of its own.

    PostgreSQL takes the brackets apart: the plan is the one of the bare table, and policies act as ever.

    Raises:
        AttributeError: the model has no such column.
    """
    if unknown := set(columns) - {field.column for field in model._meta.concrete_fields}:
        raise AttributeError(f"{model._meta.label} has no column {', '.join(sorted(unknown))}.")
    return f"(SELECT {', '.join(columns)} FROM {model._meta.db_table})"
