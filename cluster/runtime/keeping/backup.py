"""Keep the database, the learning folder and the keys as one file; keep the last few."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import archive
from .place import Place, Refused, keys, migrations

NAME = "dure-%Y%m%d-%H%M%S.backup"
PATTERN = "dure-*.backup"
FAILED = "failed.txt"  # stands in the folder from a failed backup until the next one that succeeds


def backup(folder: Path, *, place: Place, keep: int) -> tuple[Path, float]:
    """Make one and take away the oldest beyond `keep`; its path, and how many seconds it took.

    Raises:
        Refused: nothing was kept; earlier ones are as they were.
    """
    if keep < 1:
        raise Refused("keep", f"--keep {keep}: at least one backup is kept, the new one.")
    begun = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        target = _make(folder, place)
    except (Refused, OSError) as error:
        _note_failure(folder, str(error))
        raise error if isinstance(error, Refused) else Refused("not_written", f"Nothing was kept: {error}") from error
    (folder / FAILED).unlink(missing_ok=True)
    for old in sorted(folder.glob(PATTERN))[:-keep]:
        old.unlink()
    return target, time.monotonic() - begun


def _note_failure(folder: Path, words: str) -> None:
    with suppress(OSError):  # a full disk: that no new backup is there tells it as well
        (folder / FAILED).write_text(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {words}\n")


def _make(folder: Path, place: Place) -> Path:
    target = folder / datetime.now(UTC).strftime(NAME)
    if target.exists():
        raise Refused("exists", f"{target} is there already; backups of one second cannot be told apart. Try again.")
    dump = folder / f".{target.name}.dump"
    dump.touch(mode=0o600)
    try:
        place.run(["pg_dump", "--format=custom", "--compress=6", "--schema=public", f"--file={dump}", place.database])
        with archive.writing(target, _manifest(place)) as writer:
            writer.add(archive.DATABASE, dump)
            writer.add_bytes(archive.KEYS, json.dumps(keys()).encode())
            writer.add_folder(archive.LEARNING, place.learning)
    finally:
        dump.unlink(missing_ok=True)
    return target


def _manifest(place: Place) -> dict[str, Any]:
    with place.connect() as connection:
        rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2").fetchall()
        server = connection.info.server_version
    known = migrations()
    applied: dict[str, list[str]] = {}
    for app, name in rows:
        if app in known:
            applied.setdefault(app, []).append(name)
    return {
        "dure": version("dure"),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "postgresql": server // 10000,
        "migrations": applied,
    }
