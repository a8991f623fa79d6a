"""CSV and other text: delimiter found, quotation marks understood, any line end."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from .encoding import encoding_of
from .errors import Place, SheetError
from .limits import Limits
from .store import Sheet

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_CHARS, SAMPLE_ROWS = 256_000, 200
MANY_BREAKS = 20


def read_text(file: BinaryIO, name: str, limits: Limits, encoding: str = "", delimiter: str = "") -> tuple[Sheet, str, str]:
    """The one sheet of a text file, its encoding and its delimiter.

    Raises:
        SheetError: letters that are none of the encoding, a quotation mark that is never closed, more than the limits allow.
    """
    encoding = encoding_of(file, name, encoding)
    sheet = Sheet(name, "", limits)
    delimiter, rows = rows_of(file, name, limits, encoding, delimiter)
    for number, row in rows:
        sheet.add(number, row)
    return sheet, encoding, delimiter


def rows_of(
    file: BinaryIO, name: str, limits: Limits, encoding: str, delimiter: str = ""
) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    """The delimiter, and line by line its number and its cells.

    Raises:
        SheetError: as read_text, the lines' while they are read.
    """
    text = io.TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
    try:
        start = text.read(SAMPLE_CHARS)
    except UnicodeError as error:
        raise SheetError("encoding", Place(name), value=_shown(error), encoding=encoding) from error
    said, skip = _said(start)
    delimiter = delimiter or said or delimiter_of(start)
    text.seek(0)
    return delimiter, _rows(text, name, limits, delimiter, encoding, skip)


def _rows(
    text: io.TextIOWrapper, name: str, limits: Limits, delimiter: str, encoding: str, skip: int
) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(limits.cell_chars)
    reader = csv.reader(text, delimiter=delimiter)
    number = 0
    last = ""
    try:
        for row in reader:
            number += 1
            if number > skip and row:
                last = row[-1]  # before it is handed on: who takes the row may empty its cells
                yield number, row
    except csv.Error as error:
        code = "long_cell" if "limit" in str(error) else "quote"
        raise SheetError(code, Place(name, row=number + 1), most=f"{limits.cell_chars:,}") from error
    except UnicodeError as error:
        raise SheetError("encoding", Place(name, row=number + 1), value=_shown(error), encoding=encoding) from error
    finally:
        with suppress(ValueError):  # closed already, where the rows are not read to their end
            text.detach()
    if last.count("\n") + last.count("\r") > MANY_BREAKS:
        raise SheetError("quote", Place(name, row=number), value=last)


def _shown(error: UnicodeError) -> str:
    return repr(error.object[error.start : error.end]) if isinstance(error, UnicodeDecodeError) else str(error)


def _said(start: str) -> tuple[str, int]:
    """The delimiter that Excel's own first line `sep=;` says, and how many lines that takes."""
    line = start[:20].lstrip("\ufeff").splitlines()[0] if start.strip() else ""
    is_said = line.lower().startswith("sep=") and len(line) == 5
    return (line[4], 1) if is_said else ("", 0)


def delimiter_of(start: str) -> str:
    """The delimiter by which most lines have the same number of cells, and more than one."""
    best, found = 0.0, ","
    for delimiter in DELIMITERS:
        if delimiter not in start:
            continue
        counts: Counter[int] = Counter()
        try:
            for _number, row in zip(
                range(SAMPLE_ROWS), csv.reader(io.StringIO(start, newline=""), delimiter=delimiter), strict=False
            ):
                if row:
                    counts[len(row)] += 1
        except csv.Error:
            continue
        score = _regularity(counts)
        if score > best:
            best, found = score, delimiter
    return found


def _regularity(counts: Counter[int]) -> float:
    """Share of the lines with the commonest number of cells above one, a little more for more cells."""
    total = sum(counts.values())
    cells, lines = max(
        ((cells, lines) for cells, lines in counts.items() if cells > 1), key=lambda one: one[1], default=(1, 0)
    )
    return lines / total * (1 + min(cells, 20) / 100) if total else 0.0
