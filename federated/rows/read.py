"""A table from a folder of files as machines and people write them, or from an SQL query on the MES."""

import gzip
from pathlib import Path

import polars as pl

from ..agreed.errors import InvalidRows
from ..sheets.errors import Note, SheetError
from ..sheets.kinds import is_lock
from ..sheets.limits import MACHINE
from ..sheets.read import ENDINGS as OF_SHEETS
from ..sheets.read import alike, read_book
from ..sheets.table import Table
from .columns import Reading
from .frame import frame_of, point

ENDINGS = (*OF_SHEETS, ".csv.gz", ".parquet")


def read_folder(folder: Path, reading: Reading | None = None) -> pl.DataFrame:
    """All tables of a folder (or one file) below each other in order of their names; see read_tables."""
    return read_tables(folder, reading)[0]


def read_tables(folder: Path, reading: Reading | None = None) -> tuple[pl.DataFrame, list[Note]]:
    """The table, and what the reader did of itself.

    Cells stay text, numbers with a decimal point, so that what is not a number can be named by its row. Columns go by their
    names, whatever their order; sheets of one workbook with the same names are one table.

    Raises:
        InvalidRows: no folder, no file, unreadable files, or files whose columns differ.
    """
    reading = reading or Reading()
    frames: list[tuple[str, pl.DataFrame]] = []
    notes: list[Note] = []
    for path in files_of(folder):
        frame, found = _read_file(path, reading)
        frames.append((path.name, frame))
        notes += found
    first_name, first = frames[0]
    for name, frame in frames:
        if odd := sorted(set(frame.columns) ^ set(first.columns)):
            raise InvalidRows(
                f"All files of a folder have the same columns as {first_name}.",
                place=name,
                value=f"different: {', '.join(odd[:5])}",
                remedy="Export all files with the same columns.",
            )
    whole = pl.concat([frame.select(first.columns) for _name, frame in frames], how="vertical_relaxed")
    return point(whole, reading.decimal), notes


def files_of(folder: Path) -> list[Path]:
    """Tables in order of their names; what Office leaves beside an open file is none.

    Raises:
        InvalidRows: no folder, or no file in it.
    """
    if not folder.exists():
        raise InvalidRows("The folder of rows must exist.", place=str(folder), remedy="Correct `rows` in the settings file.")
    if folder.is_file():
        return [folder]
    files = sorted(p for p in folder.iterdir() if p.name.lower().endswith(ENDINGS) and not is_lock(p.name))
    if not files:
        remedy = "Let the MES export CSV, Excel or Parquet files into it."
        rule = "The folder holds no .csv, .txt, .xlsx, .xls, .ods or .parquet file."
        raise InvalidRows(rule, place=str(folder), remedy=remedy)
    return files


def tables_of(path: Path, reading: Reading) -> tuple[list[Table], list[Note]]:
    """The tables of one file that are one, and what is to be said of it.

    Raises:
        InvalidRows: it cannot be read; no cell of it is shown, because the message may leave the site.
    """
    try:
        source: Path | bytes = gzip.decompress(path.read_bytes()) if path.name.lower().endswith(".gz") else path
        book = read_book(source, path.name, MACHINE, reading.encoding, reading.delimiter)
        tables = alike(book.tables(reading.sheet))
    except SheetError as error:
        raise InvalidRows(error.rule, place=error.place, remedy=error.remedy, code=error.code) from error
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        remedy = "Save or export it again."
        raise InvalidRows("The file is damaged or cut off.", place=path.name, remedy=remedy, code="damaged") from error
    notes = [*book.notes, *(note for table in tables for note in (*table.sheet.notes, *table.area.notes))]
    return tables, notes


def read_query(address: str, query: str) -> pl.DataFrame:
    """The rows of one SELECT on the MES.

    Args:
        address: SQLAlchemy URL; give the database's user the right to read and nothing else.

    Raises:
        InvalidRows: no connection, or a query the database refuses.
    """
    import sqlalchemy

    try:
        engine = sqlalchemy.create_engine(address)
        with engine.connect() as connection:
            return pl.read_database(query, connection, infer_schema_length=None)
    except (sqlalchemy.exc.SQLAlchemyError, ModuleNotFoundError) as error:
        raise InvalidRows(
            "The query must run on the MES.",
            place="rows.query",
            value=str(error).splitlines()[0],
            remedy="Check the address, the driver and the query with your database's own client.",
        ) from error


def _read_file(path: Path, reading: Reading) -> tuple[pl.DataFrame, list[Note]]:
    if path.name.lower().endswith(".parquet"):
        try:
            return pl.read_parquet(path), []
        except (pl.exceptions.PolarsError, OSError) as error:
            remedy = "Save or export it again."
            raise InvalidRows("The file is damaged or cut off.", place=path.name, remedy=remedy, code="damaged") from error
    tables, notes = tables_of(path, reading)
    return pl.concat([frame_of(table).select(tables[0].names) for table in tables]), notes
