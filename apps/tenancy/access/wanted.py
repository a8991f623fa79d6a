"""What the database shall hold of one model: rights, policies and guards, compiled from its declaration.

A table without a declaration gets no rights at all unless `OPEN_TABLES` lists it with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Model

from .declared import Access
from .predicates import Never, column, quoted, sides
from .tables import OPEN_TABLES, is_identity

ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
EVERY_ROW = "USING (true) WITH CHECK (true)"
GUARD = "access_guard"


@dataclass
class Table:
    """
    Attributes:
        rights: role → privilege → columns, None for the whole table.
        policies: name → what stands behind `ON table`; None where the table has no row-level security.
        guard: body of the function that compares old and new, "" for none.
        guarded: columns whose change calls it.
    """

    name: str
    rights: dict[str, dict[str, frozenset[str] | None]] = field(default_factory=dict)
    policies: dict[str, str] | None = None
    guard: str = ""
    guarded: tuple[str, ...] = ()


def is_history(model: type[Model]) -> bool:
    """Whether the table keeps the versions of another one's rows."""
    return hasattr(model, "pgh_tracked_model")


def access_of(model: type[Model]) -> Access | None:
    return getattr(model, "access", None)


def wanted(model: type[Model]) -> Table:
    """What the table of a model shall have.

    History is read only: triggers write it (`record.py`). A model may name `hidden_columns`: read by app_identity alone,
    which then sees every row. Other roles read the columns that are left.
    """
    table = Table(model._meta.db_table)
    if is_identity(model):
        table.rights["app_identity"] = _whole(ALL)
        return table
    hidden: frozenset[str] = getattr(model, "hidden_columns", frozenset())
    table.rights["app_system"] = _whole(("SELECT",) if is_history(model) else ALL)
    if hidden:
        seen = frozenset(str(field.column) for field in model._meta.concrete_fields) - hidden
        table.rights["app_system"] |= {"SELECT": seen, "UPDATE": seen}
        table.rights["app_identity"] = _whole(ALL[:3])
    access = access_of(model)
    if access is None:
        if table.name in OPEN_TABLES:
            table.rights["app"] = _whole(OPEN_TABLES[table.name][0].split(", "))
        return table
    writes = access.writes()
    table.rights["app"] = _whole(("SELECT", *(name.upper() for name in writes)))
    if hidden:
        table.rights["app"]["SELECT"] = seen
    table.policies = _policies(model, access, has_identity=bool(hidden))
    if access.guards:
        table.guard, table.guarded = _guard(model, access)
    return table


def _whole(privileges: Iterable[str]) -> dict[str, frozenset[str] | None]:
    return dict.fromkeys(privileges)


def _policies(model: type[Model], access: Access, *, has_identity: bool) -> dict[str, str]:
    found = {"scope_read": f"FOR SELECT TO app USING ({access.read.sql(model, model._meta.db_table)})"}
    shapes = {
        "insert": "FOR INSERT TO app WITH CHECK ({0})",
        "update": "FOR UPDATE TO app USING ({0}) WITH CHECK ({0})",
        "delete": "FOR DELETE TO app USING ({0})",
    }
    for name, rows in access.writes().items():
        found[f"scope_{name}"] = shapes[name].format(rows.sql(model, model._meta.db_table))
    whole = "FOR SELECT TO app_system USING (true)" if is_history(model) else f"FOR ALL TO app_system {EVERY_ROW}"
    found["scope_system"] = whole
    if has_identity:
        found["scope_identity"] = f"FOR ALL TO app_identity {EVERY_ROW}"
    return found


def _guard(model: type[Model], access: Access) -> tuple[str, tuple[str, ...]]:
    """Whose a guarded row is never changes: the predicates are asked of the changed row."""
    names = {field.name for field in model._meta.concrete_fields}
    whose = ("pk", *(name for name in ("relation", "buyer", "supplier", "organization") if name in names))
    lines, guarded = ["IF current_user <> 'app' THEN RETURN NEW; END IF;"], [column(model, name) for name in whose]
    for name in whose:
        lines.append(_refusal(model, (column(model, name),), "false"))
    for guard in access.guards:
        if guard.by == sides():
            continue
        columns = tuple(column(model, name) for name in guard.columns)
        guarded += columns
        by, first = guard.by.sql(model, "NEW"), guard.first.sql(model, "NEW")
        if isinstance(guard.first, Never):
            lines.append(_refusal(model, columns, by))
        else:
            lines += [_refusal(model, (name,), f"{by} or (OLD.{name} is null and {first})") for name in columns]
    return "\n    ".join([*lines, "RETURN NEW;"]), tuple(guarded)


def _refusal(model: type[Model], columns: tuple[str, ...], allowed: str) -> str:
    message = f"{model._meta.db_table}: this firm may not change {', '.join(columns)}"
    raised = f"RAISE insufficient_privilege USING MESSAGE = {quoted(message)}"
    breaks = "" if allowed == "false" else f" AND ({allowed}) IS NOT TRUE"
    return f"IF {changed(columns)}{breaks} THEN {raised}; END IF;"


def changed(columns: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"
