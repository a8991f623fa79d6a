"""The one file: a tar whose last member is the manifest, with the hash of every other: half a file is known as such."""

import hashlib
import io
import json
import os
import shutil
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from .place import Refused

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE, KEYS, LEARNING = "database.dump", "keys.json", "learning/"
CHUNK = 2**20


class _Hashed(io.RawIOBase):
    """Passes bytes on and remembers their hash."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.source.read(size)
        self.digest.update(chunk)
        return chunk


class Writer:
    """Adds files and notes their hashes."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar = tar
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, path: Path) -> None:
        """A file as it is now; one that others replace meanwhile stays the old one, because it is open."""
        with path.open("rb") as source:
            member = self.tar.gettarinfo(arcname=name, fileobj=source)
            hashed = _Hashed(source)
            self.tar.addfile(member, hashed)
        self.files[name] = {"bytes": member.size, "sha256": hashed.digest.hexdigest()}

    def add_bytes(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self.tar.addfile(member, io.BytesIO(content))
        self.files[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    def add_folder(self, prefix: str, folder: Path) -> None:
        for path in sorted(folder.rglob("*")) if folder.exists() else []:
            kind = path.lstat().st_mode
            if stat.S_ISDIR(kind):
                member = self.tar.gettarinfo(path, arcname=f"{prefix}{path.relative_to(folder)}")
                self.tar.addfile(member)
            elif stat.S_ISREG(kind) and path.suffix not in (".partial", ".log"):
                self.add(f"{prefix}{path.relative_to(folder)}", path)


@contextmanager
def writing(target: Path, manifest: dict[str, Any]) -> Iterator[Writer]:
    """A new archive under a temporary name; it gets its own when all of it is written and on the disk."""
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    try:
        with partial.open("wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                writer = Writer(tar)
                yield writer
                content = json.dumps({"format": FORMAT, **manifest, "files": writer.files}, indent=1).encode()
                writer.add_bytes(MANIFEST, content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def read_manifest(path: Path) -> dict[str, Any]:
    """Read the whole file and compare every hash.

    Raises:
        Refused: it is not there, no backup, cut off, or changed.
    """
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] = {}
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                if member.isfile() and (source := tar.extractfile(member)):
                    if member.name == MANIFEST:
                        manifest = json.loads(source.read())
                        continue
                    found[member.name] = {"bytes": member.size, "sha256": _hash_of(source)}
    except FileNotFoundError as error:
        raise Refused("no_file", f"There is no file {path}.") from error
    except (tarfile.TarError, ValueError, OSError, EOFError) as error:
        raise Refused("damaged", f"{path} is damaged or no backup of Dure: {error}. Take another one.") from error
    if not manifest:
        raise Refused("damaged", f"{path} has no manifest: it was cut off, or is no backup of Dure. Take another one.")
    if manifest["format"] > FORMAT:
        raise Refused("newer", f"{path} has format {manifest['format']}; this version reads {FORMAT}. Install a newer Dure.")
    for name in sorted(found.keys() | manifest["files"].keys()):
        if found.get(name) != manifest["files"].get(name):
            raise Refused("damaged", f"{path} is damaged: {name} is not what the manifest says. Take another one.")
    return manifest


def _hash_of(source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def take_out(path: Path, name: str, target: Path) -> None:
    with tarfile.open(path, "r:") as tar, target.open("wb") as out:
        source = tar.extractfile(name)
        assert source is not None, name
        shutil.copyfileobj(source, out, CHUNK)


def take_out_folder(path: Path, prefix: str, target: Path) -> int:
    """Files and folders below a prefix, with their rights and, as root, with users that are here; how many files."""
    count = 0
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            inner = Path(member.name.removeprefix(prefix))
            if not member.name.startswith(prefix) or inner.is_absolute() or ".." in inner.parts:
                continue
            there = target / inner
            if member.isdir():
                there.mkdir(parents=True, exist_ok=True)
            elif source := tar.extractfile(member):
                there.parent.mkdir(parents=True, exist_ok=True)
                with there.open("wb") as out:
                    shutil.copyfileobj(source, out, CHUNK)
                count += 1
            there.chmod(stat.S_IMODE(member.mode))
            if os.geteuid() == 0:
                try:
                    shutil.chown(there, member.uname or "root", member.gname or "root")
                except LookupError:
                    os.chown(there, 0, 0)
    return count
