"""The order as a paper, in the reader's language: 발주서."""

from collections.abc import Iterator
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.common.currencies import paid
from apps.common.dates import paper_day_text
from apps.common.units import UNITS
from apps.tenancy.letterheads import letterheads
from apps.tenancy.prices import are_hidden
from apps.ui.paper import Column, Facts, Sheet, is_domestic, money_remarks, party_of, totals_of
from apps.ui.texts import money, price, quantity

from .models import PurchaseOrder, PurchaseOrderLine, ScheduleLine
from .statuses import Collaboration


def purchase_order(order: PurchaseOrder, printed: str = "") -> bytes:
    """A row for each day and quantity that is asked for; prices only for who sees them.

    Args:
        order: with its lines and their schedule, as `selectors.order_with_lines` gives it.
        printed: see `Sheet`.
    """
    sheet = Sheet(_("Purchase order %(number)s") % {"number": order.number}, void=_void(order), printed=printed)
    sheet.top(_("Purchase order"), order.number, f"{settings.PUBLIC_URL}{reverse('orders:order', args=[order.pk])}")
    heads = letterheads((order.buyer_id, order.supplier_id))
    parties = (
        party_of(_("Customer"), heads[order.buyer_id], order.contact_name),
        party_of(_("Supplier"), heads[order.supplier_id]),
    )
    sheet.parties(*parties)
    sheet.facts(_facts(order))
    has_prices = not are_hidden(order)
    sheet.rows(_columns(has_prices), _rows(order, has_prices))
    if has_prices:
        values = [_value(line, item, order.currency) for line in order.shown_lines for item in line.schedule]
        priced, taxed = [value for value in values if value is not None], is_domestic(*parties)
        sheet.totals(totals_of(priced, order.currency, is_domestic=taxed))
        unpriced = len(values) - len(priced)
        sheet.remark("\n".join(money_remarks([order.currency] if priced else [], is_domestic=taxed, unpriced=unpriced)))
    sheet.remark(order.note)
    sheet.seal(order.buyer.name)
    return bytes(sheet.output())


def _void(order: PurchaseOrder) -> str:
    """What is stamped over the paper of an order that does not stand: cancelled, or not sent yet."""
    if order.status == Collaboration.CANCELLED:
        return pgettext("stamp", "CANCELLED")
    return pgettext("stamp", "DRAFT") if order.is_draft else ""


def _facts(order: PurchaseOrder) -> Facts:
    incoterm = order.agreed.incoterm
    return [
        (_("Order date"), paper_day_text(order.order_date)),
        (_("Deliver to"), f"{order.receiving_site} ({order.receiving_site.code})"),
        (pgettext("place", "Address"), order.receiving_site.address or "—"),
        (_("Currency and Incoterm"), " · ".join(part for part in (order.currency, incoterm) if part)),
    ]


def _columns(has_prices: bool) -> list[Column]:
    columns = [
        Column(_("No."), 12, is_figure=True),
        Column(_("Part"), 64 if has_prices else 116),
        Column(_("Requested date"), 30),
        Column(_("Quantity"), 28, is_figure=True),
    ]
    if has_prices:
        columns += [Column(_("Unit price"), 22, is_figure=True), Column(_("Supply value"), 30, is_figure=True)]
    return columns


def _rows(order: PurchaseOrder, has_prices: bool) -> Iterator[tuple[str, ...]]:
    for line in order.shown_lines:
        part = line.partner_part
        numbers = " · ".join(text for text in (part.buyer_number, part.supplier_number) if text)
        words = f"{numbers}\n{part.label}"
        for item in line.schedule:
            amount = f"{quantity(item.requested_quantity)} {UNITS[line.unit].label}"
            row: tuple[str, ...] = (f"{line.position}/{item.sequence}", words, paper_day_text(item.requested_date), amount)
            if has_prices:
                value = _value(line, item, order.currency)
                told = (price(line.unit_price or 0, order.currency), money(value or 0, order.currency))
                row += ("—", "—") if value is None else told
            yield row


def _value(line: PurchaseOrderLine, item: ScheduleLine, currency: str) -> Decimal | None:
    return None if line.unit_price is None else paid(line.unit_price * item.requested_quantity, currency)
