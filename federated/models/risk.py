"""From logits to risks."""

import numpy as np

from ..agreed.arrays import Array


def sigmoid(logits: Array) -> Array:
    """Risks (n,) float64 from logits (n,), without overflow."""
    return 1 / (1 + np.exp(-np.clip(logits, -500, 500)))
