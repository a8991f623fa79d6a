"""FedAvg: the mean, weighted by rows."""

from collections.abc import Sequence

import numpy as np

from ..arrays import Array
from ..texts import gettext_noop
from .base import Combined, State, Strategy, Update


class FedAvg(Strategy):
    name = "fedavg"
    says = gettext_noop("Mean of all sites, weighted by rows")
    needs_mean_only = True

    def combine(self, before: Array, updates: Sequence[Update], state: State) -> Combined:
        return Combined(mean_of(updates), state)


def mean_of(updates: Sequence[Update]) -> Array:
    """(parameters,) float32."""
    return average([update.weights for update in updates], [update.examples for update in updates])


def shares(examples: Sequence[int]) -> Array:
    """Weight of each site, (sites,): its rows, but at most five times the median, so that one large site does not rule."""
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
