"""Workbooks of Excel before 2007, by xlrd: it is Python throughout, so a hostile file ends in an error, not in a crash."""

import io
from collections import Counter
from typing import Any, BinaryIO

from .errors import Note, Place, SheetError
from .formats import Format, cell_of, format_of, number_of
from .limits import Limits
from .store import Sheet

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
WORKBOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
MACRO = "_VBA_PROJECT".encode("utf-16-le")


def read_xls(file: BinaryIO, name: str, limits: Limits) -> tuple[list[Sheet], list[Note]]:
    """Every sheet, in the workbook's order.

    Raises:
        SheetError: protected by a password, no workbook, damaged, or more than the limits allow.
    """
    content = file.read()
    where = Place(name)
    if ENCRYPTED in content:
        raise SheetError("password", where)
    if not any(mark in content for mark in WORKBOOKS):
        raise SheetError("no_table_kind", where, value="a document of Office, no workbook")
    import xlrd  # a tenth of a second that other files do without

    try:
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, on_demand=True, logfile=io.StringIO(), ragged_rows=True
        )
        if book.nsheets > limits.sheets:
            raise SheetError("too_many_sheets", where, most=limits.sheets, value=book.nsheets)
        formats = [_format(book, found) for found in book.xf_list]
        sheets: list[Sheet] = []
        cells = 0
        for number in range(book.nsheets):
            sheet = _sheet(book.sheet_by_index(number), name, limits, formats, bool(book.datemode), cells)
            book.unload_sheet(number)
            cells = sheet.cells
            sheets.append(sheet)
    except SheetError:
        raise
    except Exception as error:  # xlrd raises what its arithmetic on broken bytes comes to
        if "encrypted" in str(error).lower() or "password" in str(error).lower():
            raise SheetError("password", where) from error
        raise SheetError("damaged", where) from error
    return sheets, [Note("macro", where)] if MACRO in content else []


def _format(book: Any, found: Any) -> Format:
    form = book.format_map.get(found.format_key)
    return format_of(found.format_key, form.format_str if form is not None else "")


def _sheet(found: Any, file: str, limits: Limits, formats: list[Format], since_1904: bool, cells: int) -> Sheet:
    sheet = Sheet(file, found.name, limits, hidden=found.visibility != 0)
    sheet.cells = cells
    if found.nrows > limits.rows:
        raise SheetError("too_many_rows", sheet.place(), most=f"{limits.rows:,}", value=f"{found.nrows:,}")
    hidden = sorted(row + 1 for row, info in found.rowinfo_map.items() if info.hidden)
    sheet.hidden_rows.extend(hidden)
    for column, info in found.colinfo_map.items():
        if info.hidden and column < limits.columns:
            sheet.hidden_columns.add(column)
    sheet.merged.extend((low + 1, high, left, right - 1) for low, high, left, right in found.merged_cells)
    for row in range(found.nrows):
        sheet.add(row + 1, [_value(cell, column, sheet, formats, since_1904) for column, cell in enumerate(found.row(row))])
    return sheet


def _value(cell: Any, column: int, sheet: Sheet, formats: list[Format], since_1904: bool) -> Any:
    kind, value = cell.ctype, cell.value
    if kind == 1:
        return value
    if kind in (2, 3):
        form = formats[cell.xf_index] if cell.xf_index is not None and cell.xf_index < len(formats) else Format()
        if kind == 3 or form.is_date:
            return cell_of(value, since_1904)
        if form.currency:
            sheet.currencies.setdefault(column, Counter())[form.currency] += 1
        return number_of(float(value), form)
    if kind == 4:
        return bool(value)
    if kind == 5:
        return ERRORS.get(value, "#N/A")
    return None


ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
