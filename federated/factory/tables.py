"""The factory's rows as its settings name them."""

from pathlib import Path

import polars as pl

from ..contracts import Contract
from ..rows.check import Checked, check_rows
from ..rows.read import read_folder, read_query
from .home import Home


def read_table(home: Home) -> pl.DataFrame:
    """The raw table: the query where one is set, otherwise the folder of rows (relative to the home)."""
    settings = home.settings()
    if settings.query:
        return read_query(settings.database, settings.query)
    return read_folder(home.folder / Path(settings.rows))


def read_rows(home: Home, contract: Contract) -> Checked:
    return check_rows(read_table(home), contract, home.settings().columns)
