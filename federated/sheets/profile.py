"""What the cells of a column are: numbers, days, codes, words; and how they look as texts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from .dates import SERIALS, Dates
from .heads import CONTROL
from .numbers import GAPS, QUICK, Numbers
from .store import Cell

Kind = Literal["text", "number", "date"]
REMEMBERED = 20_000
FIVE, EIGHT = 5, 8  # digits of a serial number that is a day, and of 20260331


@dataclass
class Profile:
    """What the cells of a column are.

    Attributes:
        filled, blank: rows with and without a cell; a dash or “n/a” is a blank one.
        examples: the first five different ones, as they stand there.
        serials: numbers that may be days, where others of the column are.
        seen: texts not judged yet.
    """

    filled: int = 0
    blank: int = 0
    numbers: Numbers = field(default_factory=Numbers)
    dates: Dates = field(default_factory=Dates)
    typed_dates: int = 0
    flags: int = 0
    codes: int = 0
    serials: int = 0
    examples: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    @property
    def kind(self) -> Kind:
        """What nearly all of its cells are; a number with leading zeros, or a long one, is a code."""
        if not self.filled:
            return "text"
        days = self.typed_dates + self.dates.count
        if days and days + self.serials >= 0.7 * self.filled:
            return "date"
        count = self.numbers.count - self.numbers.strange + self.flags
        return "number" if count >= 0.8 * self.filled and self.codes < 0.5 * self.filled else "text"

    def add(self, cells: Sequence[Cell]) -> None:
        kinds = Counter(map(type, cells))
        texts, gaps = kinds.pop(str, 0), kinds.pop(type(None), 0)
        self.blank += gaps
        self.filled += kinds.total()
        self.typed_dates += kinds[datetime]
        self.flags += kinds[bool]
        self.numbers.typed += kinds[int] + kinds[float]
        if kinds and len(self.examples) < FIVE:
            self._show(text_of(cell) for cell in dict.fromkeys(cells) if cell is not None and type(cell) is not str)
        if texts == len(cells):
            self.seen.update(cells)  # type: ignore[arg-type]
        elif texts:
            self.seen.update(cell for cell in cells if type(cell) is str)

    def _show(self, texts: Iterable[str]) -> None:
        for text in texts:
            if len(self.examples) == FIVE:
                return
            if text not in self.examples:
                self.examples.append(text)

    def settle(self) -> None:
        """Judge the texts seen since, each kind once."""
        for text, times in self.seen.items():
            plain = text.strip()
            if plain.lower() in GAPS:
                self.blank += times
                continue
            self.filled += times
            if len(self.examples) < FIVE:
                self._show((plain,))
            if is_code(plain):
                self.codes += times
            self.serials += times * (len(plain) == FIVE and plain.isdecimal() and SERIALS[0] < int(plain) < SERIALS[1])
            is_number = QUICK.fullmatch(plain) is not None and len(plain) != EIGHT
            if is_number or not self.dates.add(text, times):
                self.numbers.add(text, times)
        self.seen.clear()


def is_code(text: str) -> bool:
    """Digits that count nothing: 00004711, 4500010008, 880123456789."""
    return text.isdecimal() and len(text) > 1 and (text[0] == "0" or len(text) > 9)


def text_of(cell: Cell) -> str:
    """The cell as a text: a whole number without “.0”, a day as 2026-03-31, nothing that cannot be printed."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell if cell.isprintable() else CONTROL.sub("", cell)
    if isinstance(cell, datetime):
        is_day = not (cell.hour or cell.minute or cell.second)
        return cell.date().isoformat() if is_day else cell.isoformat()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
