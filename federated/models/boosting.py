"""Gradient-boosted trees from summed histograms: the trees are those of all rows together, though no row is moved.

Each site bins its rows by the shared quantiles and, level by level, adds up gradient and Hessian of the cross-entropy per
node, feature and bin; the server adds the sites' tables and chooses the splits. Gain and leaf values: Chen & Guestrin 2016,
arXiv:1603.02754, equations 6 and 7; the direction of missing values is learned as in its algorithm 3. The trees of a round
grow side by side from the same gradients and are averaged, so that few messages grow many trees.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..agreed.arrays import Array

RIDGE, LEAST_HESSIAN = 1.0, 1.0
LEAF = -1
CELLS = 20_000  # rows times trees that are led down at once
PARTS = ("feature", "cut", "missing_left", "value")


@dataclass(frozen=True)
class Forest:
    """Complete binary trees of one depth; a node that is no split sends every row to its left child.

    Attributes:
        feature: (trees, 2^depth − 1) int16, LEAF where the node does not split.
        cut: (trees, 2^depth − 1) float32; smaller values go left.
        missing_left: (trees, 2^depth − 1) bool, where a missing value goes.
        value: (trees, 2^depth) float32, added to the logit.
    """

    feature: Array
    cut: Array
    missing_left: Array
    value: Array

    def __len__(self) -> int:
        return len(self.feature)

    @property
    def leaves(self) -> int:
        return int(self.value.shape[1])

    @property
    def depth(self) -> int:
        return self.leaves.bit_length() - 1

    def take(self, which: slice) -> "Forest":
        return Forest(*(getattr(self, name)[which] for name in PARTS))

    def tobytes(self) -> bytes:
        return b"".join(getattr(self, name).tobytes() for name in PARTS)

    def arrays(self) -> dict[str, Array]:
        """By name, as `forest_of` reads them, (trees, nodes) or (trees, leaves)."""
        return {name: getattr(self, name) for name in PARTS}

    def logits(self, values: Array) -> Array:
        """(n,) float64 sums over the trees for (n, features) float32, NaN where missing."""
        found = np.zeros(len(values))
        together = max(1, CELLS // max(1, len(values)))
        for first in range(0, len(self), together):
            trees = np.arange(first, min(first + together, len(self)))[:, None]
            nodes = np.zeros((len(trees), len(values)), dtype=np.int64)
            for _level in range(self.depth):
                nodes = self.descend(trees, nodes, values)
            # One by one: the sum of floats is the same however many trees stand together.
            for added in self.value[trees, nodes - (self.leaves - 1)]:
                found += added
        return found

    def descend(self, tree: int | Array, nodes: Array, values: Array) -> Array:
        """(n,) heap places one level below `nodes`; (trees, n) for (trees, 1) numbers of trees and (trees, n) nodes."""
        feature = self.feature[tree, nodes]
        value = values[np.arange(len(values)), np.maximum(feature, 0)]
        right = np.where(np.isnan(value), ~self.missing_left[tree, nodes], value >= self.cut[tree, nodes])
        return 2 * nodes + 1 + (right & (feature != LEAF))


def blank_forest(trees: int, depth: int) -> Forest:
    """Trees without splits: every row ends in the first leaf, which adds nothing."""
    inner = 2**depth - 1
    return Forest(
        np.full((trees, inner), LEAF, np.int16),
        np.zeros((trees, inner), np.float32),
        np.zeros((trees, inner), bool),
        np.zeros((trees, inner + 1), np.float32),
    )


def forest_of(arrays: dict[str, Array]) -> Forest:
    """From arrays by the names and shapes of PARTS, as `Forest` describes them, (trees, nodes) or (trees, leaves)."""
    return Forest(*(arrays[name] for name in PARTS))


def joined(parts: Sequence[Forest]) -> Forest:
    return Forest(*(np.concatenate([getattr(part, name) for part in parts]) for name in PARTS))


def edges_of(quantiles: Array, others: int, bins: int) -> list[Array]:
    """Inner edges of each feature's bins, float32 and rising; at most `bins` bins a feature.

    Args:
        quantiles: (numeric features, levels) rising.
        others: number of features of 0 and 1 that follow the numeric ones.
    """
    levels = np.unique(np.linspace(0, quantiles.shape[1] - 1, bins + 1).round().astype(int))[1:-1]
    return [np.unique(grid[levels].astype(np.float32)) for grid in quantiles] + [np.array([0.5], np.float32)] * others


def bin_rows(values: Array, edges: Sequence[Array], bins: int) -> Array:
    """(n, features) int32 bins; a missing value has the bin after the last."""
    codes = np.empty(values.shape, np.int32)
    for place, cuts in enumerate(edges):
        codes[:, place] = np.searchsorted(cuts, values[:, place], side="right")
    codes[np.isnan(values)] = bins
    return codes


def gradients(logits: Array, labels: Array) -> tuple[Array, Array]:
    """First and second derivative of the cross-entropy by the logit, each (n,)."""
    risk = 1 / (1 + np.exp(-logits))
    return risk - labels, np.maximum(risk * (1 - risk), 1e-16)


def histogram(codes: Array, nodes: Array, derivatives: tuple[Array, Array], level: int, bins: int) -> Array:
    """Sums per node, feature and bin: of the root at level 0, below it of the left children only (the right ones are their
    parents' rest).

    Args:
        codes: (n, features) bins.
        nodes: (n,) heap places at this level; −1 for rows outside the tree's sample.

    Returns:
        (2, nodes, features, bins + 1) float64.
    """
    local = nodes - (2**level - 1)
    used = (nodes >= 0) & ((local % 2 == 0) | (level == 0))
    local = local[used] // 2
    width, features = max(1, 2**level // 2), codes.shape[1]
    place = ((local[:, None] * features + np.arange(features)) * (bins + 1) + codes[used]).ravel()
    size = width * features * (bins + 1)
    sums = [np.bincount(place, np.repeat(part[used], features), size) for part in derivatives]
    return np.array(sums).reshape(2, width, features, bins + 1)


def with_right_children(left: Array, parents: Array, splits: Array) -> Array:
    """Tables of all nodes of a level from those of the left children and of the level above; along the axis of nodes.

    Args:
        splits: (parents,) bool; a parent that did not split has all its rows in its left child.
    """
    right = np.where(splits[None, :, None, None], parents - left, 0.0)
    return np.stack([left, right], axis=2).reshape(2, -1, *left.shape[2:])


@dataclass(frozen=True)
class Splits:
    """The best split of each node of a level.

    Attributes:
        feature: (nodes,) place among the table's features, LEAF where nothing gains.
        place: (nodes,) the last bin that goes left.
        missing_left: (nodes,) bool.
        values: (nodes, 2) leaf values of the two children, before the learning rate.
    """

    feature: Array
    place: Array
    missing_left: Array
    values: Array

    def of_tree(self, tree: int, width: int) -> "Splits":
        """Of one of several trees that stand one after the other, `width` nodes each."""
        part = slice(tree * width, (tree + 1) * width)
        return Splits(self.feature[part], self.place[part], self.missing_left[part], self.values[part])


def best_splits(table: Array) -> Splits:
    """Greatest gain over features, bins and both directions of missing values, for tables (2, nodes, features, bins + 1)."""
    known, missing = table[..., :-1], table[..., -1:]
    left = np.cumsum(known, axis=-1)[..., :-1]
    total = table.sum(axis=-1, keepdims=True)
    lefts = np.stack([left, left + missing])
    rights = total[None] - lefts
    gain = _strength(lefts) + _strength(rights) - _strength(total[None])
    gain[(lefts[:, 1] < LEAST_HESSIAN) | (rights[:, 1] < LEAST_HESSIAN)] = -np.inf
    by_node = gain.transpose(1, 0, 2, 3).reshape(table.shape[1], -1)
    best, rows = by_node.argmax(axis=1), np.arange(table.shape[1])
    direction, feature, place = np.unravel_index(best, (2, *left.shape[2:]))
    is_split = by_node[rows, best] > 1e-6
    everything = total[:, :, 0, 0]
    chosen = np.where(is_split, lefts[direction, :, rows, feature, place].T, everything)
    values = np.stack([_leaf(chosen), np.where(is_split, _leaf(everything - chosen), 0.0)], axis=1)
    return Splits(np.where(is_split, feature, LEAF), place, direction.astype(bool), values)


def _strength(sums: Array) -> Array:
    """Of (directions, 2, …): squared gradient over regularised Hessian."""
    return sums[:, 0] ** 2 / (np.maximum(sums[:, 1], 0) + RIDGE)


def _leaf(sums: Array) -> Array:
    return -sums[0] / (np.maximum(sums[1], 0) + RIDGE)


def grow_level(forest: Forest, tree: int, level: int, splits: Splits, features: Array, edges: Sequence[Array]) -> None:
    """Write one level of one tree, and its leaf values so far.

    Args:
        features: (features of the table,) their places among all features.
    """
    start = 2**level - 1
    for node, (feature, place) in enumerate(zip(splits.feature, splits.place, strict=True)):
        if feature != LEAF:
            cuts = edges[features[feature]]
            forest.feature[tree, start + node] = features[feature]
            forest.cut[tree, start + node] = cuts[min(int(place), len(cuts) - 1)]
            forest.missing_left[tree, start + node] = splits.missing_left[node]
    if level == forest.depth - 1:
        forest.value[tree] = splits.values.ravel()


def shrunk(forest: Forest, factor: float) -> Forest:
    return replace(forest, value=(forest.value * factor).astype(np.float32))
