"""Which rows train, which validate, which test: a lot never stands on two sides."""

import zlib
from dataclasses import dataclass

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from .table import Rows


@dataclass(frozen=True)
class Parts:
    train: Rows
    validation: Rows
    test: Rows


def partition(rows: Rows, contract: Contract) -> Parts:
    """Split by the contract's shares: by lot where the table has lots (the hash of a lot decides, so that new rows of a lot
    follow the old ones), otherwise at random within each class."""
    test, validation = contract.test_share, contract.validation_share
    if rows.lots is not None:
        place = np.array([zlib.crc32(str(lot).encode()) / 2**32 for lot in rows.lots])
    else:
        place = _evenly(rows.labels, np.random.default_rng(contract.training.seed))
    return Parts(
        train=rows.take(place >= test + validation),
        validation=rows.take((place >= test) & (place < test + validation)),
        test=rows.take(place < test),
    )


def _evenly(labels: Array, order: np.random.Generator) -> Array:
    """A place in [0, 1) per row, spread _evenly within each class."""
    place = np.zeros(len(labels))
    for label in (0, 1):
        which = np.flatnonzero(labels == label)
        place[which] = (order.permutation(len(which)) + 0.5) / max(1, len(which))
    return place
