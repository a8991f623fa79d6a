"""The tables of a sheet: titles above, totals and notes below, several below or beside each other."""

from dataclasses import dataclass, field

from .errors import Note
from .heads import CONTROL, Head, clean, find_head, heads_of, is_head_like, is_total, plain_text
from .store import Cell, Sheet, letters

TAIL = 40  # rows from the end of a table that may be notes
LEAST_WIDTH = 3  # a narrower table is too narrow to tell a note from a row


@dataclass
class Area:
    """
    Attributes:
        head: places of the head's first and last row; None where the table has none.
        start, stop: places of its rows, the head excepted.
        titles: lines above the head.
        left_out: places between that are no rows of the table.
        own: columns of the part, where another table stands beside it.
    """

    sheet: Sheet
    head: tuple[int, int] | None
    start: int
    stop: int
    heads: list[Head] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    left_out: set[int] = field(default_factory=set)
    own: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def filled(self) -> list[int]:
        """How many cells each of its rows fills."""
        if not self.own:
            return self.sheet.filled[self.start : self.stop].tolist()
        rows = self.sheet.rows(self.start, self.stop)
        return [sum(column < len(row) and row[column] is not None for column in self.own) for row in rows]

    def note(self, code: str, place: int | None = None, count: int = 1, value: str = "", column: str = "") -> None:
        row = None if place is None else self.sheet.numbers[place]
        self.notes.append(Note(code, self.sheet.place(row, column), value[:80], count))


def areas_of(sheet: Sheet) -> list[Area]:
    """The tables of a sheet from above; none where nothing stands below a head."""
    found: list[Area] = []
    for area in _below_each_other(sheet):
        for part in _beside_each_other(area, _columns(area)):
            _cut_tail(part)
            _leave_out(part)
            columns = _columns(part, within=part.heads)
            if area.head is not None:
                part.heads, twice = heads_of(sheet, *area.head, columns)
                for name in twice:
                    part.note("twice", area.head[1], value=name)
            else:
                part.heads = [Head(letters(column), column) for column in columns]
                part.note("no_head", area.start)
            if part.stop - part.start > len(part.left_out) and part.heads:
                found.append(part)
    return found


def _below_each_other(sheet: Sheet) -> list[Area]:
    """Rows under each head; a new head is one after an empty row, of words where the table above has numbers."""
    size = len(sheet)
    head = find_head(sheet, 0, size)
    if head is None:
        return [Area(sheet, None, 0, size)] if size > 1 else []
    first = Area(sheet, head, head[1] + 1, size)
    if above := head[0]:
        first.note("title_rows", 0, above)
        first.titles = _titles(sheet, 0, above)
    found = [first]
    for place in _after_gaps(sheet, head[1] + 1):
        area = found[-1]
        if place <= area.start:
            continue
        again = find_head(sheet, place, min(size, place + 30))
        if again is None or again[1] + 1 >= size or again[0] - place > 3 or not _is_new(sheet, area, again):
            continue
        area.stop = place
        found.append(Area(sheet, again, again[1] + 1, size, titles=_titles(sheet, place, again[0])))
    return found


def _titles(sheet: Sheet, start: int, stop: int) -> list[str]:
    """What stands above a head, a line each: often whom or which month the table is of."""
    lines = (" ".join(clean(cell) for cell in row if cell is not None) for row in sheet.rows(start, min(stop, start + TAIL)))
    return [line[:200] for line in lines]


