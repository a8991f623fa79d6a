"""Starts and ends a SuperLink and its executor, each as a process with secrets of its own that no other user can read."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..agreed.accounts import Account
from ..agreed.files import write_whole
from ..agreed.tls import issue

# How the processes are told where things lie.
CONTROL_TOKEN, TASK_TOKENS = "DURE_CONTROL_TOKEN_FILE", "DURE_TASK_TOKENS"
DESK, RUN_KEYS = "DURE_DESK", "DURE_RUN_KEYS"

# Nothing else of the keeper's environment goes on: it may name the database and the key from which all secrets follow.
INHERITED = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "TZ", "VIRTUAL_ENV")


@dataclass(frozen=True)
class SuperLinkPlace:
    """Where a SuperLink lives: its own folder (keys, log, Flower's home) and a port on this machine.

    Attributes:
        account: whose processes they are; None for the keeper's own user. Of another user's place the keeper writes all that
            lies in the folder itself, which that user can only read, and never what lies in `work`: nobody lays a trap
            for root there.
    """

    folder: Path
    port: int
    account: Account | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def work(self) -> Path:
        """Where its processes write."""
        return self.folder / "work"

    @property
    def group(self) -> int | None:
        """Who else may read what the keeper writes."""
        return self.account.gid if self.account else None

    @property
    def log(self) -> Path:
        """What its processes say, appended to by both; the keeper keeps it short (agreed/logs.py)."""
        return self.folder / "superlink.log"

    @property
    def pid_file(self) -> Path:
        return self.folder / "superlink.pid"

    @property
    def executor_pid_file(self) -> Path:
        return self.folder / "executor.pid"

    @property
    def token_file(self) -> Path:
        """What opens Control."""
        return self.folder / "control.token"

    @property
    def executor_secret_file(self) -> Path:
        """By which Flower knows the executor."""
        return self.folder / "executor.secret"

    @property
    def keys_folder(self) -> Path:
        """Of the runs that this SuperLink was given."""
        return self.folder / "keys"

    def hand_key(self, run: str, key: bytes) -> None:
        """Lay a run's key where its ServerApp finds it."""
        self.open(self.keys_folder)
        write_whole(self.keys_folder / run, key, group=self.group)

    def prepare(self) -> None:
        """Make its folders; what its processes wrote before goes, because nothing of it has to outlive them."""
        self.open(self.folder)
        shutil.rmtree(self.work, ignore_errors=True)
        if self.account:
            self.account.give(self.work)
        else:
            self.work.mkdir(exist_ok=True, mode=0o700)

    def open(self, folder: Path) -> None:
        """Make a folder that the keeper writes and its processes read."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.group is not None:
            os.chown(folder, os.geteuid(), self.group)
            folder.chmod(0o750)


@dataclass(frozen=True)
class Running:
    """The two processes of a SuperLink; a ServerApp is a child of the executor."""

    superlink: subprocess.Popen[bytes]
    executor: subprocess.Popen[bytes]

    @property
    def is_up(self) -> bool:
        return self.superlink.poll() is None and self.executor.poll() is None

    def terminate(self, seconds: float = 5) -> None:
        """End both with all that they started."""
        for process in (self.executor, self.superlink):
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(process.pid, number)
                    process.wait(seconds)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    continue


def launch(place: SuperLinkPlace, *, desk: str) -> Running:
    """Start a SuperLink with a fresh state and fresh secrets; nothing of it has to outlive the process.

    Args:
        desk: where its ServerApps find their jobs, see `server_app.desk_of`.
    """
    for pid_file in (place.executor_pid_file, place.pid_file):
        end_orphan(pid_file, place.address)
    place.prepare()
    issue(place.folder, ["127.0.0.1", "localhost"], group=place.group)
    for file in (place.token_file, place.executor_secret_file):
        write_whole(file, secrets.token_hex(32).encode(), group=place.group)
    superlink = [
        *("--host", "127.0.0.1", "--port", str(place.port), "--isolation", "process"),
        *("--ssl-certfile", str(place.folder / "server.pem"), "--ssl-keyfile", str(place.folder / "server.key")),
        *("--ssl-ca-certfile", str(place.ca), "--enable-supernode-auth", "--disable-runtime-dependency-installation"),
        *("--superexec-auth-secret-file", str(place.executor_secret_file)),
    ]
    leader = _start(place, "guard", superlink, place.pid_file, {CONTROL_TOKEN: str(place.token_file)})
    follower = [
        *("--runtime-api-address", place.address, "--root-certificates", str(place.ca), "--parent-pid", str(leader.pid)),
        *("--superexec-auth-secret-file", str(place.executor_secret_file)),
    ]
    more = {TASK_TOKENS: str(place.work / "tasks"), DESK: desk, RUN_KEYS: str(place.keys_folder)}
    return Running(leader, _start(place, "executor", follower, place.executor_pid_file, more))


def environment_of(place: SuperLinkPlace, more: dict[str, str]) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in INHERITED if name in os.environ},
        "HOME": str(place.work),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        # Where `federated` itself lies, also in a checkout that is not installed.
        "PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])),
        "FLWR_HOME": str(place.work / "flwr"),
        "FLWR_TELEMETRY_ENABLED": "0",
        "FLWR_DISABLE_UPDATE_CHECK": "1",
        "FLWR_SUPEREXEC_TASK_POLL_INTERVAL": "0.5",
        "OMP_NUM_THREADS": "1",
        **more,
    }


def _start(
    place: SuperLinkPlace, module: str, words: list[str], pid_file: Path, more: dict[str, str]
) -> subprocess.Popen[bytes]:
    with place.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.{module}", *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment_of(place, more),
            start_new_session=True,
            cwd=place.work,
            **(place.account.popen if place.account else {}),
        )
    pid_file.write_text(str(process.pid))
    return process


def end_orphan(pid_file: Path, address: str) -> None:
    """Stop a process of this place whose keeper was killed; a SuperLink would hold the port."""
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text())
    command = command_of(pid)
    # The number may belong to another program by now.
    if "federated." in command and address.rpartition(":")[2] in command:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        time.sleep(0.5)
    pid_file.unlink()


def command_of(pid: int) -> str:
    """The command line of a process, empty where there is none."""
    listed = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        return listed.read_bytes().replace(b"\0", b" ").decode(errors="replace") if listed.exists() else ""
    return subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False).stdout
