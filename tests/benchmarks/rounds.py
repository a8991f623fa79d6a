"""Rounds over real Flower: what a round costs beside the slowest site's own work, and the memory of an idle node."""

import json
import os
import tempfile
from pathlib import Path
from statistics import median

from federated.agreed.contracts import Boosting, Contract, Feature, Model, Training
from federated.benchmark.flower import finish, wait_until_online

from ..federated.flower import Federation
from ..federated.sites import FEATURES

SITES, ROUNDS = 8, 20


def contract(rounds: int = ROUNDS) -> Contract:
    """About 150,000 parameters."""
    more = tuple(
        Feature(name=f.name, unit=f.unit, kind=f.kind, low=f.low, high=f.high, categories=f.categories) for f in FEATURES
    )
    return Contract(
        programme="rounds",
        features=more,
        model=Model(bins=16, width=16, hidden=(360, 360), dropout=0.0),
        boosting=Boosting(rounds=0),
        training=Training(rounds=rounds, local_epochs=1, batch_size=64),
        quorum=SITES,
        least_rows=20,
        least_positives=2,
        deadline_s=60,
    )


def memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000


def measure() -> dict[str, float]:
    """Overheads in seconds (wall time less the slowest site's own), memory in 10⁶ bytes."""
    with tempfile.TemporaryDirectory(prefix="dure-rounds-") as folder:
        federation = Federation(Path(folder))
        agreed = contract()
        try:
            for number in range(SITES):
                federation.add(f"site-{number}", agreed, number)
                federation.start_node(f"site-{number}")
            wait_until_online(federation.control, SITES)
            idle = median(memory_mb(process.pid) for process in federation.processes.values())
            end = finish(federation.control, federation.start("1", agreed, list(federation.homes)))
            assert end == "finished:completed", end
            # The first round loads torch in every process.
            rounds = [r for r in federation.rounds("1") if r["kind"] == "train"][1:]
            size = federation.weights("1").nbytes / 1e6
        finally:
            federation.close()
    overheads = sorted(r["overhead_s"] for r in rounds)
    return {
        "weights_mb": round(size, 3),
        "median_s": median(overheads),
        "p95_s": overheads[int(len(overheads) * 0.95)],
        "round_s": median(r["seconds"] for r in rounds),
        "idle_mb": round(idle, 1),
    }


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    print(json.dumps(measure()))
