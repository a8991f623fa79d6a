"""What the server makes of masked tables (masks.py): their sum, the only thing in them that it can read."""

from collections.abc import Sequence

import numpy as np

from ..agreed.arrays import Array

LIMIT = 2**30  # sums stay below half of 32 bits
MOST_CHANGE = 8.0  # of one weight in one round; an honest one is below 1
UPDATE_SCALE = LIMIT / MOST_CHANGE  # of the mean of updates: shares make one


def scale_for(rows: int) -> float:
    """Power of two by which sums over so many rows (each within ±1) become whole numbers below the limit."""
    return float(2 ** int(np.floor(np.log2(LIMIT / max(1, rows)))))


def of_updates(masked: Sequence[Array]) -> Array:
    """The weighted mean of all sites' updates, (parameters,) float64; right only if every site that was masked against is
    among them."""
    return unmask(masked, UPDATE_SCALE)


def unmask(tables: Sequence[Array], scale: float) -> Array:
    """The sum of all sites' tables, (2, nodes, columns, bins) float64, or vectors, (n,); right only if every site that was
    masked against is among them."""
    total = np.zeros_like(tables[0])
    for table in tables:
        total = total + table
    return total.astype(np.int32).astype(np.float64) / scale
