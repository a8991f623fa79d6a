"""Trees whose splits are drawn by chance: only the sums in their leaves come from rows, so noise is paid for once a tree.

Random structure under differential privacy: Maddock et al. 2022 (CCS '22, arXiv:2210.02910). Every level of a tree has one
split, as in oblivious trees. Many cuts lie in the outer values of a feature, because defects do.
"""

from collections.abc import Sequence

import numpy as np

from ..agreed.arrays import Array
from ..agreed.levels import LEVELS
from .boosting import RIDGE, Forest, blank_forest

EVEN = 0.4  # share of the cuts that lie anywhere in a feature's range, where counts were too small to know its quantiles
TAIL = 0.7  # share of the others that lie in a tail, at either end
OUTERMOST, INNERMOST = 1 / 1024, 1 / 32  # shares of the rows beyond a cut in a tail
CLIP = 0.5  # of a row's gradient: what a rare defect may add, and what noise must hide
HESSIAN = 0.25  # a row's second derivative is at most this
# One row moves gradient and Hessian sums of one leaf of each tree; four fifths of the budget go to the gradient.
GRADIENT_NOISE, HESSIAN_NOISE = 1.25**0.5, 5.0**0.5
SHRINK = 2.0  # times the noise's deviation count like a ridge
MOST = 2.0  # of a leaf's value, before the learning rate


def drawn(order: np.random.Generator, quantiles: Array, others: int, trees: int, depth: int) -> Forest:
    """Trees without values.

    Args:
        quantiles: (numeric features, 257) rising, at LEVELS.
        others: number of features of 0 and 1 that follow the numeric ones.
    """
    found = blank_forest(trees, depth)
    numeric = len(quantiles)
    for tree in range(trees):
        for level in range(depth):
            feature = int(order.integers(numeric + others))
            cut = _cut(order, quantiles[feature]) if feature < numeric else 0.5
            nodes = slice(2**level - 1, 2 ** (level + 1) - 1)
            found.feature[tree, nodes], found.cut[tree, nodes] = feature, cut
            found.missing_left[tree, nodes] = order.random() < 0.5
    return found


def _cut(order: np.random.Generator, grid: Array) -> float:
    if order.random() < EVEN:
        return order.uniform(grid[0], grid[-1])
    if order.random() >= TAIL:
        level = order.uniform(INNERMOST, 1 - INNERMOST)
    else:
        outer = OUTERMOST * (INNERMOST / OUTERMOST) ** order.random()
        level = outer if order.random() < 0.5 else 1 - outer
    return float(np.interp(level, LEVELS, grid))


def leaf_sums(forest: Forest, values: Array, derivatives: tuple[Array, Array]) -> Array:
    """(2, trees × leaves, 1, 1) sums of the clipped gradient and of the Hessian in every leaf."""
    gradient, hessian = np.clip(derivatives[0], -CLIP, CLIP), np.minimum(derivatives[1], HESSIAN)
    sums = np.zeros((2, len(forest), forest.leaves))
    for tree in range(len(forest)):
        nodes = np.zeros(len(values), dtype=np.int64)
        for _depth in range(forest.depth):
            nodes = forest.descend(tree, nodes, values)
        leaf = nodes - (forest.leaves - 1)
        sums[:, tree] = [np.bincount(leaf, part, forest.leaves) for part in (gradient, hessian)]
    return sums.reshape(2, -1, 1, 1)


def deviations(noise: float) -> tuple[float, float]:
    """Standard deviations of the noise on gradient and Hessian sums by which one tree is a Gaussian release of multiplier
    `noise`: 1/1.25 + 1/5 = 1."""
    return GRADIENT_NOISE * noise * CLIP, HESSIAN_NOISE * noise * HESSIAN


def noised(sums: Array, noise: float, order: np.random.Generator) -> Array:
    """The same sums with normal noise on each, (2, leaves, 1, 1) float64 as given."""
    found = sums.copy()
    for part, deviation in zip(found, deviations(noise), strict=True):
        part += order.normal(0, deviation, part.shape)
    return found


def leaf_values(table: Array, trees: int, deviation: float) -> Array:
    """(trees, leaves) float32 from the sites' sums.

    Args:
        deviation: of the noise on a gradient sum of all sites together.
    """
    gradient, hessian = table.reshape(2, trees, -1)
    return np.clip(-gradient / (np.maximum(hessian, 0) + RIDGE + SHRINK * deviation), -MOST, MOST).astype(np.float32)


def total_deviation(noises: Sequence[float]) -> float:
    """Of the gradient sum over sites, each with a multiplier of its own."""
    return float(np.sqrt(sum(deviations(noise)[0] ** 2 for noise in noises)))
