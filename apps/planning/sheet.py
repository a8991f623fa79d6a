"""What people paste from a spreadsheet: a table of texts, read cell by cell. What is wrong is named with its cell; the rest
is kept. No models here."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.common.unit_words import UNIT_HEADS, measured

LEAST_WIDTH = 16  # columns that may be mended in a table, however narrow it was pasted
Table = list[list[str]]  # as pasted, empty rows too: a row keeps the number that people see beside it
_CELL = re.compile(r"cell-\d{1,6}-\d{1,6}", re.ASCII)

PART = {"part", "partnumber", "number", "품목", "품번", "품목번호", "부품번호", "자재번호"}
SITE = {"site", "plant", "사업장", "공장"}
DAY = {"day", "date", "week", "일자", "날짜", "일", "주"}
QUANTITY = {"quantity", "qty", "수량", "소요량", "계획수량", "계획"}
LEVEL = {"level", "commitment", "확약", "확약수준"}
# Not "1e999999999", whose digits would fill the memory.
_NUMBER = re.compile(r"[-+]?(\d{1,15}(\.\d{0,12})?|\.\d{1,12})")
_ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})|(\d{4})(\d{2})(\d{2})|(\d{4})년(\d{1,2})월(\d{1,2})일")
_SHORT = re.compile(r"(\d{1,2})[-./](\d{1,2})|(\d{1,2})월(\d{1,2})일")
_WEEK = re.compile(r"(?:(\d{4})(?:년|-|/)?)?(?:w|cw|kw)(\d{1,2})|(?:(\d{4})(?:년|-|/)?)?(\d{1,2})주차?", re.IGNORECASE)
# “1.5 km”: a number, and a word behind it.
_AMOUNT = re.compile(r"([-+−]?(?:[\d.,]|\s(?=[\d.,]))*\d)\s*([^\W\d_].{0,29})")
_BESIDE = re.compile(r"\([^)]*\)|\s")


@dataclass(frozen=True)
class Wrong:
    """One cell that cannot be read; rows and columns count from 0. `about`: the part and the day that stand beside it."""

    row: int
    column: int
    value: str
    words: Any
    about: str = ""

    @property
    def name(self) -> str:
        return f"cell-{self.row}-{self.column}"

    @property
    def place(self) -> str:
        """As a spreadsheet calls it: B3."""
        return f"{_letters(self.column)}{self.row + 1}"


def _letters(column: int) -> str:
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


@dataclass(frozen=True)
class Told:
    """What one cell says of a part; `row` and `columns` (of number, day, quantity) say where it was read.

    `unit`: as the row's column of units, else the cell itself calls it, "" where neither does; `unit_column` says which.
    """

    number: str
    day: date
    bucket: str
    quantity: Decimal
    row: int
    columns: tuple[int, int, int]
    site: str = ""
    level: int | None = None
    unit: str = ""
    unit_column: int = 0


@dataclass
class Read:
    """`unread`: columns in which something stands and that nothing was taken from, by their heads, else their letters."""

    rows: list[Told] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def mended_of(posted: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What a form's boxes say of cells, by their names: (what stood there, what is typed), where the two differ.

    All boxes are sent, those too that nobody touched: the cell may have been mended in the table meanwhile.
    """
    names = [name for name in posted if _CELL.fullmatch(name) and f"was-{name}" in posted]
    pairs = {name: (_plain(str(posted[f"was-{name}"])), _plain(str(posted[name]))) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _plain(cell: str) -> str:
    """On one line: a cell of several has its words beside each other."""
    return " ".join(cell.split()) if re.search(r"[^\S ]", cell.strip()) else cell.strip()


def table_of(text: str, mended: Mapping[str, tuple[str, str]] | None = None) -> Table:
    """Cells as pasted, by tab, else semicolon, else comma; `mended` as `mended_of` finds it: a cell that does not read
    any more as it did stays as it is."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    head = next((line for line in lines.split("\n") if line.strip()), "")
    mark = next((sign for sign in "\t;," if sign in head), "\t")
    try:
        read = list(csv.reader(io.StringIO(lines, newline=""), delimiter=mark))
    except csv.Error:  # a cell longer than any that people mean
        read = [line.split(mark) for line in lines.split("\n")]
    rows = [[_plain(cell) for cell in row] for row in read]
    width = max([LEAST_WIDTH, *map(len, rows)])
    for name, (was, value) in (mended or {}).items():
        row, column = (int(number) for number in name.split("-")[1:])
        if row < len(rows) and column < width and _at(rows[row], column) == was:
            rows[row] += [""] * (column + 1 - len(rows[row]))
            rows[row][column] = value
    return rows


def filled(table: Table) -> list[tuple[int, list[str]]]:
    """The rows in which something stands, with their numbers in the table."""
    return [(number, row) for number, row in enumerate(table) if any(row)]


def text_of(rows: Table) -> str:
    """As `table_of` reads it again."""
    text = io.StringIO()
    write = csv.writer(text, delimiter="\t", lineterminator="\n")
    # A tab in each line: of one column with commas in it the commas part nothing.
    write.writerows([*row, *[""] * (2 - len(row))] if any(row) else [] for row in rows)
    return text.getvalue().removesuffix("\n")


def day_of(text: str, today: date) -> tuple[date, str] | None:
    """(day, "day") or (Monday, "week"); without a year the one nearest to today. None where it is neither."""
    plain = _BESIDE.sub("", text)
    try:
        if found := _ISO.fullmatch(plain):
            year, month, day = (int(part) for part in found.groups() if part)
            return date(year, month, day), "day"
        if found := _SHORT.fullmatch(plain):
            month, day = (int(part) for part in found.groups() if part)
            return min(_in_years_near(today, month, day), key=lambda d: abs(d - today)), "day"
        if found := _WEEK.fullmatch(plain):
            said, week = found[1] or found[3], int(found[2] or found[4])
            if said:
                return date.fromisocalendar(int(said), week, 1), "week"
            return min((_monday(today.year + n, week) for n in (-1, 0, 1)), key=lambda d: abs(d - today)), "week"
    except ValueError:
        return None
    return None


def _in_years_near(today: date, month: int, day: int) -> list[date]:
    """That day in the years about today, at most four away: the 29th of February is not in each.

    Raises:
        ValueError: it is in none.
    """
    found = []
    for year in sorted(range(today.year - 4, today.year + 5), key=lambda year: abs(year - today.year)):
        with suppress(ValueError):
            found.append(date(year, month, day))
        if len(found) == 3:
            break
    if not found:
        raise ValueError(f"no day {day} in month {month}")
    return found


def _monday(year: int, week: int) -> date:
    """Of a year without that week its last one: never the nearest by chance."""
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        if not 1 <= week <= 53:
            raise
        return date.fromisocalendar(year, 52, 1) + timedelta(days=7)


def quantity_of(text: str) -> Decimal | None:
    """None where the text is no plain number; thousands may be parted by commas."""
    plain = text.replace(" ", "").replace("\u00a0", "").replace("−", "-")
    if "," in plain and not re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        return None
    plain = plain.replace(",", "")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def amount_of(text: str) -> tuple[Decimal, str] | None:
    """A number and the word behind it, as in “1.5 km”; "" where none is. None where it is neither.

    A word that is no unit is one only apart from its number: “4x” is a slip, “4 boxes” a unit that nobody knows.
    """
    if (plain := quantity_of(text)) is not None:
        return plain, ""
    found = _AMOUNT.fullmatch(text.strip())
    quantity = quantity_of(found[1]) if found else None
    if found is None or quantity is None or not (measured(found[2]) or text.strip()[found.end(1)].isspace()):
        return None
    return quantity, found[2].strip()


def _kind(cell: str) -> str:
    word = re.sub(r"[\s_.-]", "", cell).lower()
    names = {"part": PART, "site": SITE, "day": DAY, "quantity": QUANTITY, "level": LEVEL, "unit": UNIT_HEADS}
    return next((name for name, words in names.items() if word in words), "")


def read_plan(table: Table, *, today: date) -> Read:
    """A plan as a grid (parts down, days or weeks across) or as a list (part, day, quantity, perhaps unit, site, level).

    An empty cell, or a dash, says nothing.
    """
    found = Read()
    rows = filled(table)
    if not rows:
        return found
    kinds = [_kind(cell) for cell in rows[0][1]]
    if {"part", "day", "quantity"} <= set(kinds):
        places = {kind: kinds.index(kind) for kind in kinds if kind}
        found.unread = _unread(rows, set(places.values()))
        _read_list(rows[1:], places, today, found)
    else:
        _read_grid(rows, today, found)
    return found


def _read_grid(rows: Sequence[tuple[int, list[str]]], today: date, found: Read) -> None:
    top, head = rows[0]
    heads = {index: day for index, cell in enumerate(head) if index and (day := day_of(cell, today))}
    if not heads:
        words = _("No day stands here: 2026-12-01, 12/1, 2026-W49 or 49주.")
        found.wrong.append(Wrong(top, 1, _at(head, 1), words))
        return
    first = min(heads)  # columns before it, such as a name, are passed by, and that is said
    kinds = [_kind(cell) for cell in head]
    unit = kinds.index("unit") if "unit" in kinds else None
    read = {0, *heads} | ({unit} if unit is not None else set())
    wrong = {index for index, cell in enumerate(head) if index > first and cell and index not in read}
    found.unread = _unread(rows, read | wrong)
    for index, cell in enumerate(head):
        if index in wrong:
            found.wrong.append(Wrong(top, index, cell, _("This is neither a day nor a week.")))
    for number, row in rows[1:]:
        if not row[0]:
            found.wrong.append(Wrong(number, 0, "", _("The part number is missing.")))
            continue
        for index, (start, bucket) in heads.items():
            if (amount := _quantity(row, (number, index), (row[0], head[index]), found)) is not None:
                said = _unit(row, amount[1], index, unit)
                found.rows.append(Told(row[0], start, bucket, amount[0], number, (0, 0, index), "", None, *said))


def _read_list(rows: Sequence[tuple[int, list[str]]], places: Mapping[str, int], today: date, found: Read) -> None:
    for number, row in rows:
        part, said = _at(row, places["part"]), _at(row, places["day"])
        day = day_of(said, today)
        if not part:
            found.wrong.append(Wrong(number, places["part"], "", _("The part number is missing."), said))
        if day is None:
            found.wrong.append(Wrong(number, places["day"], said, _("This is neither a day nor a week."), part))
        amount = _quantity(row, (number, places["quantity"]), (part, said), found)
        level = None
        if "level" in places and (text := _at(row, places["level"])):
            level = int(text) if text in ("1", "2", "3", "4") else None
            if level is None:
                words = _("A commitment level is 1, 2, 3 or 4.")
                found.wrong.append(Wrong(number, places["level"], text, words, beside(part, said)))
        if part and day is not None and amount is not None:
            site = _at(row, places["site"]) if "site" in places else ""
            columns = (places["part"], places["day"], places["quantity"])
            unit = _unit(row, amount[1], places["quantity"], places.get("unit"))
            found.rows.append(Told(part, day[0], day[1], amount[0], number, columns, site, level, *unit))


def _unit(row: Sequence[str], said: str, at: int, column: int | None) -> tuple[str, int]:
    """(word, its column): what stands behind the number itself, else in the row's column of units."""
    if said or column is None:
        return said, at
    return _at(row, column), column


def _unread(rows: Sequence[tuple[int, list[str]]], read: set[int]) -> list[str]:
    """Columns beside those that are read in which something stands."""
    filled_ones = {index for _number, row in rows for index, cell in enumerate(row) if cell}
    return [_at(rows[0][1], index) or _letters(index) for index in sorted(filled_ones - read)]


def _at(row: Sequence[str], index: int) -> str:
    return row[index] if index < len(row) else ""


def beside(part: str, day: str) -> str:
    """What a cell is about: the part and the day that are told."""
    return ", ".join(word for word in (part, day) if word)


def _quantity(row: Sequence[str], place: tuple[int, int], about: tuple[str, str], found: Read) -> tuple[Decimal, str] | None:
    """(quantity, the unit written behind it)."""
    text = _at(row, place[1])
    if text in ("", "-", "–", "—"):
        return None
    amount = amount_of(text)
    if amount is None:
        found.wrong.append(Wrong(*place, text, _("This is no number."), beside(*about)))
    elif amount[0] < 0:
        found.wrong.append(Wrong(*place, text, _("A quantity is 0 or more."), beside(*about)))
        return None
    return amount
