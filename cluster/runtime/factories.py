"""The example factories of `make demo`: each joins, countersigns and runs, with the very commands of a real one."""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from . import state, supervise

if TYPE_CHECKING:
    from .demo import Progress

HOMES = state.CHECKOUT / ".dure" / "factories"
RUN_FILE = state.CHECKOUT / ".dure" / "example-run"
TRIES = 3


def start_training(progress: "Progress", settings: Path, address: str) -> None:
    """Let the factories join and agree where they have not, start them, and start a run that can be watched.

    A step that fails says so and leaves the rest of the demo running.
    """
    from .demo import manage

    try:
        progress.step("Seven factories join; six of them agree to train together")
        wait_for_door(supervise.learning_folder() / "door")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(join, json.loads(manage("demo_training", "tokens", "--homes", str(HOMES)))))
        supervisorctl(settings, "start", "factory:*")
        run = manage("demo_training", "start").strip()
        print(
            f"      training: {address.rstrip('/')}/training/runs/{run}/ (sign in as coordinator@ or daesung@)", flush=True
        )
        print("      its model is released at its end, and the factories send the risks of their open lots", flush=True)
        RUN_FILE.write_text(run)
        supervisorctl(settings, "start", "release")
    except (SystemExit, RuntimeError, OSError) as error:
        print(f"      The example training did not start: {error}", flush=True)


def wait_for_door(folder: Path, seconds: float = 60) -> None:
    """Until the keeper has made the certificate that a factory gets when it joins.

    Raises:
        RuntimeError: it did not.
    """
    end = time.monotonic() + seconds
    while not (folder / "ca.pem").exists():
        if time.monotonic() > end:
            raise RuntimeError(f"No certificate in {folder} after {seconds:.0f} s; see .dure/superlinks.log")
        time.sleep(0.2)


def join(site: dict[str, str]) -> None:
    """`dure-factory join`, and `approve` where the firm takes part in the run."""
    home = HOMES / site["number"]
    for name in ("settings.toml", "node.key", "node.id"):  # of an earlier database, that this one does not know
        (home / name).unlink(missing_ok=True)
    factory(home, "join", site["address"])
    if site["factory"]:
        factory(home, "approve", "--yes", "--person", "demo")


def release_and_score() -> int:
    """What follows the run: its model is released, and each factory of it scores its new rows and sends its lots' risks.

    A process of its own below the supervisor (`python -m cluster.runtime.factories`), so that it ends with the demo.

    Returns:
        How many factories could not; its log says why.
    """
    from .demo import manage

    manage("demo_training", "release", "--run", RUN_FILE.read_text())
    with ThreadPoolExecutor(2) as pool:
        return sum(not is_scored for is_scored in pool.map(score, sorted(HOMES.iterdir())))


def score(home: Path) -> bool:
    """`dure-factory score --share` with a few tries; True at once for the factory that agreed to nothing."""
    if not any((home / "approved").glob("*.json")):
        return True
    for attempt in range(1, TRIES + 1):
        try:
            words = ("--out", str(home / "scored.csv"), "--lots", str(home / "lots.csv"), "--share")
            factory(home, "score", str(home / "new.csv"), *words)
            print(f"{home.name}: scored", flush=True)
            return True
        except RuntimeError as error:
            print(f"{home.name}, try {attempt} of {TRIES}: {error}", flush=True)
            time.sleep(5 * attempt)
    return False


def factory(home: Path, *words: str) -> None:
    command = [str(Path(sys.executable).with_name("dure-factory")), "--home", str(home), *words]
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    if result.returncode:
        raise RuntimeError(f"`dure-factory {words[0]}` failed: {(result.stderr or result.stdout).strip()[-300:]}")


def supervisorctl(settings: Path, *words: str) -> None:
    command = [str(Path(sys.executable).with_name("supervisorctl")), "-c", str(settings), *words]
    subprocess.run(command, capture_output=True, check=False, cwd=state.CHECKOUT)


if __name__ == "__main__":
    sys.exit(release_and_score())
