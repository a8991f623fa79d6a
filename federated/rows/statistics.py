"""Federated statistics: quantiles of all sites' values without any site's values.

Each site counts its values into bins that all sites share and merges neighbours: no bin it sends holds fewer than LEAST
rows; the server adds the counts up and reads the quantiles off their sum. Minimum, maximum and single rows never leave.
"""

from collections.abc import Sequence

import numpy as np

from ..agreed.arrays import Array
from ..agreed.levels import BINS, LEVELS

LEAST = 11
COARSE = np.linspace(0.0, 1.0, BINS // 4 + 1)  # where noise is added: it must not drown a bin
CERTAIN = 4.5  # standard deviations above which a count is no noise; a false one spoils a range, in one run of a hundred
EXPONENTS = np.arange(-40, 41)


def merge_small(counts: Array, least: int = LEAST) -> Array:
    """Move counts to the heaviest bin of a group of neighbours that holds at least `least`.

    A site with fewer values in all sends zeros.

    Args:
        counts: (bins,) whole numbers.
    """
    merged = np.zeros_like(counts)
    groups: list[list[int]] = []
    held = 0
    open_group: list[int] = []
    for place in np.flatnonzero(counts):
        open_group.append(int(place))
        held += int(counts[place])
        if held >= least:
            groups.append(open_group)
            open_group, held = [], 0
    if open_group and groups:
        groups[-1] += open_group
    for group in groups:
        merged[max(group, key=lambda place: counts[place])] = counts[group].sum()
    return merged


def power_edges() -> Array:
    """Edges of signed power-of-two bins, (bins + 1,) rising, for features whose range nobody knows yet."""
    positive = 2.0**EXPONENTS
    return np.concatenate([-positive[::-1], [0.0], positive])


def raw_counts(values: Array, edges: Array) -> Array:
    """(bins,) counts of one feature; values beyond the outer edges count in the outer bins, NaN nowhere."""
    known = values[np.isfinite(values)]
    place = np.clip(np.searchsorted(edges, known, side="right") - 1, 0, len(edges) - 2)
    return np.bincount(place, minlength=len(edges) - 1)


def count(values: Array, edges: Array) -> Array:
    """(bins,) merged counts, as they leave a site."""
    return merge_small(raw_counts(values, edges))


def noised(counts: Array, noise: float, order: np.random.Generator) -> Array:
    """(bins,) whole numbers with normal noise, as they leave a site under a privacy level."""
    return np.rint(counts + order.normal(0, noise, len(counts))).astype(np.int64)


def outstanding(counts: Array, deviation: float) -> Array:
    """(bins,) the counts that are no noise, or the greatest one."""
    return np.where((counts > CERTAIN * deviation) | ((counts == counts.max()) & (deviation > 0)), counts, 0)


def seen_through(counts: Array, deviation: float) -> Array:
    """(bins,) what stands out of the noise of the sites' sum. A bin that does not keeps its share of the smallest group of
    neighbours that does, halves of halves of all bins; where none does, it is empty.

    Args:
        deviation: of the noise of one bin.
    """
    if not deviation:
        return counts
    total = counts.sum()
    if total <= CERTAIN * deviation * len(counts) ** 0.5:
        return np.zeros(len(counts))
    if len(counts) == 1:
        return counts.astype(float)
    parts = [seen_through(part, deviation) for part in np.array_split(counts, 2)]
    sums = [part.sum() for part in parts]
    if not any(sums):
        return np.full(len(counts), total / len(counts))
    return np.concatenate(parts)


def range_of(counts: Array) -> tuple[float, float]:
    """The range that summed power-of-two counts span; (0, 1) where nobody has a value."""
    edges = power_edges()
    found = np.flatnonzero(counts)
    return (float(edges[found[0]]), float(edges[found[-1] + 1])) if len(found) else (0.0, 1.0)


def linear_edges(low: float, high: float) -> Array:
    """(BINS + 1,) rising, of bins of equal width."""
    return np.linspace(low, high, BINS + 1)


def quantiles(counts: Array, edges: Array, levels: Array) -> Array:
    """Values at the levels, interpolated inside the bins.

    Args:
        counts: (bins,) sums over the sites.
        edges: (bins + 1,) increasing.
        levels: in [0, 1].
    """
    if counts.sum() == 0:
        return np.linspace(edges[0], edges[-1], len(levels))
    found = np.flatnonzero(counts)
    first, last = found[0], found[-1] + 1
    cumulative = np.concatenate([[0.0], np.cumsum(counts[first:last])])
    cumulative /= cumulative[-1]
    # Strictly rising, so that a level has one value: an empty bin is passed at its left edge.
    keep = np.concatenate([[True], np.diff(cumulative) > 0])
    return np.interp(levels, cumulative[keep], edges[first : last + 1][keep])


def refined_edges(counts: Array, edges: Array, levels: Array = LEVELS) -> Array:
    """Bins of about equal mass for the second count, from counts (bins,): (edges,) rising, never fewer than two."""
    inner = quantiles(counts, edges, levels)
    found = np.unique(np.concatenate([[edges[0]], inner, [edges[-1]]]))
    return found if len(found) > 1 else np.array([edges[0], edges[0] + 1.0])


def pack(arrays: Sequence[Array]) -> Array:
    """Edges of all features as one (features, longest) table, filled up with infinity."""
    longest = max((len(a) for a in arrays), default=0)
    packed = np.full((len(arrays), longest), np.inf)
    for row, array in zip(packed, arrays, strict=True):
        row[: len(array)] = array
    return packed


def unpack(packed: Array) -> list[Array]:
    """The rows of (features, longest) float64, each without the infinity that `pack` filled it up with."""
    return [row[np.isfinite(row)] for row in packed]
