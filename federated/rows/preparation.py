"""From rows to the network's input, the same way at every site."""

from dataclasses import dataclass

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..agreed.levels import LEVELS
from ..agreed.size import categories_of
from .table import Rows


@dataclass(frozen=True)
class Preparation:
    """What all sites agreed on through their summed statistics.

    Attributes:
        quantiles: (inputs, 257) float64, rising: the value at each level.
        baseline: (2, numeric features) float64, medians and spreads of one site, which they never leave; None unless the
            contract is relative.
    """

    quantiles: Array
    baseline: Array | None = None

    def inputs(self, rows: Rows, contract: Contract) -> tuple[Array, Array, Array]:
        """Network inputs.

        Returns:
            ranks: (n, inputs) float32 in [0, 1], 0.5 where missing;
            scaled: (n, inputs) float32, distance from the median in half widths of the middle 68 %, within ±5;
            rest: (n, one-hot and missing marks) float32.
        """
        values = widened(rows.numeric, self.baseline)
        known = np.isfinite(values)
        ranks = np.full(values.shape, 0.5)
        middle, spread = scaling(self.quantiles)
        scaled = np.where(known, np.clip((values - middle) / spread, -5, 5), 0)
        for place, grid in enumerate(self.quantiles):
            ranks[known[:, place], place] = rank(values[known[:, place], place], grid)
        return ranks.astype(np.float32), scaled.astype(np.float32), rest_of(rows, contract)


def own_preparation(rows: Rows, contract: Contract) -> Preparation:
    """Exact quantiles of one site's own rows; they stay there."""
    baseline = baseline_of(rows, contract)
    return Preparation(_exact_quantiles(widened(rows.numeric, baseline)), baseline)


def baseline_of(rows: Rows, contract: Contract) -> Array | None:
    """(2, numeric features) how a site's sensors stand: medians and spreads, see scaling; None unless the contract is
    relative."""
    return np.array(scaling(_exact_quantiles(rows.numeric))) if contract.relative else None


def widened(numeric: Array, baseline: Array | None) -> Array:
    """(n, inputs): the values, and with a baseline their distances from its medians in its spreads behind them."""
    return numeric if baseline is None else np.concatenate([numeric, (numeric - baseline[0]) / baseline[1]], axis=1)


def _exact_quantiles(numeric: Array) -> Array:
    columns = [column[np.isfinite(column)] for column in numeric.T]
    grids = [np.quantile(column, LEVELS) if len(column) else np.linspace(0, 1, len(LEVELS)) for column in columns]
    return np.array(grids).reshape(len(columns), len(LEVELS))


def scaling(quantiles: Array) -> tuple[Array, Array]:
    """Median and half width of the middle 68 % of each feature, (numbers,) float64 each; wider where that has no width.

    Args:
        quantiles: (numbers, levels).
    """
    found = np.array([np.interp([0.16, 0.5, 0.84], LEVELS, grid) for grid in quantiles]).reshape(-1, 3)
    spread = (found[:, 2] - found[:, 0]) / 2
    whole = (quantiles[:, -1] - quantiles[:, 0]) / 2
    return found[:, 1], np.where(spread > 0, spread, np.where(whole > 0, whole, 1.0))


def rank(values: Array, grid: Array) -> Array:
    """Level in 0 … 1 of each of the values (n,) on a grid (levels,); one that fills several levels gets their middle."""
    unique, first = np.unique(grid, return_index=True)
    if len(unique) == 1:
        return np.where(values < unique[0], 0.0, np.where(values > unique[0], 1.0, 0.5))
    last = np.concatenate([first[1:] - 1, [len(grid) - 1]])
    return (np.interp(values, unique, LEVELS[first]) + np.interp(values, unique, LEVELS[last])) / 2


def rest_of(rows: Rows, contract: Contract) -> Array:
    """(n, rest_width) float32: a mark per numeric feature that is missing, then one-hot categories."""
    parts = [~np.isfinite(rows.numeric)]
    for place, feature in enumerate(contract.categorical):
        parts.append(rows.categorical[:, [place]] == np.arange(categories_of(feature))[None, :])
    return np.concatenate(parts, axis=1).astype(np.float32)


def tree_values(rows: Rows, contract: Contract, baseline: Array | None = None) -> Array:
    """(n, inputs and one-hot) float32 for trees, NaN where missing."""
    hot = [rows.categorical[:, [i]] == np.arange(categories_of(f)) for i, f in enumerate(contract.categorical)]
    return np.concatenate([widened(rows.numeric, baseline), *hot], axis=1, dtype=np.float32)
