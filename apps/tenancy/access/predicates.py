"""What may be said of a row: whose it is, who else takes part, and what facts it holds.

A predicate is compiled twice from the same object: `sql` for the policies, `q` for the managers. Both must be true of the
same rows, null columns and scopes without a person included. Expressions keep indexes usable: a stable expression on the
right side of `= any`; see docs/decisions.md.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q

if TYPE_CHECKING:
    from ..scope import Scope

# Ids of the scope, by the name of its field. Partners are up to hundreds on tables of thousands of rows: a function declared
# expensive, so that the planner walks the index instead of parsing them for every row (4 ms against 0.1 ms).
IDS = {
    "organization_ids": "coalesce(nullif(current_setting('app.org_ids', true), ''), '{}')::bigint[]",
    "cluster_ids": "coalesce(nullif(current_setting('app.cluster_ids', true), ''), '{}')::bigint[]",
    "party_ids": "tenancy_ids('app.party_ids')",
}
PERSON = "nullif(current_setting('app.user_id', true), '')::bigint"

Value = bool | str | int | tuple[str, ...] | None


class Predicate(ABC):
    """A condition on one row of a model, under a scope."""

    @abstractmethod
    def sql(self, model: type[Model], row: str) -> str:
        """Args: row: how the statement calls the row: its table, an alias, NEW."""

    @abstractmethod
    def q(self, model: type[Model], scope: Scope) -> Q:
        """The same condition for a manager."""

    def on_side(self, name: str) -> Predicate | None:
        """What is left of it for one side of a relation; None where it does not speak of that side."""
        return None

    def __or__(self, other: Predicate) -> Predicate:
        return AnyOf((*_parts(self, AnyOf), *_parts(other, AnyOf)))

    def __and__(self, other: Predicate) -> Predicate:
        return AllOf((*_parts(self, AllOf), *_parts(other, AllOf)))


def _parts(predicate: Predicate, kind: type[AnyOf] | type[AllOf]) -> tuple[Predicate, ...]:
    return predicate.parts if isinstance(predicate, kind) else (predicate,)


def column(model: type[Model], name: str) -> str:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return str(getattr(field, "column", None))


def attribute(model: type[Model], name: str) -> str:
    """The field's own column in a filter: no join to what it points at."""
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return str(getattr(field, "attname", name))


@dataclass(frozen=True)
class AnyOf(Predicate):
    parts: tuple[Predicate, ...]

    def sql(self, model: type[Model], row: str) -> str:
        return "(" + " or ".join(part.sql(model, row) for part in self.parts) + ")"

    def q(self, model: type[Model], scope: Scope) -> Q:
        found = Q()
        for part in self.parts:
            found |= part.q(model, scope)
        return found

    def on_side(self, name: str) -> Predicate | None:
        left = [part for part in (each.on_side(name) for each in self.parts) if part is not None]
        return AnyOf(tuple(left)) if len(left) > 1 else left[0] if left else None


@dataclass(frozen=True)
class AllOf(Predicate):
    parts: tuple[Predicate, ...]

    def sql(self, model: type[Model], row: str) -> str:
        return "(" + " and ".join(part.sql(model, row) for part in self.parts) + ")"

    def q(self, model: type[Model], scope: Scope) -> Q:
        found = Q()
        for part in self.parts:
            found &= part.q(model, scope)
        return found

    def on_side(self, name: str) -> Predicate | None:
        left = [part.on_side(name) for part in self.parts]
        if not any(left):
            return None
        return AllOf(tuple(narrow or part for narrow, part in zip(left, self.parts, strict=True)))


@dataclass(frozen=True)
class Never(Predicate):
    def sql(self, model: type[Model], row: str) -> str:
        return "false"

    def q(self, model: type[Model], scope: Scope) -> Q:
        return Q(pk__in=())


@dataclass(frozen=True)
class Holds(Predicate):
    """A column names a firm, cluster or partner of the scope."""

    name: str
    ids: str

    def sql(self, model: type[Model], row: str) -> str:
        return f"{row}.{column(model, self.name)} = any({asked(IDS[self.ids], row)})"

    def q(self, model: type[Model], scope: Scope) -> Q:
        return Q(**{f"{attribute(model, self.name)}__in": getattr(scope, self.ids)})


@dataclass(frozen=True)
class OnSide(Holds):
    """The scope's firm is that side of the row's relation."""

    def on_side(self, name: str) -> Predicate | None:
        return self if name == self.name else None


