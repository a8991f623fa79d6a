"""The one change of a setting that goes with a lower risk, in steps that a machine can set, where the site ran so before.

Trees jump at their cuts: a hair across one may change a risk by much. So risks are compared as means over a step's width,
before and after, and a change is a whole step at least. It is association, not cause: the rows behind it are counted.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..rows.table import Rows
from .deployment import Deployment

STEPS = 10  # of about so many the middle nine tenths of a setting's values are made
LEAST_FALL = 0.1  # of the risk: less is not worth a walk to the machine
LEAST_ROWS = 10  # similar rows that ran at the setting advised
ALIKE = 0.2  # mean difference of ranks over the other columns up to which rows are similar; by chance it is a third
WEIGHTS = ((-0.5, 0.25), (0.0, 0.5), (0.5, 0.25))  # of a step: where risks are averaged, and how much each counts
OF_GRID = 0.95  # of the values that are multiples of what the machine can set


@dataclass(frozen=True)
class Advice:
    """
    Attributes:
        before, risk: the mean risk around the row's value, and around the one advised.
        rows: similar rows of this site that ran there, of which so many were `defects`.
    """

    name: str
    value: float
    to: float
    before: float
    risk: float
    rows: int
    defects: int


@dataclass(frozen=True)
class Setting:
    """What a machine can set, as its past values show it: multiples of a step, inside the middle nine tenths of them."""

    step: float
    values: Array


def setting_of(seen: Array) -> Setting | None:
    """Of a setting's past values (n,); None where they are too few or do not differ."""
    known = seen[np.isfinite(seen)]
    low, high = np.quantile(known, [0.05, 0.95]) if len(known) >= LEAST_ROWS else (0.0, 0.0)
    if not high > low:
        return None
    wide, grid = (high - low) / STEPS, grid_of(known)
    step = grid * max(1.0, _round_up(wide / grid)) if grid else _round_up(wide)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = np.arange(first, last + 1) * step
    return Setting(step, values) if len(values) else None


def grid_of(known: Array) -> float:
    """The largest of 1, 2, 5 times a power of ten of which nearly all values (n,) are multiples; 0 where none is plain."""
    largest = float(np.abs(known).max())
    if not largest:
        return 0.0
    top = math.floor(math.log10(largest))
    for power in range(top, top - 5, -1):
        for digit in (5, 2, 1):
            grid = digit * 10.0**power
            is_multiple = np.abs(known / grid - np.round(known / grid)) < 1e-6
            if is_multiple.mean() >= OF_GRID:
                return grid
    return 0.0


def advice(deployment: Deployment, contract: Contract, rows: Rows) -> list[Advice | None]:
    """For each row the best single change; None where no row of this site supports one."""
    found: list[Advice | None] = [None] * len(rows)
    seen = deployment.seen
    if seen is None or not len(seen):
        return found
    distances, columns = _distances(rows, seen)
    best = np.full(len(rows), np.inf)
    for place, feature in enumerate(contract.numeric):
        setting = setting_of(seen.numeric[:, place]) if feature.adjustable else None
        if setting is None:
            continue
        value = rows.numeric[:, place]
        before = _around(deployment, contract, rows, place, value, setting.step)
        others = max(1, columns - 1)
        alike = (distances - _apart(value, seen.numeric[:, place])) / others <= ALIKE
        for to in setting.values:
            ran = np.abs(seen.numeric[:, place] - to) <= setting.step / 2
            behind = alike[:, ran].sum(axis=1)
            defects = alike[:, ran] @ seen.labels[ran].astype(np.int64)
            supported = (behind >= LEAST_ROWS) & (defects < before * behind)
            if not supported.any():
                continue
            after = _around(deployment, contract, rows, place, np.full(len(rows), to), setting.step)
            better = supported & (np.abs(value - to) >= 0.999 * setting.step)
            better &= (after < (1 - LEAST_FALL) * before) & (after < best)
            for row in np.flatnonzero(better):
                change = (float(value[row]), float(to), float(before[row]), float(after[row]))
                found[row] = Advice(feature.name, *change, int(behind[row]), int(defects[row]))
            best = np.where(better, after, best)
    return found


def _around(deployment: Deployment, contract: Contract, rows: Rows, place: int, values: Array, step: float) -> Array:
    """(n,) mean risks of the rows with one column near `values` (n,)."""
    found = np.zeros(len(rows))
    for shift, weight in WEIGHTS:
        changed = rows.numeric.copy()
        changed[:, place] = values + shift * step
        found += weight * deployment.risks(contract, replace(rows, numeric=changed))
    return found


def _distances(rows: Rows, seen: Rows) -> tuple[Array, int]:
    """(rows, seen rows) sums of differences over all columns, and how many columns there are."""
    found = np.zeros((len(rows), len(seen)))
    for value, known in zip(rows.numeric.T, seen.numeric.T, strict=True):
        found += _apart(value, known)
    for code, known in zip(rows.categorical.T, seen.categorical.T, strict=True):
        found += code[:, None] != known
    return found, rows.numeric.shape[1] + rows.categorical.shape[1]


def _apart(values: Array, known: Array) -> Array:
    """(n, m) differences of ranks among the known values, from 0 to 1; a missing one stands in the middle."""
    order = np.sort(known[np.isfinite(known)])

    def ranks(column: Array) -> Array:
        """(n,) of a column (n,)."""
        middle = (np.searchsorted(order, column) + np.searchsorted(order, column, side="right")) / (2 * max(1, len(order)))
        return np.where(np.isfinite(column), middle, 0.5)

    return np.abs(ranks(values)[:, None] - ranks(known))


def _round_up(width: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= width * (1 - 1e-9))
