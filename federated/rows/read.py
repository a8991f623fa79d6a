"""A table from a folder of CSV or Parquet files, or from an SQL query on the MES."""

from pathlib import Path

import polars as pl

from ..agreed.errors import InvalidRows

ENDINGS = (".csv", ".csv.gz", ".parquet")


def read_folder(folder: Path) -> pl.DataFrame:
    """All CSV and Parquet files of a folder (or one file), below each other in order of their names.

    CSV cells stay text, so that what is not a number can be named by its row.

    Raises:
        InvalidRows: no folder, no file, unreadable files, or files whose columns differ.
    """
    if not folder.exists():
        raise InvalidRows("The folder of rows must exist.", place=str(folder), remedy="Correct `rows` in the settings file.")
    files = [folder] if folder.is_file() else sorted(p for p in folder.iterdir() if p.name.endswith(ENDINGS))
    if not files:
        remedy = "Let the MES export CSV or Parquet files into it."
        raise InvalidRows("The folder holds no .csv, .csv.gz or .parquet file.", place=str(folder), remedy=remedy)
    frames = [_read_file(path) for path in files]
    for path, frame in zip(files, frames, strict=True):
        if frame.columns != frames[0].columns:
            odd = sorted(set(frame.columns) ^ set(frames[0].columns)) or ["their order"]
            raise InvalidRows(
                f"All files of a folder have the same columns as {files[0].name}.",
                place=path.name,
                value=f"different: {', '.join(odd[:5])}",
                remedy="Export all files with the same columns.",
            )
    return pl.concat(frames, how="vertical_relaxed")


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


def _read_file(path: Path) -> pl.DataFrame:
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        remedy = "Open the file: it must be CSV with commas and a head line in UTF-8, or Parquet."
        raise InvalidRows("The file cannot be read as a table.", place=path.name, remedy=remedy) from error
