"""Web pages that are named as workbooks: many an ERP “exports to Excel” so."""

import re
from html.parser import HTMLParser
from typing import Any, BinaryIO

from .encoding import encoding_of
from .errors import Note, Place, SheetError
from .limits import Limits
from .store import Sheet

CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
KOREAN = {"euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949", "euckr": "cp949", "uhc": "cp949"}
CHUNK = 1 << 16
UNSEEN = ("script", "style", "title", "head")


def read_html(file: BinaryIO, name: str, limits: Limits, encoding: str = "") -> tuple[list[Sheet], list[Note], str]:
    """A sheet for each table of the page, and its encoding.

    Raises:
        SheetError: no table in it, or more than the limits allow.
    """
    start = file.read(4096)
    file.seek(0)
    said = CHARSET.search(start)
    if said and not encoding and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        word = said.group(1).decode("ascii").lower()
        encoding = KOREAN.get(word, word)
    encoding = encoding_of(file, name, encoding)
    page = _Page(name, limits)
    text = file.read().decode(encoding, errors="replace")
    for place in range(0, len(text), CHUNK):
        page.feed(text[place : place + CHUNK])
    page.close()
    page.finish()
    sheets = [sheet for sheet in page.sheets if len(sheet)]
    if not sheets:
        raise SheetError("html_no_table", Place(name))
    return sheets, [Note("html", Place(name))], encoding


class _Page(HTMLParser):
    def __init__(self, name: str, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.name, self.limits = name, limits
        self.sheets: list[Sheet] = []
        self.sheet: Sheet | None = None
        self.number = self.size = 0
        self.cells: list[Any] = []
        self.parts: list[str] | None = None
        self.unseen = 0
        self.spans: dict[int, int] = {}
        self.span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self.unseen += 1
        elif tag == "table":
            self.finish()
            if len(self.sheets) < self.limits.sheets:
                self.sheet = Sheet(self.name, "", self.limits)
                self.sheets.append(self.sheet)
            self.number, self.spans = 0, {}
        elif tag == "tr":
            self._end_row()
            self.number += 1
        elif tag in ("td", "th"):
            self._end_cell()
            found = dict(attrs)
            self.span = (_times(found.get("rowspan")), _times(found.get("colspan")))
            self.parts, self.size = [], 0
        elif tag == "br" and self.parts is not None:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self.finish()
            self.sheet = None

    def handle_data(self, data: str) -> None:
        if self.parts is not None and not self.unseen:
            self.size += len(data)
            if self.size > self.limits.cell_chars:
                raise SheetError("long_cell", Place(self.name, row=self.number), most=f"{self.limits.cell_chars:,}")
            self.parts.append(data)

    def _end_cell(self) -> None:
        if self.parts is None:
            return
        text = " ".join("".join(self.parts).split())
        self.parts = None
        while len(self.cells) in self.spans:  # a cell from above reaches down to here
            self._reach_down()
        down, right = self.span
        column = len(self.cells)
        if column + right > self.limits.columns:
            place = Place(self.name, row=self.number)
            raise SheetError("too_many_columns", place, most=f"{self.limits.columns:,}", value=column + right)
        if self.sheet is not None and (down > 1 or right > 1):
            self.sheet.merged.append((self.number, self.number + down - 1, column, column + right - 1))
        self.cells.extend([text or None, *[None] * (right - 1)])
        if down > 1:
            self.spans.update({column + step: down - 1 for step in range(right)})

    def _reach_down(self) -> None:
        column = len(self.cells)
        self.cells.append(None)
        self.spans[column] -= 1
        if not self.spans[column]:
            del self.spans[column]

    def _end_row(self) -> None:
        self._end_cell()
        while len(self.cells) in self.spans and self.cells:
            self._reach_down()
        if self.sheet is not None and self.cells:
            self.sheet.add(max(1, self.number), self.cells)
        self.cells = []

    def finish(self) -> None:
        """The last row of the present table, which no end mark may follow."""
        self._end_row()


def _times(text: str | None) -> int:
    return min(max(1, int(text)), 1000) if text and text.isdecimal() and len(text) < 8 else 1
