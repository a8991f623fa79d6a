"""Delivery note and package labels as PDF, in the reader's language.

The Korean font travels with Dure and only the glyphs in use go into the file, so that it looks the same on every machine.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from fpdf import FPDF
from fpdf.fonts import FontFace

from apps.common.api import plain
from apps.common.units import UNITS

from .models import ShipmentNotice
from .statuses import ShipmentStatus

FONT = Path(__file__).parent / "fonts" / "DureSansKR.ttf"
INK, MUTE, RULE, HEAD = (21, 26, 34), (86, 96, 112), (200, 205, 214), (240, 242, 245)
STAMP = (196, 43, 43)
# A common A4 sheet: two columns of four stickers, millimetres.
LABEL_WIDTH, LABEL_HEIGHT, LEFT, TOP, GAP = 99.1, 67.7, 4.65, 13.1, 2.5


def scan_address(text: str) -> str:
    """What a QR code holds: an address that a phone's camera opens, and whose end a hand scanner types."""
    return f"{settings.PUBLIC_URL}{reverse('deliveries:scan')}?q={text}"


class Sheet(FPDF):
    """A4 with the font and colours of Dure."""

    def __init__(self, title: str, *, void: str = "") -> None:
        """`void` is stamped over every page."""
        super().__init__(format="A4")
        self.void = void
        self.add_font("dure", fname=str(FONT))
        self.set_font("dure", size=9)
        self.set_text_color(*INK)
        self.set_draw_color(*RULE)
        self.set_title(title)
        self.set_lang((translation.get_language() or "ko")[:2])
        self.set_auto_page_break(True, margin=16)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("dure", size=7)
        self.set_text_color(*MUTE)
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


def _runs(row: Any) -> Iterator[tuple[int, int]]:
    """(start, length) of neighbouring dark modules."""
    start = None
    for place, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None