@dataclass(frozen=True)
class IsPerson(Predicate):
    """A column names the person of the scope; `or_none`: neither names one counts too."""

    name: str
    or_none: bool = False

    def sql(self, model: type[Model], row: str) -> str:
        compare = "is not distinct from" if self.or_none else "="
        return f"{row}.{column(model, self.name)} {compare} {PERSON}"

    def q(self, model: type[Model], scope: Scope) -> Q:
        if scope.user_id is None and not self.or_none:
            return Q(pk__in=())
        return Q(**{attribute(model, self.name): scope.user_id})


@dataclass(frozen=True)
class Fact(Predicate):
    """A column holds a value: a truth, a word, a number, nothing, or one of several words."""

    name: str
    value: Value

    def sql(self, model: type[Model], row: str) -> str:
        where = f"{row}.{column(model, self.name)}"
        if self.value is None:
            return f"{where} is null"
        if isinstance(self.value, bool):
            return where if self.value else f"not {where}"
        if isinstance(self.value, tuple):
            return f"{where} in ({', '.join(map(quoted, self.value))})"
        return f"{where} = {quoted(self.value)}"

    def q(self, model: type[Model], scope: Scope) -> Q:
        return Q(**{f"{self.name}__in" if isinstance(self.value, tuple) else self.name: self.value})


@dataclass(frozen=True)
class Linked(Predicate):
    """Another table has a row with the same keys, of which `when` is true.

    Attributes:
        label: the other model, by its name: it may stand in a room above.
        keys: (its field, ours) that are equal.
    """

    label: str
    keys: tuple[tuple[str, str], ...]
    when: Predicate

    def sql(self, model: type[Model], row: str) -> str:
        target = apps.get_model(self.label)
        alias = f"{target._meta.model_name}_of_{row.lower()}"[:60]
        parts = [f"{alias}.{column(target, its)} = {row}.{column(model, ours)}" for its, ours in self.keys]
        parts.append(self.when.sql(target, alias))
        return f"exists (select from {target._meta.db_table} {alias} where {' and '.join(parts)})"

    def q(self, model: type[Model], scope: Scope) -> Q:
        target = apps.get_model(self.label)
        rows = target._base_manager.filter(
            **{attribute(target, its): OuterRef(attribute(model, ours)) for its, ours in self.keys}
        )
        return Q(Exists(rows.filter(self.when.q(target, scope))))


def asked(ids: str, row: str) -> str:
    """The firms of the scope, asked once a statement. In line they would be parsed for every row, and the planner would
    look them up, count both sides of a relation, and sort all rows of a firm instead of walking the index of a list. The
    clusters are few rows' business, and partners have a function; a trigger has one row before it."""
    return f"(select {ids})::bigint[]" if ids == IDS["organization_ids"] and row != "NEW" else ids


def quoted(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def nobody() -> Predicate:
    return Never()


def own(name: str = "organization") -> Predicate:
    """The row is the scope's firm's; `name`: the column that says whose it is, `pk` for the firm itself."""
    return Holds(name, "organization_ids")


def office() -> Predicate:
    """The scope's firm coordinates what the row belongs to."""
    return Holds("office", "organization_ids")


def member(name: str = "cluster") -> Predicate:
    """The scope's firm belongs to the row's cluster."""
    return Holds(name, "cluster_ids")


def partner(name: str = "organization") -> Predicate:
    """The row's firm is the scope's, or one that it works with."""
    return Holds(name, "party_ids")


def side(name: str) -> Predicate:
    """The scope's firm is the buyer, or the supplier, of the row's relation."""
    return OnSide(name, "organization_ids")


def sides() -> Predicate:
    return side("buyer") | side("supplier")


def person(name: str, *, or_none: bool = False) -> Predicate:
    return IsPerson(name, or_none)


def where(**facts: Value) -> Predicate:
    """Facts of the row itself: `where(is_draft=False)`, `where(state=("accepted", "rejected"))`."""
    parts = tuple(Fact(name, value) for name, value in facts.items())
    return parts[0] if len(parts) == 1 else AllOf(parts)


def linked(label: str, *, when: Predicate, **keys: str) -> Predicate:
    """Another table has such a row: `linked("accounts.Membership", user="pk", when=own())`."""
    return Linked(label, tuple(keys.items()), when)
