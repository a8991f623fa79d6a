"""The same run over real Flower: a SuperLink, one light node process per site, rows handed over as files."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from ..agreed.contracts import Contract
from ..agreed.errors import FederatedError
from ..agreed.keys import flower_bytes, new_key, public_text, write_key
from ..factory.home import Home, Settings
from ..models.defect import risks
from ..rows.partition import Parts
from ..run.checkpoints import unpack_checkpoint
from ..server.control import Control
from ..server.launching import SuperLinkPlace, launch
from .cases import RUN, Case, Result, megabytes, only_training


def fedtab_flower(case: Case) -> Result:
    """As `fedtab_federated`, each site in a process of its own."""
    contract, parts = case.contract, case.parts
    with tempfile.TemporaryDirectory(prefix="dure-benchmark-") as name:
        base = Path(name)
        desk = base / "desk"
        (desk / RUN).mkdir(parents=True)
        place = SuperLinkPlace(base / "superlink", free_port())
        flower = launch(place, desk=str(desk))
        nodes: list[subprocess.Popen[bytes]] = []
        control = Control(place)
        try:
            control.wait()
            homes = {
                site: make_home(base / "sites" / str(i), site, place, part, contract)
                for i, (site, part) in enumerate(parts.items())
            }
            ids = {site: str(control.register(flower_bytes(public_text(home.key())), site)) for site, home in homes.items()}
            nodes = [start_node(home) for home in homes.values()]
            job = {"run": RUN, "contract": contract.document(), "nodes": ids}
            (desk / RUN / "job.json").write_text(json.dumps(job))
            wait_until_online(control, len(homes))
            end = finish(control, control.start(RUN), contract.rounds * contract.deadline_s)
            if end != "finished:completed":
                failure = desk / RUN / "failure"
                raise FederatedError(
                    "The run must end well.", value=end, place=failure.read_text() if failure.exists() else ""
                )
            return collect(desk / RUN, homes, contract, parts)
        finally:
            control.close()
            for node in nodes:
                node.terminate()
            flower.terminate()


def make_home(folder: Path, site: str, place: SuperLinkPlace, part: Parts, contract: Contract) -> Home:
    home = Home(folder)
    home.create()
    write_key(home.key_file, new_key())
    home.ca_file.write_bytes(place.ca.read_bytes())
    home.write_settings(Settings(site=site, server="", gateway=place.address))
    home.approve(contract, "benchmark")
    train = part.train
    np.savez(home.folder / "train.npz", numeric=train.numeric, categorical=train.categorical, labels=train.labels)
    return home


def start_node(home: Home) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "FLWR_TELEMETRY_ENABLED": "0"}
    command = [sys.executable, "-m", "federated.benchmark.flower", str(home.folder)]
    with (home.folder / "node.log").open("wb") as log:
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def wait_until_online(control: Control, sites: int, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while len(control.online()) < sites:
        if time.monotonic() > end:
            raise FederatedError("All nodes of the benchmark connect.", value=f"{len(control.online())} of {sites}")
        time.sleep(0.5)


def finish(control: Control, run_id: int, seconds: float = 600) -> str:
    """Flower's last status of the run.

    Raises:
        FederatedError: it has not ended by then; with the last lines of all logs and reports.
    """
    end = time.monotonic() + seconds
    while not (status := control.status(run_id)).startswith("finished"):
        if time.monotonic() > end:
            tail = last_lines(control.place.folder.parent)
            raise FederatedError(f"A run ends within {seconds:.0f} s.", value=status, remedy=f"Read the logs:\n{tail}")
        time.sleep(1)
    return status


def last_lines(folder: Path, count: int = 12) -> str:
    """Of every log and report below a folder."""
    parts = []
    for path in sorted([*folder.rglob("*.log"), *folder.rglob("*.jsonl")]):
        lines = path.read_text(errors="replace").splitlines()[-count:]
        parts += [f"--- {path.relative_to(folder)}", *(line[:300] for line in lines)]
    return "\n".join(parts)


def collect(desk: Path, homes: dict[str, Home], contract: Contract, parts: dict[str, Parts]) -> Result:
    model = unpack_checkpoint((desk / "checkpoint.npz").read_bytes()).model
    given = {}
    for site, home in homes.items():
        own = home.read_deployment(RUN)
        assert own is not None, f"{site} kept no model"
        given[site] = risks(contract, own.model, parts[site].test)
    return Result(given, contract.rounds, megabytes(contract, model, contract.rounds), model=model)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve_site(folder: Path) -> None:
    """One site's process: the factory's own answering, over the rows that the benchmark laid out."""
    from ..factory.answering import Factory
    from ..factory.node import serve
    from ..rows.table import Rows
    from ..site.site import Site

    home = Home(folder)
    factory = Factory(home)
    with np.load(folder / "train.npz") as arrays:
        rows = Rows(arrays["numeric"], arrays["categorical"], arrays["labels"])
    for key, contract in home.approved().items():
        site = Site(home.settings().site, contract, rows, home, parts=only_training(Parts(rows, rows, rows)))
        factory.sites[RUN, key] = site
    serve(
        home.settings().gateway,
        ca=home.ca_file.read_bytes(),
        key=home.key(),
        id_file=home.id_file,
        handle=factory.handle,
        stop=threading.Event(),
        idle_s=0.3,
    )


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    serve_site(Path(sys.argv[1]))
