"""Two walls, one declaration: for every model and everybody, each wall alone shows and takes the same rows.

Rows by the first wall: the manager on a connection that no policy binds. By the second: `app`, without any manager. A world
with a row in every table; what is compared is counted.
"""

from collections.abc import Callable
from functools import cache, partial

import pytest
from django.db import DatabaseError, connections, transaction

from apps.tenancy.access.predicates import AllOf, Fact, OnSide
from apps.tenancy.access.wanted import is_history
from apps.tenancy.scope import Scope, ScopedManager, unscoped, use_scope
from tests.everything import declared, fill
from tests.thorough import count
from tests.world import SYSTEM, as_person

pytestmark = pytest.mark.long

# Models without a scoped manager: their condition is compiled and compared here, but narrows no query.
UNMANAGED = {
    "accounts.User": "people are found before any scope is open, and by app_identity",
    "accounts.User_groups": "Django's own table between people and groups",
    "tenancy.OrganizationGroupPermission": "guardian's own table",
}
MOST = count(5, 10)  # rows of a table that are tried to be written


def scopes(world) -> dict[str, Scope]:
    """Everybody of the cast, and somebody who works nowhere."""
    found = {}
    for name in world.people:
        with as_person(world, name) as door:
            found[name] = door.scope
    return found | {"of no firm": Scope(user_id=world.people["buyer"].pk), "nobody": Scope()}


def first_wall(model, scope: Scope, command: str = "read") -> set:
    if command == "read" and isinstance(model._default_manager, ScopedManager):
        with use_scope(scope):
            return set(model._default_manager.using("system").values_list("pk", flat=True))
    access = model.access
    condition = access.seen(model, scope) if command != "insert" else None
    if command != "read":
        rows = access.writes()[command].q(model, scope)
        condition = rows if condition is None else condition & rows
    with unscoped(reason=SYSTEM):
        return set(model._base_manager.filter(condition).values_list("pk", flat=True))


def second_wall(model, scope: Scope, command: str, rows: Callable[[], dict]) -> set:
    """Args: rows: those that are tried to be inserted and deleted."""
    if command in ("insert", "delete"):
        return {pk for pk, row in rows().items() if takes(model, scope, command, pk, row)}
    table, key = model._meta.db_table, model._meta.pk.column
    lock = " FOR UPDATE" if command == "update" else ""
    with use_scope(scope), connections["default"].cursor() as cursor:
        cursor.execute(f'SELECT "{key}" FROM "{table}"{lock}')
        return {pk for (pk,) in cursor.fetchall()}


def rows_of(model) -> dict:
    """Some rows as they stand, to be written again."""
    table, key = model._meta.db_table, model._meta.pk.column
    with unscoped(reason=SYSTEM), connections["system"].cursor() as cursor:
        cursor.execute(f'SELECT "{key}", to_json(t)::text FROM "{table}" t ORDER BY "{key}" LIMIT {MOST}')
        return dict(cursor.fetchall())


def takes(model, scope: Scope, command: str, pk, row: str) -> bool:
    """Whether the policies let one row be written: what refuses it after them, a key or a trigger, does not count."""
    table, key = model._meta.db_table, model._meta.pk.column
    statement, values = f'DELETE FROM "{table}" WHERE "{key}" = %s', [pk]
    if command == "insert":
        statement, values = f'INSERT INTO "{table}" SELECT * FROM json_populate_record(NULL::"{table}", %s)', [row]
    with use_scope(scope), connections["default"].cursor() as cursor:
        try:
            with transaction.atomic("default"):
                cursor.execute(statement, values)
                found = cursor.rowcount == 1
                transaction.set_rollback(True, using="default")
        except DatabaseError as error:
            if "permission denied" in str(error):
                raise
            found = "row-level security" not in str(error)
    return found


def differences(world, models, commands=("read", "update", "delete", "insert")) -> tuple[list, dict]:
    """(what the walls do not agree on, how much was compared)."""
    wrong, counted, everybody = [], {"models": set(), "comparisons": 0, "rows": 0, "empty": []}, scopes(world)
    for model in models:
        rows = cache(partial(rows_of, model))
        with unscoped(reason=SYSTEM):
            every = set(model._base_manager.values_list("pk", flat=True))
        if not every:
            counted["empty"].append(model._meta.label)
        for name, scope in everybody.items():
            for command in commands:
                if command != "read" and command not in model.access.writes():
                    continue
                one, two = first_wall(model, scope, command), second_wall(model, scope, command, rows)
                if command in ("insert", "delete"):
                    one &= set(rows())
                counted["comparisons"] += 1
                counted["models"].add(model._meta.label)
                counted["rows"] += len(one | two)
                if one != two:
                    wrong.append((model._meta.label, name, command, sorted(one - two)[:3], sorted(two - one)[:3]))
    return wrong, counted


@pytest.fixture
def everything(world, committed):
    fill(world)
    return world


def test_each_wall_alone_shows_and_takes_the_same_rows_of_every_model_for_everybody(everything):
    wrong, counted = differences(everything, declared())
    assert wrong == []
    assert counted["empty"] == [], "fill these in tests/everything.py"
    assert counted["models"] == {model._meta.label for model in declared()}
    print({**counted, "models": len(counted["models"])})
    assert len(counted["models"]) >= 60
    assert counted["comparisons"] > 1000
    assert counted["rows"] > 1000


def test_the_first_wall_stands_before_every_model_but_those_listed():
    unmanaged = {m._meta.label for m in declared() if not isinstance(m._default_manager, ScopedManager)}
    assert unmanaged == set(UNMANAGED)


def orders_models():
    return [m for m in declared() if m._meta.app_label == "orders" and not is_history(m)]


def test_a_condition_forgotten_by_the_compiler_of_the_managers_is_found(everything, monkeypatch):
    """The supplier's drafts: the first wall forgets that the row is no draft."""
    monkeypatch.setattr(Fact, "q", lambda self, model, scope: ~OnSide("buyer", "organization_ids").q(model, Scope()))
    wrong, _counted = differences(everything, orders_models(), commands=("read",))
    assert {(label, name) for label, name, *_ in wrong} >= {("orders.PurchaseOrder", "supplier")}


def test_a_condition_forgotten_by_the_compiler_of_the_policies_is_found(everything, monkeypatch):
    from apps.orders.models import PurchaseOrder
    from apps.tenancy.access.install import install

    owner = connections["owner"]
    monkeypatch.setattr(AllOf, "sql", lambda self, model, row: self.parts[0].sql(model, row))
    try:
        assert any("scope_read" in line for line in install(owner, [PurchaseOrder]))
        wrong, _counted = differences(everything, [PurchaseOrder], commands=("read",))
    finally:
        monkeypatch.undo()
        install(owner, [PurchaseOrder])
    assert ("orders.PurchaseOrder", "supplier") in {(label, name) for label, name, *_ in wrong}
    assert differences(everything, [PurchaseOrder], commands=("read",))[0] == []
