"""Papers as PDF: the sheet with its font and colours, and the parts that papers share.

The Korean font travels with Dure and only the glyphs in use go into the file, so that it looks the same on every machine.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import segno
from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.fonts import FontFace

from apps.common.currencies import tax_of
from apps.common.dates import paper_moment_text
from apps.tenancy.letterheads import Letterhead

from .texts import money

FONT = Path(__file__).parent / "fonts" / "DureSansKR.ttf"
INK, MUTE, RULE, HEAD = (21, 26, 34), (86, 96, 112), (200, 205, 214), (240, 242, 245)
STAMP = (196, 43, 43)
# What the font lacks and something near stands for; any other sign that it lacks is seen as an empty box, never left out.
NEAR, BOX = {"−": "–", "≤": "<=", "≥": ">="}, "□"
# Of an A4 sheet between its margins, millimetres.
LEFT, WIDTH = 12, 186
Facts = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Party:
    """One of the two firms of a paper, as its letterhead says it."""

    role: str
    name: str
    number: str = ""
    address: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Column:
    """One column of a paper's table: its head, its width in millimetres, and whether it holds figures."""

    head: str
    width: float
    is_figure: bool = False


class Sheet(FPDF):
    """A4 with the font and colours of Dure."""

    def __init__(self, title: str, *, void: str = "", printed: str = "") -> None:
        """
        Args:
            title: kind and number, which stand at the foot of every page.
            void: stamped over every page.
            printed: who printed it and when, at the foot of every page (`printed_by`).
        """
        super().__init__(format="A4")
        self.void, self.printed = void, printed
        self.add_font("dure", fname=str(FONT))
        self.set_font("dure", size=9)
        self.set_text_color(*INK)
        self.set_draw_color(*RULE)
        self.set_title(title)
        self.set_lang((translation.get_language() or "ko")[:2])
        self.set_auto_page_break(True, margin=16)

    def normalize_text(self, text: str) -> str:
        """The text with signs that the font can draw."""
        drawn = self.fonts["dure"].cmap  # type: ignore[union-attr]  # a font of ours, with its table
        shown = (NEAR.get(sign, BOX) if ord(sign) not in drawn and sign.isprintable() else sign for sign in text)
        return super().normalize_text("".join(shown))

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("dure", size=7)
        self.set_text_color(*MUTE)
        self.cell(0, 5, self.printed)
        self.set_x(LEFT)
        self.cell(0, 5, f"{self.title} · {self.page_no()}/{{nb}}", align="R")
        self.set_text_color(*INK)
        if self.void:
            self.stamp(60, 120, 90, 34, self.void)

    def qr(self, text: str, x: float, y: float, size: float) -> None:
        """A QR code of `size` millimetres, drawn as lines of its dark modules."""
        rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=0))
        step = size / len(rows)
        self.set_fill_color(*INK)
        for down, row in enumerate(rows):
            for start, length in _runs(row):
                self.rect(x + start * step, y + down * step, length * step, step, style="F")
        self.set_fill_color(255, 255, 255)  # tables fill their cells with what is set

    def words(self, x: float, y: float, width: float, text: str, size: float, *, mute: bool = False) -> None:
        """One line of text, made narrower by an ellipsis where it does not fit."""
        self.set_font("dure", size=size)
        self.set_text_color(*(MUTE if mute else INK))
        while text and self.get_string_width(text) > width:
            text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
        self.set_xy(x, y)
        self.cell(width, size * 0.45, text)
        self.set_text_color(*INK)

    def stamp(self, x: float, y: float, width: float, height: float, text: str) -> None:
        """A word in a red frame, askew over what it makes void, as a rubber stamp leaves it."""
        with (
            self.local_context(
                draw_color=STAMP, text_color=STAMP, line_width=height / 16, fill_opacity=0.75, stroke_opacity=0.75
            ),
            self.rotation(12, x + width / 2, y + height / 2),
        ):
            self.rect(x, y, width, height, round_corners=True, corner_radius=height / 8)
            self.set_font("dure", size=height * 1.7)
            fits = min(0.9 * width / self.get_string_width(text), 1)
            self.set_font("dure", size=height * 1.7 * fits)
            self.set_xy(x, y)
            self.cell(width, height, text, align="C")

    def top(self, kind: str, number: str, code: str) -> None:
        """The head of the first page: kind, number, and the code that leads back to the page on screen."""
        self.add_page()
        self.qr(code, LEFT + WIDTH - 26, 12, 26)
        self.words(LEFT, 14, 150, kind, 20)
        self.words(LEFT, 25, 150, number, 13)
        self.set_xy(LEFT, 41)

    def parties(self, *both: Party) -> None:
        """Who deals with whom, side by side, each in a frame."""
        y, width = self.get_y(), (WIDTH - 6) / 2
        for index, party in enumerate(both):
            x = LEFT + index * (width + 6)
            self.rect(x, y, width, 31)
            self.words(x + 3, y + 2.5, width - 6, party.role, 7.5, mute=True)
            self.words(x + 3, y + 7, width - 6, party.name, 11)
            number = _("Business no. %(number)s") % {"number": party.number} if party.number else ""
            self.words(x + 3, y + 14, width - 6, number, 8.5)
            self.words(x + 3, y + 19.5, width - 6, party.address, 8.5)
            self.words(x + 3, y + 25, width - 6, party.contact, 8.5, mute=True)
        self.set_xy(LEFT, y + 35)

    def facts(self, facts: Facts) -> None:
        """Label over value, in two columns."""
        y = self.get_y()
        for index, (label, value) in enumerate(facts):
            x, row = LEFT + 80 * (index % 2), y + 11 * (index // 2)
            self.words(x, row, 74, label, 7.5, mute=True)
            self.words(x, row + 3.8, 74, value, 9.5)
        self.set_xy(LEFT, y + 11 * ((len(facts) + 1) // 2) + 2)

    def rows(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
        """A table whose head stands again on each page that it goes on to."""
        self.set_font("dure", size=8.5)
        with self.table(
            col_widths=tuple(column.width for column in columns),
            text_align=tuple("RIGHT" if column.is_figure else "LEFT" for column in columns),
            headings_style=FontFace(fill_color=HEAD, emphasis=None),
            line_height=6,
            width=WIDTH,
            align="L",
            borders_layout="HORIZONTAL_LINES",
        ) as table:
            table.row([column.head for column in columns])
            for row in rows:
                table.row(list(row))

    def totals(self, totals: Facts) -> None:
        """Sums below a table, the last of them largest; never apart from each other over two pages."""
        if self.get_y() + 7 * len(totals) + 6 > self.h - 16:
            self.add_page()
        y = self.get_y() + 3
        for index, (label, value) in enumerate(totals):
            size = 11 if index == len(totals) - 1 else 9
            self.set_font("dure", size=size)
            self.set_xy(LEFT + WIDTH - 110, y + 7 * index)
            self.cell(60, 6, label, align="R")
            self.cell(50, 6, value, align="R")
        self.set_xy(LEFT, y + 7 * len(totals) + 2)

    def remark(self, text: str) -> None:
        """A note in whole sentences."""
        if text:
            self.ln(3)
            self.set_x(LEFT)
            self.set_font("dure", size=8.5)
            self.multi_cell(WIDTH, 5, text)

    def signatures(self, *labels: str) -> None:
        """Lines to sign on, at the foot of the last page."""
        y = self._foot(30)
        for index, text in enumerate(labels):
            x = LEFT + 63 * index
            self.line(x, y + 14, x + 56, y + 14)
            self.words(x, y + 16, 56, text, 7.5, mute=True)

    def seal(self, name: str) -> None:
        """The firm's name and the place of its seal, at the foot of the last page."""
        y = self._foot(30)
        self.set_font("dure", size=11)
        self.set_xy(LEFT, y + 6)
        self.cell(WIDTH - 28, 8, name, align="R")
        self.ellipse(LEFT + WIDTH - 24, y - 1, 22, 22)
        self.words(LEFT + WIDTH - 17, y + 8.5, 10, _("(seal)"), 8, mute=True)

    def _foot(self, height: float) -> float:
        """Where the last `height` millimetres above the foot begin, on a new page where this one is full."""
        if self.get_y() > self.h - 16 - height - 1:
            self.add_page()
        return max(self.get_y() + 12, self.h - 27 - height)


def _runs(row: Any) -> Iterator[tuple[int, int]]:
    """(start, length) of neighbouring dark modules."""
    start = None
    for place, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None


def party_of(role: str, head: Letterhead, contact: str = "") -> Party:
    """A firm in its role, by its letterhead."""
    return Party(role, head.name, head.number, head.address, contact)


def is_domestic(*both: Party) -> bool:
    """Whether both firms are registered in Korea, so that tax is reckoned between them."""
    return all(party.number for party in both)


def totals_of(values: Sequence[Decimal], currency: str, *, is_domestic: bool = True) -> Facts:
    """Supply value, value added tax and total of a paper's lines, for `Sheet.totals`; the total alone where no tax applies,
    nothing without lines: no price is not a price of nothing.

    Args:
        values: the supply value of each line, as it is paid. The tax of the whole is the sum of theirs, so that the paper
            adds up.
    """
    if not values:
        return []
    supply = sum(values, Decimal(0))
    taxes = [tax_of(value, currency, is_domestic=is_domestic) for value in values]
    known = [tax for tax in taxes if tax is not None]
    if not known:
        return [(_("Total"), money(supply, currency))]
    tax = sum(known, Decimal(0))
    return [
        (_("Supply value"), money(supply, currency)),
        (_("VAT"), money(tax, currency)),
        (_("Total"), money(supply + tax, currency)),
    ]


def money_remarks(currencies: Iterable[str], *, is_domestic: bool, unpriced: int) -> list[str]:
    """What a reader has to know of the sums: lines that are in none, and amounts without tax."""
    said = []
    if unpriced:
        said.append(_("No price is agreed for %(count)s of the lines; they are in no sum.") % {"count": unpriced})
    for currency in sorted(currencies):
        if tax_of(Decimal(1), currency, is_domestic=is_domestic) is None:
            said.append(_("VAT is not reckoned for amounts in %(currency)s.") % {"currency": currency})
    return said


def printed_by(name: str, moment: datetime | None = None) -> str:
    """Who prints it and when, by the clock of the person's screen."""
    when = paper_moment_text(moment or timezone.now(), timezone.get_current_timezone_name())
    return _("Printed %(when)s by %(name)s") % {"when": when, "name": name}


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A PDF that the browser shows rather than saves."""
    shown = content_disposition_header(as_attachment=False, filename=name)
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": shown})
