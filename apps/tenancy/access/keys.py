"""Foreign keys that must stay inside one tenant, derived from who owns the rows at both ends.

Foreign-key checks ignore policies, so a forged row could point into another firm. A composite key with the owner forbids
that in the database itself. What no such key can bind the model says with its reason in `unbound`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model

from .unbound import UNBOUND_TARGETS
from .wanted import access_of, is_history

# Columns that say whose a row is. Two rows are tied by the relation that both have, else by all owners that both have.
OWNERS = ("organization", "cluster", "office")
SIDES = ("buyer", "supplier")


@dataclass(frozen=True)
class Key:
    """`columns` of `table` point at `there` of `target`: what is pointed at and whose it is."""

    table: str
    columns: tuple[str, ...]
    target: str
    there: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.table}_{'_'.join(self.columns)}"[:56] + "_tenant"

    @property
    def index(self) -> str:
        return f"{self.target}_{'_'.join(self.there[1:])}_key"[:63]

    @property
    def definition(self) -> str:
        ours, there = ", ".join(self.columns), ", ".join(self.there)
        return f"FOREIGN KEY ({ours}) REFERENCES {self.target}({there}) DEFERRABLE INITIALLY DEFERRED"


def foreign_keys(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


def owners(model: type[Model]) -> set[str]:
    """Columns that say whose the row is; a relation only with both of its sides beside it."""
    names = {field.name for field in foreign_keys(model)}
    shared = {"relation", *SIDES}
    return (names & set(OWNERS)) | (shared if shared <= names else names & set(SIDES))


def tenant_keys(model: type[Model]) -> list[Key]:
    """The composite keys of one table."""
    table = model._meta.db_table
    if access_of(model) is None or is_history(model):
        return []
    found = [key for field in foreign_keys(model) if (key := _key(model, field))]
    if "relation" in owners(model):
        sides = ("buyer_id", "supplier_id")
        found.append(Key(table, ("relation_id", *sides), "tenancy_tradingrelation", ("id", *sides)))
    return found


def _key(model: type[Model], field: Any) -> Key | None:
    target = field.related_model
    if not field.db_constraint or field.name in owners(model) or access_of(target) is None:
        return None
    pairs = _pairs(model, field, target)
    if not pairs:
        return None
    ours, theirs = zip(*pairs, strict=True)
    return Key(
        model._meta.db_table,
        (field.column, *(f"{name}_id" for name in ours)),
        target._meta.db_table,
        ("id", *(f"{name}_id" for name in theirs)),
    )


def _pairs(model: type[Model], field: Any, target: type[Model]) -> list[tuple[str, str]]:
    """Which of our owners is which of theirs. Of a shared row `tenant_of` says whose the thing is: the buyer's site."""
    if side := getattr(model, "tenant_of", {}).get(field.name):
        return [(side, "organization")]
    if "relation" in owners(model) & owners(target):
        return [("relation", "relation")]
    return [(name, name) for name in OWNERS if _has(model, name) and _has(target, name)]


def _has(model: type[Model], name: str) -> bool:
    """Whether every row has this owner; an owner that may be null ties nothing."""
    return any(field.name == name and not field.null for field in foreign_keys(model))


def covered(model: type[Model]) -> set[str]:
    """Columns whose single key is covered by a composite one: each row is checked once, not three times."""
    found = {key.columns[0] for key in tenant_keys(model)}
    return found | {"buyer_id", "supplier_id"} if "relation_id" in found else found


def unbound(model: type[Model]) -> dict[str, str | None]:
    """Foreign keys of a scoped table that no composite key binds → the reason, None where nobody has given one."""
    if access_of(model) is None or is_history(model):
        return {}
    bound = {key.columns[0] for key in tenant_keys(model)}
    found = {}
    for field in foreign_keys(model):
        if field.column in bound or field.name in owners(model):
            continue
        target = apps.get_model(field.related_model._meta.label)
        reason = getattr(model, "unbound", {}).get(field.name)
        found[f"{model._meta.label}.{field.name}"] = reason or UNBOUND_TARGETS.get(target._meta.label)
    return found
