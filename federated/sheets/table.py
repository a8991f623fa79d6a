"""One table: heads, rows, and how its columns write numbers and dates."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Literal

from .dates import Dates, as_date
from .errors import Note, Place, SheetError
from .heads import Head
from .numbers import as_number
from .profile import REMEMBERED, Kind, Profile, text_of
from .store import Cell, Sheet
from .structure import Area

Value = str | float | datetime | None
FEW = 0.05  # of the rows
HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True)
class Row:
    """
    Attributes:
        number: as the sheet numbers it, from 1.
        cells: one a head.
    """

    number: int
    cells: list[Cell]


@dataclass(frozen=True)
class Fault:
    """A cell that is not what its column asks for."""

    code: str
    place: Place
    value: str

    def error(self, decimal: str = ".") -> SheetError:
        return SheetError(self.code, self.place, value=self.value, decimal=decimal)


@dataclass(frozen=True)
class Line:
    """
    Attributes:
        values: head → value, as its kind asks; None where the cell is empty or faulty.
    """

    number: int
    values: dict[str, Value]
    faults: list[Fault]


@dataclass
class Table:
    """
    Attributes:
        beside: all tables of its file, whose numbers tell how it is written where its own do not.
        mended: number of a row → column → what a person wrote over its cell.
    """

    area: Area
    delimiter: str = ""
    beside: list["Table"] = field(default_factory=list, compare=False, repr=False)
    mended: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def sheet(self) -> Sheet:
        return self.area.sheet

    @property
    def heads(self) -> list[Head]:
        return self.area.heads

    @property
    def names(self) -> list[str]:
        return [head.name for head in self.heads]

    @property
    def titles(self) -> list[str]:
        """Lines above the head: often whose table it is."""
        return self.area.titles

    @property
    def head_rows(self) -> tuple[int, int] | None:
        """Numbers of the head's first and last row."""
        head, numbers = self.area.head, self.sheet.numbers
        return None if head is None else (numbers[head[0]], numbers[head[1]])

    def __len__(self) -> int:
        return self.area.stop - self.area.start - len(self.area.left_out)

    def rows(self, most: int | None = None) -> Iterator[Row]:
        """The rows of the table; a merged cell counts in all the rows that it covers."""
        return islice(self._rows(), most)

    def _rows(self) -> Iterator[Row]:
        area, sheet = self.area, self.sheet
        columns = [head.column for head in self.heads]
        spots = {column: spot for spot, column in enumerate(columns)}
        boxes = iter(self._boxes)
        box = next(boxes, None)
        below: dict[int, tuple[int, Cell]] = {}  # spot of a column → last row of what is merged over it, and its value
        for place, cells in enumerate(sheet.rows(area.start, area.stop), start=area.start):
            if place in area.left_out:
                continue
            number, size = sheet.numbers[place], len(cells)
            found = [cells[column] if column < size else None for column in columns]
            for spot, (bottom, value) in list(below.items()):
                if number > bottom:
                    del below[spot]
                elif found[spot] is None:
                    found[spot] = value
            while box is not None and box[0] <= number:
                top, bottom, left, right = box
                value = found[spots[left]] if top == number and left in spots else None
                over = (spots[column] for column in range(left, min(right, left + 50) + 1) if column in spots)
                below.update(dict.fromkeys(over, (bottom, value)))
                box = next(boxes, None)
            for column, text in self.mended.get(number, {}).items():
                found[self.place(column)] = text or None
            yield Row(number, found)

    @cached_property
    def _boxes(self) -> list[tuple[int, int, int, int]]:
        """What is merged downwards over rows of the table, from above; a file may name any number of others."""
        low, high = self._reach()
        return sorted(
            box for box in self.sheet.merged if box[1] > box[0] and box[1] - box[0] < 10_000 and low <= box[0] < high
        )

    @cached_property
    def profiles(self) -> list[Profile]:
        """One a head, from all rows."""
        found = [Profile() for _head in self.heads]
        rows = self._rows()
        while batch := [row.cells for row in islice(rows, REMEMBERED)]:
            for profile, cells in zip(found, zip(*batch, strict=True), strict=True):
                profile.add(cells)
                profile.settle()
        return found

    @cached_property
    def of_file(self) -> tuple[str, Dates]:
        """The decimal sign that some column proves, and what all its dates prove together."""
        proofs: Counter[str] = Counter()
        dates = Dates()
        for profile in self.profiles:
            if profile.kind == "number":
                proofs.update({sign: 1 for sign in ".," if profile.numbers.proofs[sign]})
            elif profile.kind == "date":
                dates.join(profile.dates)
        sign = "," if proofs[","] > proofs["."] else "." if proofs["."] else ""
        return sign, dates

    def decimal(self, name: str) -> str:
        return self.profile(name).numbers.decimal(self._sign_of_file(name))

    def _sign_of_file(self, name: str) -> str:
        """The decimal sign of the file for a column that proves none: as another column of the table has it, else as its
        other tables have; and Koreans, whose heads these are, part thousands by commas."""
        numbers, (sign, _dates) = self.profile(name).numbers, self.of_file
        if sign or not numbers.open:
            return sign
        signs = {found for other in self.beside if other is not self and (found := other.of_file[0])}
        if len(signs) == 1:
            return signs.pop()
        return "." if self._is_korean and not signs and not numbers.pointed else ""

    @cached_property
    def _is_korean(self) -> bool:
        return any(HANGUL.search(text) for text in (*self.names, *self.titles))

    def order(self, name: str) -> str:
        return self.profile(name).dates.order(self.of_file[1])[0]

    def profile(self, name: str) -> Profile:
        return self.profiles[self.place(name)]

    def place(self, name: str) -> int:
        """
        Raises:
            SheetError: it has no such column.
        """
        if name not in self.names:
            raise SheetError("no_column", self.sheet.place(column=name), names=", ".join(self.names[:20]))
        return self.names.index(name)

    def assumed(self, name: str) -> Literal["", "decimal", "order"]:
        """What no cell of the file proves of a column: its decimal sign, or the order of day, month and year."""
        profile = self.profile(name)
        if profile.kind == "number" and profile.numbers.is_assumed(self._sign_of_file(name)) and self.delimiter != ",":
            return "decimal"
        return "order" if profile.kind == "date" and profile.dates.shown and profile.dates.order(self.of_file[1])[1] else ""

    def lines(self, kinds: Mapping[str, Kind], said: Mapping[str, str] | None = None) -> Iterator[Line]:
        """Each row's values of those columns, as their kinds ask.

        Args:
            said: “decimal” and “order” as a person said, for the columns that prove none.
        """
        asked = [(self.place(name), name, self._reader(name, kind, said or {})) for name, kind in kinds.items()]
        for row in self._rows():
            values: dict[str, Value] = {}
            faults: list[Fault] = []
            for place, name, read in asked:
                cell = row.cells[place]
                values[name], code = read(cell)
                if code:
                    faults.append(Fault(code, self.sheet.place(row.number, name), text_of(cell)[:80]))
            yield Line(row.number, values, faults)

    def _reader(self, name: str, kind: Kind, said: Mapping[str, str]) -> Callable[[Cell], tuple[Value, str]]:
        """What makes the value of a cell and the code of what is wrong; texts that come again are read once."""
        if kind == "text":
            return lambda cell: (None if cell is None else text_of(cell), "")
        known: dict[str, tuple[Value, str]] = {}
        dash = "zero" if self.profile(name).numbers.accounting else "gap"
        own = said.get(self.assumed(name), "")
        sign = own or self.decimal(name) if kind == "number" else ""
        by = own or self.order(name) if kind == "date" else ""

        def read(cell: Cell) -> tuple[Value, str]:
            if type(cell) is not str:
                return as_number(cell, sign, dash) if sign else as_date(cell, by)
            found = known.get(cell)
            if found is None:
                found = as_number(cell, sign, dash) if sign else as_date(cell, by)
                if len(known) < REMEMBERED:
                    known[cell] = found
            return found

        return read

    @cached_property
    def notes(self) -> list[Note]:
        """All that the reader did of itself, or that a person should look at, in this table."""
        sheet, found = self.sheet, [*self.sheet.notes, *self.area.notes]
        low, high = self._reach()
        hidden = [number for number in sheet.hidden_rows if low <= number <= high]
        columns = [head for head in self.heads if head.column in sheet.hidden_columns]
        merged = [box for box in sheet.merged if box[1] > box[0] and low <= box[0] <= high]
        unnamed = [head for head in self.heads if self.area.head is not None and head.name == head.letters]
        wide = [head for head in unnamed if 0 < self.profile(head.name).filled <= FEW * len(self)]
        unnamed = [head for head in unnamed if head not in wide]
        for code, count, place in (
            ("hidden_rows", len(hidden), sheet.place(hidden[0] if hidden else None)),
            ("hidden_columns", len(columns), sheet.place(column=columns[0].name if columns else "")),
            ("merged", len(merged), sheet.place(merged[0][0] if merged else None)),
            ("unnamed", len(unnamed), sheet.place(column=unnamed[0].name if unnamed else "")),
            ("no_result", sheet.without_result, sheet.place(sheet.first_without_result)),
        ):
            if count:
                found.append(Note(code, place, count=count))
        if wide:
            found.append(self._wide_rows([self.names.index(head.name) for head in wide]))
        for head, profile in zip(self.heads, self.profiles, strict=True):
            found += self._column_notes(head, profile)
        return found

    def _wide_rows(self, places: list[int]) -> Note:
        """Few rows reach beyond the head: most likely a delimiter stands inside a cell."""
        numbers = [
            (row.number, text_of(row.cells[place]))
            for row in self._rows()
            for place in places
            if row.cells[place] is not None
        ]
        return Note(
            "wide_rows", self.sheet.place(numbers[0][0]), numbers[0][1][:80], len({number for number, _cell in numbers})
        )

    def _column_notes(self, head: Head, profile: Profile) -> Iterator[Note]:
        where = self.sheet.place(column=head.name)
        if assumed := self.assumed(head.name):
            yield Note(f"assumed_{assumed}", where, profile.numbers.open if assumed == "decimal" else profile.dates.shown)
        currencies: Mapping[str, int] = self.sheet.currencies.get(head.column, {})
        units = [
            *currencies,
            *(unit for unit in profile.numbers.units if unit.casefold() not in map(str.casefold, currencies)),
        ]
        if profile.kind == "number" and len({unit.casefold() for unit in units}) > 1:
            yield Note("mixed_units", where, ", ".join(units[:5]), len(units))

    def _reach(self) -> tuple[int, int]:
        numbers, area = self.sheet.numbers, self.area
        return numbers[area.start], numbers[area.stop - 1]
