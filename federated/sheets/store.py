"""Rows of a sheet, kept small: a hundred thousand rows of ten cells take about fifteen megabytes."""

import marshal
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .errors import Note, Place, SheetError
from .limits import Limits

Cell = str | float | int | bool | datetime | None
GROUP = 128
EPOCH = datetime(1970, 1, 1)
SECOND = timedelta(seconds=1)


@dataclass
class Sheet:
    """
    Attributes:
        merged: (first row, last row, first column, last column) of each merged cell; rows from 1, columns from 0.
        currencies: column → currency code of the format → how many cells.
        without_result: formulas that were saved without one.
    """

    file: str
    name: str
    limits: Limits = field(default_factory=Limits)
    hidden: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    currencies: dict[int, Counter[str]] = field(default_factory=dict)
    without_result: int = 0
    first_without_result: int = 0
    notes: list[Note] = field(default_factory=list)
    numbers: "array[int]" = field(default_factory=lambda: array("L"))
    filled: "array[int]" = field(default_factory=lambda: array("L"))
    cells: int = 0
    _groups: list[bytes] = field(default_factory=list)
    _open: list[list[Any]] = field(default_factory=list)
    _held: int = 0

    def add(self, number: int, cells: list[Any]) -> None:
        """One row that is not empty; those that are add nothing.

        Raises:
            SheetError: more than the limits allow.
        """
        while cells and (cells[-1] is None or cells[-1] == ""):
            cells.pop()
        if not cells:
            return
        if len(cells) > self.limits.columns:
            raise SheetError("too_many_columns", self.place(number), most=f"{self.limits.columns:,}", value=len(cells))
        if len(self.numbers) >= self.limits.rows:
            raise SheetError("too_many_rows", self.place(number), most=f"{self.limits.rows:,}")
        filled = 0
        for place, cell in enumerate(cells):
            if cell is None:
                continue
            kind = type(cell)
            if kind is str:
                if not cell or cell.isspace():
                    cells[place] = None
                    continue
                if len(cell) > self.limits.cell_chars:
                    raise SheetError("long_cell", self.place(number), most=f"{self.limits.cell_chars:,}", value=cell)
            elif kind is datetime:
                gap = cell - EPOCH
                cells[place] = (gap.days, gap.seconds)
            filled += 1
        if not filled:
            return
        self.numbers.append(number)
        self.filled.append(filled)
        self.cells += len(cells)
        if self.cells > self.limits.cells:
            raise SheetError("too_many_cells", self.place(number), most=f"{self.limits.cells:,}")
        self._open.append(cells)
        if len(self._open) == GROUP:
            self._close()

    def _close(self) -> None:
        packed = marshal.dumps(self._open)
        self._held += len(packed)
        if self._held > self.limits.held_bytes:
            raise SheetError("too_large", self.place(), most=self.limits.held_bytes // 1_000_000)
        self._groups.append(packed)
        self._open = []

    def place(self, row: int | None = None, column: str = "") -> Place:
        return Place(self.file, self.name, row, column)

    def __len__(self) -> int:
        """Rows that are not empty."""
        return len(self.numbers)

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[list[Cell]]:
        """Cells of the rows at those places, each list new."""
        stop = len(self) if stop is None else min(stop, len(self))
        first = start // GROUP
        for group in range(first, (max(stop, start) + GROUP - 1) // GROUP):
            rows = marshal.loads(self._groups[group]) if group < len(self._groups) else [list(row) for row in self._open]
            low, high = max(0, start - group * GROUP), min(len(rows), stop - group * GROUP)
            for row in rows[low:high]:
                for place, cell in enumerate(row):
                    if type(cell) is tuple:
                        row[place] = EPOCH + timedelta(days=cell[0], seconds=cell[1])
                yield row


def letters(column: int) -> str:
    """“A” for 0, “AB” for 27."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found
