"""Papers of a delivery as PDF, in the reader's language: delivery note, transaction statement, certificate of receipt."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.common.currencies import paid, tax_of
from apps.common.dates import paper_day_text, paper_moment_text
from apps.common.units import UNITS
from apps.tenancy.letterheads import letterheads
from apps.tenancy.prices import are_hidden
from apps.ui.paper import Column, Facts, Party, Sheet, is_domestic, money_remarks, party_of, totals_of
from apps.ui.texts import money, quantity
from apps.ui.texts import price as price_text

from .exceptions import NothingReceived, PricesHidden
from .models import GoodsReceiptLine, ShipmentLine, ShipmentNotice
from .statuses import ShipmentStatus


def scan_address(text: str) -> str:
    """What a QR code holds: an address that a phone's camera opens, and whose end a hand scanner types."""
    return f"{settings.PUBLIC_URL}{reverse('deliveries:scan')}?q={text}"


def void_of(shipment: ShipmentNotice) -> str:
    """What is stamped over the papers of a delivery that does not come."""
    return pgettext("stamp", "CANCELLED") if shipment.status == ShipmentStatus.CANCELLED else ""


def delivery_note(shipment: ShipmentNotice, printed: str = "") -> bytes:
    """The paper that travels with the goods.

    Args:
        shipment: with its lines, as `selectors.shipment` gives it.
        printed: see `Sheet`.
    """
    kind = _("Delivery note")
    sheet = Sheet(_("Delivery note %(number)s") % {"number": shipment.number}, void=void_of(shipment), printed=printed)
    sheet.top(kind, shipment.number, scan_address(shipment.number))
    sheet.parties(*_parties(shipment))
    sheet.facts(_facts(shipment))
    columns = (
        Column(_("No."), 9, is_figure=True),
        Column(_("Order"), 24),
        Column(_("Part"), 78),
        Column(_("Lot"), 28),
        Column(_("Quantity"), 28, is_figure=True),
        Column(_("Packages"), 19, is_figure=True),
    )
    sheet.rows(columns, _noted(shipment))
    sheet.remark(shipment.note)
    sheet.signatures(_("Handed over by"), _("Received by"), _("Date and time"))
    return bytes(sheet.output())


def _parties(shipment: ShipmentNotice, *, are_paying: bool = False) -> tuple[Party, Party]:
    """The two firms, by the words of the trade, or by those of what is paid (공급자, 공급받는자)."""
    heads = letterheads((shipment.supplier_id, shipment.buyer_id))
    supplier, customer = _("Supplier"), _("Customer")
    if are_paying:
        supplier, customer = _("Supplied by"), _("Supplied to")
    return party_of(supplier, heads[shipment.supplier_id]), party_of(customer, heads[shipment.buyer_id])


def _facts(shipment: ShipmentNotice) -> Facts:
    transport = " · ".join(part for part in (shipment.carrier, shipment.tracking_number) if part) or "—"
    return [
        (_("Ships from"), str(shipment.origin_site or "—")),
        (_("Deliver to"), f"{shipment.destination_site} ({shipment.destination_site.code})"),
        (_("Departure"), paper_day_text(shipment.planned_departure_on)),
        (_("Arrival"), paper_day_text(shipment.planned_arrival_on)),
        (_("Carrier and tracking number"), transport),
        (_("Packages"), str(shipment.package_count or "—")),
    ]


def _noted(shipment: ShipmentNotice) -> Iterator[tuple[str, ...]]:
    for line in shipment.shown_lines:
        part = f"{line.partner_part.buyer_number}\n{line.partner_part.label}"
        amount = f"{quantity(line.quantity)} {UNITS[line.unit].label}"
        packages = str(len(line.shown_packages) or "—")
        yield str(line.position), line.order.number, part, line.lot or "—", amount, packages


