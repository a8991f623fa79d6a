"""How far one site's update may move the shared weights: as far as half of them go, and no farther.

The direction stays, and so does the weight of the site's rows: an honest site of many rows is shortened, never left out.
Clipping to the median norm: the adaptive clipping of Andrew et al. 2021 (arXiv:1905.03871) at the median, without noise.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..agreed.arrays import Array
from ..agreed.strategies import Update

FEWEST = 3  # of two sites neither is the usual one


def clipped(before: Array, updates: Sequence[Update]) -> list[Update]:
    """Those that go farther than the median, shortened to it; the others as they are, bit for bit.

    Args:
        before: (parameters,) float32 that were sent out.
    """
    if len(updates) < FEWEST:
        return list(updates)
    changes = [update.weights.astype(np.float64) - before for update in updates]
    norms = [float(np.linalg.norm(change)) for change in changes]
    usual = float(np.median(norms))
    return [
        replace(update, arrays={**update.arrays, "weights": (before + change * (usual / norm)).astype(np.float32)})
        if norm > usual
        else update
        for update, change, norm in zip(updates, changes, norms, strict=True)
    ]
