"""The first wall: which rows can this code see?

A scope is opened once at each door: request, task, socket message, command. It sets the transaction's row-level security
variables and narrows every manager of scoped models. SQL that touches a scoped table outside any scope raises.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.db import connections, models, transaction

from apps.common.rooms import rooms

if TYPE_CHECKING:
    from .access.predicates import Predicate

P = ParamSpec("P")
R = TypeVar("R")


@cache
def system_jobs() -> frozenset[str]:
    """For what work across tenants may be done: the reasons that rooms name in their `room.py`, and the tests'."""
    return frozenset({"tests and benchmarks", *(job for room in rooms().values() for job in room.system_jobs)})


class OutsideScope(RuntimeError):
    """Code touched a tenant's table without a scope: a door is missing."""


@dataclass(frozen=True)
class Scope:
    """What the code running now may see. Ids of organizations, clusters and trading partners."""

    organization_ids: tuple[int, ...] = ()
    cluster_ids: tuple[int, ...] = ()
    party_ids: tuple[int, ...] = ()
    user_id: int | None = None
    source: str = "command"
    buys: bool = False
    supplies: bool = False
    acts: frozenset[str] = frozenset()
    token_id: int | None = None
    is_system: bool = False

    @property
    def organization_id(self) -> int:
        """The one organization acted for.

        Raises:
            OutsideScope: the scope names none or several.
        """
        if len(self.organization_ids) != 1:
            raise OutsideScope(f"This act needs a scope of exactly one organization, not {self.organization_ids}.")
        return self.organization_ids[0]

    @property
    def context(self) -> str:
        """What history rows remember of an act, as JSON; they take person and firms from the scope's own settings."""
        return json.dumps({"user": self.user_id, "organization": [*self.organization_ids], "source": self.source})

    @property
    def alias(self) -> str:
        return "system" if self.is_system else "default"


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)

SET_SCOPE = (
    "SELECT set_config('app.org_ids', %s, true), set_config('app.cluster_ids', %s, true), "
    "set_config('app.party_ids', %s, true), set_config('app.user_id', %s, true), "
    "set_config('pghistory.context_metadata', %s, true)"
)


def current_scope() -> Scope | None:
    return _current.get()


def require_scope() -> Scope:
    """The scope of the running code.

    Raises:
        OutsideScope: no door has opened one.
    """
    if (scope := _current.get()) is None:
        raise OutsideScope("No scope is open: wrap the door in organization_scope(), or say unscoped(reason=...).")
    return scope


@contextmanager
def open_scope(look_up: Callable[[], Scope], alias: str = "default") -> Iterator[Scope]:
    """Run the block in one transaction, under the scope that `look_up` finds and sets in the database.

    The outermost scope ends with its transaction; an inner one gives the outer one's variables back.
    """
    outer = _current.get()
    connection = connections[alias]
    is_inner = connection.in_atomic_block
    with transaction.atomic(using=alias):
        scope = look_up()
        token = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(token)
            if is_inner and not connection.needs_rollback and not connection.closed_in_transaction:
                write_scope(outer if outer and outer.alias == alias else Scope(is_system=alias == "system"))


def use_scope(scope: Scope) -> AbstractContextManager[Scope]:
    """Run the block under a scope that is known already."""

    def look_up() -> Scope:
        write_scope(scope)
        return scope

    return open_scope(look_up, scope.alias)


def write_scope(scope: Scope) -> None:
    def array(ids: tuple[int, ...]) -> str:
        return "{" + ",".join(map(str, ids)) + "}"

    with connections[scope.alias].cursor() as cursor:
        user = "" if scope.user_id is None else str(scope.user_id)
        ids = [array(scope.organization_ids), array(scope.cluster_ids), array(scope.party_ids)]
        cursor.execute(SET_SCOPE, [*ids, user, scope.context])