def delivery_note(shipment: ShipmentNotice) -> bytes:
    """The paper that travels with the goods.

    Args:
        shipment: with its lines, as `selectors.shipment` gives it.
    """
    sheet = Sheet(_("Delivery note %(number)s") % {"number": shipment.number}, void=_void(shipment))
    sheet.add_page()
    sheet.qr(scan_address(shipment.number), 172, 12, 26)
    sheet.words(12, 14, 150, _("Delivery note"), 20)
    sheet.words(12, 25, 150, shipment.number, 13)
    for index, (label, value) in enumerate(_facts(shipment)):
        x, y = 12 + 80 * (index % 2), 38 + 11 * (index // 2)
        sheet.words(x, y, 74, label, 7.5, mute=True)
        sheet.words(x, y + 3.8, 74, value, 9.5)
    sheet.set_xy(12, 84)
    _table(sheet, shipment)
    if shipment.note:
        sheet.ln(4)
        sheet.set_x(12)
        sheet.multi_cell(186, 5, shipment.note)
    _signatures(sheet)
    return bytes(sheet.output())


def _void(shipment: ShipmentNotice) -> str:
    """What is stamped over the papers of a delivery that does not come."""
    return pgettext("stamp", "CANCELLED") if shipment.status == ShipmentStatus.CANCELLED else ""


def _facts(shipment: ShipmentNotice) -> list[tuple[str, str]]:
    day = formats.date_format
    transport = " · ".join(part for part in (shipment.carrier, shipment.tracking_number) if part) or "—"
    return [
        (_("Supplier"), shipment.supplier.name),
        (_("Customer"), shipment.buyer.name),
        (_("Ships from"), str(shipment.origin_site or "—")),
        (_("Deliver to"), f"{shipment.destination_site} ({shipment.destination_site.code})"),
        (_("Departure"), day(shipment.planned_departure_on, "DATE_FORMAT")),
        (_("Arrival"), day(shipment.planned_arrival_on, "DATE_FORMAT")),
        (_("Carrier and tracking number"), transport),
        (_("Packages"), str(shipment.package_count or "—")),
    ]


def _table(sheet: Sheet, shipment: ShipmentNotice) -> None:
    sheet.set_font("dure", size=8.5)
    heads = (_("No."), _("Order"), _("Part"), _("Lot"), _("Quantity"), _("Packages"))
    style = FontFace(fill_color=HEAD, emphasis=None)
    with sheet.table(
        col_widths=(9, 24, 78, 28, 28, 19),
        text_align=("RIGHT", "LEFT", "LEFT", "LEFT", "RIGHT", "RIGHT"),
        headings_style=style,
        line_height=6,
        width=186,
        align="L",
        borders_layout="HORIZONTAL_LINES",
    ) as table:
        table.row(heads)
        for line in shipment.shown_lines:
            part = f"{line.partner_part.buyer_number}\n{line.partner_part.label}"
            amount = f"{plain(line.quantity)} {UNITS[line.unit].label}"
            packages = str(len(line.shown_packages) or "—")
            table.row((str(line.position), line.order.number, part, line.lot or "—", amount, packages))


def _signatures(sheet: Sheet) -> None:
    if sheet.get_y() > 250:
        sheet.add_page()
    y = max(sheet.get_y() + 12, 240)
    for index, text in enumerate((_("Handed over by"), _("Received by"), _("Date and time"))):
        x = 12 + 63 * index
        sheet.line(x, y + 14, x + 56, y + 14)
        sheet.words(x, y + 16, 56, text, 7.5, mute=True)


def labels(shipment: ShipmentNotice) -> bytes:
    """One sticker a package, eight on an A4 sheet; a delivery without packages gets one for the whole of it."""
    sheet = Sheet(_("Package labels %(number)s") % {"number": shipment.number})
    sheet.set_auto_page_break(False)
    packages = [(line, package) for line in shipment.shown_lines for package in line.shown_packages]
    wanted = [_package_label(shipment, *pair, n, len(packages)) for n, pair in enumerate(packages, start=1)]
    for index, label in enumerate(wanted or [_whole_label(shipment)]):
        place = index % 8
        if place == 0:
            sheet.add_page()
        x, y = LEFT + (place % 2) * (LABEL_WIDTH + GAP), TOP + (place // 2) * LABEL_HEIGHT
        _draw_label(sheet, label, x, y)
        if void := _void(shipment):
            sheet.stamp(x + 18, y + 20, 64, 24, void)
    return bytes(sheet.output())


def _package_label(shipment: ShipmentNotice, line: Any, package: Any, number: int, count: int) -> dict[str, str]:
    return {
        "code": package.plate,
        "title": line.partner_part.buyer_number,
        "name": line.partner_part.label,
        "amount": f"{plain(package.quantity)} {UNITS[line.unit].label}",
        "lot": _("Lot %(lot)s") % {"lot": line.lot} if line.lot else "",
        "order": _("Order %(number)s") % {"number": line.order.number},
        "count": f"{number} / {count} · {package.get_kind_display()}",
        **_parties(shipment),
    }


def _whole_label(shipment: ShipmentNotice) -> dict[str, str]:
    return {
        "code": shipment.number,
        "title": shipment.part_number,
        "name": shipment.part_label,
        "amount": f"{plain(shipment.quantity)} {UNITS[shipment.unit].label}",
        "lot": "",
        "order": _("%(count)s lines") % {"count": shipment.line_count},
        "count": shipment.number,
        **_parties(shipment),
    }


def _parties(shipment: ShipmentNotice) -> dict[str, str]:
    target = f"{shipment.buyer.name} · {shipment.destination_site}"
    return {"from": shipment.supplier.name, "to": target, "note": shipment.number}


def _draw_label(sheet: Sheet, label: dict[str, str], x: float, y: float) -> None:
    sheet.rect(x, y, LABEL_WIDTH, LABEL_HEIGHT)
    sheet.qr(scan_address(label["code"]), x + 5, y + 6, 30)
    right, width = x + 39, LABEL_WIDTH - 43
    sheet.words(right, y + 6, width, label["title"], 15)
    sheet.words(right, y + 14, width, label["name"], 9)
    sheet.words(right, y + 21, width, label["amount"], 17)
    sheet.words(right, y + 31, width, label["lot"], 9.5)
    sheet.words(x + 5, y + 39, LABEL_WIDTH - 10, label["code"], 9.5)
    sheet.words(x + 5, y + 45.5, 60, label["order"], 8, mute=True)
    sheet.words(x + 66, y + 45.5, LABEL_WIDTH - 70, label["count"], 8, mute=True)
    sheet.line(x + 5, y + 51, x + LABEL_WIDTH - 5, y + 51)
    sheet.words(x + 5, y + 53, LABEL_WIDTH - 10, label["from"], 8, mute=True)
    sheet.words(x + 5, y + 58, LABEL_WIDTH - 10, label["to"], 9)
