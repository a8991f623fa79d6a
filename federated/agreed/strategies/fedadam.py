"""FedAdam: an adaptive step along the sites' mean."""

from collections.abc import Sequence

import numpy as np

from ..arrays import Array
from ..texts import gettext_noop
from .base import Combined, State, Strategy, Update
from .fedavg import mean_of

BETA_1, BETA_2, TAU, SERVER_RATE = 0.9, 0.99, 1e-3, 0.01


class FedAdam(Strategy):
    name = "fedadam"
    says = gettext_noop("Adaptive steps along that mean, for rounds that swing")
    needs_mean_only = True
    state_bytes = 16  # two float64 moments

    def combine(self, before: Array, updates: Sequence[Update], state: State) -> Combined:
        return Combined(*adam_step(before, mean_of(updates), state))


def adam_step(before: Array, mean: Array, state: dict[str, Array]) -> tuple[Array, dict[str, Array]]:
    """One step of FedAdam: Adam at the server, the mean change of the sites in the gradient's place.

    Source: Reddi et al. 2021, arXiv:2003.00295, algorithm 2.

    Args:
        state: `first` and `second` moments of the round before; empty at the start.

    Returns:
        weights (parameters,) float32, and the state for the next round.
    """
    change = mean.astype(np.float64) - before
    first = BETA_1 * state.get("first", np.zeros_like(change)) + (1 - BETA_1) * change
    second = BETA_2 * state.get("second", np.full_like(change, TAU**2)) + (1 - BETA_2) * change**2
    return (before + SERVER_RATE * first / (np.sqrt(second) + TAU)).astype(np.float32), {"first": first, "second": second}
