"""Where the head row stands, one row or two, and what its columns are called."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from .dates import Dates, period_of, said
from .numbers import written
from .store import Cell, Sheet, letters

SAMPLE = 60
TOTALS = frozenset(
    ("합계", "총계", "소계", "계", "총합계", "누계", "合計", "小計", "total", "totals", "sum", "subtotal")
) | frozenset(("grandtotal", "summe", "gesamt", "gesamtsumme", "zwischensumme"))
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
YEARS = range(1990, 2101)


@dataclass(frozen=True)
class Head:
    """
    Attributes:
        name: cleaned, and the only one of its table.
        column: its place in the sheet, from 0.
        period: the first day that it means, and “day”, “week” or “month”, where its rows hold a quantity for it.
        is_total: it sums others up.
    """

    name: str
    column: int
    period: tuple[date, str] | None = None
    is_total: bool = False

    @property
    def letters(self) -> str:
        return letters(self.column)


def is_total(cell: Cell) -> bool:
    """Whether it is a word for a sum, such as 합계, Total or Summe."""
    if not isinstance(cell, str) or len(cell) > 40:
        return False
    words = unicodedata.normalize("NFKC", cell).lower().strip(" :.*()[]-")
    return words.replace(" ", "") in TOTALS or words.split(" ")[0].rstrip(":") in TOTALS - {"계", "sum"}


def plain_text(cell: Cell) -> bool:
    """Whether it could be the name of a column: text that is no number and no date."""
    if not isinstance(cell, str) or len(cell) > 200:
        return False
    return written(cell) is None and said(cell) is None


def is_name(cell: Cell) -> bool:
    """Whether it may stand in a head row: a name, a day, a week, a year."""
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int):
        return cell in YEARS
    if isinstance(cell, str):
        return plain_text(cell) or said(cell) is not None or period_of(cell) is not None
    return isinstance(cell, datetime)


FEW_DAYS = 4  # beside one name: the row of a thing that was ordered, promised, sent and received


def is_head_like(row: list[Cell]) -> bool:
    """Whether all of a row may be heads, and not only days and years; one name is enough before a series of these."""
    filled = [cell for cell in row if cell is not None]
    names = sum(plain_text(cell) for cell in filled)
    years = [cell for cell in filled if isinstance(cell, int)]
    days = [cell for cell in filled if isinstance(cell, datetime) or (isinstance(cell, str) and said(cell) is not None)]
    is_series = (len(years) > 1 and years == sorted(set(years))) or len(set(map(str, days))) > FEW_DAYS
    return bool(filled) and all(map(is_name, filled)) and (names > 1 or names == len(filled) or (names == 1 and is_series))


def width_of(rows: list[list[Cell]]) -> int:
    """How many cells the rows of the table fill: what most of the fuller half fill."""
    counts = sorted(sum(cell is not None for cell in row) for row in rows)
    upper = counts[len(counts) // 2 :]
    return Counter(upper).most_common(1)[0][0] if upper else 0


def find_head(sheet: Sheet, start: int, stop: int) -> tuple[int, int] | None:
    """Places of the head's first and last row among the rows from `start` to before `stop`; None where there is none."""
    rows = list(sheet.rows(start, min(stop, start + SAMPLE)))
    width = width_of(rows)
    least = max(1, round(0.6 * width)) if width < 5 else max(2, round(0.6 * width))
    full = 0.9 * width
    enough_for = ((place, _filled(row)) for place, row in enumerate(rows) if _filled(row) >= least)
    first = next((place for place, count in enough_for if count >= full or is_head_like(rows[place])), None)
    if first is None:
        return None
    wide = [place for place in range(first, len(rows)) if _filled(rows[place]) >= least]
    body = next((place for place in wide if not is_head_like(rows[place])), None)
    if body == first:
        return None
    names = [place for place in wide if body is None or place < body]
    most = max(_filled(rows[place]) for place in names)
    enough = most if body is not None else 0.8 * most
    if body is not None and (upper := _upper(sheet, start, rows, names, body)) is not None:
        return start + upper, start + upper + 1
    chosen = next(place for place in names if _filled(rows[place]) >= enough)
    if body is not None and chosen > first and _agrees(rows, first, chosen, body):
        chosen = first
    return start + chosen, start + chosen


def _agrees(rows: list[list[Cell]], first: int, chosen: int, body: int) -> bool:
    """Whether rows of words between head and first number are data: a head follows on titles only, which differ in width."""
    return _filled(rows[first]) >= 0.8 * _filled(rows[chosen]) and chosen - first > 3


