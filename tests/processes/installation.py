"""The whole of Dure as processes, on the tests' database: web, keeper of SuperLinks, gateway, worker, factories."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
from django.conf import settings

from cluster.runtime.state import free_port
from tests.federated.sites import table


class Installation:
    """Processes by name; each can be killed and started again, as a supervisor would."""

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self.folder = folder
        self.port, self.gateway = free_port(22000), free_port(23000)
        self.address = f"http://{host}:{self.port}"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "cluster.settings.test_processes",
            "DURE_TEST_DATABASE": settings.TEST_DATABASE_NAME,
            "DURE_LEARNING_FOLDER": str(folder / "learning"),
            "DURE_PUBLIC_URL": self.address,
            "DURE_GATEWAY": f"{host}:{self.gateway}",
            "DURE_HOSTS": host,
            "OMP_NUM_THREADS": "1",
        }
        python = [sys.executable, "-m"]
        self.commands = {
            "web": [*python, "uvicorn", "cluster.asgi:application", "--host", host, "--port", str(self.port)],
            "superlinks": [sys.executable, "manage.py", "superlinks"],
            "gateway": [
                *python,
                "federated.door.gateway",
                "--folder",
                str(folder / "learning" / "door"),
                "--host",
                host,
                "--port",
                str(self.gateway),
            ],
            "worker": [*python, "celery", "-A", "cluster.celery", "worker", "--loglevel", "error", "--concurrency", "1"],
        }
        self.processes: dict[str, subprocess.Popen] = {}

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name], env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def kill(self, name: str) -> None:
        """kill -9, and what a supervisor does then."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()
        self.start(name)

    def kill_superlink(self) -> None:
        """The SuperLink itself, with its executor and ServerApp; its keeper starts another."""
        (file,) = (self.folder / "learning").glob("federation-*/superlink.pid")
        os.killpg(int(file.read_text()), signal.SIGKILL)

    def open(self) -> None:
        for name in ("web", "superlinks", "gateway", "worker"):
            self.start(name)
        wait_for(lambda: answers(f"{self.address}/health/"), 120, "the web process")
        wait_for((self.folder / "learning" / "door" / "ca.pem").exists, 120, "the keeper's certificate")

    def add_factory(self, name: str, address: str, rows: int, prefix: tuple[str, ...] = ()) -> None:
        """Rows, the two commands, and the node.

        Args:
            prefix: words before each command, such as those that enter a network namespace.
        """
        home = self.folder / name
        (home / "rows").mkdir(parents=True)
        table(rows).write_csv(home / "rows" / "rows.csv")
        factory = [*prefix, sys.executable, "-m", "federated.factory.cli", "--home", str(home)]
        for words in (["join", address], ["approve", "--yes"]):
            done = subprocess.run([*factory, *words], env=self.environment, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        self.commands[name] = [*factory, "run", "--idle", "0.5"]
        self.start(name)

    def close(self) -> None:
        self.processes.pop("superlinks").terminate()
        time.sleep(1)
        for process in self.processes.values():
            process.kill()
            process.wait()
        for file in (self.folder / "learning").glob("federation-*/superlink.pid"):
            try:
                os.killpg(int(file.read_text()), signal.SIGKILL)
            except ProcessLookupError:
                continue


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2).is_success
    except httpx.HTTPError:
        return False


def wait_for(condition, seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.2)
