"""From logits to decisions: calibrated risks, and which of two models is better.

All functions work on one site's rows; what sites share of them are sums.
"""

from dataclasses import dataclass

import numpy as np

from ..agreed.arrays import Array
from ..models.risk import sigmoid

REPEATS = 400
AT_ONCE = 2_000_000  # weights held at once while drawing
TRUST = 4.0
LEAST_DEFECTS = 10  # with fewer a paired bootstrap is surer than it may be: of one defect every draw says the same


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


def in_whole_rows(sums: Array, logits: Array) -> Array:
    """The same sums (2, 3), the gradient to whole rows, by the slope to rows of the largest logit (n,): exact ones tell many
    labels at once where each row has a logit of its own size. The Hessian rests on no label.

    It moves a fit by less than its rows leave open: three sites of 60 rows by 0.05 in slope and 0.09 in intercept.
    """
    steps = np.array([max(1.0, float(np.abs(logits).max(initial=0))), 1.0])
    return np.column_stack([np.rint(sums[:, 0] / steps) * steps, sums[:, 1:]])


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
    """Which model a site uses: the first candidate, unless another is better with probability 0.9 on these rows, and ten
    defects at least say so.

    Args:
        candidates: name → (n,) scores of rows that none of them was trained on.
    """
    (first, base), *others = candidates.items()
    if labels.sum() < LEAST_DEFECTS:
        return first
    found = {name: c for name, scores in others if (c := compare(labels, base, scores, seed=seed))}
    best = max(found, key=lambda name: found[name].difference, default=first)
    is_better = best in found and found[best].difference > 0 and found[best].probability >= 0.9
    return best if is_better else first
