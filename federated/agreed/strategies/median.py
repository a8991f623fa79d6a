"""The median of each parameter, which bears hostile or broken sites."""

from collections.abc import Sequence

import numpy as np

from ..arrays import Array
from ..texts import gettext_noop
from .base import Combined, State, Strategy, Update


class Median(Strategy):
    name = "median"
    says = gettext_noop("Median of each weight; bears hostile sites, rows do not weigh")
    clips = False

    def combine(self, before: Array, updates: Sequence[Update], state: State) -> Combined:
        return Combined(coordinate_median([update.weights for update in updates]), state)


def coordinate_median(weights: Sequence[Array]) -> Array:
    """(parameters,) float32; rows do not count, so that a large hostile site has one vote.

    Source: Yin et al. 2018, arXiv:1803.01498.
    """
    return np.median(np.stack(weights), axis=0).astype(np.float32)
