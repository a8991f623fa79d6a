"""How good risks are. AUROC, AUPRC and Brier are scikit-learn's; a figure that a site cannot have is None."""

import numpy as np
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from ..agreed.arrays import Array
from .verdicts import cost_threshold

ALARMS = 0.05
COST_RATIOS = (1, 10, 50)


def score(labels: Array, probabilities: Array) -> dict[str, float | None]:
    """Ranking, calibration and cost.

    Args:
        labels: (n,) of 0 and 1.
        probabilities: (n,) in [0, 1].

    Returns:
        auroc, auprc (average precision), recall_5 (share of the defects among the 5 % of highest risk), brier, ece and
        cost_R (mean cost of a row if a miss costs R false alarms); None for the three ranking figures where only one class
        is present, for all where there are no rows.
    """
    names = ("auroc", "auprc", "recall_5", "brier", "ece", *(f"cost_{ratio}" for ratio in COST_RATIOS))
    if len(labels) == 0:
        return dict.fromkeys(names)
    both = 0 < labels.sum() < len(labels)
    found = {
        "auroc": float(roc_auc_score(labels, probabilities)) if both else None,
        "auprc": float(average_precision_score(labels, probabilities)) if both else None,
        "recall_5": recall_at(labels, probabilities, ALARMS) if both else None,
        "brier": float(brier_score_loss(labels, probabilities)) if both else float(np.mean((labels - probabilities) ** 2)),
        "ece": expected_calibration_error(labels, probabilities),
    }
    return found | {f"cost_{ratio}": expected_cost(labels, probabilities, ratio) for ratio in COST_RATIOS}


def cross_entropy(labels: Array, probabilities: Array) -> float:
    """Mean over rows (n,), 0 without any; probabilities are kept off 0 and 1."""
    return float(log_loss(labels, np.clip(probabilities, 1e-7, 1 - 1e-7), labels=[0, 1])) if len(labels) else 0.0


def expected_calibration_error(labels: Array, probabilities: Array, bins: int = 15) -> float:
    """Mean gap between stated and observed risk of rows (n,) over bins of equal width, weighted by their rows.

    Source: Naeini et al. 2015; 15 bins as in Guo et al. 2017, arXiv:1706.04599.
    """
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    counts = np.bincount(place, minlength=bins)
    stated = np.bincount(place, weights=probabilities, minlength=bins)
    observed = np.bincount(place, weights=labels, minlength=bins)
    return float(np.abs(stated - observed).sum() / counts.sum())


def recall_at(labels: Array, probabilities: Array, alarms: float) -> float:
    """Share of the defects that stand among the rows (n,) of highest risk; equal risks in the order of the rows."""
    count = max(1, round(alarms * len(labels)))
    first = np.argsort(-probabilities, kind="stable")[:count]
    return float(labels[first].sum() / labels.sum())


def expected_cost(labels: Array, probabilities: Array, ratio: float) -> float:
    """Mean cost of a row, of (n,), at that threshold, in false alarms."""
    alarm = probabilities >= cost_threshold(ratio)
    return float(np.mean(np.where(labels == 1, ratio * ~alarm, alarm)))


def effort_saved(labels: Array, probabilities: Array, recall: float = 0.95) -> float | None:
    """Share of inspections of rows (n,) that an order by risk saves against a random one, where both find `recall` of the
    defects."""
    defects = int(labels.sum())
    if defects == 0:
        return None
    found = np.cumsum(labels[np.argsort(-probabilities, kind="stable")])
    needed = int(np.searchsorted(found, np.ceil(recall * defects))) + 1
    return float(max(0.0, 1 - needed / (recall * len(labels))))