def _after_gaps(sheet: Sheet, start: int) -> list[int]:
    """Places of rows before which rows are empty; not in a sheet where every other row is."""
    numbers = sheet.numbers
    found = [place for place in range(start, len(numbers)) if numbers[place] > numbers[place - 1] + 1]
    return found if len(found) <= max(20, len(numbers) // 10) else []


def _is_new(sheet: Sheet, area: Area, head: tuple[int, int]) -> bool:
    """Whether a row of words is a head of its own: below the old one it is an odd row, and what follows it is none."""
    row = next(sheet.rows(head[1], head[1] + 1))
    below = next(sheet.rows(head[1] + 1, head[1] + 2), [])
    if area.head is not None and [clean(cell) for cell in row] == [
        clean(cell) for cell in next(sheet.rows(area.head[1], area.head[1] + 1))
    ]:
        return len(row) > 1  # the same head again: the next supplier, the next page
    above = list(sheet.rows(area.start, min(area.start + 20, head[0])))
    changed = 0
    for column, cell in enumerate(row):
        if not plain_text(cell):
            continue
        kinds = [one[column] for one in above if column < len(one) and one[column] is not None]
        is_odd = bool(kinds) and sum(plain_text(one) for one in kinds) < 0.2 * len(kinds)
        changed += is_odd or (column < len(below) and below[column] is not None and not plain_text(below[column]))
    return changed > 0 and sum(plain_text(cell) for cell in row) >= 2 and not is_head_like(below)


def _cut_tail(area: Area) -> None:
    """Notes, sums and beginnings of rows below the last whole row are none of the table."""
    sheet, filled = area.sheet, area.filled()
    counts = sorted(filled[:500])
    if not counts:
        return
    usual = counts[len(counts) // 2]
    if usual < LEAST_WIDTH and not area.own:
        return
    stop = area.stop
    low = max(area.start + 1, area.stop - TAIL)
    least = max(1, 0.4 * usual) if usual >= LEAST_WIDTH else 0  # beside another table rows end where cells do
    while stop > low and filled[stop - area.start - 1] <= least:
        stop -= 1
    if stop == low and low > area.start + 1:  # all of it is thin: so are the rows
        return
    rows = list(sheet.rows(stop, area.stop))
    sums = [place for place, row in enumerate(rows, start=stop) if any(map(is_total, row))]
    if sums:
        area.note("total_rows", sums[0], len(sums))
    if len(rows) > len(sums) and not area.own:
        first = next(place for place in range(stop, area.stop) if place not in sums)
        area.note("foot_rows", first, len(rows) - len(sums))
    area.stop = stop


def _leave_out(area: Area) -> None:
    """Sums among the rows, and the head where a page of print begins anew."""
    sheet = area.sheet
    head = [clean(cell) for cell in next(sheet.rows(area.head[1], area.head[1] + 1))] if area.head else []
    sums, again, control, lost = [], [], [], []
    wide = max(3, len([name for name in head if name]))
    for place, row in enumerate(sheet.rows(area.start, area.stop), start=area.start):
        texts = [cell for cell in row if type(cell) is str]
        if not texts:
            continue
        if sheet.filled[place] <= 0.7 * wide and any(map(is_total, texts)) and _is_sum(row):
            sums.append(place)
        elif head and texts[0].strip() in head and [clean(cell) for cell in row] == head:
            again.append(place)
        joined = "".join(texts)
        if not joined.isprintable() and CONTROL.search(joined):
            control.append(place)
        if "\ufffd" in joined:
            lost.append(place)
    area.left_out = {*sums, *again}
    for code, places in (("total_rows", sums), ("repeated_head", again), ("control", control), ("lost_letters", lost)):
        if places:
            area.note(code, places[0], len(places))


def _is_sum(row: list[Cell]) -> bool:
    """Beside the word stand numbers and nothing that names a thing."""
    first = next((cell for cell in row if cell is not None), None)
    return is_total(first) or sum(plain_text(cell) and not is_total(cell) for cell in row) == 0


def _columns(area: Area, within: list[Head] | None = None) -> list[int]:
    """Columns that have a head or a cell in some row."""
    found: set[int] = set()
    places = [*(area.sheet.rows(area.head[0], area.head[1] + 1) if area.head else ())]
    for row in places:
        found.update(column for column, cell in enumerate(row) if cell is not None)
    missing = [column for column in range(max(map(len, places), default=0)) if column not in found]
    width = max(map(len, places), default=0)
    for row in area.sheet.rows(area.start, area.stop):
        if len(row) > width:
            missing.extend(range(width, len(row)))
            width = len(row)
        if missing:
            found.update(column for column in missing if column < len(row) and row[column] is not None)
            missing = [column for column in missing if column not in found]
    known = {head.column for head in within} if within else found
    return sorted(found & known)


def _beside_each_other(area: Area, columns: list[int]) -> list[Area]:
    """Parts that an empty column divides, where both have the same names or end in different rows; else the area itself."""
    blocks: list[list[int]] = []
    for column in columns:
        if blocks and column == blocks[-1][-1] + 1:
            blocks[-1].append(column)
        else:
            blocks.append([column])
    if area.head is None or len(blocks) < 2 or any(len(block) < 2 for block in blocks):
        return [area]
    row = next(area.sheet.rows(area.head[1], area.head[1] + 1))
    names = [[clean(row[column]) if column < len(row) else "" for column in block] for block in blocks]
    ends = [_end(area, block) for block in blocks]
    is_twice = any(set(one) & set(other) for place, one in enumerate(names) for other in names[place + 1 :])
    if len(set(ends)) == 1 and not is_twice:
        return [area]
    parts = []
    for block, end in zip(blocks, ends, strict=True):
        part = Area(area.sheet, area.head, area.start, end, titles=area.titles, own=block, notes=list(area.notes))
        part.heads = [Head("", column) for column in block]
        parts.append(part)
    return parts


def _end(area: Area, block: list[int]) -> int:
    """The place after the last row that fills two of those columns: one alone is a note."""
    end = area.start
    for place, row in enumerate(area.sheet.rows(area.start, area.stop), start=area.start):
        if sum(column < len(row) and row[column] is not None for column in block) > 1:
            end = place + 1
    return end
