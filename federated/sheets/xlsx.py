"""Workbooks of Excel since 2007: rows as they come, never a whole sheet as a tree."""

from collections import Counter
from contextlib import suppress
from posixpath import join, normpath
from typing import Any

from .errors import Note, Place, SheetError
from .formats import Format, cell_of, format_of, number_of
from .store import Sheet
from .zipped import Archive, Parser

PLAIN = Format()
NO_FORMATS: list[Format] = [PLAIN]


def read_xlsx(archive: Archive) -> tuple[list[Sheet], list[Note]]:
    """Every sheet that has cells, in the workbook's order.

    Raises:
        SheetError: damaged, or more than the limits allow.
    """
    book = _Book()
    start = _office_document(archive)
    archive.parse(start, Parser(book.start, book.end, book.text))
    if len(book.sheets) > archive.limits.sheets:
        raise SheetError("too_many_sheets", Place(archive.name), most=archive.limits.sheets, value=len(book.sheets))
    targets = _relations(archive, start)
    formats, strings = _formats(archive, targets), _strings(archive, targets)
    sheets = []
    cells = 0
    for name, key, is_hidden in book.sheets:
        part = targets.get(key, "")
        if part not in archive or "chartsheet" in part or "dialogsheet" in part:
            continue
        sheet = Sheet(archive.name, name, archive.limits, hidden=is_hidden)
        sheet.cells = cells
        reader = _Rows(sheet, strings, formats, book.since_1904)
        archive.parse(part, Parser(reader.start, reader.end, reader.text))
        cells = sheet.cells
        sheets.append(sheet)
    macro = (
        [Note("macro", Place(archive.name))]
        if any(part.lower().endswith("vbaproject.bin") for part in archive.entries)
        else []
    )
    return sheets, macro


def _office_document(archive: Archive) -> str:
    for kind, target in _related(archive, "_rels/.rels", "").values():
        if kind.endswith("/officeDocument") and target in archive:
            return target
    if "xl/workbook.xml" in archive:
        return "xl/workbook.xml"
    raise SheetError("damaged", Place(archive.name), value="workbook.xml")


def _relations(archive: Archive, part: str) -> dict[str, str]:
    """Id → part; and under their kinds the styles and the strings."""
    folder, _, name = part.rpartition("/")
    found: dict[str, str] = {}
    for key, (kind, target) in _related(archive, f"{folder}/_rels/{name}.rels".lstrip("/"), folder).items():
        found[key] = target
        found.setdefault(kind.rpartition("/")[2], target)
    return found


def _related(archive: Archive, part: str, folder: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "").replace("\\", "/")
            path = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), path)

    if part in archive:
        archive.parse(part, Parser(start, _nothing, _nothing))
    return found


def _nothing(_word: str) -> None:
    pass


