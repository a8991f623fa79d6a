"""The server's half of a run, as a generator: it asks, is sent the replies, and ends with the outcome.

It knows neither Flower nor processes, so that every engine gives the same weights from the same replies.
"""

from dataclasses import replace

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Kind
from ..agreed.levels import LEVELS
from ..agreed.messages import Reply, Request
from ..agreed.strategies import STRATEGIES, Update
from ..models.defect import untrained
from ..privacy.accounting import count_deviation
from ..rows import statistics
from ..use.decisions import Calibration, newton_step
from .clipping import clipped
from .growth import grow
from .masked import MaskedRounds
from .steps import Checkpoint, Report, Steps, ask
from .watch import Watch, watch_of

CALIBRATION_STEPS = 6
OUTLIER = "outlier: The update lies farther from the others than theirs from each other."


def conduct(contract: Contract, run: str, checkpoint: Checkpoint | None, secret: bytes) -> Steps[Checkpoint]:
    """Yields a Request and wants the replies to it, or a Report and wants nothing. First trees grow, then the net trains.

    Args:
        secret: see engine.drive.

    Raises:
        QuorumMissed: fewer usable replies than the contract's quorum.
    """
    if checkpoint is None:
        quantiles = yield from agree_on_quantiles(contract, run)
        checkpoint = Checkpoint(0, untrained(contract, quantiles))
    checkpoint = yield from grow(contract, run, checkpoint, secret)
    watch = watch_of(contract, checkpoint)
    excluded, without = watch.excluded, frozenset(watch.excluded)
    train = train_masked if contract.masked else train_in_the_clear
    checkpoint = yield from train(contract, run, checkpoint, watch)
    if contract.validation_share:
        checkpoint = yield from calibrate(contract, run, checkpoint, without)
    request = Request(Kind.FINISH, run, contract.hash, contract.rounds, checkpoint.model.arrays(), without=without)
    used, failed = yield from ask(contract, request)
    yield Report(Kind.FINISH, contract.rounds, used, failed | excluded, checkpoint)
    return checkpoint


def train_in_the_clear(contract: Contract, run: str, checkpoint: Checkpoint, watch: Watch) -> Steps[Checkpoint]:
    """The network's rounds where the server reads each site's weights.

    Raises:
        QuorumMissed: see `conduct`.
    """
    excluded, without = watch.excluded, frozenset(watch.excluded)
    strategy = STRATEGIES[contract.training.strategy]
    for number in range(checkpoint.round + 1, contract.rounds + 1):
        model = checkpoint.model
        arrays = model.arrays() | strategy.beside(model.weights, checkpoint.state)
        request = Request(Kind.TRAIN, run, contract.hash, number, arrays, without=without)
        used, failed = yield from ask(contract, request)
        updates = [Update(reply.arrays, reply.examples) for reply in used]
        updates = clipped(model.weights, updates) if strategy.clips else updates
        combined = strategy.combine(model.weights, updates, checkpoint.state)
        failed |= {used[place].site: OUTLIER for place in combined.outliers}
        used = [reply for reply in used if reply.site not in failed]
        checkpoint = replace(checkpoint, round=number, model=replace(model, weights=combined.weights), state=combined.state)
        yield Report(Kind.TRAIN, number, used, failed | excluded, checkpoint, doubts=watch.doubted)
    return checkpoint


def train_masked(contract: Contract, run: str, checkpoint: Checkpoint, watch: Watch) -> Steps[Checkpoint]:
    """The network's rounds where single updates are nobody's to read; one that could not be summed moves nothing.

    Raises:
        QuorumMissed, TooFewMasked: see MaskedRounds.round.
    """
    rounds = MaskedRounds(contract, run, frozenset(watch.excluded))
    if checkpoint.round < contract.rounds:
        yield from rounds.begin()
    for number in range(checkpoint.round + 1, contract.rounds + 1):
        found = yield from rounds.round(number, checkpoint)
        checkpoint = replace(checkpoint, round=number)
        if (combined := found.combined) is not None:
            model = replace(checkpoint.model, weights=combined.weights)
            checkpoint = replace(checkpoint, model=model, state=combined.state)
        failed = found.failed | watch.excluded
        yield Report(Kind.TRAIN, number, found.used, failed, checkpoint, doubts=watch.doubted)
    return checkpoint


def calibrate(
    contract: Contract, run: str, checkpoint: Checkpoint, without: frozenset[str] = frozenset()
) -> Steps[Checkpoint]:
    """Slope and intercept by Newton's method on sums over the sites' validation rows."""
    now, model = Calibration(), checkpoint.model
    for _step in range(CALIBRATION_STEPS):
        model = replace(model, calibration=np.array([now.slope, now.intercept]))
        request = Request(Kind.CALIBRATE, run, contract.hash, contract.rounds, model.arrays(), without=without)
        used, failed = yield from ask(contract, request)
        now = newton_step(np.sum([reply.arrays["sums"] for reply in used], axis=0), now, Calibration())
    model = replace(model, calibration=np.array([now.slope, now.intercept]))
    checkpoint = replace(checkpoint, round=contract.rounds, model=model, state={})
    yield Report(Kind.CALIBRATE, contract.rounds, used, failed, checkpoint)
    return checkpoint


def agree_on_quantiles(contract: Contract, run: str) -> Steps[Array]:
    """Quantiles of all sites' training rows, (numbers, levels), in two counts, the second in bins of about equal mass."""
    ranges = contract.ranges
    found = [(0.0, 1.0)] * len(ranges)
    if any(low is None or high is None for low, high in ranges):
        used, failed = yield from ask(contract, Request(Kind.RANGE, run, contract.hash))
        counts, deviation = _sum_counts(contract, used)
        found = [statistics.range_of(statistics.outstanding(row, deviation)) for row in counts]
        yield Report(Kind.RANGE, 0, used, failed)
    pairs = zip(ranges, found, strict=True)
    edges = [statistics.linear_edges(_or(low, bottom), _or(high, top)) for (low, high), (bottom, top) in pairs]
    grids: list[Array] = []
    levels = LEVELS if contract.privacy == "off" else statistics.COARSE
    for is_last in (False, True):
        request = Request(Kind.COUNT, run, contract.hash, arrays={"edges": statistics.pack(edges)})
        used, failed = yield from ask(contract, request)
        yield Report(Kind.COUNT, 0, used, failed)
        counts, deviation = _sum_counts(contract, used)
        counted = [(statistics.seen_through(row[: len(e) - 1], deviation), e) for row, e in zip(counts, edges, strict=True)]
        if is_last:
            grids = [statistics.quantiles(row, e, LEVELS) for row, e in counted]
        edges = [statistics.refined_edges(row, e, levels) for row, e in counted]
    return np.array(grids).reshape(len(ranges), len(LEVELS))


def _sum_counts(contract: Contract, replies: list[Reply]) -> tuple[Array, float]:
    """Counts over the sites, and the standard deviation of the noise in each."""
    counts = np.sum([reply.arrays["counts"] for reply in replies], axis=0)
    return counts, count_deviation(contract) * len(replies) ** 0.5


def _or(given: float | None, found: float) -> float:
    return found if given is None else given
