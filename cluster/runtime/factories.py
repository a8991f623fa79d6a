"""The example factories of `make demo`: each joins, countersigns and runs, with the very commands of a real one."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from . import state

if TYPE_CHECKING:
    from .demo import Progress

HOMES = state.CHECKOUT / ".dure" / "factories"


def start_training(progress: "Progress", settings: Path, address: str) -> None:
    """Let the factories join and agree where they have not, start them, and start a run that can be watched.

    A step that fails says so and leaves the rest of the demo running.
    """
    from .demo import manage

    try:
        progress.step("Seven factories join; six of them agree to train together")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(join, json.loads(manage("demo_training", "tokens", "--homes", str(HOMES)))))
        supervisorctl(settings, "start", "factory:*")
        path = manage("demo_training", "start").strip()
        print(f"      training: {address.rstrip('/')}{path} (sign in as coordinator@ or daesung@)", flush=True)
    except (SystemExit, RuntimeError, OSError) as error:
        print(f"      The example training did not start: {error}", flush=True)


def join(site: dict[str, str]) -> None:
    """`dure-factory join`, and `approve` where the firm takes part in the run."""
    home = HOMES / site["number"]
    for name in ("settings.toml", "node.key", "node.id"):  # of an earlier database, that this one does not know
        (home / name).unlink(missing_ok=True)
    factory(home, "join", site["address"])
    if site["factory"]:
        factory(home, "approve", "--yes", "--person", "demo")


def factory(home: Path, *words: str) -> None:
    command = [str(Path(sys.executable).with_name("dure-factory")), "--home", str(home), *words]
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    if result.returncode:
        raise RuntimeError(f"`dure-factory {words[0]}` failed: {(result.stderr or result.stdout).strip()[-300:]}")


def supervisorctl(settings: Path, *words: str) -> None:
    command = [str(Path(sys.executable).with_name("supervisorctl")), "-c", str(settings), *words]
    subprocess.run(command, capture_output=True, check=False, cwd=state.CHECKOUT)
