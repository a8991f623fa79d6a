"""A database of its own for every lane of the tests: migrated once a state of the code, then copied.

Who changes no model, trigger or policy, and runs a few tests again and again, spares himself the minute with
`DURE_SAME_SCHEMA=1`: the last one migrated is copied, whatever the code says since.
"""

import hashlib
import os
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from cluster.runtime import roles, state

BEGINNING = "as_migrated_"
# Lanes that begin together: one migrates, the others wait and copy.
LOCK = 20261128


def named(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))


def connected_to(name: str) -> None:
    for connection in connections.all():
        connection.close()
        connection.settings_dict["NAME"] = name


def make(name: str) -> None:
    """Make the database anew, as `migrate` leaves it."""
    with psycopg.connect(settings.ADMIN_DATABASE_URL, autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        ready = _ready(admin)
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ready]).fetchone():
            _migrate(admin, ready)
        drop(name)
        admin.execute(named("CREATE DATABASE {} OWNER owner TEMPLATE {} STRATEGY FILE_COPY", name, ready))
    roles.prepare_database(settings.ADMIN_DATABASE_URL, name)  # a copy has no rights on itself
    connected_to(name)


def drop(name: str) -> None:
    with psycopg.connect(settings.ADMIN_DATABASE_URL, autocommit=True) as admin:
        admin.execute(named("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def _ready(admin: psycopg.Connection) -> str:
    kept = _migrated(admin) if os.environ.get("DURE_SAME_SCHEMA") else []
    return kept[0] if kept else BEGINNING + _state_of_the_code()


def _migrated(admin: psycopg.Connection) -> list[str]:
    found = admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [BEGINNING])
    return [name for (name,) in found]


def _migrate(admin: psycopg.Connection, ready: str) -> None:
    making = "being_migrated"
    for name in [*_migrated(admin), making]:
        drop(name)
    admin.execute(named("CREATE DATABASE {} OWNER owner", making))
    roles.prepare_database(settings.ADMIN_DATABASE_URL, making)
    connected_to(making)
    call_command("migrate", database="owner", verbosity=0)
    for connection in connections.all():
        connection.close()
    for alias in connections:
        connections[alias].close_pool()
    admin.execute(named("ALTER DATABASE {} RENAME TO {}", making, ready))


def _state_of_the_code() -> str:
    """Of all that `migrate` may read: rights, triggers and policies come from models and what they import; and the pins."""
    code = [path for top in ("apps", "cluster", "federated") for path in Path(state.CHECKOUT, top).rglob("*.py")]
    digest = hashlib.sha256()
    for path in sorted([*code, Path(state.CHECKOUT, "pyproject.toml")]):
        digest.update(f"{path.relative_to(state.CHECKOUT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
