"""Bring a kept installation back: beside what is there, and in its place only when all of it is whole."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from psycopg import sql

from cluster.runtime import roles

from . import archive
from .place import Place, Refused, migrations, take_over

SERVING = ("app", "app_system", "app_identity")
# `roles.provision` has made these; they belong to the administrator.
LEFT_OUT = ("EXTENSION", "SCHEMA", "DATABASE")


@dataclass(frozen=True)
class Restored:
    """
    Attributes:
        made_at: when the backup was made. seconds: how long it took to come back.
        files: of the learning folder.
        aside: what stood there before: (database, folder), each "" where there was none.
        note: what is left to do, in words.
    """

    made_at: str
    seconds: float
    files: int
    aside: tuple[str, str]
    note: str


def restore(path: Path, *, place: Place, over: str = "") -> Restored:
    """
    Args:
        over: name of the database that may be taken over although programs run on it or something is in it.

    Raises:
        Refused: nothing was changed.
    """
    begun = time.monotonic()
    manifest = archive.read_manifest(path)
    _refuse_newer(manifest)
    is_there = _look(place, over)
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    beside = place.named(f"{place.database}_restoring_{stamp}")
    folder = place.learning.with_name(f"{place.learning.name}.restoring-{stamp}")
    with _new_database(beside), _new_folder(folder):
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".restore-") as scratch:
            _fill(path, beside, Path(scratch))
            _migrate(beside)
            files = archive.take_out_folder(path, archive.LEARNING, folder)
            kept = Path(scratch, archive.KEYS)
            archive.take_out(path, archive.KEYS, kept)
            words = json.loads(kept.read_text())
        aside = _swap(place, beside, folder, stamp, is_there)
        note = take_over(words, path.parent)
    return Restored(manifest["made_at"], time.monotonic() - begun, files, aside, note)


def _refuse_newer(manifest: dict[str, Any]) -> None:
    known = migrations()
    newer = [
        f"{app}.{name}" for app, names in manifest["migrations"].items() for name in names if name not in known.get(app, ())
    ]
    if newer:
        raise Refused(
            "newer",
            f"The backup is of a newer Dure ({manifest['dure']}): this one does not know {newer[0]}. Install that version.",
        )


def _look(place: Place, over: str) -> bool:
    """Whether the database is there; one that is used or has something in it must be named.

    Raises:
        Refused: another name was given, it runs, or it is not empty.
    """
    name = place.database
    if over and over != name:
        raise Refused("other_name", f"--over {over}: the database of this installation is {name}.")
    with _admin(place) as admin:
        is_there = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None
        users = "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = %s AND usename = ANY (%s) ORDER BY 1"
        if (running := admin.execute(users, [name, list(SERVING)]).fetchall()) and not over:
            who = ", ".join(one for (one,) in running)
            raise Refused("running", f"Programs run on {name} (signed in: {who}). Stop them; or name it: --over {name}.")
    if is_there and not over:
        with place.connect() as connection:
            firms = "SELECT to_regclass('public.tenancy_organization') IS NOT NULL"
            is_ours = connection.execute(firms).fetchone() == (True,)
            if is_ours and (connection.execute("SELECT count(*) FROM tenancy_organization").fetchone() or (0,))[0]:
                raise Refused("not_empty", f"{name} is not empty. Take an empty one; or name it: --over {name}.")
    if not over and place.learning.exists() and any(path.is_file() for path in place.learning.rglob("*")):
        raise Refused("not_empty", f"{place.learning} is not empty. Move it away; or name the database: --over {name}.")
    return is_there


def _admin(place: Place) -> psycopg.Connection:
    try:
        return psycopg.connect(place.admin_url, dbname="postgres", autocommit=True)
    except psycopg.OperationalError as error:
        told = str(error).strip().splitlines()[-1]
        raise Refused("no_database", f"PostgreSQL lets nobody in: {told}. Check DATABASE_URL and that it runs.") from error


@contextmanager
def _new_database(beside: Place) -> Iterator[None]:
    """An empty one of owner's, gone again where the block fails."""
    name = sql.Identifier(beside.database)
    with _admin(beside) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER owner TEMPLATE template0").format(name))
        try:
            roles.prepare_database(beside.admin_url, beside.database)
            yield
        except BaseException:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            raise


@contextmanager
def _new_folder(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, mode=0o711)
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _fill(path: Path, beside: Place, scratch: Path) -> None:
    dump, chosen = scratch / archive.DATABASE, scratch / "chosen"
    archive.take_out(path, archive.DATABASE, dump)
    lines = beside.run(["pg_restore", "--list", str(dump)]).splitlines()
    chosen.write_text("\n".join(line for line in lines if not _is_left_out(line)))
    beside.run(
        [
            *("pg_restore", "--exit-on-error", "--single-transaction", f"--use-list={chosen}"),
            *("--dbname", beside.database, str(dump)),
        ]
    )


def _migrate(beside: Place) -> None:
    """To this version, and each policy as its model says: PostgreSQL writes expressions a little otherwise after a dump."""
    with beside.as_django():
        try:
            call_command("migrate", database="owner", verbosity=0)
        except (DatabaseError, CommandError) as error:
            raise Refused("not_migrated", f"The backup does not come to this version: {error}") from error


def _is_left_out(line: str) -> bool:
    """Of `pg_restore --list`: "id; oid oid KIND schema name owner"; comments and rights name the kind as their object."""
    if line.startswith(";"):
        return False
    words = line.partition("; ")[2].split()[2:]
    return words[0] in LEFT_OUT or (words[0] in ("COMMENT", "ACL") and words[2] in LEFT_OUT)


def _swap(place: Place, beside: Place, folder: Path, stamp: str, is_there: bool) -> tuple[str, str]:
    """The restored ones take the names; what had them before is kept under others. A failure puts the names back."""
    before, renamed = f"{place.database}_before_{stamp}", "ALTER DATABASE {} RENAME TO {}"
    ids = {name: sql.Identifier(name) for name in (place.database, beside.database, before)}
    folder_before = place.learning.with_name(f"{place.learning.name}.before-{stamp}")
    has_folder = place.learning.exists()
    with _admin(place) as admin:
        if is_there:
            admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(ids[place.database]))
            try:
                end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
                admin.execute(end, [place.database])
                admin.execute(sql.SQL(renamed).format(ids[place.database], ids[before]))
            except psycopg.Error as error:
                admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(ids[place.database]))
                raise Refused("running", f"{place.database} is in use and stays as it was: {error}") from error
            admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(ids[before]))
        admin.execute(sql.SQL(renamed).format(ids[beside.database], ids[place.database]))
        if has_folder:
            place.learning.rename(folder_before)
        folder.rename(place.learning)
    return (before if is_there else "", str(folder_before) if has_folder else "")
