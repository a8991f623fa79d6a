"""A file of tables, whatever it is."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from .delimited import read_text
from .errors import Note, Place, SheetError
from .kinds import SAMPLE, is_lock, kind_of
from .limits import MEGABYTE, Limits
from .ods import read_ods
from .store import Sheet
from .structure import areas_of
from .table import Table
from .web import read_html
from .xls import read_xls
from .xlsx import read_xlsx
from .zipped import Archive

ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".tab", ".txt", ".htm", ".html")
# What other archives are, by a part that they hold.
ARCHIVES = (
    ("xl/workbook.bin", "other_workbook", "a binary workbook (.xlsb)"),
    ("Index/Document.iwa", "other_workbook", "a workbook of Apple Numbers"),
    ("word/document.xml", "no_table_kind", "a text document of Word"),
    ("ppt/presentation.xml", "no_table_kind", "a presentation"),
    ("META-INF/MANIFEST.MF", "no_table_kind", "a program for Java"),
    ("AndroidManifest.xml", "no_table_kind", "a program for Android"),
)


@dataclass
class Book:
    """
    Attributes:
        kind: “xlsx”, “xls”, “ods”, “html” or “text”.
        encoding, delimiter: of a text; the encoding of a web page too.
    """

    name: str
    kind: str
    sheets: list[Sheet]
    encoding: str = ""
    delimiter: str = ""
    notes: list[Note] = field(default_factory=list)

    def sheet(self, name: str) -> Sheet:
        """
        Raises:
            SheetError: the workbook has none of that name.
        """
        for sheet in self.sheets:
            if sheet.name.strip() == name.strip():
                return sheet
        raise SheetError("no_sheet", Place(self.name, name), names=", ".join(one.name.strip() for one in self.sheets[:10]))

    def tables(self, sheet: str = "") -> list[Table]:
        """The tables of a sheet, or of all that are shown (of the hidden ones where no other has any); the largest first.

        Raises:
            SheetError: there is none.
        """
        if sheet:
            return self._tables([self.sheet(sheet)])
        shown = [one for one in self.sheets if not one.hidden]
        try:
            return self._tables(shown)
        except SheetError:
            if len(shown) == len(self.sheets):
                raise
            return self._tables(self.sheets)

    def _tables(self, sheets: list[Sheet]) -> list[Table]:
        found = [Table(area, self.delimiter) for sheet in sheets if len(sheet) for area in areas_of(sheet)]
        if not found:
            raise SheetError("no_table", Place(self.name))
        if any(len(table.heads) > 1 for table in found):
            found = [table for table in found if len(table.heads) > 1]  # the others are covers and notes
        for table in found:
            table.beside = found
        return sorted(found, key=lambda table: -len(table) * len(table.heads))


def alike(tables: list[Table]) -> list[Table]:
    """The largest and all with the same names, as with a sheet for each supplier: they are one; in the file's order."""
    first = set(tables[0].names)
    same = [table for table in tables if set(table.names) == first]
    return sorted(same, key=lambda table: tables[0].sheet is not table.sheet) if len(same) < 2 else _in_order(same)


def _in_order(tables: list[Table]) -> list[Table]:
    order = {id(table.sheet): place for place, table in reversed(list(enumerate(tables)))}
    return sorted(tables, key=lambda table: (order[id(table.sheet)], table.area.start))


def read_book(
    source: Path | bytes, name: str = "", limits: Limits | None = None, encoding: str = "", delimiter: str = ""
) -> Book:
    """
    Args:
        name: what the file is called in messages; its path's own name where nothing is said.
        encoding, delimiter: what a person set, for a text.

    Raises:
        SheetError: no table of a kind that is read, protected, damaged, or beyond the limits.
    """
    limits = limits or Limits()
    name = name or (source.name if isinstance(source, Path) else "")
    if is_lock(Path(name).name):
        raise SheetError("lock_file", Place(name))
    with _opened(source, name, limits) as file:
        start = file.read(SAMPLE)
        file.seek(0)
        kind = kind_of(start, name)
        if kind == "zip":
            return _archive(file, name, limits)
        if kind == "ole":
            sheets, notes = read_xls(file, name, limits)
            return Book(name, "xls", sheets, notes=notes + _hidden(sheets))
        if kind == "html":
            sheets, notes, encoding = read_html(file, name, limits, encoding)
            return Book(name, "html", sheets, encoding, notes=notes)
        sheet, encoding, delimiter = read_text(file, name, limits, encoding, delimiter)
        return Book(name, "text", [sheet], encoding, delimiter)


def _archive(file: BinaryIO, name: str, limits: Limits) -> Book:
    archive = Archive(file, name, limits)
    for part, code, kind in ARCHIVES:
        if part in archive:
            raise SheetError(code, Place(name), value=kind)
    if "content.xml" in archive and "mimetype" in archive:
        sheets, notes = read_ods(archive)
        return Book(name, "ods", sheets, notes=notes + _hidden(sheets))
    if "[Content_Types].xml" in archive or "xl/workbook.xml" in archive:
        sheets, notes = read_xlsx(archive)
        return Book(name, "xlsx", sheets, notes=notes + _hidden(sheets))
    raise SheetError("no_table_kind", Place(name), value="a packed file (zip)")


def _hidden(sheets: list[Sheet]) -> list[Note]:
    hidden = [sheet for sheet in sheets if sheet.hidden]
    return [Note("hidden_sheet", hidden[0].place(), count=len(hidden))] if hidden else []


@contextmanager
def _opened(source: Path | bytes, name: str, limits: Limits) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        if len(source) > limits.file_bytes:
            raise SheetError("too_large", Place(name), most=limits.file_bytes // MEGABYTE)
        yield io.BytesIO(source)
        return
    try:
        if source.stat().st_size > limits.file_bytes:
            raise SheetError("too_large", Place(name), most=limits.file_bytes // MEGABYTE)
        with source.open("rb") as file:
            yield file
    except OSError as error:
        raise SheetError("no_file", Place(name), value=error.strerror) from error
