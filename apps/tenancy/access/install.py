"""`migrate` brings rights, policies, guards and tenant keys to what the models say, and touches only what differs.

One transaction an app, which first locks the tables that it changes; it waits for a lock a moment only and tries again, so
that nobody stands behind it. Keys are added unchecked and checked afterwards, beside what people write.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import psycopg
from django.apps import AppConfig
from django.db import OperationalError, transaction
from django.db.models import Model

from .found import Found, signed
from .keys import covered, tenant_keys
from .wanted import GUARD, Table, changed, wanted

LOCK_TIMEOUT = "200ms"
TRIES = 300
ROLES = ("app", "app_system", "app_identity")
# Smaller tables are indexed at once; the others beside what people write, which takes two passes.
LARGE = 1000
GUARD_FUNCTION = (
    "CREATE OR REPLACE FUNCTION public.{name}() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS"
    " $guard$ BEGIN\n    {body}\nEND $guard$"
)


def models_of(app_config: AppConfig) -> list[type[Model]]:
    found = app_config.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and not model._meta.proxy]


def install(connection: Any, models: list[type[Model]], others: Callable[[Found], Iterable[str]] | None = None) -> list[str]:
    """Bring the tables of one app to what its models say.

    Args:
        others: further statements of the same transaction, from what was found.

    Returns:
        What was executed; nothing where nothing differs.
    """
    with connection.cursor() as cursor:
        found = Found.read(cursor)
    standing = [model for model in models if model._meta.db_table in found.tables]
    indexes = list(dict.fromkeys(line for model in standing for line in index_statements(model, found)))
    statements = {model._meta.db_table: table_statements(wanted(model), found) for model in standing}
    for model in standing:
        statements[model._meta.db_table] += key_statements(model, found)
    touched = [table for table, lines in statements.items() if lines]
    lines = [line for table in touched for line in statements[table]]
    lines += [*(others(found) if others else ()), *found.sequence_statements()]
    for line in indexes:
        _patiently(connection, partial(_run, connection, line))
    if lines:
        _patiently(connection, partial(_together, connection, touched, lines))
    checks = [line for model in standing for line in check_statements(model, found)]
    for line in checks:
        _patiently(connection, partial(_run, connection, line))
    return [*indexes, *lines, *checks]


def _run(connection: Any, line: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        try:
            cursor.execute(line)
        finally:
            if not connection.needs_rollback:
                cursor.execute("RESET lock_timeout")


def _together(connection: Any, tables: list[str], lines: list[str]) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        if tables:
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        for line in lines:
            cursor.execute(line)


def _patiently(connection: Any, act: Callable[[], None]) -> None:
    """Try until the locks are free.

    Raises:
        OperationalError: they never were.
    """
    for attempt in range(TRIES):
        try:
            return act()
        except OperationalError as error:
            waits = isinstance(error.__cause__, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected)
            if not waits or attempt == TRIES - 1 or connection.in_atomic_block:
                raise
            time.sleep(random.uniform(0.05, 0.4))
    return None


def table_statements(table: Table, found: Found) -> list[str]:
    """Rights, policies and the guard of one table."""
    lines = _right_statements(table, found)
    policies = table.policies or {}
    held = found.policies.get(table.name, {})
    if table.policies is not None and table.name not in found.bound:
        lines.append(f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY")
    for name in held.keys() - policies.keys():
        lines.append(f"DROP POLICY {name} ON {table.name}")
    for name, source in policies.items():
        if name in held and held[name].is_of(source):
            continue
        if name in held:
            lines.append(f"DROP POLICY {name} ON {table.name}")
        lines.append(f"CREATE POLICY {name} ON {table.name} {source}")
        lines.append(signed("POLICY", name, table.name, source))
    return lines + _guard_statements(table, found)


def _right_statements(table: Table, found: Found) -> list[str]:
    lines = []
    for role in ROLES:
        held, asked = found.rights.get((table.name, role), {}), table.rights.get(role, {})
        if held == asked:
            continue
        if held:
            lines.append(f"REVOKE ALL ON {table.name} FROM {role}")
        if asked:
            given = (
                name if columns is None else f"{name} ({', '.join(sorted(columns))})"
                for name, columns in sorted(asked.items())
            )
            lines.append(f"GRANT {', '.join(given)} ON {table.name} TO {role}")
    return lines


def _guard_statements(table: Table, found: Found) -> list[str]:
    name, held = f"{GUARD}_{table.name}"[:63], found.guards.get(table.name)
    if not table.guard:
        dropped = [f"DROP TRIGGER {GUARD} ON {table.name}", f"DROP FUNCTION public.{name}()"]
        return dropped if held else []
    lines = []
    if found.functions.get(name) != (f" BEGIN\n    {table.guard}\nEND ", False):
        lines.append(GUARD_FUNCTION.format(name=name, body=table.guard))
        lines.append(f"REVOKE ALL ON FUNCTION public.{name}() FROM PUBLIC")
    source = f"BEFORE UPDATE ON {table.name} FOR EACH ROW WHEN ({changed(table.guarded)}) EXECUTE FUNCTION public.{name}()"
    if held is None or not held.is_of(source):
        lines += [f"DROP TRIGGER {GUARD} ON {table.name}"] if held else []
        lines += [f"CREATE TRIGGER {GUARD} {source}", signed("TRIGGER", GUARD, table.name, source)]
    return lines


def index_statements(model: type[Model], found: Found) -> list[str]:
    """The unique indexes that composite keys point at."""
    lines = []
    for key in tenant_keys(model):
        if key.index in found.indexes:
            continue
        beside = "CONCURRENTLY " if found.tables.get(key.target, 0) > LARGE else ""
        if key.index in found.broken_indexes:
            lines.append(f"DROP INDEX {beside}{key.index}")
        lines.append(f"CREATE UNIQUE INDEX {beside}{key.index} ON {key.target} ({', '.join(key.there)})")
    return lines


def key_statements(model: type[Model], found: Found) -> list[str]:
    """Composite keys, unchecked, and the end of Django's single ones that they cover."""
    table = model._meta.db_table
    keys = {key.name: key for key in tenant_keys(model)}
    held = found.keys.get(table, {})
    lines = [
        f"ALTER TABLE {table} DROP CONSTRAINT {name}"
        for name, (definition, _checked) in held.items()
        if name.endswith("_tenant") and (name not in keys or keys[name].definition != definition)
    ]
    lines += [
        f"ALTER TABLE {table} ADD CONSTRAINT {key.name} {key.definition} NOT VALID"
        for key in keys.values()
        if held.get(key.name, ("", False))[0] != key.definition
    ]
    single = found.single_keys.get(table, {})
    for name in sorted(covered(model)):
        lines += [f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" for constraint in single.get(name, ())]
    return lines


def check_statements(model: type[Model], found: Found) -> list[str]:
    """Check what was added unchecked: reads the table, hinders nobody who writes."""
    table = model._meta.db_table
    held = found.keys.get(table, {})
    return [
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {key.name}"
        for key in tenant_keys(model)
        if held.get(key.name) != (key.definition, True)
    ]