def _upper(sheet: Sheet, start: int, rows: list[list[Cell]], names: list[int], body: int) -> int | None:
    """The upper of two head rows: the lower alone would not name its columns, or the upper's cells are merged over them."""
    lower = body - 1
    upper = lower - 1
    if lower not in names or upper < 0 or not is_head_like(rows[upper]):
        return None
    number = sheet.numbers[start + upper]
    if sheet.numbers[start + lower] != number + 1:
        return None
    across = [box for box in sheet.merged if box[0] == box[1] == number and box[3] > box[2]]
    down = [box for box in sheet.merged if box[0] == number and box[1] == number + 1]
    if len(across) >= 2 or (across and down):
        return upper
    filled = [cell for cell in rows[lower] if cell is not None]
    is_twice = len(set(map(str, filled))) < len(filled)
    if _stands_above(rows, upper, lower) or any(_filled(row) > _filled(rows[lower]) for row in rows[:upper]):
        return None  # the heads are farther up: titles fill fewer cells than heads
    if _recurs(rows, lower) and rows[upper] not in rows[lower + 1 :]:
        return None  # “yes, yes, yes” below a head is a row of words, and so are others; a page of print has both again
    return upper if is_twice and _filled(rows[upper]) >= 2 and rows[upper][0] is not None else None


def _stands_above(rows: list[list[Cell]], upper: int, lower: int) -> bool:
    """Whether a word of the lower row stands in its own column above the upper one, too: then both are rows of words."""
    above = rows[:upper]
    return any(
        cell is not None and any(column < len(row) and row[column] == cell for row in above)
        for column, cell in enumerate(rows[lower])
    )


def _recurs(rows: list[list[Cell]], place: int) -> bool:
    """Whether a word of the row stands again in its own column, as values do and names do not."""
    below = rows[place + 1 :]
    return any(
        cell is not None and any(column < len(row) and row[column] == cell for row in below)
        for column, cell in enumerate(rows[place])
    )


def _filled(row: list[Cell]) -> int:
    return sum(cell is not None for cell in row)


def clean(cell: Cell) -> str:
    """The name of a column on one line; a day as 2026-03-31."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if not (cell.hour or cell.minute) else cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(unicodedata.normalize("NFC", CONTROL.sub("", str(cell))).split())


def heads_of(sheet: Sheet, first: int, last: int, columns: list[int]) -> tuple[list[Head], list[str]]:
    """Heads of those columns, and the names that stand twice, each with the letters of the first and this one.

    Args:
        columns: places in the sheet, from 0, of the columns that hold anything.
    """
    rows = list(sheet.rows(first, last + 1))
    names: dict[int, str] = {}
    cells: dict[int, Cell] = {}
    if len(rows) == 2:
        over = _spread(sheet, sheet.numbers[first], rows[0], max(columns, default=0) + 1)
    for column in columns:
        cell = rows[-1][column] if column < len(rows[-1]) else None
        name = clean(cell)
        if len(rows) == 2 and over[column]:
            name = f"{over[column]}/{name}" if name and name != over[column] else over[column]
        names[column], cells[column] = name, cell
    periods = _periods(cells)
    seen: Counter[str] = Counter()
    stands: dict[str, str] = {}
    twice: list[str] = []
    found = []
    for column in columns:
        name = periods[column][0].isoformat() if column in periods else names[column]
        name = name or letters(column)
        seen[name] += 1
        stands.setdefault(name, letters(column))
        if seen[name] > 1:
            twice.append(f"{name} ({stands[name]}, {letters(column)})")
            name = f"{name} ({seen[name]})"
        found.append(Head(name, column, periods.get(column), is_total(cells[column])))
    return found, twice


def _periods(cells: dict[int, Cell]) -> dict[int, tuple[date, str]]:
    """Days and weeks among the heads; one alone is a name, not a series."""
    found = {column: period for column, cell in cells.items() if (period := period_of(cell))}
    dates = Dates()
    texts = {column: cell for column, cell in cells.items() if column not in found and isinstance(cell, str)}
    open_ones = [column for column, text in texts.items() if dates.add(text)]
    order, _is_assumed = dates.order()
    for column in open_ones:
        one = said(texts[column])
        if one and (day := one.readings.get(order)):
            found[column] = (day.date(), "day")
    if len(found) < 2:
        return {}
    days = {period[0] for period in found.values()}
    kinds = {period[1] for period in found.values()}
    if kinds == {"day", "week"} and len({day.weekday() for day in days}) == 1:
        return {column: (period[0], "week") for column, period in found.items()}
    return found


def _spread(sheet: Sheet, number: int, row: list[Cell], width: int) -> list[str]:
    """Names of the upper head row in all the columns that they are merged over; where nothing is merged, up to the next."""
    found = [clean(row[column]) if column < len(row) else "" for column in range(width)]
    boxes = [box for box in sheet.merged if box[0] <= number <= box[1]]
    for _top, _bottom, left, right in boxes[:width]:  # of one row, no more can lie side by side
        for column in range(left, min(right + 1, width)):
            found[column] = found[left]
    if not boxes:
        for column in range(1, width):
            found[column] = found[column] or found[column - 1]
    return found