def statement(shipment: ShipmentNotice, prices: Mapping[int, tuple[Decimal | None, str]], printed: str = "") -> bytes:
    """거래명세서: what was delivered at which price, with value added tax where it is reckoned.

    Args:
        shipment: with its lines, as `selectors.shipment` gives it.
        prices: of each shipment line its unit price, None where none is agreed, and the currency
            (`selectors.prices_of_lines`).
        printed: see `Sheet`.

    Raises:
        PricesHidden: the reader sees no prices of this relation.
    """
    if are_hidden(shipment):
        raise PricesHidden(place="shipment", value=shipment.number)
    title = _("Transaction statement %(number)s") % {"number": shipment.number}
    parties = _parties(shipment, are_paying=True)
    taxed = is_domestic(*parties)
    sheet = Sheet(title, void=void_of(shipment) or _unsent(shipment), printed=printed)
    sheet.top(_("Transaction statement"), shipment.number, scan_address(shipment.number))
    sheet.parties(*parties)
    sheet.facts(
        [
            (_("Departure"), paper_day_text(_day_of_departure(shipment))),
            (_("Deliver to"), f"{shipment.destination_site} ({shipment.destination_site.code})"),
        ]
    )
    columns = (
        Column(_("No."), 9, is_figure=True),
        Column(_("Order"), 24),
        Column(_("Part"), 51),
        Column(_("Quantity"), 24, is_figure=True),
        Column(_("Unit price"), 22, is_figure=True),
        Column(_("Supply value"), 30, is_figure=True),
        Column(_("VAT"), 26, is_figure=True),
    )
    sums: dict[str, list[Decimal]] = defaultdict(list)
    rows, unpriced = [], 0
    for line in shipment.shown_lines:
        price, currency = prices[line.pk]
        part = f"{line.partner_part.buyer_number}\n{line.partner_part.label}"
        amount = f"{quantity(line.quantity)} {UNITS[line.unit].label}"
        if price is None:
            unpriced += 1
            rows.append((str(line.position), line.order.number, part, amount, "—", "—", "—"))
            continue
        supply = paid(line.quantity * price, currency)
        sums[currency].append(supply)
        tax = tax_of(supply, currency, is_domestic=taxed)
        shown_tax = "—" if tax is None else money(tax, currency)
        shown = (amount, price_text(price, currency), money(supply, currency), shown_tax)
        rows.append((str(line.position), line.order.number, part, *shown))
    sheet.rows(columns, rows)
    for currency, values in sorted(sums.items()):
        sheet.totals(totals_of(values, currency, is_domestic=taxed))
    sheet.remark("\n".join(money_remarks(sums, is_domestic=taxed, unpriced=unpriced)))
    sheet.seal(shipment.supplier.name)
    return bytes(sheet.output())


def _unsent(shipment: ShipmentNotice) -> str:
    """A statement of what has not left yet is a draft."""
    return pgettext("stamp", "DRAFT") if shipment.status == ShipmentStatus.ANNOUNCED else ""


def _day_of_departure(shipment: ShipmentNotice) -> date:
    """The day it left, at the site that it left from; before that, the day it is to leave."""
    if shipment.departed_at is None or shipment.origin_site is None:
        return shipment.planned_departure_on
    return shipment.origin_site.day_of(shipment.departed_at)


def receipt(shipment: ShipmentNotice, printed: str = "") -> bytes:
    """수령증명서: what came of a delivery, receipt by receipt, as the receiving site booked it.

    Args:
        shipment: with its lines, as `selectors.shipment` gives it.
        printed: see `Sheet`.

    Raises:
        NothingReceived: nothing of it has been booked yet.
    """
    booked = _booked(shipment)
    if not booked:
        raise NothingReceived(place="shipment", value=shipment.number)
    zone = shipment.destination_site.time_zone
    sheet = Sheet(_("Certificate of receipt %(number)s") % {"number": shipment.number}, printed=printed)
    sheet.top(_("Certificate of receipt"), shipment.number, scan_address(shipment.number))
    sheet.parties(*_parties(shipment))
    last = max(rows[0].receipt.received_at for _line, rows in booked)
    sheet.facts(
        [
            (_("Received at"), f"{shipment.destination_site} ({shipment.destination_site.code})"),
            (_("Last receipt"), paper_moment_text(last, zone)),
        ]
    )
    columns = (
        Column(_("Receipt"), 30),
        Column(_("Order"), 24),
        Column(_("Part"), 48),
        Column(_("Announced"), 21, is_figure=True),
        Column(pgettext("quantity", "Received"), 21, is_figure=True),
        Column(_("Damaged"), 21, is_figure=True),
        Column(_("Short"), 21, is_figure=True),
    )
    sheet.rows(columns, (_received(line, rows, zone) for line, rows in booked))
    sheet.remark("\n".join(_missing(shipment)))
    sheet.seal(shipment.buyer.name)
    return bytes(sheet.output())


def _booked(shipment: ShipmentNotice) -> list[tuple[ShipmentLine, list[GoodsReceiptLine]]]:
    """Of each receipt and line what was booked, package by package, the earliest receipt first."""
    found: dict[tuple[int, int], tuple[ShipmentLine, list[GoodsReceiptLine]]] = {}
    for line in shipment.shown_lines:
        for row in line.shown_receipts:
            found.setdefault((row.receipt_id, line.position), (line, []))[1].append(row)
    return [found[key] for key in sorted(found)]


def _received(line: ShipmentLine, rows: list[GoodsReceiptLine], zone: str) -> tuple[str, ...]:
    receipt, names = rows[0].receipt, ("announced_quantity", "quantity", "damaged_quantity", "short_quantity")
    sums = [sum((getattr(row, name) for row in rows), Decimal(0)) for name in names]
    return (
        f"{receipt.number}\n{paper_moment_text(receipt.received_at, zone)}",
        line.order.number,
        f"{line.partner_part.buyer_number}\n{line.lot or '—'}",
        *(f"{quantity(figure)} {UNITS[line.unit].label}" if figure else "—" for figure in sums),
    )


def _missing(shipment: ShipmentNotice) -> Iterator[str]:
    for line in shipment.shown_lines:
        if line.missing_quantity:
            amount = f"{quantity(line.missing_quantity)} {UNITS[line.unit].label}"
            facts = {"part": line.partner_part.buyer_number, "lot": line.lot or "—", "quantity": amount}
            yield _("%(part)s, lot %(lot)s: %(quantity)s did not come.") % facts
