"""Six factories, a SuperLink, and what can go wrong between them; whoever is killed is started again, as by a supervisor."""

import os
import random
import signal
import time
from pathlib import Path

import numpy as np

from federated.agreed.contracts import Boosting, Contract
from federated.agreed.keys import flower_bytes, public_text
from federated.server.launching import command_of, launch
from tests.federated.flower import Federation, wait_until
from tests.federated.sites import contract, table

from .links import Link
from .replay import replayed

SITES = tuple("ABCDEF")
# A factory that has just been started again loads for half a minute on a machine that is busy.
ROWS, LONGEST_S, DEADLINE_S, SLOW = 160, 300.0, 30, 30_000
KINDS = ("grow", "train")
FAULTS = ("kill", "cut", "serverapp", "stall", "slow", "superlink", "two offline")
OF_SITES = ("offline", "deadline")  # codes that a fault of a line or a program may leave


def agreed_of() -> Contract:
    trees = Boosting(rounds=5, side_by_side=2, depth=2, bins=16)
    return contract(rounds=5, boosting=trees, quorum=3, deadline_s=DEADLINE_S, test_share=0.0)


class Faults:
    """Several runs over one federation, each with a fault of its own.

    Args:
        folder: empty; what is left of a run that went wrong lies there.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.federation, self.seed, self.agreed = Federation(folder), seed, agreed_of()
        self.links: dict[str, Link] = {}
        for number, site in enumerate(SITES):
            self.links[site] = Link(self.federation.place.address)
            home = self.federation.add(site, self.agreed, number, self.links[site].address)
            table(number, ROWS).write_csv(home.folder / "rows" / "rows.csv")
            self.federation.start_node(site)
        self.wait_for_all()

    def wait_for_all(self) -> None:
        wait_until(lambda: len(self.federation.control.online()) == len(SITES), 120, "all factories")

    def close(self) -> None:
        self.federation.close()
        for link in self.links.values():
            link.close()

    def run(self, number: int) -> str:
        """What was done, and how it ended.

        Raises:
            AssertionError: the run hung, was lost, says a wrong reason, or ended with other weights.
        """
        order = random.Random(self.seed * 10_000 + number)
        fault, after = FAULTS[number % len(FAULTS)], order.randrange(1, 9)
        hit = sorted(order.sample(SITES, 2 if fault == "two offline" else 1))
        run, began = str(self.seed * 10_000 + number), time.monotonic()
        if fault == "two offline":
            for site in hit:
                self.stop(site)
            wait_until(lambda: len(self.federation.control.online()) == len(SITES) - 2, 60, "two offline")
        attempt = self.federation.start(run, self.agreed, list(SITES))
        is_done = fault == "two offline"
        while True:
            status = self.federation.control.status(attempt)
            if status == "finished:completed":
                break
            failure = self.federation.desk / run / "failure"
            assert not failure.exists(), f"{fault} at {hit}: {failure.read_text()}"
            assert time.monotonic() - began < LONGEST_S, f"{fault} at {hit} after round {after}: it hangs at {status}"
            if not is_done and self.rounds(run) >= after:
                is_done, attempt = True, self.harm(fault, hit[0], run, attempt)
            elif status.startswith("finished"):
                attempt = self.federation.start(run, self.agreed, list(SITES))
            self.ease(fault, hit[0], run)
            time.sleep(0.3)  # between two looks
        for site in SITES:
            self.links[site].mend()
            self.wake(site)
        self.check(run, fault, hit)
        for site in hit if fault == "two offline" else ():
            self.federation.start_node(site)
        self.wait_for_all()
        return f"run {run}: {fault} at {', '.join(hit)} after round {after}, {time.monotonic() - began:.0f} s"

    def rounds(self, run: str) -> int:
        """The last one that is complete."""
        return max(
            (found["round"] for found in self.federation.rounds(run) if found["kind"] in ("grow", "train")), default=0
        )

    def harm(self, fault: str, site: str, run: str, attempt: int) -> int:
        """Flower's id of the run, another one where it was started anew."""
        federation = self.federation
        if fault == "kill":
            self.stop(site)
            federation.start_node(site)
        elif fault == "stall":
            federation.processes[site].send_signal(signal.SIGSTOP)
        elif fault == "cut":
            self.links[site].cut()
        elif fault == "slow":
            self.links[site].bytes_s = SLOW
        elif fault == "serverapp":
            for pid in self.children(federation.flower.executor.pid):
                os.kill(pid, signal.SIGKILL)
        elif fault == "superlink":
            os.killpg(federation.flower.superlink.pid, signal.SIGKILL)
            federation.flower.superlink.wait()
            federation.flower = launch(federation.place, desk=str(federation.desk))
            federation.control.wait()
            for name, home in federation.homes.items():
                federation.control.register(flower_bytes(public_text(home.key())), name)
            self.wait_for_all()
            return federation.start(run, self.agreed, list(SITES))
        return attempt

    def ease(self, fault: str, site: str, run: str) -> None:
        """What stalls or is cut comes back once the run has gone on without it, or waits for it no more."""
        if fault in ("stall", "cut") and any(site in found["failed"] for found in self.federation.rounds(run)):
            self.links[site].mend()
            self.wake(site)

    def stop(self, site: str) -> None:
        self.federation.processes[site].kill()
        self.federation.processes[site].wait()

    def wake(self, site: str) -> None:
        self.federation.processes[site].send_signal(signal.SIGCONT)

    @staticmethod
    def children(parent: int) -> list[int]:
        """The ServerApps that an executor has started."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent and "serverapp" in command_of(int(entry.name)):
                found.append(int(entry.name))
        return found

    def check(self, run: str, fault: str, hit: list[str]) -> None:
        rounds = self.federation.rounds(run)
        seen = [found["round"] for found in rounds if found["kind"] in KINDS]
        assert list(dict.fromkeys(seen)) == list(range(1, self.agreed.rounds + 1)), seen
        may_fail = set(SITES) if fault in ("serverapp", "superlink") else set(hit)
        for found in rounds:
            for site, why in found["failed"].items():
                assert site in may_fail, f"{fault} at {hit}: {site} in round {found['round']}: {why}"
                assert why.partition(":")[0] in OF_SITES, why
        if fault == "two offline":
            assert all(set(hit) <= set(found["failed"]) for found in rounds if found["kind"] != "grow"), "named each time"
        else:
            assert set(rounds[-1]["sites"]) | set(hit) == set(SITES), rounds[-1]
        mine = replayed(self.agreed, run, self.federation.homes, self.federation.desk / run)
        np.testing.assert_allclose(self.federation.weights(run), mine, atol=1e-5)
