"""The run inside one process: every site answers in turn."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ..agreed.contracts import Contract, Kind
from ..agreed.messages import Reply, Request
from ..models.defect import DefectModel, untrained
from ..rows.partition import Parts
from ..rows.preparation import own_preparation
from ..rows.table import Rows
from ..site.site import Site
from .conductor import conduct
from .inspection import Inspection
from .steps import Checkpoint, Report

ALONE = {"quorum": 1, "least_rows": 1, "least_positives": 0, "validation_share": 0.0, "privacy": "off"}


def run_in_process(
    contract: Contract,
    sites: Sequence[Site],
    *,
    run: str = "inprocess",
    checkpoint: Checkpoint | None = None,
    watch: Callable[[Report], None] = lambda report: None,
    left_out: str = "",
) -> Checkpoint:
    """The outcome of a run in which every site answers."""

    def ask(request: Request) -> list[Reply]:
        return [site.answer(request) for site in sites if request.is_for(site.name)]

    return drive(contract, run, ask, checkpoint=checkpoint, watch=watch, left_out=left_out)


def train_alone(name: str, contract: Contract, rows: Rows) -> DefectModel:
    """The same trees, network, rounds and epochs on one site's rows only, with that site's exact quantiles; without noise,
    because nothing of it leaves the site but figures of its test rows."""
    boosting = contract.boosting.model_copy(update={"cuts": "best"})
    contract = contract.model_copy(update={**ALONE, "boosting": boosting})
    nothing = rows.take(np.zeros(len(rows), dtype=bool))
    site = Site(name, contract, rows, parts=Parts(rows, nothing, nothing))
    start = Checkpoint(0, untrained(contract, own_preparation(rows, contract).quantiles))
    return replace(run_in_process(contract, [site], checkpoint=start).model, baseline=site.baseline)


def drive(
    contract: Contract,
    run: str,
    ask: Callable[[Request], list[Reply]],
    *,
    checkpoint: Checkpoint | None = None,
    watch: Callable[[Report], None] = lambda report: None,
    left_out: str = "",
) -> Checkpoint:
    """Carry the conductor's requests to `ask` and its reports to `watch` until it ends.

    Args:
        left_out: a site that nothing is learnt from; at the end it compares the model, which never saw it, with its own.

    Raises:
        QuorumMissed: see `conduct`.
    """
    steps, inspection = conduct(contract, run, checkpoint), Inspection(contract)
    replies: list[Reply] | None = None
    while True:
        try:
            step = steps.send(replies)
        except StopIteration as end:
            return end.value
        if isinstance(step, Report):
            watch(step)
            replies = None
        else:
            left = "" if step.kind is Kind.FINISH else left_out
            replies = inspection.of(step, ask(replace(step, left_out=left, faults=inspection.faults)))
