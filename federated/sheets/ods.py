"""Workbooks of LibreOffice and others: OpenDocument."""

from collections import Counter
from datetime import datetime
from typing import Any

from .errors import Note, Place, SheetError
from .store import Sheet
from .zipped import Archive, Parser


def read_ods(archive: Archive) -> tuple[list[Sheet], list[Note]]:
    """Every sheet, in the workbook's order.

    Raises:
        SheetError: protected by a password, damaged, or more than the limits allow.
    """
    if "META-INF/manifest.xml" in archive and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise SheetError("password", Place(archive.name))
    if "content.xml" not in archive:
        raise SheetError("damaged", Place(archive.name), value="content.xml")
    reader = _Content(archive)
    archive.parse("content.xml", Parser(reader.start, reader.end, reader.text))
    macro = [Note("macro", Place(archive.name))] if any(part.startswith("Basic/") for part in archive.entries) else []
    return reader.sheets, macro


class _Content:
    def __init__(self, archive: Archive) -> None:
        self.archive, self.limits = archive, archive.limits
        self.sheets: list[Sheet] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.sheet: Sheet | None = None
        self.number = self.column = self.times = self.rows = self.columns = 0
        self.cells: list[Any] = []
        self.value: Any = None
        self.kind = ""
        self.parts: list[str] = []
        self.paragraphs = self.size = self.depth = 0
        self.is_in_cell = self.is_note = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        found = {word.rpartition(":")[2]: value for word, value in attributes.items()}
        if name in ("table-cell", "covered-table-cell"):
            self._begin_cell(found, name)
        elif name == "p" and self.is_in_cell and not self.is_note:
            if self.paragraphs:
                self.parts.append("\n")
            self.paragraphs += 1
            self.depth += 1
        elif name in ("s", "tab", "line-break") and self.depth:
            self.parts.append({"s": " " * min(100, _times(found.get("c"))), "tab": "\t"}.get(name, "\n"))
        elif name == "annotation":
            self.is_note = True
        elif name == "table-row":
            self._begin_row(found)
        elif name == "table-column":
            times = min(_times(found.get("number-columns-repeated")), self.limits.columns)
            if self.sheet is not None and found.get("visibility") in ("collapse", "filter") and times < self.limits.columns:
                self.sheet.hidden_columns.update(range(self.columns, self.columns + times))
            self.columns = min(self.columns + times, self.limits.columns)
        elif name == "table":
            self._begin_sheet(found)
        elif name == "style":
            self.style = found.get("name", "")
        elif name == "table-properties" and found.get("display") == "false":
            self.hidden_styles.add(self.style)

    def _begin_sheet(self, found: dict[str, str]) -> None:
        if len(self.sheets) >= self.limits.sheets:
            raise SheetError("too_many_sheets", Place(self.archive.name), most=self.limits.sheets)
        cells = self.sheet.cells if self.sheet is not None else 0
        is_hidden = found.get("style-name", "") in self.hidden_styles
        self.sheet = Sheet(self.archive.name, found.get("name", ""), self.limits, hidden=is_hidden)
        self.sheet.cells = cells
        self.sheets.append(self.sheet)
        self.number = self.columns = 0

    def _begin_row(self, found: dict[str, str]) -> None:
        self.rows = _times(found.get("number-rows-repeated"))
        self.cells, self.column = [], 0
        sheet = self.sheet
        if sheet is not None and found.get("visibility") in ("collapse", "filter") and len(sheet.hidden_rows) < 100_000:
            sheet.hidden_rows.append(self.number + 1)

    def _begin_cell(self, found: dict[str, str], name: str) -> None:
        self.times = _times(found.get("number-columns-repeated"))
        self.is_in_cell = name == "table-cell"
        self.parts, self.paragraphs, self.size = [], 0, 0
        self.kind = found.get("value-type", "")
        self.value = found.get(
            {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}.get(self.kind, "value")
        )
        if self.kind == "string":
            self.value = found.get("string-value")
        down, right = _times(found.get("number-rows-spanned")), _times(found.get("number-columns-spanned"))
        if self.sheet is None:
            return
        if (down > 1 or right > 1) and len(self.sheet.merged) < self.limits.rows:
            row = self.number + 1
            self.sheet.merged.append((row, row + down - 1, self.column, self.column + right - 1))
        if self.kind == "currency" and found.get("currency"):
            self.sheet.currencies.setdefault(self.column, Counter())[found["currency"]] += 1

    def text(self, data: str) -> None:
        if self.depth and not self.is_note:
            self.size += len(data)
            if self.size > self.limits.cell_chars:
                place = Place(self.archive.name, row=self.number + 1)
                raise SheetError("long_cell", place, most=f"{self.limits.cell_chars:,}")
            self.parts.append(data)

    def end(self, name: str) -> None:
        if name in ("table-cell", "covered-table-cell"):
            self._end_cell(self._found() if self.is_in_cell else None)
            self.is_in_cell = False
        elif name == "p" and self.depth:
            self.depth -= 1
        elif name == "annotation":
            self.is_note = False
        elif name == "table-row" and self.sheet is not None:
            if any(cell is not None for cell in self.cells):
                for step in range(1, self.rows + 1):
                    self.sheet.add(self.number + step, list(self.cells))
            self.number += self.rows

    def _end_cell(self, value: Any) -> None:
        if value is not None:
            if self.column + self.times > self.limits.columns:
                place = Place(self.archive.name, self.sheet.name if self.sheet else "", self.number + 1)
                raise SheetError("too_many_columns", place, most=f"{self.limits.columns:,}", value=self.column + self.times)
            self.cells.extend([None] * (self.column - len(self.cells)))
            self.cells.extend([value] * self.times)
        self.column += self.times

    def _found(self) -> Any:
        shown = "".join(self.parts)
        if self.kind in ("float", "percentage", "currency") and self.value is not None:
            return _number(self.value, shown)
        if self.kind == "boolean":
            return self.value == "true"
        if self.kind == "date" and self.value:
            try:
                return datetime.fromisoformat(self.value).replace(tzinfo=None, microsecond=0)
            except ValueError:
                return self.value
        if self.kind == "string" and self.value is not None:
            return self.value[: self.limits.cell_chars + 1]
        return shown or None


def _number(value: str, shown: str) -> Any:
    """A number; where a code is shown with leading zeros, that."""
    try:
        found = float(value)
    except ValueError:
        return value
    if len(shown) > 1 and shown[0] == "0" and shown.isdecimal() and float(shown) == found:
        return shown
    return int(found) if found.is_integer() and abs(found) < 1e15 else found


def _times(text: str | None) -> int:
    return max(1, int(text)) if text and text.isdecimal() and len(text) < 8 else 1
