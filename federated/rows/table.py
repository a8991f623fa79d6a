"""Rows as arrays."""

from dataclasses import dataclass

import numpy as np

from ..agreed.arrays import Array


@dataclass(frozen=True)
class Rows:
    """Checked rows of one site.

    Attributes:
        numeric: (n, numeric features) float64, NaN where missing.
        categorical: (n, categorical features) int64 places in the contract's categories, −1 where unknown or missing.
        labels: (n,) int8 of 0 and 1; −1 where not known (rows to be scored).
        lots: (n,) of text, or None where the table has no lots.
    """

    numeric: Array
    categorical: Array
    labels: Array
    lots: Array | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def positives(self) -> int:
        return int((self.labels == 1).sum())

    def take(self, which: Array) -> "Rows":
        """Some of the rows.

        Args:
            which: (n,) bool, or places (m,) of whole numbers.
        """
        return Rows(
            self.numeric[which],
            self.categorical[which],
            self.labels[which],
            None if self.lots is None else self.lots[which],
        )


def join(parts: list[Rows]) -> Rows:
    """Rows of several sites below each other (public data only)."""
    lots = None if any(part.lots is None for part in parts) else np.concatenate([part.lots for part in parts])
    return Rows(
        np.concatenate([part.numeric for part in parts]),
        np.concatenate([part.categorical for part in parts]),
        np.concatenate([part.labels for part in parts]),
        lots,
    )