class _Book:
    """Names of the sheets, and since when days are counted."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.since_1904 = False
        self.end = self.text = _nothing

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr":
            self.since_1904 = attributes.get("date1904", "") in ("1", "true", "on")
        elif name == "sheet":
            key = next((value for word, value in attributes.items() if word.rpartition(":")[2] == "id"), "")
            self.sheets.append((attributes.get("name", ""), key, attributes.get("state", "visible") != "visible"))


def _formats(archive: Archive, targets: dict[str, str]) -> list[Format]:
    own: dict[int, str] = {}
    found: list[Format] = []
    inside = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            own[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name in ("cellXfs", "cellStyleXfs", "dxfs"):
            inside[0] = name
        elif name == "xf" and inside[0] == "cellXfs":
            number = _whole(attributes.get("numFmtId"))
            found.append(format_of(number, own.get(number, "")))

    part = targets.get("styles", "")
    if part in archive:
        archive.parse(part, Parser(start, _nothing, _nothing))
    return found or NO_FORMATS


def _strings(archive: Archive, targets: dict[str, str]) -> list[str]:
    part = targets.get("sharedStrings", "")
    reader = _Strings(archive)
    if part in archive:
        archive.parse(part, Parser(reader.start, reader.end, reader.text))
    return reader.found


class _Strings:
    """The texts of all sheets; readings of Japanese words beside them are left out."""

    def __init__(self, archive: Archive) -> None:
        self.archive, self.limits = archive, archive.limits
        self.found: list[str] = []
        self.parts: list[str] = []
        self.is_text = self.is_reading = False
        self.size = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "t":
            self.is_text = not self.is_reading
        elif name == "si":
            self.parts = []
        elif name == "rPh":
            self.is_reading = True

    def text(self, data: str) -> None:
        if self.is_text:
            self.size += len(data)
            if self.size > self.limits.string_chars:
                raise self.archive.bomb()
            self.parts.append(data)

    def end(self, name: str) -> None:
        if name == "t":
            self.is_text = False
        elif name == "rPh":
            self.is_reading = False
        elif name == "si":
            self.found.append("".join(self.parts))
            if len(self.found) > self.limits.strings:
                raise self.archive.bomb()


class _Rows:
    """Cells of one sheet."""

    def __init__(self, sheet: Sheet, strings: list[str], formats: list[Format], since_1904: bool) -> None:
        self.sheet, self.strings, self.since_1904 = sheet, strings, since_1904
        self.styles = {str(number): found for number, found in enumerate(formats) if found != PLAIN}
        self.number = 0
        self.cells: list[Any] = []
        self.column = -1
        self.kind = ""
        self.form = PLAIN
        self.parts: list[str] = []
        self.size = 0
        self.is_value = self.is_formula = self.is_reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            place = attributes.get("r")
            self.column = column_of(place) if place else self.column + 1
            self.kind = attributes.get("t", "n")
            self.form = self.styles.get(attributes.get("s", "0"), PLAIN)
            self.parts = []
            self.size = 0
            self.is_formula = False
        elif name == "v" or name == "t":
            self.is_value = not self.is_reading
        elif name == "f":
            self.is_formula = True
        elif name == "row":
            self._begin_row(attributes)
        elif name == "rPh":
            self.is_reading = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            low, high = _whole(attributes.get("min")), _whole(attributes.get("max"))
            self.sheet.hidden_columns.update(range(max(0, low - 1), min(high, self.sheet.limits.columns)))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        said = _whole(attributes.get("r"))
        self.number = said if said > self.number else self.number + 1
        self.cells, self.column = [], -1
        if attributes.get("hidden") in ("1", "true") and len(self.sheet.hidden_rows) < self.sheet.limits.rows:
            self.sheet.hidden_rows.append(self.number)

    def text(self, data: str) -> None:
        if self.is_value:
            self.size += len(data)
            if self.size > self.sheet.limits.cell_chars:
                raise SheetError("long_cell", self.sheet.place(self.number), most=f"{self.sheet.limits.cell_chars:,}")
            self.parts.append(data)

    def end(self, name: str) -> None:
        if name == "v" or name == "t":
            self.is_value = False
        elif name == "c":
            if self.parts:
                self._put(self._value("".join(self.parts)))
            elif self.is_formula:
                self.sheet.without_result += 1
                self.sheet.first_without_result = self.sheet.first_without_result or self.number
        elif name == "row":
            self.sheet.add(self.number, self.cells)
        elif name == "rPh":
            self.is_reading = False

    def _put(self, value: Any) -> None:
        column, cells = self.column, self.cells
        if not 0 <= column < self.sheet.limits.columns:
            most = f"{self.sheet.limits.columns:,}"
            raise SheetError("too_many_columns", self.sheet.place(self.number), most=most, value=column + 1)
        if column >= len(cells):
            cells.extend([None] * (column - len(cells)))
            cells.append(value)
        else:
            cells[column] = value

    def _value(self, text: str) -> Any:
        kind = self.kind
        if kind == "s":
            place = int(text) if text.isdecimal() else -1
            return self.strings[place] if 0 <= place < len(self.strings) else None
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind != "n":
            return text  # written in place, an error, a date in ISO 8601
        try:
            value = float(text)
        except ValueError:
            return text
        form = self.form
        if form is PLAIN:
            return int(value) if value.is_integer() and abs(value) < 1e15 else value
        if form.is_date:
            return cell_of(value, self.since_1904)
        if form.currency:
            self.sheet.currencies.setdefault(self.column, Counter())[form.currency] += 1
        return number_of(value, form)

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        with suppress(ValueError):
            box = (row_of(first), row_of(last or first), column_of(first), column_of(last or first))
            if len(self.sheet.merged) < self.sheet.limits.rows:
                self.sheet.merged.append(box)


_COLUMNS: dict[str, int] = {}


def column_of(place: str) -> int:
    """0 for “A7”; −1 where it is none."""
    name = place.rstrip("0123456789")
    found = _COLUMNS.get(name)
    if found is None:
        found = 0
        for letter in name.replace("$", "")[:4]:
            if not "A" <= letter <= "Z":
                return -1
            found = found * 26 + ord(letter) - 64
        found -= 1
        if len(_COLUMNS) < 20_000:
            _COLUMNS[name] = found
    return found


def row_of(place: str) -> int:
    return int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$"))


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
