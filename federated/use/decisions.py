"""From logits to decisions: calibrated risks, ok / defect / inspect with a stated coverage, which of two models is better.

All functions work on one site's rows; what sites share of them are sums or thresholds.
"""

from dataclasses import dataclass

import numpy as np

from ..agreed.arrays import Array
from ..models.risk import sigmoid

COVERAGE = 0.9
LEAST_FOR_OWN = 20
REPEATS = 400
AT_ONCE = 2_000_000  # weights held at once while drawing
TRUST = 4.0


@dataclass(frozen=True)
class Calibration:
    """risk = sigmoid(slope × logit + intercept): Platt 1999."""

    slope: float = 1.0
    intercept: float = 0.0

    def risks(self, logits: Array) -> Array:
        """(n,) float64 in 0 … 1."""
        return sigmoid(self.slope * logits + self.intercept)


def calibration_sums(logits: Array, labels: Array, now: Calibration) -> Array:
    """(2, 3): gradient of the summed cross-entropy by slope and intercept, then its Hessian."""
    inputs = np.stack([logits, np.ones(len(logits))], axis=1)
    risk = now.risks(logits)
    gradient = inputs.T @ (risk - labels)
    return np.column_stack([gradient, (inputs * (risk * (1 - risk))[:, None]).T @ inputs])


def newton_step(sums: Array, now: Calibration, start: Calibration, trust: float = TRUST) -> Calibration:
    """One step of a fit with a normal prior around `start`; the sums (2, 3) may be those of one site or of all together.

    Args:
        trust: weight of the prior, which carries sites with few defects.
    """
    place, anchor = (np.array([c.slope, c.intercept]) for c in (now, start))
    gradient = sums[:, 0] + trust * (place - anchor)
    change = np.linalg.solve(sums[:, 1:] + trust * np.eye(2), gradient)
    place = place - change * min(1.0, 1.0 / max(1e-12, float(np.abs(change).max())))
    return Calibration(max(0.05, float(place[0])), float(place[1]))


def fit_calibration(logits: Array, labels: Array, start: Calibration | None = None) -> Calibration:
    """One site's fit on rows that the model was not trained on; logits and labels are (n,)."""
    start = now = start or Calibration()
    for _step in range(25):
        now = newton_step(calibration_sums(logits, labels, now), now, start)
    return now


def conformal_threshold(risks: Array, level: float = COVERAGE) -> float:
    """Greatest nonconformity (1 − risk of the true class), of (n,), that a set of one class's rows allows.

    Source: split conformal prediction per class, Vovk 2012, arXiv:1209.2673.

    Returns:
        1 where the rows are too few for the level: every new row keeps the class.
    """
    count = len(risks)
    place = int(np.ceil((count + 1) * level))
    return 1.0 if place > count else float(np.sort(risks)[place - 1])


@dataclass(frozen=True)
class Verdicts:
    """
    Attributes:
        ok_limit: a row may be ok while its risk is at most this.
        defect_limit: a row may be a defect while 1 − risk is at most this.
    """

    ok_limit: float
    defect_limit: float

    def of(self, risks: Array) -> Array:
        """(n,) of "ok", "defect", "inspect": inspect where both or neither are possible."""
        ok, defect = self.possible(risks)
        return np.where(ok & ~defect, "ok", np.where(defect & ~ok, "defect", "inspect"))

    def possible(self, risks: Array) -> tuple[Array, Array]:
        """For each row, (n,) bool: whether it may be good, whether it may be a defect."""
        return risks <= self.ok_limit, 1 - risks <= self.defect_limit

    def coverage(self, risks: Array, labels: Array) -> dict[str, float]:
        """Share of rows (n,) whose true class was possible; of the defects where there are any; share of rows to inspect."""
        ok, defect = self.possible(risks)
        held = np.where(labels == 1, defect, ok)
        found = {"coverage": float(held.mean()), "inspect": float((ok == defect).mean())}
        return found | ({"coverage_defect": float(held[labels == 1].mean())} if labels.any() else {})


