"""The weights of an undisturbed run in one process, in which the same replies arrive as in a disturbed one."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from federated.agreed.contracts import Contract, Kind
from federated.agreed.messages import Reply, Request
from federated.factory.home import Home
from federated.factory.tables import read_rows
from federated.run.engine import drive
from federated.run.steps import Checkpoint, Report
from federated.site.site import Site
from federated.site.store import InMemory
from tests.federated.sites import numbers


class Ended(Exception):
    """This part of the run was killed here."""


def replayed(agreed: Contract, run: str, homes: Mapping[str, Home], desk: Path) -> np.ndarray:
    """
    Args:
        homes: of all factories, whose rows and secrets are those of the run.
        desk: folder of the run, see FolderDesk.
    """
    sites = {
        name: Site(name, agreed, read_rows(home, agreed).rows, InMemory(home.key_file.read_bytes()))
        for name, home in homes.items()
    }
    trained = {name: rounds_trained(home, run) for name, home in homes.items()}
    lines = [json.loads(line) for line in (desk / "heard.jsonl").read_text().splitlines()]
    starts = [place for place, line in enumerate(lines) if "began" in line]
    kept: dict[int, Checkpoint] = {}
    end: Checkpoint | None = None

    def keep(report: Report) -> None:
        if report.checkpoint is not None:
            kept[report.checkpoint.round] = report.checkpoint

    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        began, carry = lines[start]["began"], answers(sites, lines[start + 1 : stop], trained)
        first = None if began is None else kept[began]
        with suppress(Ended):
            end = drive(agreed, run, carry, checkpoint=first, watch=keep, secret=(desk / "secret").read_bytes())
    assert end is not None, "no part of the run came to its end"
    return numbers(end.model)


def rounds_trained(home: Home, run: str) -> set[int]:
    """The network's rounds in which a factory trained, by its own ledger, each before any later one. Its reply may have come
    too late: it trained all the same, and its next round goes on from there."""
    found: set[int] = set()
    for line in home.ledger():
        if (line["run"], line["kind"]) == (run, str(Kind.TRAIN)) and line["round"] >= max(found, default=0):
            found.add(line["round"])
    return found


def answers(sites: Mapping[str, Site], heard: Sequence[dict[str, Any]], trained: Mapping[str, set[int]]):
    """Whoever answered then answers now; of the others comes what stood in their place.

    Args:
        trained: site → see rounds_trained.
    """
    left = iter(heard)

    def answer(name: str, error: str, request: Request) -> Reply:
        if not error or (request.kind is Kind.TRAIN and request.round in trained[name]):
            found = sites[name].answer(request)
        return Reply(name, error=error) if error else found

    def carry(request: Request) -> list[Reply]:
        line = next(left, None)
        if line is None:
            raise Ended
        assert (line["kind"], line["round"]) == (str(request.kind), request.round), (line, request.kind, request.round)
        errors: dict[str, str] = line["errors"]
        return [answer(name, error, request) for name, error in errors.items()]

    return carry
