"""What keeps a row of past deliveries from being written, each with its place."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from babel.numbers import is_currency
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.errors import DomainError
from apps.common.incoming import Entry, Values, as_json
from apps.common.units import can_convert, other_unit
from apps.masterdata.exceptions import HighPrice, UnknownRelation
from apps.masterdata.services import HIGH_PRICE
from apps.orders.exceptions import UnknownSite

from ..exceptions import (
    DeliveryKnown,
    KnownOtherwise,
    LaterThanToday,
    NotBeforeTrade,
    OddPastDay,
    OtherInPast,
    PartNotAgreed,
    TooMuchWorth,
    TradedHere,
    UnknownCurrency,
)
from ..history.read import AHEAD, BACK, MAX_VALUE
from .known import Known
from .numbering import paper

Heads = dict[Any, tuple[Any, ...]]


def of_standing(place: int, entry: Entry, compared: Sequence[str]) -> Iterator[DomainError]:
    """A row that is known says what stands, or nothing."""
    assert entry.standing is not None
    stands = entry.standing.values
    for name in compared:
        value = entry.values.get(name)
        if value not in (None, stands[name]):
            rule = _("A past delivery cannot be changed by a table; what stands is %(stands)s.")
            words = rule % {"stands": as_json(stands[name]) or "—"}
            yield KnownOtherwise(words, place=f"rows[{place}].{name}", value=value)


def of_new(place: int, row: Values, known: Known, *, is_confirmed: bool) -> Iterator[DomainError]:
    relation = known.relation(row)
    if relation is None:
        yield UnknownRelation(place=f"rows[{place}].partner", value=row["partner"])
        return
    part = known.part(row)
    if part is None:
        yield PartNotAgreed(place=f"rows[{place}].part", value=row["part"])
    elif row.get("unit") and not can_convert(row["unit"], part.unit):
        yield other_unit(row["unit"], part.unit, place=f"rows[{place}].unit")
    if known.site(row) is None:
        yield UnknownSite(place=f"rows[{place}].site", value=row.get("site") or "—")
    if not is_currency(known.currency(row)):
        yield UnknownCurrency(place=f"rows[{place}].currency", value=row.get("currency"))
    yield from _days(place, row, known.traded_since.get(relation.pk), is_confirmed)
    yield from _worth(place, row, is_confirmed)
    if (relation.pk, paper(row).casefold()) in known.papers:
        yield DeliveryKnown(place=f"rows[{place}].shipment", value=paper(row))


def _days(place: int, row: Values, since: date | None, is_confirmed: bool) -> Iterator[DomainError]:
    today, day = timezone.localdate(), row["received_on"]
    if day > today:
        yield LaterThanToday(place=f"rows[{place}].received_on", value=day)
    elif since is not None and day >= since:
        rule = _("The first order was sent to this supplier here on %(since)s: what came before that day is past.")
        yield NotBeforeTrade(rule % {"since": since}, place=f"rows[{place}].received_on", value=day)
    if is_confirmed:
        return
    for name in ("received_on", "requested_date", "order_date"):
        value = row.get(name)
        if value is not None and not today - BACK <= value <= today + AHEAD:
            yield OddPastDay(place=f"rows[{place}].{name}", value=value)


def _worth(place: int, row: Values, is_confirmed: bool) -> Iterator[DomainError]:
    price = row.get("unit_price")
    if price is None:
        return
    if price >= HIGH_PRICE and not is_confirmed:
        yield HighPrice(place=f"rows[{place}].unit_price", value=price)
    elif row["quantity"] * price >= MAX_VALUE:
        yield TooMuchWorth(place=f"rows[{place}].quantity", value=row["quantity"])


def of_heads(places: Sequence[int], rows: Sequence[Values], known: Known) -> Iterator[DomainError]:
    """An order has one supplier, site and currency, a delivery one supplier, site and day; what is sent here is not past."""
    orders: Heads = {
        number: (one.relation_id, one.receiving_site_id, one.currency) for number, one in known.orders.items() if one.is_past
    }
    deliveries: Heads = {}
    for place, row in zip(places, rows, strict=True):
        order, relation, site = known.order(row), known.relation(row), known.site(row)
        if order is not None and not order.is_past:
            yield TradedHere(place=f"rows[{place}].number", value=row["number"])
        if relation is None or site is None:
            continue
        sides, day = (relation.pk, site.pk), row["received_on"]
        if orders.setdefault(row["number"].casefold(), facts := (*sides, known.currency(row))) != facts:
            yield OtherInPast(place=f"rows[{place}].number", value=row["number"])
        number = (relation.pk, paper(row).casefold())
        if deliveries.setdefault(number, facts := (*sides, day)) != facts:
            yield OtherInPast(place=f"rows[{place}].shipment", value=paper(row))
