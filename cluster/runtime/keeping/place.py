"""Which installation is kept or restored: its database, its learning folder, its keys."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from cluster.runtime import postgres, state


class Refused(RuntimeError):
    """Why nothing was done.

    Attributes:
        code: the same in every version, for programs and tests.
    """

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True)
class Place:
    """
    Attributes:
        owner: how the role that owns the tables signs in, as psycopg takes it.
        admin_url: of a role that may create databases; needed to restore alone.
        learning: the learning folder.
    """

    owner: dict[str, str]
    admin_url: str
    learning: Path

    @classmethod
    def of_settings(cls) -> "Place":
        one = connections["owner"].settings_dict
        owner = {"host": one["HOST"], "port": one["PORT"], "user": one["USER"], "password": one["PASSWORD"]}
        return cls({**owner, "dbname": one["NAME"]}, settings.ADMIN_DATABASE_URL, Path(settings.LEARNING_FOLDER))

    @property
    def database(self) -> str:
        return self.owner["dbname"]

    def named(self, database: str) -> "Place":
        return replace(self, owner={**self.owner, "dbname": database})

    @contextmanager
    def as_django(self) -> Iterator[None]:
        """Django's own connections lead here inside the block, and back where they led before after it."""
        names = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
        try:
            _lead(dict.fromkeys(names, self.database))
            yield
        finally:
            _lead(names)

    def connect(self) -> psycopg.Connection:
        try:
            return psycopg.connect(**self.owner, connect_timeout=10)  # type: ignore[arg-type]
        except psycopg.OperationalError as error:
            told = str(error).strip().splitlines()[-1]
            raise Refused("no_database", f"The database {self.database} lets owner not in: {told}") from error

    def run(self, words: list[str]) -> str:
        """One of PostgreSQL's programs on this database, as owner.

        Raises:
            Refused: it failed; with its last line.
        """
        binary = binary_of(words[0], self.server_major())
        address = ["-h", self.owner["host"], "-p", self.owner["port"], "-U", self.owner["user"], "-w"]
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PGPASSWORD": self.owner["password"]}
        done = subprocess.run([binary, *address, *words[1:]], capture_output=True, text=True, env=environment, check=False)
        if done.returncode:
            told = [line for line in done.stderr.strip().splitlines() if "error" in line.lower()] or [done.stderr[-300:]]
            raise Refused(f"{words[0]}_failed", f"{words[0]} failed: {told[0].strip()}")
        return done.stdout

    def server_major(self) -> int:
        with psycopg.connect(self.admin_url, dbname="postgres", connect_timeout=10) as admin:
            return admin.info.server_version // 10000


def _lead(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connection = connections[alias]
        connection.close()
        connection.settings_dict["NAME"] = name
        if connection.settings_dict["OPTIONS"].get("pool"):
            connection.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL alone


def binary_of(name: str, major: int) -> str:
    """The system's program where it is of the server's version, as a server's own tools are; otherwise the embedded one."""
    if found := shutil.which(name):
        told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        if re.search(rf"\) {major}\b", told):
            return found
    return str(postgres.binaries() / name)


def migrations() -> dict[str, list[str]]:
    """Every migration that this version of the code knows, by app."""
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationLoader(None).disk_migrations or {}):
        found.setdefault(app, []).append(name)
    return found


def keys() -> dict[str, str]:
    """What cannot be drawn again: without it sessions and mailed links end."""
    return {"DURE_SECRET_KEY": settings.SECRET_KEY}


def take_over(kept: dict[str, str], folder: Path) -> str:
    """Use the kept keys from now on, or say where they lie for whoever writes the settings; "" where they are the same."""
    if kept == keys():
        return ""
    current = state.read()
    if current and not os.environ.get("DURE_SECRET_KEY") and current.secret_key == settings.SECRET_KEY:
        changed = asdict(replace(current, secret_key=kept["DURE_SECRET_KEY"]))
        partial = state.STATE_FILE.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(changed, indent=2))
        os.replace(partial, state.STATE_FILE)
        return "The key of sessions and links is the kept one again; start the programs anew."
    target = folder / "restored-keys.env"
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    target.write_text("".join(f"{name}={value}\n" for name, value in kept.items()))
    return f"This installation has another DURE_SECRET_KEY; the kept one lies in {target}. Write it into the settings."
