"""SCAFFOLD: each site's drift from the others is taken out of its gradients.

Source: Karimireddy et al. 2020, arXiv:1910.06378, algorithm 1; a site's new control is the mean of the round's own
gradients, as in its option I, but along the way instead of at the start.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from ..arrays import Array
from ..texts import gettext_noop
from .base import Combined, State, Strategy, Update
from .fedavg import mean_of

CONTROL = "control"


class Scaffold(Strategy):
    name = "scaffold"
    says = gettext_noop("That mean, each site corrected for its drift from the others")
    leaves = gettext_noop("weights of the network after local training, and the change of its mean gradient")
    uncovered = "it sends mean gradients, which no privacy level covers"
    state_bytes = 4  # one float32 control
    vectors = (CONTROL,)

    def beside(self, weights: Array, state: State) -> dict[str, Array]:
        return {CONTROL: state.get(CONTROL, np.zeros_like(weights))}

    def combine(self, before: Array, updates: Sequence[Update], state: State) -> Combined:
        control = self.beside(before, state)[CONTROL]
        changed = mean_control(control, [update.arrays[CONTROL] for update in updates])
        return Combined(mean_of(updates), {CONTROL: changed})

    def correction(self, received: Mapping[str, Array], kept: Array | None) -> Array | None:
        return received[CONTROL] if kept is None else received[CONTROL] - kept

    def after(self, gradient: Array, kept: Array | None) -> tuple[dict[str, Array], Array]:
        return {CONTROL: gradient if kept is None else gradient - kept}, gradient


def mean_control(before: Array, changes: Sequence[Array]) -> Array:
    """The server's control after a round: moved by the sites' mean change of theirs, (parameters,) float32.

    Source: equation 5, for a round in which every site takes part.
    """
    return (before + np.mean(np.stack(changes), axis=0, dtype=np.float64)).astype(np.float32)
