"""The factory's rows as its settings name them."""

from pathlib import Path

import polars as pl

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..agreed.errors import InvalidRows
from ..rows.check import Checked, check_rows
from ..rows.preparation import baseline_of
from ..rows.read import read_folder, read_query
from .home import Home

LEAST_FOR_BASELINE = 200


def read_table(home: Home) -> pl.DataFrame:
    """The raw table: the query where one is set, otherwise the folder of rows (relative to the home)."""
    settings = home.settings()
    if settings.query:
        return read_query(settings.database, settings.query)
    return read_folder(home.folder / Path(settings.rows))


def read_rows(home: Home, contract: Contract) -> Checked:
    return check_rows(read_table(home), contract, home.settings().columns)


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
