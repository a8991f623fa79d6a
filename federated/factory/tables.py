"""The factory's rows as its settings name them."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..agreed.errors import InvalidRows
from ..rows.check import Checked, check_rows
from ..rows.partition import Parts, check_parts, partition
from ..rows.preparation import baseline_of
from ..rows.read import read_query, read_tables
from ..rows.table import Rows
from ..sheets.errors import Note
from .home import Home

LEAST_FOR_BASELINE = 200


@dataclass(frozen=True)
class Examined:
    """
    Attributes:
        notes: what the reader did of itself; warnings: what a person should look at and may accept.
    """

    rows: Rows
    parts: Parts
    notes: list[Note]
    warnings: list[str]


def read_table(home: Home) -> pl.DataFrame:
    """The raw table: the query where one is set, otherwise the folder of rows (relative to the home)."""
    return read_noted(home)[0]


def read_noted(home: Home) -> tuple[pl.DataFrame, list[Note]]:
    settings = home.settings()
    if settings.query:
        return read_query(settings.database, settings.query), []
    return read_tables(home.folder / Path(settings.rows), settings.reading)


def read_rows(home: Home, contract: Contract) -> Checked:
    return check_rows(read_table(home), contract, home.settings().columns)


def examine_rows(home: Home, contract: Contract) -> Examined:
    """The rows by the very rules of a run: those of the contract, then those for the part that trains.

    Raises:
        InvalidRows: what a run would refuse.
    """
    frame, notes = read_noted(home)
    checked = check_rows(frame, contract, home.settings().columns)
    parts = partition(checked.rows, contract)
    check_parts(parts.train, contract)
    warnings = list(checked.warnings)
    for words, part in (("validation", parts.validation), ("test", parts.test)):
        if len(part) and part.positives in (0, len(part)):
            warnings.append(f"The {words} rows hold one class only: some figures of the certificate stay unknown.")
    return Examined(checked.rows, parts, notes, warnings)


def own_baseline(home: Home, contract: Contract) -> Array | None:
    """How this factory's sensors stand, (2, numeric features) medians and spreads, from its rows with or without labels;
    None unless the contract is relative.

    Raises:
        InvalidRows: too few rows, or rows that break the contract.
    """
    if not contract.relative:
        return None
    settings = home.settings()
    rows = check_rows(read_table(home), contract, settings.columns, labelled=False).rows
    if len(rows) < LEAST_FOR_BASELINE:
        raise InvalidRows(
            f"The model compares values with this factory's own medians; at least {LEAST_FOR_BASELINE} rows show them.",
            place=settings.query or settings.rows,
            value=len(rows),
            remedy="Put rows of ordinary production there; they need no labels.",
            code="too_few_rows",
        )
    return baseline_of(rows, contract)
