"""What joining would bring a firm: the shared model, which never saw its rows, against one of its own, on the same rows.

The rows are cut into blocks: lots where there are lots, else neighbours in the order of the table. The own model is trained
anew without each fifth of them, so that either model meets every row for the first time; calibration is fitted likewise.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..agreed.errors import InvalidRows
from ..models.defect import DefectModel, logits
from ..rows.partition import neighbours
from ..rows.preparation import baseline_of
from ..rows.table import Rows
from ..use.decisions import Calibration, average_precision, fit_calibration
from ..use.deployment import shared_deployment
from ..use.verdicts import cost_threshold
from .site import train_alone

FOLDS, LEAST_DEFECTS = 5, 10
BLOCK = 20  # rows that are drawn together where there are no lots: neighbouring rows resemble each other
DRAWS = 400
BETTER, WORSE, UNCLEAR = "better", "worse", "unclear"


@dataclass(frozen=True)
class Costs:
    """In won: of a missed defect, and of a false alarm."""

    miss: float
    alarm: float

    @property
    def alarm_from(self) -> float:
        """The risk from which an alarm costs less than none."""
        return cost_threshold(self.miss / self.alarm)


@dataclass(frozen=True)
class Difference:
    """Of shared and own, with a 95 % interval by a paired bootstrap over blocks."""

    own: float
    shared: float
    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class Certificate:
    """
    Attributes:
        blocks: lots, or groups of neighbouring rows, that were drawn together.
        by_lot: the blocks are lots.
        auprc: the higher, the better. cost: won in 1,000 rows; its gain is what the shared model saves.
    """

    rows: int
    defects: int
    blocks: int
    by_lot: bool
    costs: Costs
    auprc: Difference
    cost: Difference

    @property
    def verdict(self) -> str:
        """Whether the shared model ranks the rows better than the firm's own: BETTER, WORSE or UNCLEAR."""
        if self.auprc.low > 0:
            return BETTER
        return WORSE if self.auprc.high < 0 else UNCLEAR


def trial(contract: Contract, model: DefectModel, rows: Rows, costs: Costs, *, name: str = "trial") -> Certificate:
    """
    Raises:
        InvalidRows: too few defects, or good rows, to compare anything; or one lot holds all of them, so that no model of
            the firm's own can be trained without it.
    """
    good = len(rows) - rows.positives
    if min(rows.positives, good) < LEAST_DEFECTS:
        rule = f"A trial takes {LEAST_DEFECTS} defects and {LEAST_DEFECTS} good rows at least."
        value = f"{rows.positives} defects and {good} good rows"
        raise InvalidRows(rule, value=value, remedy="Take rows of a longer time.", code="too_few_positives")
    folds, blocks = _folds(rows), _blocks(rows)
    _check_folds(contract, rows, folds)
    model = replace(model, baseline=baseline_of(rows, contract))
    labels = rows.labels.astype(np.float64)
    shared, own = logits(contract, model, rows), np.zeros(len(rows))
    for fold in range(FOLDS):
        inside = folds == fold
        if inside.any():  # with fewer lots than folds some are empty
            alone = train_alone(name, contract, rows.take(~inside))
            own[inside] = logits(contract, alone, rows.take(inside))
    start = shared_deployment(model).calibration
    risks_own, risks_shared = _cross_calibrated(own, labels, folds, None), _cross_calibrated(shared, labels, folds, start)
    weights = _draws(blocks, labels)
    return Certificate(
        len(rows),
        rows.positives,
        len(np.unique(blocks)),
        rows.lots is not None,
        costs,
        _difference(_auprc(labels, own, folds, weights), _auprc(labels, shared, folds, weights)),
        _difference(_cost(labels, risks_own, costs, weights), _cost(labels, risks_shared, costs, weights), sign=-1),
    )


