"""The server's half of a run, as a generator: it asks, is sent the replies, and ends with the outcome.

It knows neither Flower nor processes, so that every engine gives the same weights from the same replies.
"""

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np

from .averaging import average, check_update
from .contracts import Contract, Kind
from .errors import InvalidUpdate, QuorumMissed
from .messages import Reply, Request
from .models.training import first_weights
from .rows import statistics
from .rows.preparation import LEVELS
from .rows.table import Array


@dataclass(frozen=True)
class Checkpoint:
    """Enough to go on after the round.

    Attributes:
        round: the last one that is in the weights; 0 before training.
    """

    round: int
    weights: Array
    quantiles: Array


@dataclass(frozen=True)
class Report:
    """What one round gave, for whoever watches.

    Attributes:
        used: the replies that count, by site in order.
        failed: site → why its reply does not count.
    """

    kind: Kind
    round: int
    used: list[Reply]
    failed: dict[str, str] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None


Step = Generator[Request | Report, list[Reply] | None, Checkpoint]


def conduct(contract: Contract, run: str, checkpoint: Checkpoint | None = None) -> Step:
    """Yields a Request and wants the replies to it, or a Report and wants nothing.

    Raises:
        QuorumMissed: fewer usable replies than the contract's quorum.
    """
    if checkpoint is None:
        quantiles = yield from agree_on_quantiles(contract, run)
        checkpoint = Checkpoint(0, first_weights(contract), quantiles)
    for number in range(checkpoint.round + 1, contract.training.rounds + 1):
        arrays = {"weights": checkpoint.weights, "quantiles": checkpoint.quantiles}
        used, failed = yield from _ask(
            contract, Request(Kind.TRAIN, run, contract.hash, number, arrays), len(checkpoint.weights)
        )
        weights = average([reply.arrays["weights"] for reply in used], [reply.examples for reply in used])
        checkpoint = Checkpoint(number, weights, checkpoint.quantiles)
        yield Report(Kind.TRAIN, number, used, failed, checkpoint)
    arrays = {"weights": checkpoint.weights, "quantiles": checkpoint.quantiles}
    used, failed = yield from _ask(contract, Request(Kind.FINISH, run, contract.hash, contract.training.rounds, arrays))
    yield Report(Kind.FINISH, contract.training.rounds, used, failed, checkpoint)
    return checkpoint


def _ask(
    contract: Contract, request: Request, parameters: int | None = None
) -> Generator[Request | Report, list[Reply] | None, tuple[list[Reply], dict[str, str]]]:
    """Replies that can be used, sorted by site, and why the others cannot."""
    replies = yield request
    used, failed = [], {}
    for reply in sorted(replies or [], key=lambda reply: reply.site):
        try:
            if not reply.error and parameters is not None:
                check_update(reply.arrays.get("weights", np.empty(0)), reply.examples, parameters)
        except InvalidUpdate as error:
            failed[reply.site] = f"{error.code}: {error}"
            continue
        if reply.error:
            failed[reply.site] = reply.error
        else:
            used.append(reply)
    if len(used) < contract.quorum:
        yield Report(request.kind, request.round, used, failed)
        raise QuorumMissed(
            f"Round {request.round} needs {contract.quorum} usable replies.",
            value=f"{len(used)} from {', '.join(r.site for r in used) or 'nobody'}",
            remedy="Bring more sites back, or publish a contract with a lower quorum; then resume from the last round. "
            + " ".join(f"{site}: {why}" for site, why in failed.items()),
        )
    return used, failed


def agree_on_quantiles(contract: Contract, run: str) -> Generator[Request | Report, list[Reply] | None, Array]:
    """Quantiles of all sites' training rows, in two counts, the second in bins of about equal mass."""
    features = contract.numeric
    ranges = [(f.low, f.high) for f in features]
    found = [(0.0, 1.0)] * len(features)
    if any(low is None or high is None for low, high in ranges):
        used, failed = yield from _ask(contract, Request(Kind.RANGE, run, contract.hash))
        found = [statistics.range_of(row) for row in _sum_counts(used)]
        yield Report(Kind.RANGE, 0, used, failed)
    pairs = zip(ranges, found, strict=True)
    edges = [statistics.linear_edges(_or(low, bottom), _or(high, top)) for (low, high), (bottom, top) in pairs]
    grids: list[Array] = []
    for is_last in (False, True):
        request = Request(Kind.COUNT, run, contract.hash, arrays={"edges": statistics.pack(edges)})
        used, failed = yield from _ask(contract, request)
        yield Report(Kind.COUNT, 0, used, failed)
        counts = [row[: len(e) - 1] for row, e in zip(_sum_counts(used), edges, strict=True)]
        counted = list(zip(counts, edges, strict=True))
        if is_last:
            grids = [statistics.quantiles(row, e, LEVELS) for row, e in counted]
        edges = [statistics.refined_edges(row, e) for row, e in counted]
    return np.array(grids).reshape(len(features), len(LEVELS))


def _sum_counts(replies: list[Reply]) -> Array:
    return np.sum([reply.arrays["counts"] for reply in replies], axis=0)


def _or(given: float | None, found: float) -> float:
    return found if given is None else given
