"""The file that goes back: its rows as they came, with what is wrong painted and told; loaded again it is read as before."""

import io
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from apps.ui.files import AS_TEXT, DAY, FORMULA
from federated.sheets.table import Table

from ..models import Import, ImportRow, RowState
from . import services
from .exporting import offer_choices
from .reading import MADE, is_made
from .stored import tables_of


def painted(made: Import) -> bytes:
    """An XLSX of values alone: formulas, links and macros of the file are not in it.

    Raises:
        UnreadableFile: the file is gone.
    """
    wrong: dict[tuple[str, int], list[ImportRow]] = {}
    rows = made.rows.filter(state__in=(RowState.ERROR, RowState.HELD)).order_by("place")
    for row in rows.iterator():
        wrong.setdefault((row.sheet, row.number), []).append(row)
    made_of = io.BytesIO()
    names: set[str] = set()
    with Workbook(made_of, {**AS_TEXT, "in_memory": True}) as book:
        forms = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "bad": book.add_format({"bg_color": "#FBD5D5"}),
            "bad_day": book.add_format({"bg_color": "#FBD5D5", "num_format": DAY}),
            "quoted": book.add_format({"quote_prefix": True}),
            "bad_quoted": book.add_format({"quote_prefix": True, "bg_color": "#FBD5D5"}),
            "told": book.add_format({"text_wrap": True, "font_color": "#B42318"}),
        }
        kind = services.kind_of(made.kind)
        fields = {made.mapping[one.name]: one for one in kind.fields if one.choices and made.mapping.get(one.name)}
        chosen = tables_of(made)
        numbers = _numbers(chosen)
        for row in chain.from_iterable(wrong.values()):
            row.faults = [_as_numbered(fault, numbers) for fault in row.faults]
        for table in chosen:
            name = _sheet_name(table.sheet.name, names)
            sheet = book.add_worksheet(name)
            _write(sheet, table, wrong, forms)
            for at, head in enumerate(head.name for head in table.heads if not is_made(head.name)):
                if head in fields:
                    offer_choices(sheet, at, fields[head])
    return made_of.getvalue()


def _numbers(tables: list[Table]) -> dict[tuple[str, int], int]:
    """Sheet and number of a row in the file → its number here, where the head is row 1 and nothing lies between."""
    return {
        (table.sheet.name.strip(), row.number): number
        for table in tables
        for number, row in enumerate(table.rows(), start=2)
    }


def _as_numbered(fault: dict[str, Any], numbers: dict[tuple[str, int], int]) -> dict[str, Any]:
    """What names another row names it as it stands here."""
    if (other := fault.get("other")) is None:
        return fault
    number = numbers.get((other["sheet"], other["number"]), other["number"])
    return fault | {"rule": f"{other['before']}{number}{other['after']}"}


def _sheet_name(name: str, taken: set[str]) -> str:
    plain = "".join(c for c in name.strip() if c not in "[]:*?/\\'" and c.isprintable())[:28] or _("Table")
    found, n = plain, 2
    while found.casefold() in taken:
        found, n = f"{plain}{n}", n + 1
    taken.add(found.casefold())
    return found


def _write(sheet: Any, table: Table, wrong: dict[tuple[str, int], list[ImportRow]], forms: dict[str, Any]) -> None:
    places = [place for place, head in enumerate(table.heads) if not is_made(head.name)]
    names = [table.heads[place].name for place in places]
    for at, name in enumerate(names):
        sheet.write_string(0, at, name, forms["head"])
        sheet.set_column(at, at, 16)
    if wrong:
        sheet.write_string(0, len(names), str(MADE), forms["head"])
        sheet.set_column(len(names), len(names), 60)
    sheet.freeze_panes(1, 0)
    for to, row in enumerate(table.rows(), start=1):
        found = wrong.get((table.sheet.name.strip(), row.number), [])
        faults = [fault for one in found for fault in one.faults]
        columns = {fault["column"] for fault in faults if fault["column"]}
        for at, place in enumerate(places):
            _cell(sheet, to, at, row.cells[place], names[at] in columns, forms)
            told = " ".join(f"{f['rule']} {f['remedy']}" for f in faults if f["column"] == names[at])
            if told:
                sheet.write_comment(to, at, told[:1000])
        if faults:
            words = "\n".join(f"{f['column']}: {f['rule']} {f['remedy']}".lstrip(": ") for f in faults)
            sheet.write_string(to, len(names), words[:2000], forms["told"])


def _cell(sheet: Any, row: int, at: int, value: Any, is_wrong: bool, forms: dict[str, Any]) -> None:
    form = forms["bad"] if is_wrong else None
    if value is None:
        if is_wrong:
            sheet.write_blank(row, at, None, form)
    elif isinstance(value, bool):
        sheet.write_boolean(row, at, value, form)
    elif isinstance(value, datetime | date):
        sheet.write_datetime(row, at, value, forms["bad_day"] if is_wrong else None)
    elif isinstance(value, int | float):
        sheet.write_number(row, at, value, form)
    elif value.startswith(FORMULA):
        sheet.write_string(row, at, value, forms["bad_quoted" if is_wrong else "quoted"])
    else:
        sheet.write_string(row, at, value, form)
