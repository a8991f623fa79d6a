"""From the sites' weights to the shared ones."""

from collections.abc import Sequence

import numpy as np

from .errors import InvalidUpdate
from .rows.table import Array


def shares(examples: Sequence[int]) -> Array:
    """Weight of each site: its rows, but at most five times the median, so that one large site does not rule."""
    counts = np.asarray(examples, dtype=np.float64)
    capped = np.minimum(counts, 5 * np.median(counts))
    return capped / capped.sum()


def average(weights: Sequence[Array], examples: Sequence[int]) -> Array:
    """Weighted mean; the order of the sites must be the same for the same bits.

    Source: McMahan et al. 2017, arXiv:1602.05629, algorithm 1; the cap on one site's share is ours.

    Args:
        weights: one (parameters,) float32 vector per site.
        examples: training rows per site.
    """
    total = np.zeros(len(weights[0]), dtype=np.float64)
    for share, vector in zip(shares(examples), weights, strict=True):
        total += share * vector
    return total.astype(np.float32)


def check_update(weights: Array, examples: int, parameters: int) -> None:
    """
    Raises:
        InvalidUpdate: not the shape that was sent out, not finite, or trained on nothing.
    """
    if weights.shape != (parameters,):
        raise InvalidUpdate(
            "An update has the shape of the model that was sent out.",
            value=f"shape {weights.shape}, expected ({parameters},)",
            remedy="Update dure-factory at this site to the release of the contract.",
        )
    if not np.isfinite(weights).all():
        raise InvalidUpdate(
            "An update holds finite numbers only.",
            value=f"{int((~np.isfinite(weights)).sum())} of {parameters} are NaN or infinite",
            remedy="Lower the learning rate, or look for values out of range at this site with `dure-factory check`.",
        )
    if examples < 1:
        raise InvalidUpdate(
            "An update comes from at least one training row.", value=examples, remedy="Check the site's rows."
        )
