"""What a table lacks, with its place, the value, the rule and the remedy, in both languages."""

from dataclasses import dataclass

from ..agreed.errors import FederatedError
from .words import PLACES, WORDS, Language


@dataclass(frozen=True)
class Place:
    """
    Attributes:
        row: as the sheet numbers it, from 1.
        column: the head of the column, or its letters.
    """

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def told(self, language: Language = "en") -> str:
        """“orders.xlsx, sheet Orders, row 7, column Qty”; what is not known is left out."""
        named = PLACES[language]
        parts = [
            self.file,
            named["sheet"].format(self.sheet.strip()) if self.sheet else "",
            named["row"].format(self.row) if self.row is not None else "",
            named["column"].format(self.column) if self.column else "",
        ]
        return ", ".join(part for part in parts if part)


class SheetError(FederatedError):
    """A file, a sheet or a cell that cannot be read.

    Attributes:
        where: file, sheet, row and column.
        given: what its sentences name.
    """

    code = "sheet"

    def __init__(self, code: str, where: Place | None = None, *, value: object = None, **given: object) -> None:
        self.where = where or Place()
        self.given = given
        words = WORDS[code]
        super().__init__(
            words.rule["en"].format(**given),
            place=self.where.told(),
            value=value,
            remedy=words.remedy["en"].format(**given),
            code=code,
        )

    def told(self, language: Language = "en") -> str:
        """The whole sentence in one of the two languages."""
        if language == "en":
            return self.text()
        words, place = WORDS[self.code], self.where.told(language)
        head = words.rule[language].format(**self.given)
        found = "" if self.value is None else PLACES[language]["found"].format(self.value)
        remedy = PLACES[language]["remedy"].format(words.remedy[language].format(**self.given))
        return f"{f'{place}: ' if place else ''}{head}{found}{remedy}"


@dataclass(frozen=True)
class Note:
    """What the reader did of itself, or what a person should look at; nothing is lost by it unsaid.

    Attributes:
        count: how many rows, cells or columns it is about; `where` is the first of them.
        value: the cell as it stands there, shortened.
    """

    code: str
    where: Place
    value: str = ""
    count: int = 1

    def told(self, language: Language = "en") -> str:
        words, place = WORDS[self.code], self.where.told(language)
        text = words.rule[language].format(count=f"{self.count:,}", value=self.value)
        remedy = words.remedy[language]
        return f"{f'{place}: ' if place else ''}{text}{PLACES[language]['remedy'].format(remedy) if remedy else ''}"
