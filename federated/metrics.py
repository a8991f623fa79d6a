"""How good probabilities are. AUROC, AUPRC and Brier are scikit-learn's; a figure that a site cannot have is None."""

import numpy as np
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from .rows.table import Array


def score(labels: Array, probabilities: Array) -> dict[str, float | None]:
    """AUROC, AUPRC (average precision), Brier score and expected calibration error.

    Args:
        labels: (n,) of 0 and 1.
        probabilities: (n,) in [0, 1].

    Returns:
        None for the two ranking figures where only one class is present, for all where there are no rows.
    """
    if len(labels) == 0:
        return {"auroc": None, "auprc": None, "brier": None, "ece": None}
    both = 0 < labels.sum() < len(labels)
    return {
        "auroc": float(roc_auc_score(labels, probabilities)) if both else None,
        "auprc": float(average_precision_score(labels, probabilities)) if both else None,
        "brier": float(brier_score_loss(labels, probabilities)) if both else float(np.mean((labels - probabilities) ** 2)),
        "ece": expected_calibration_error(labels, probabilities),
    }


def cross_entropy(labels: Array, probabilities: Array) -> float:
    return float(log_loss(labels, np.clip(probabilities, 1e-7, 1 - 1e-7), labels=[0, 1])) if len(labels) else 0.0


def expected_calibration_error(labels: Array, probabilities: Array, bins: int = 15) -> float:
    """Mean gap between stated and observed risk over bins of equal width, weighted by their rows.

    Source: Naeini et al. 2015; 15 bins as in Guo et al. 2017, arXiv:1706.04599.
    """
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    counts = np.bincount(place, minlength=bins)
    stated = np.bincount(place, weights=probabilities, minlength=bins)
    observed = np.bincount(place, weights=labels, minlength=bins)
    return float(np.abs(stated - observed).sum() / counts.sum())
