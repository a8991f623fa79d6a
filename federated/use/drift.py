"""Whether new rows still look like the ones a model was trained on. The reference stays at the site; only flags leave it.

PSI: Siddiqi 2006; KS: the greatest gap of the two distribution functions, here over the reference's ten bins.
"""

from dataclasses import dataclass

import numpy as np

from ..agreed.arrays import Array

BINS = 10
WATCH, DRIFT = 0.1, 0.25  # the field's usual limits of the PSI
LEAST_ROWS = 50


@dataclass(frozen=True)
class Reference:
    """Shares of a site's own held-out rows, and of their risks.

    Attributes:
        names: features, then RISK.
        edges: (names, BINS − 1) rising.
        shares: (names, BINS + 1) of the rows; the last is of the missing ones.
        rows: how many there were.
    """

    names: tuple[str, ...]
    edges: Array
    shares: Array
    rows: int


@dataclass(frozen=True)
class Watched:
    """One feature, or the risk: what was found and what it is called."""

    name: str
    psi: float
    ks: float
    state: str
    chance: float = 0.0  # up to which as many rows of the same kind may come


def reference_of(names: list[str], columns: list[Array], rows: int) -> Reference:
    """Of values per name (n,), NaN where missing; ten bins of about equal mass each."""
    edges = np.array([_edges(column) for column in columns]).reshape(len(names), BINS - 1)
    shares = np.array([_shares(column, cuts) for column, cuts in zip(columns, edges, strict=True)])
    return Reference(tuple(names), edges, shares.reshape(len(names), BINS + 1), rows)


def watch(reference: Reference, columns: list[Array]) -> list[Watched]:
    """New values, a column (n,) for each name, against the reference.

    A PSI counts only beyond what as many rows from the same distribution would give: about (bins − 1)(1/n + 1/m) on average,
    so three times that is asked for.
    """
    found = []
    for name, cuts, was, column in zip(reference.names, reference.edges, reference.shares, columns, strict=True):
        now = _shares(column, cuts)
        psi = population_stability(was, now, reference.rows, len(column))
        ks = float(np.abs(np.cumsum(was[:BINS]) - np.cumsum(now[:BINS])).max())
        by_chance = 3 * BINS * (1 / max(1, reference.rows) + 1 / max(1, len(column)))
        state = "ok"
        if len(column) < LEAST_ROWS:
            state = "unknown"
        elif psi > max(DRIFT, by_chance):
            state = "drift"
        elif psi > max(WATCH, by_chance):
            state = "watch"
        found.append(Watched(name, psi, ks, state, by_chance))
    return found


def population_stability(was: Array, now: Array, rows_was: int, rows_now: int) -> float:
    """Σ (now − was) · ln(now / was) over shares (bins,); a share of nothing counts as half a row."""
    was, now = np.maximum(was, 0.5 / max(1, rows_was)), np.maximum(now, 0.5 / max(1, rows_now))
    return float(((now - was) * np.log(now / was)).sum())


def _edges(column: Array) -> Array:
    known = column[np.isfinite(column)]
    return np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]) if len(known) else np.zeros(BINS - 1)


def _shares(column: Array, cuts: Array) -> Array:
    known = column[np.isfinite(column)]
    counts = np.bincount(np.searchsorted(cuts, known, side="right"), minlength=BINS)
    return np.append(counts, len(column) - len(known)) / max(1, len(column))