def _folds(rows: Rows) -> Array:
    """(n,) fold of each row: a lot is never divided; without lots neighbours stay together.

    Lots go one by one, those of most defects first, to the fold that has fewest of these, and of rows: by chance all defects
    could lie in one fold.
    """
    if rows.lots is None:
        return neighbours(rows.labels, FOLDS)
    _names, place = np.unique(rows.lots.astype(str), return_inverse=True)
    sizes, defects = np.bincount(place), np.bincount(place, weights=rows.labels)
    fold_of, held = np.zeros(len(sizes), dtype=np.int64), np.zeros((FOLDS, 2))
    for lot in np.lexsort((-sizes, -defects)):
        weighed = held[:, 0] if defects[lot] else np.zeros(FOLDS)
        fold_of[lot] = fold = np.lexsort((held[:, 1], weighed))[0]
        held[fold] += defects[lot], sizes[lot]
    return fold_of[place]


def _check_folds(contract: Contract, rows: Rows, folds: Array) -> None:
    """
    Raises:
        InvalidRows: without one of the folds no defect is left to train on, or no good row.
    """
    for fold in np.unique(folds):
        rest = rows.labels[folds != fold]
        if 0 < rest.sum() < len(rest):
            continue
        with_defects, with_good = (len(np.unique(rows.lots[rows.labels == label])) for label in (1, 0))  # type: ignore[index]
        raise InvalidRows(
            "A trial takes lots with defects, and lots with good rows, of either two at least: a lot is never divided.",
            place=contract.lot or "rows",
            value=f"{with_defects} with defects, {with_good} with good rows",
            remedy="Take rows of a longer time, so that several lots hold defects; or name the right column of lots.",
            code="too_few_lots",
        )


def _blocks(rows: Rows) -> Array:
    """(n,) number of each row's block."""
    if rows.lots is None:
        return np.arange(len(rows)) // BLOCK
    return np.unique(rows.lots.astype(str), return_inverse=True)[1]


def _cross_calibrated(found: Array, labels: Array, folds: Array, start: Calibration | None) -> Array:
    """(n,) risks. Each fold's calibration begins with that of the others, and rests on every second row of its own: models
    of several folds are not of one scale. No row has a part in its own."""
    risks, is_even = np.zeros(len(found)), np.arange(len(found)) % 2 == 0
    for fold in np.unique(folds):
        inside = folds == fold
        usual = fit_calibration(found[~inside], labels[~inside], start)
        for some, others in ((inside & is_even, inside & ~is_even), (inside & ~is_even, inside & is_even)):
            risks[some] = fit_calibration(found[others], labels[others], usual).risks(found[some])
    return risks


def _draws(blocks: Array, labels: Array) -> Array:
    """(1 + draws, n) how often each row counts: first each once, then by blocks drawn with return. Draws without a defect
    compare nothing and are left out."""
    count, order = int(blocks.max()) + 1, np.random.default_rng(0)
    drawn = np.array([np.bincount(order.integers(0, count, count), minlength=count) for _draw in range(DRAWS)])
    weights = np.concatenate([np.ones((1, len(blocks)), dtype=np.int64), drawn[:, blocks]])
    return weights[(weights @ labels > 0) & (weights @ (1 - labels) > 0)]


def _auprc(labels: Array, found: Array, folds: Array, weights: Array) -> Array:
    """(draws,) mean over the folds, each as heavy as its defects. Scores of several own models cannot be ranked together:
    each has a scale of its own, which would look like a loss against the one shared model."""
    total, heavy = np.zeros(len(weights)), np.zeros(len(weights))
    for fold in np.unique(folds):
        inside = folds == fold
        defects = weights[:, inside] @ labels[inside]
        some = defects > 0
        if some.any():
            value = average_precision(labels[inside], found[inside], weights[some][:, inside])
            total[some] += value * defects[some]
            heavy += defects
    return total / heavy


def _cost(labels: Array, risks: Array, costs: Costs, weights: Array) -> Array:
    """(draws,) won in 1,000 rows."""
    alarm = risks >= costs.alarm_from
    each = np.where(labels == 1, costs.miss * ~alarm, costs.alarm * alarm)
    return 1000 * (weights @ each) / weights.sum(axis=1)


def _difference(own: Array, shared: Array, sign: int = 1) -> Difference:
    """Of (draws,) each, the first of which is that of the rows themselves."""
    gains = sign * (shared - own)
    low, high = np.quantile(gains[1:], [0.025, 0.975])
    return Difference(float(own[0]), float(shared[0]), float(gains[0]), float(low), float(high))