def fit_verdicts(risks: Array, labels: Array) -> Verdicts:
    """Limits from one site's calibration rows; risks and labels are (n,).

    Split conformal needs some twenty defects to say anything; with fewer, the defects' limit comes from the calibrated risks
    themselves: among rows of risk p, p are expected to be defects.
    """
    defects = 1 - risks[labels == 1]
    limit = conformal_threshold(defects) if len(defects) >= LEAST_FOR_OWN else expected_threshold(risks)
    return Verdicts(conformal_threshold(risks[labels == 0]), limit)


def expected_threshold(risks: Array, level: float = COVERAGE) -> float:
    """1 − risk down to which rows of risks (n,) hold that share of the expected defects; 1 where no defect is expected."""
    first = np.sort(risks)[::-1]
    held = np.cumsum(first)
    if not len(first) or held[-1] <= 0:
        return 1.0
    return float(1 - first[np.searchsorted(held, level * held[-1])])


@dataclass(frozen=True)
class Comparison:
    """A paired difference of AUPRC, other minus base, with its 95 % bootstrap interval and P(other is better)."""

    difference: float
    low: float
    high: float
    probability: float


def compare(labels: Array, base: Array, other: Array, *, seed: int = 0, repeats: int = REPEATS) -> Comparison | None:
    """Paired bootstrap over rows, drawn within each class; None where only one class is present. All arrays are (n,).

    Source: Efron & Tibshirani 1993, chapter 16; strata keep every draw's classes.
    """
    defects, others = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    if not len(defects) or not len(others):
        return None
    order = np.random.default_rng(seed)
    draws = np.empty(repeats)
    at_once = max(AT_ONCE // len(labels), 1)
    for first in range(0, repeats, at_once):
        some = draws[first : first + at_once]
        weights = np.zeros((len(some), len(labels)), dtype=np.int32)
        for drawn in weights:
            for kind in (defects, others):
                drawn += np.bincount(order.choice(kind, len(kind)), minlength=len(labels)).astype(np.int32)
        some[:] = average_precision(labels, other, weights) - average_precision(labels, base, weights)
    whole = np.ones(len(labels))
    difference = float(average_precision(labels, other, whole) - average_precision(labels, base, whole))
    low, high = np.quantile(draws, [0.025, 0.975])
    return Comparison(difference, float(low), float(high), float((draws > 0).mean() + (draws == 0).mean() / 2))


def average_precision(labels: Array, scores: Array, weights: Array) -> Array:
    """As scikit-learn's, with whole weights; equal scores are one step.

    Args:
        labels, scores: (n,). weights: (n,), or (draws, n) for many draws of the same rows.

    Returns:
        One figure a draw: (draws,), or a scalar array for one.
    """
    order = np.argsort(-scores, kind="stable")
    last = np.r_[np.diff(scores[order]) != 0, True]
    sorted_weights = weights[..., order]
    hits, rows = np.cumsum(labels[order] * sorted_weights, axis=-1)[..., last], np.cumsum(sorted_weights, axis=-1)[..., last]
    return (np.diff(hits, axis=-1, prepend=0) * hits / np.maximum(rows, 1)).sum(axis=-1) / hits[..., -1]


def choose(labels: Array, candidates: dict[str, Array], *, seed: int = 0) -> str:
    """Which model a site uses: the first candidate, unless another is better with probability 0.9 on these rows.

    Args:
        candidates: name → (n,) scores of rows that none of them was trained on.
    """
    (first, base), *others = candidates.items()
    found = {name: c for name, scores in others if (c := compare(labels, base, scores, seed=seed))}
    best = max(found, key=lambda name: found[name].difference, default=first)
    is_better = best in found and found[best].difference > 0 and found[best].probability >= 0.9
    return best if is_better else first
