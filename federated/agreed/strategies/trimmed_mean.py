"""The trimmed mean of each parameter, which bears hostile or broken sites."""

from collections.abc import Sequence

import numpy as np

from ..arrays import Array
from ..texts import gettext_noop
from .base import Combined, State, Strategy, Update


class TrimmedMean(Strategy):
    name = "trimmed-mean"
    says = gettext_noop("Mean of each weight without its lowest and highest; bears hostile sites")
    clips = False

    def combine(self, before: Array, updates: Sequence[Update], state: State) -> Combined:
        return Combined(trimmed_mean([update.weights for update in updates]), state)


def trimmed_mean(weights: Sequence[Array], share: float = 0.2) -> Array:
    """(parameters,) float32, without the lowest and highest values of each, one of both at least from three sites on.

    Source: Yin et al. 2018, arXiv:1803.01498.
    """
    count = len(weights)
    cut = max(1, int(share * count)) if count >= 3 else 0
    ordered = np.sort(np.stack(weights), axis=0)
    return ordered[cut : count - cut].mean(axis=0, dtype=np.float64).astype(np.float32)
