"""The ServerApp beside the SuperLink: takes its job from the desk, conducts the run, hands in every round."""

import os
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flwr.app import Context
from flwr.serverapp import Grid, ServerApp

from ..agreed.errors import FederatedError
from ..agreed.messages import Reply, Request
from ..run.engine import drive
from ..run.steps import Report
from .asking import Asker
from .desk import Desk, FolderDesk, HttpDesk
from .launching import DESK, RUN_KEYS

app = ServerApp()


class Halt(Exception):
    """The coordinator asked to pause or stop, or the run has ended meanwhile; what was complete is handed in."""


@app.main()
def main(grid: Grid, context: Context) -> None:
    end_with_parent()
    desk = desk_of(str(context.run_config["run"]))
    try:
        conduct_run(grid, desk)
    except Halt:
        return
    except FederatedError as error:
        desk.failed(f"{error.code}: {error}")
        raise


def end_with_parent() -> None:
    """End this process when the SuperLink's executor is gone: Flower's grid would ask a dead address for ever."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def desk_of(run: str) -> Desk:
    """The desk that the executor's environment names: a folder of runs, or the web application's address."""
    place = os.environ[DESK]
    if place.startswith("http"):
        return HttpDesk(place, run, (Path(os.environ[RUN_KEYS]) / run).read_bytes())
    return FolderDesk(Path(place) / run)


def conduct_run(grid: Grid, desk: Desk) -> None:
    job = desk.job()
    teller = Teller(desk)
    asker = Asker(
        grid,
        job.nodes,
        quorum=job.contract.quorum,
        deadline_s=job.contract.deadline_s,
        progress=lambda states, request, left: teller.tell(dict(states), request.round, str(request.kind), left),
    )
    started = time.monotonic()

    def watch(report: Report) -> None:
        nonlocal started
        answer = desk.report(report, time.monotonic() - started)
        started = time.monotonic()
        if answer.command != "go":
            # At whatever was handed in: for the web application the run is over, and somebody may start another.
            raise Halt(answer.command)
        if answer.sites is not None:
            # A firm that has withdrawn meanwhile is not asked again.
            asker.nodes = {site: node for site, node in job.nodes.items() if site in answer.sites}

    def ask(request: Request) -> list[Reply]:
        replies = asker.ask(request)
        desk.heard(request, replies)
        return replies

    try:
        drive(
            job.contract,
            job.run,
            ask,
            checkpoint=job.checkpoint,
            watch=watch,
            left_out=job.left_out,
            signers=job.signers,
            secret=job.secret,
        )
    finally:
        teller.close()


class Teller:
    """Tells the desk who is awaited without holding the round up; of several states waiting, the last one counts."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.waiting: queue.Queue[Callable[[], Any] | None] = queue.Queue()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def tell(self, states: dict[str, str], round_number: int, kind: str, left_s: float) -> None:
        self.waiting.put(lambda: self.desk.progress(states, round_number, kind, left_s))

    def close(self) -> None:
        self.waiting.put(None)
        self.thread.join(timeout=5)

    def _run(self) -> None:
        while (call := self.waiting.get()) is not None:
            while not self.waiting.empty():
                later = self.waiting.get()
                if later is None:
                    self.waiting.put(None)
                    break
                call = later
            try:
                call()
            except FederatedError:
                continue  # progress is for the eye; the round itself is handed in with retries
