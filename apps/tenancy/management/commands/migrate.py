"""`migrate`, beside people at work: it waits for a lock a moment only, lets everybody pass, and tries again.

A statement that waits for its lock makes all wait that come after it. A migration is one transaction: one that gave up
has changed nothing. Its statements run together at its end: what Django computes between them took seconds under a lock.
Triggers of the record work from the commit of the migration that makes them.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management.commands import migrate as django_migrate
from django.db import OperationalError, connections
from django.db.migrations import operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from apps.tenancy.access.install import LOCK_TIMEOUT, TRIES
from apps.tenancy.migration_state import AskedState
from apps.tenancy.record import working_statements

# Operations that only write statements and ask the database nothing between them.
PLAIN = (
    operations.CreateModel,
    operations.AddField,
    operations.AddIndex,
    operations.AddConstraint,
    operations.RunSQL,
    AddTrigger,
    RemoveTrigger,
)


# Operations that ask for their own model and for what it points to; any other may ask what points to it.
FORWARD = (
    *PLAIN,
    operations.AlterField,
    operations.AlterModelManagers,
    operations.AlterModelOptions,
    operations.AlterUniqueTogether,
    operations.RemoveConstraint,
    operations.RemoveField,
    operations.RemoveIndex,
    operations.RenameField,
)


# They add a model, or change of one what no later statement asks of its class.
KEEPING = (
    operations.CreateModel,
    operations.AddConstraint,
    operations.AddIndex,
    operations.RemoveConstraint,
    operations.RemoveIndex,
    operations.RunSQL,
    AddTrigger,
    RemoveTrigger,
)


def keep_classes(operation: Any) -> None:
    change = operation.state_forwards

    def state_forwards(app_label: str, state: Any) -> None:
        change(app_label, state)
        if isinstance(state, AskedState):
            state.keep_classes()

    operation.state_forwards = state_forwards


@contextmanager
def together(editor: Any, migration: Migration) -> Iterator[None]:
    """Hold the statements of a migration back until all of them are known."""
    if not editor.atomic_migration or not all(isinstance(operation, PLAIN) for operation in migration.operations):
        yield
        return
    held: list[tuple[Any, Any]] = []
    editor.execute = lambda statement, params=(): held.append((statement, params))
    try:
        yield
    finally:
        del editor.execute
    for statement, params in held:
        editor.execute(statement, params)


class Executor(MigrationExecutor):
    def _create_project_state(self, with_applied_migrations: bool = False) -> AskedState:
        found = super()._create_project_state(with_applied_migrations)
        return AskedState(found.models, found.real_apps)

    def apply_migration(self, state: Any, migration: Migration, **options: Any) -> Any:
        apply = migration.apply
        for operation in migration.operations:
            if isinstance(operation, KEEPING) and not getattr(operation, "state_operations", None):
                keep_classes(operation)
        state.whole = not all(isinstance(operation, FORWARD) for operation in migration.operations)

        def apply_with_record(project_state: Any, editor: Any, collect_sql: bool = False) -> Any:
            if collect_sql:
                return apply(project_state, editor, collect_sql)
            with together(editor, migration):
                found = apply(project_state, editor)
            with self.connection.cursor() as cursor:
                for statement in working_statements(cursor):
                    cursor.execute(statement)
            return found

        migration.apply = apply_with_record  # type: ignore[method-assign]
        try:
            return super().apply_migration(state, migration, **options)
        finally:
            del migration.apply

    def unapply_migration(self, state: Any, migration: Migration, **options: Any) -> Any:
        state.whole = True
        return super().unapply_migration(state, migration, **options)


# Django's command names the class and offers no way to hand another one in.
django_migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]


class Command(django_migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        for attempt in range(TRIES):
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
            try:
                super().handle(*args, **options)
                break
            except OperationalError as error:
                waits = isinstance(error.__cause__, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected)
                if not waits or attempt == TRIES - 1 or connection.in_atomic_block:
                    raise
                self.stderr.write("Somebody holds a lock; trying again.")
                time.sleep(random.uniform(0.05, 0.4))
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
