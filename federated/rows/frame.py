"""A table as columns of text whose numbers are written with a decimal point."""

from collections import Counter
from itertools import islice

import polars as pl

from ..sheets.numbers import GAPS, Numbers, as_number
from ..sheets.profile import text_of
from ..sheets.table import Table

BATCH = 20_000
JUDGED = 50_000  # different texts of a column that are looked at to tell its decimal sign
NUMBERS = 0.5  # of the cells of a column that holds numbers
# What a decimal comma looks like where a decimal point cannot be meant, and the other way round.
GROUPED = r"^[+-]?\d{1,3}(?:\.\d{3})+$"


def frame_of(table: Table) -> pl.DataFrame:
    """All cells as text, empty ones as null."""
    parts: dict[str, list[pl.Series]] = {name: [] for name in table.names}
    rows = table.rows()
    while batch := [row.cells for row in islice(rows, BATCH)]:
        for name, cells in zip(table.names, zip(*batch, strict=True), strict=True):
            texts = [cell if cell is None or type(cell) is str else text_of(cell) for cell in cells]
            parts[name].append(pl.Series(name, texts, dtype=pl.String))
    columns = [pl.concat(found) if found else pl.Series(name, [], dtype=pl.String) for name, found in parts.items()]
    return pl.DataFrame(columns)


def point(frame: pl.DataFrame, decimal: str = "") -> pl.DataFrame:
    """The same with decimal points, without thousands, units and currencies in its columns of numbers; gaps are null there.

    Blanks around a cell go. What is no number stays, for whoever checks the column to name it.

    Args:
        decimal: what a person said of all columns; else what each column's cells, or another's, prove.
    """
    texts = {name: frame[name].str.strip_chars() for name in frame.columns if frame[name].dtype == pl.String}
    odd = {name: _odd(cells) for name, cells in texts.items()}
    judged = {name: _judged(cells, odd[name]) for name, cells in texts.items()}
    proofs: Counter[str] = Counter()
    for numbers in judged.values():
        if numbers is not None:
            proofs.update(sign for sign in ".," if numbers.proofs[sign])
    of_file = "," if proofs[","] > proofs["."] else ""
    changed = []
    for name, cells in texts.items():
        numbers = judged[name]
        sign = decimal or numbers.decimal(of_file) if numbers is not None else ""
        is_odd = sign == "," or (sign and len(odd[name]))
        changed.append(_written(cells, sign) if is_odd else cells)
    return frame.with_columns(changed)


def _odd(cells: pl.Series) -> pl.Series:
    """Different texts that are no plain number."""
    found = cells.filter(cells.is_not_null() & (cells != "") & cells.cast(pl.Float64, strict=False).is_null())
    return found.unique().head(JUDGED)


def _judged(cells: pl.Series, odd: pl.Series) -> Numbers | None:
    """What the cells tell of their decimal sign; None where the column holds no numbers."""
    filled = cells.filter(cells.is_not_null() & (cells != ""))
    if not len(filled):
        return None
    numbers = Numbers()
    wrong = [text for text in odd.to_list() if text.lower() not in GAPS and not numbers.add(text)]
    gaps = [text for text in odd.to_list() if text.lower() in GAPS]
    counted = len(filled) - int(filled.is_in(gaps).sum()) if gaps else len(filled)
    if not counted or int(filled.is_in(wrong).sum()) > (1 - NUMBERS) * counted:
        return None
    plain = filled.filter(filled.str.contains(r"^[+-]?\d*\.\d+$") & ~filled.str.contains(GROUPED))
    numbers.proofs["."] += len(plain.unique().head(JUDGED))
    return numbers


def _written(cells: pl.Series, sign: str) -> pl.Series:
    """The cells by their decimal sign; a text that comes again is read once."""
    different = cells.unique().drop_nulls()
    read: list[str | None] = []
    for text in different.to_list():
        if text.isdecimal():  # also a code such as 0012
            read.append(text)
            continue
        value, code = as_number(text, sign)
        read.append(text if code else None if value is None else repr(value))
    return cells.replace_strict(different, pl.Series(read, dtype=pl.String), default=None, return_dtype=pl.String)
