"""A federation of the tests: a SuperLink process, its desk in a folder, and factories whose rows lie in files."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from federated.agreed.accounts import Account
from federated.agreed.contracts import Contract
from federated.agreed.keys import flower_bytes, new_key, public_text, write_key
from federated.benchmark.flower import free_port
from federated.factory.home import Home, Settings
from federated.run.checkpoints import unpack_checkpoint
from federated.server.control import Control
from federated.server.launching import SuperLinkPlace, launch

from .sites import numbers, table


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not come in {seconds:.0f} s"
        time.sleep(0.1)


class Federation:
    """A SuperLink, its desk, and factories whose rows lie in files."""

    def __init__(self, folder: Path, account: Account | None = None) -> None:
        """
        Args:
            account: the user of the SuperLink and its executor; None for the tests' own.
        """
        self.folder, self.desk = folder, folder / "desk"
        self.place = SuperLinkPlace(folder / "superlink", free_port(), account)
        if account:
            account.give(self.desk)
        self.flower = launch(self.place, desk=str(self.desk))
        self.control = Control(self.place)
        self.homes: dict[str, Home] = {}
        self.processes: dict[str, subprocess.Popen] = {}
        self.control.wait()

    def add(self, site: str, agreed: Contract | None, rows: int, gateway: str = "") -> Home:
        home = Home(self.folder / site)
        home.create()
        write_key(home.key_file, new_key())
        home.ca_file.write_bytes(self.place.ca.read_bytes())
        home.write_settings(Settings(site=site, server="", gateway=gateway or self.place.address))
        table(rows).write_csv(home.folder / "rows" / "rows.csv")
        if agreed:
            home.approve(agreed, "test")
        self.homes[site] = home
        self.control.register(flower_bytes(public_text(home.key())), site)
        return home

    def start_node(self, site: str) -> None:
        command = [
            sys.executable,
            "-m",
            "federated.factory.cli",
            "--home",
            str(self.homes[site].folder),
            "run",
            "--idle",
            "0.3",
        ]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        with (self.homes[site].folder / "node.log").open("ab") as log:
            self.processes[site] = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def start_supernode(self, site: str) -> None:
        """Flower's own SuperNode with the installed ClientApp."""
        home = self.homes[site]
        command = [
            *(str(Path(sys.executable).with_name("flower-supernode")), "--superlink", self.place.address),
            *("--root-certificates", str(home.ca_file), "--auth-supernode-private-key", str(home.key_file)),
            *("--node-config", f"home='{home.folder}'", "--port", str(free_port())),
        ]
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "FLWR_HOME": str(home.folder / "flwr"),
            "FLWR_TELEMETRY_ENABLED": "0",
            "FLWR_DISABLE_UPDATE_CHECK": "1",
            "OMP_NUM_THREADS": "1",
        }
        with (home.folder / "supernode.log").open("wb") as log:
            self.processes[site] = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def node_id(self, site: str) -> int:
        return self.control.register(flower_bytes(public_text(self.homes[site].key())), site)

    def start(self, run: str, agreed: Contract, sites: list[str]) -> int:
        job = {"run": run, "contract": agreed.document(), "nodes": {site: str(self.node_id(site)) for site in sites}}
        (self.desk / run).mkdir(parents=True, exist_ok=True)
        if self.place.account:
            self.place.account.give(self.desk / run)
        (self.desk / run / "job.json").write_text(json.dumps(job))
        return self.control.start(run)

    def rounds(self, run: str) -> list[dict]:
        path = self.desk / run / "rounds.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def weights(self, run: str) -> np.ndarray:
        return numbers(unpack_checkpoint((self.desk / run / "checkpoint.npz").read_bytes()).model)

    def wait_for_round(self, run: str, number: int, seconds: float = 180) -> None:
        def has_come() -> bool:
            return any(r["kind"] == "train" and r["round"] >= number for r in self.rounds(run))

        wait_until(has_come, seconds, f"round {number}")

    def close(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait()
        self.control.close()
        self.flower.terminate()