def organization_scope(
    *organization_ids: int, user_id: int | None = None, source: str = "command"
) -> AbstractContextManager[Scope]:
    """The scope of one organization (or several, in tests), with its clusters and partners looked up."""
    asked = Scope(organization_ids=organization_ids, user_id=user_id, source=source)

    def look_up() -> Scope:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT cluster_ids, party_ids, buys, supplies FROM tenancy_enter(%s, %s, %s)",
                [list(organization_ids), user_id, asked.context],
            )
            clusters, parties, buys, supplies = cursor.fetchone()
        return replace(asked, cluster_ids=tuple(clusters), party_ids=tuple(parties), buys=buys, supplies=supplies)

    return open_scope(look_up)


@contextmanager
def unscoped(*, reason: str) -> Iterator[Scope]:
    """Work across tenants, as the role app_system; the reason must be one of `system_jobs()`."""
    if reason not in system_jobs():
        raise OutsideScope(f"{reason!r} is named by no room as a system job.")
    with use_scope(Scope(source=reason, is_system=True)) as scope:
        yield scope


_identity: ContextVar[bool] = ContextVar("identity", default=False)


def within_identity() -> bool:
    return _identity.get()


@contextmanager
def identity() -> Iterator[None]:
    """People are read and written as app_identity, the role that sees password hashes, sessions and mailboxes.

    For sign-in and the pages of the own account alone. Nothing else moves: tenants' tables keep the connection of the scope,
    on which nobody's hash can be read. Opens no transaction; what belongs together says `transaction.atomic("identity")`.
    """
    token = _identity.set(True)
    try:
        yield
    finally:
        _identity.reset(token)


def atomic(function: Callable[P, R]) -> Callable[P, R]:
    """A service's transaction, on the connection of the running scope.

    Nested, it sets no savepoint: two statements fewer, and a refused act ends the request's transaction anyway. A page that
    shows the refusal and goes on reading opens its own savepoint around the call.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(using=require_scope().alias, savepoint=False):
            return function(*args, **kwargs)

    return run


@cache
def _scoped_table_pattern() -> re.Pattern[str]:
    from django.apps import apps

    tables = [m._meta.db_table for m in apps.get_models(include_auto_created=True) if hasattr(m, "access")]
    return re.compile(r"\b(" + "|".join(map(re.escape, tables)) + r")\b")


def guard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """An execute wrapper on every connection of the application: no scope, no scoped table."""
    if _current.get() is None and (found := _scoped_table_pattern().search(str(sql))):
        raise OutsideScope(f"A query on {found.group(1)} outside any scope.")
    return execute(sql, params, many, context)


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows of scoped managers. Changed or deleted at once, they are narrowed again where fewer may be changed than seen."""

    def update(self, **changes: Any) -> int:
        return super(ScopedQuerySet, self._changeable("update")).update(**changes)

    def delete(self) -> tuple[int, dict[str, int]]:
        return super(ScopedQuerySet, self._changeable("delete")).delete()

    # As Django's own: not called by templates, and `delete` not offered by managers.
    update.__dict__.update(alters_data=True)
    delete.__dict__.update(alters_data=True, queryset_only=True)

    def _changeable(self, command: str) -> "ScopedQuerySet":
        """What nobody may change stays whole, so that the database refuses it aloud."""
        scope, access = require_scope(), self.model.access
        rows = access.writes().get(command)
        if scope.is_system or rows is None or rows == access.read:
            return self
        return self.filter(rows.q(self.model, scope))


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """Narrows every query to the scope, by what the model's `access` says."""

    def get_queryset(self) -> models.QuerySet[Any]:
        scope = require_scope()
        rows = super().get_queryset()
        if scope.is_system:
            return rows
        return rows.filter(self.model.access.seen(self.model, scope))

    def that(self, predicate: "Predicate") -> models.QuerySet[Any]:
        """Rows of the scope of which a predicate is true: `Site.objects.that(own())`, among those of all partners."""
        return self.get_queryset().filter(predicate.q(self.model, require_scope()))

    def on_side(self, side: str) -> models.QuerySet[Any]:
        """Shared rows on which the scope's firm is the buyer, or the supplier.

        Narrower than the scope, and without its `or`: the planner would multiply that with the policy's, expect one row,
        and sort all rows of the firm instead of walking the index.
        """
        return super().get_queryset().filter(self.model.access.on_side(side, self.model, require_scope()))
