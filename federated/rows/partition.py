"""Which rows train, which validate, which test: a lot never stands on two sides."""

import zlib
from dataclasses import dataclass

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..agreed.errors import InvalidRows
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


def check_parts(train: Rows, contract: Contract) -> None:
    """The rules of a run for the rows that train.

    Raises:
        InvalidRows: too few rows or defects for the contract, or one class alone.
    """
    remedy = "Collect more rows; until then this site can use a released model, and does not train."
    if len(train) < contract.least_rows:
        rule = f"The contract asks for at least {contract.least_rows} training rows."
        raise InvalidRows(rule, value=len(train), remedy=remedy, code="too_few_rows")
    if train.positives < contract.least_positives:
        rule = f"The contract asks for at least {contract.least_positives} defects among the training rows."
        raise InvalidRows(rule, value=train.positives, remedy=remedy, code="too_few_positives")
    if contract.least_positives and train.positives == len(train):
        rule = "Training rows hold good parts too."
        raise InvalidRows(rule, value=f"{train.positives} defects", remedy="Export all inspected parts.", code="one_class")


def neighbours(labels: Array, count: int) -> Array:
    """(n,) fold of each row, of `count`: rows that follow each other stay together, because shots of one lot resemble each
    other more than new ones will. Where a fold lacks one class, each class is cut on its own."""
    folds = np.arange(len(labels)) * count // max(1, len(labels))
    if all(0 < labels[folds == fold].sum() < (folds == fold).sum() for fold in range(count)):
        return folds
    for label in (0, 1):
        which = np.flatnonzero(labels == label)
        folds[which] = np.arange(len(which)) * count // max(1, len(which))
    return folds


def _evenly(labels: Array, order: np.random.Generator) -> Array:
    """A place in [0, 1) per row, spread _evenly within each class."""
    place = np.zeros(len(labels))
    for label in (0, 1):
        which = np.flatnonzero(labels == label)
        place[which] = (order.permutation(len(which)) + 0.5) / max(1, len(which))
    return place
