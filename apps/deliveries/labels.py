"""Package labels as PDF: stickers whose code leads back to the delivery."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.common.units import UNITS
from apps.ui.paper import Sheet
from apps.ui.texts import quantity as quantity_text

from .documents import scan_address, void_of
from .models import ShipmentNotice

# A common A4 sheet: two columns of four stickers, millimetres.
LABEL_WIDTH, LABEL_HEIGHT, STICKERS_LEFT, STICKERS_TOP, GAP = 99.1, 67.7, 4.65, 13.1, 2.5


def labels(shipment: ShipmentNotice) -> bytes:
    """One sticker a package, and one a line whose pieces are loose; eight on an A4 sheet."""
    sheet = Sheet(_("Package labels %(number)s") % {"number": shipment.number})
    sheet.set_auto_page_break(False)
    packages = [(line, package) for line in shipment.shown_lines for package in line.shown_packages]
    wanted = [_package_label(shipment, *pair, n, len(packages)) for n, pair in enumerate(packages, start=1)]
    loose = [line for line in shipment.shown_lines if not line.shown_packages]
    wanted += [_loose_label(shipment, line, n, len(loose)) for n, line in enumerate(loose, start=1)]
    for index, label in enumerate(wanted):
        place = index % 8
        if place == 0:
            sheet.add_page()
        x, y = STICKERS_LEFT + (place % 2) * (LABEL_WIDTH + GAP), STICKERS_TOP + (place // 2) * LABEL_HEIGHT
        _draw_label(sheet, label, x, y)
        if void := void_of(shipment):
            sheet.stamp(x + 18, y + 20, 64, 24, void)
    return bytes(sheet.output())


def _package_label(shipment: ShipmentNotice, line: Any, package: Any, number: int, count: int) -> dict[str, str]:
    count_of_it = f"{number} / {count} · {package.get_kind_display()}"
    return _label(shipment, line, code=package.plate, quantity=package.quantity, count=count_of_it)


def _loose_label(shipment: ShipmentNotice, line: Any, number: int, count: int) -> dict[str, str]:
    """Its code is the delivery's: loose pieces have none of their own."""
    count_of_it = f"{number} / {count} · {_('loose')}"
    return _label(shipment, line, code=shipment.number, quantity=line.quantity, count=count_of_it)


def _label(shipment: ShipmentNotice, line: Any, *, code: str, quantity: Decimal, count: str) -> dict[str, str]:
    return {
        "code": code,
        "title": line.partner_part.buyer_number,
        "name": line.partner_part.label,
        "amount": f"{quantity_text(quantity)} {UNITS[line.unit].label}",
        "lot": _("Lot %(lot)s") % {"lot": line.lot} if line.lot else "",
        "order": _("Order %(number)s") % {"number": line.order.number},
        "count": count,
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
