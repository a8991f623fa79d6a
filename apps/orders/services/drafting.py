"""Writing an order, before anybody else sees it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.calendars.days import EVERY_DAY, Days
from apps.calendars.selectors import working_days
from apps.common.errors import DomainError, raise_all
from apps.common.sets import insert_all
from apps.common.sql import array_of
from apps.common.units import convert, unit_of
from apps.masterdata.exceptions import PartEnded, UnknownPart, UnknownRelation
from apps.masterdata.models import PartnerPart
from apps.masterdata.selectors import priced
from apps.masterdata.services import check_price, next_number
from apps.tenancy.bases import sides_of
from apps.tenancy.checks import require_side
from apps.tenancy.models import Site, TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope
from apps.tenancy.terms import Terms

from ..exceptions import (
    BeforeLeadTime,
    BelowMinimum,
    DateInThePast,
    NoLines,
    NothingArrives,
    NotWholePacks,
    NumberTaken,
    RelationStopped,
    UnknownSite,
)
from ..intake import DRAFT_LINES, DRAFTED
from ..models import PurchaseOrder, PurchaseOrderLine, ScheduleLine
from .drafted import Drafted
from .shared import check_day, check_wish, check_worked, derive

MAX_LINES = 200
Row = tuple[PurchaseOrderLine, ScheduleLine]
Rows = Sequence[Row]
Draft = tuple[PurchaseOrder, list[Drafted]]
OF_ORDER = ("relation_id", "buyer_id", "supplier_id")


@dataclass(frozen=True)
class OrderLine:
    """One line of a new order: a part, a quantity, a day; `unit` and `unit_price` None mean the agreed ones.

    Attributes:
        replaces: id of the refused line that is ordered anew by it.
    """

    partner_part_id: int
    quantity: Decimal
    requested_date: date
    unit: str | None = None
    unit_price: Decimal | None = None
    replaces: int | None = None


class Drafting:
    """Orders of one firm that are written together; what their rules look at is read once, whatever they name.

    `add` holds one against the rules, `save` writes all that were added in four statements, however many.
    """

    def __init__(self) -> None:
        self._relations: dict[int, TradingRelation | None] = {}
        self._sites: dict[tuple[int, int], Site | None] = {}
        self._parts: dict[tuple[int, date], dict[int, Any]] = {}
        self._days: dict[tuple[int, int], Days] = {}
        self._added: list[Draft] = []

    def add(
        self,
        *,
        relation_id: int,
        receiving_site_id: int,
        lines: Sequence[OrderLine],
        order_date: date | None = None,
        number: str = "",
        note: str = "",
        is_confirmed: bool = False,
    ) -> Draft:
        """The order as it will be written. See `draft_order`, which raises the same; NumberTaken is known by `save`."""
        relation, site = self._relation(relation_id), self._site(relation_id, receiving_site_id)
        today = timezone.localdate(timezone=ZoneInfo(site.time_zone))
        if order_date is not None and order_date < today:
            raise DateInThePast(place="order_date", value=order_date, today=today)
        day = order_date or today
        parts = agreed_parts(relation, lines, day, self._parts.setdefault((relation.pk, day), {}))
        days = self._worked(relation, site) if relation.is_strict else EVERY_DAY
        raise_all(broken_lines(lines, parts, today, is_confirmed, relation, days))
        order = PurchaseOrder(
            **sides_of(relation), number=number, order_date=day, currency=relation.currency, receiving_site=site, note=note
        )
        drafted = drafted_of(relation, lines, parts)
        show_first(order, drafted, parts)
        derive(order, drafted)
        self._added.append((order, drafted))
        return self._added[-1]

    def save(self) -> list[PurchaseOrder]:
        """
        Raises:
            NumberTaken: the buyer has orders of these numbers.
        """
        made = [order for order, _lines in self._added]
        if not made:
            return []
        by, name, connection = require_scope().user_id, _own_name(), connections[require_scope().alias]
        for order in made:
            order.contact_id, order.contact_name = by, name
            order.number = order.number or next_number(organization_id=order.buyer_id, kind="order", prefix="PO-")
        try:
            with transaction.atomic(using=connection.alias):
                insert_all(made, connection)
        except IntegrityError as error:
            raise_all(NumberTaken(place="number", value=number) for number in _taken(made))
            raise error  # of something else
        orders = [order for order, lines in self._added for _line in lines]
        every = [line for _order, lines in self._added for line in lines]
        given: dict[str, Any] = {"order_id": array_of(order.pk for order in orders)}
        given |= {name: array_of(map(attrgetter(name), orders)) for name in OF_ORDER}
        given |= {name: array_of(map(attrgetter(name), every)) for name in DRAFTED if name not in given}
        with connection.cursor() as cursor:
            cursor.execute(DRAFT_LINES, given)
        self._added = []
        return made

    def _relation(self, pk: int) -> TradingRelation:
        if pk not in self._relations:
            self._relations[pk] = TradingRelation.objects.filter(pk=pk).first()
        relation = self._relations[pk]
        if relation is None:
            raise UnknownRelation(place="relation", value=pk)
        require_side(relation, Side.BUYER)
        if not relation.is_open:
            raise RelationStopped(place="relation", value=relation.vendor_code)
        return relation

    def _site(self, relation_id: int, pk: int) -> Site:
        buyer_id = self._relation(relation_id).buyer_id
        if (buyer_id, pk) not in self._sites:
            self._sites[buyer_id, pk] = Site.objects.filter(pk=pk, organization_id=buyer_id).first()
        site = self._sites[buyer_id, pk]
        if site is None:
            raise UnknownSite(place="receiving_site", value=pk)
        if site.closed_at is not None or not site.receives:
            raise NothingArrives(place="receiving_site", value=site.code)
        return site

    def _worked(self, relation: TradingRelation, site: Site) -> Days:
        key = (relation.buyer_id, site.pk)
        if key not in self._days:
            self._days[key] = working_days(*key)
        return self._days[key]


@atomic
def draft_order(
    *,
    relation_id: int,
    receiving_site_id: int,
    lines: Sequence[OrderLine],
    order_date: date | None = None,
    number: str = "",
    note: str = "",
    is_confirmed: bool = False,
) -> PurchaseOrder:
    """Write a draft that only the buyer sees. Ten statements at most, however many lines.

    Args:
        order_date, number: today, and the firm's next, where nothing is said.
        is_confirmed: days far ahead, very high quantities and prices are meant.

    Raises:
        UnknownRelation, UnknownSite, UnknownPart: an id that is not the buyer's, or not agreed with this supplier.
        PartEnded: a part that is not ordered any more.
        RelationStopped: suspended by either side, or ended.
        NothingArrives: the site is closed, or does not receive.
        WrongSide: the scope is the supplier's.
        NoLines, InvalidQuantity, HighQuantity, BelowMinimum, UnknownUnit, DateInThePast, FarDate, HighPrice: a line breaks
            a rule; its number is named, and all that is broken is told at once.
        NumberTaken: the buyer has an order of that number.
    """
    drafting = Drafting()
    drafting.add(
        relation_id=relation_id,
        receiving_site_id=receiving_site_id,
        lines=lines,
        order_date=order_date,
        number=number,
        note=note,
        is_confirmed=is_confirmed,
    )
    return drafting.save()[0]


def agreed_parts(
    relation: TradingRelation,
    lines: Sequence[OrderLine],
    day: date,
    found: dict[int, Any] | None = None,
    places: Sequence[str] = (),
) -> dict[int, Any]:
    """The parts that lines name, each with the price that holds on that day; one statement where `found` lacks any.

    Args:
        found: parts that were read for that day before; those that are read now come to it.
        places: what the sender calls the lines, where not by their number among `lines`.
    """
    if not 1 <= len(lines) <= MAX_LINES:
        raise NoLines(place="lines", value=len(lines))
    found = {} if found is None else found
    if wanted := {line.partner_part_id for line in lines} - set(found):
        rows = priced(PartnerPart.objects.filter(relation_id=relation.pk, pk__in=wanted), day)
        found |= {part.pk: part for part in rows}
    for place, line in zip(places or _numbered(lines), lines, strict=True):
        if line.partner_part_id not in found:
            raise UnknownPart(place=f"{place}.part", value=line.partner_part_id)
        if (part := found[line.partner_part_id]).ended_at is not None:
            raise PartEnded(place=f"{place}.part", value=part.buyer_number)
    return found


def _numbered(lines: Sequence[OrderLine]) -> list[str]:
    return [f"lines[{index}]" for index in range(len(lines))]


def broken_lines(
    lines: Sequence[OrderLine],
    parts: dict[int, PartnerPart],
    today: date,
    is_confirmed: bool,
    terms: Terms,
    days: Days,
    places: Sequence[str] = (),
) -> Iterator[DomainError]:
    """Every rule that the lines break, at their `places`, else at their numbers."""
    strict = (_check_pack, _check_lead_time, partial(_check_off, terms, days)) if terms.is_strict else ()
    for place, line in zip(places or _numbered(lines), lines, strict=True):
        for check in (_check_wanted, _check_day, _check_price, *strict):
            try:
                check(line, parts[line.partner_part_id], today, is_confirmed, place)
            except DomainError as error:
                yield error


def _check_wanted(line: OrderLine, part: PartnerPart, _today: date, is_confirmed: bool, place: str) -> None:
    unit = unit_of(line.unit or part.unit).code
    check_wish(line.quantity, unit, place=f"{place}.quantity", is_confirmed=is_confirmed)
    convert(line.quantity, line.unit or part.unit, part.unit)  # stock and sums are kept in the part's unit
    if part.minimum_quantity is not None and line.quantity < part.minimum_quantity:
        raise BelowMinimum.of(part.minimum_quantity, place=f"{place}.quantity", value=line.quantity)


def _check_day(line: OrderLine, _part: PartnerPart, today: date, is_confirmed: bool, place: str) -> None:
    check_day(line.requested_date, today, place=f"{place}.requested_date", is_confirmed=is_confirmed)


def _check_pack(line: OrderLine, part: PartnerPart, _today: date, _is_confirmed: bool, place: str) -> None:
    if part.pack_size and line.quantity % part.pack_size:
        raise NotWholePacks(place=f"{place}.quantity", value=line.quantity, pack=part.pack_size)


def _check_lead_time(line: OrderLine, part: PartnerPart, today: date, _is_confirmed: bool, place: str) -> None:
    first = today + timedelta(days=part.lead_time_days)
    if line.requested_date < first:
        raise BeforeLeadTime(place=f"{place}.requested_date", value=line.requested_date, first=first)


def _check_off(
    terms: Terms, days: Days, line: OrderLine, _part: PartnerPart, _today: date, _is_confirmed: bool, place: str
) -> None:
    check_worked(line.requested_date, terms, days, place=f"{place}.requested_date")


def _check_price(line: OrderLine, _part: PartnerPart, _today: date, is_confirmed: bool, place: str) -> None:
    check_price(line.unit_price, place=f"{place}.unit_price", is_confirmed=is_confirmed)


def drafted_of(terms: Terms, lines: Sequence[OrderLine], parts: dict[int, Any]) -> list[Drafted]:
    found = []
    for index, line in enumerate(lines, start=1):
        part = parts[line.partner_part_id]
        found.append(
            Drafted(
                position=index * 10,
                partner_part_id=line.partner_part_id,
                unit=unit_of(line.unit or part.unit).code,
                unit_price=line.unit_price if line.unit_price is not None else part.price_now,
                requested_quantity=line.quantity,
                requested_date=line.requested_date,
                over_tolerance=terms.over_tolerance,
                replaces_id=line.replaces,
            )
        )
    return found


def rows_of(relation: TradingRelation, terms: Terms, lines: Sequence[OrderLine], parts: dict[int, Any]) -> list[Row]:
    """The same as rows that come to an order that stands."""
    rows, sides = [], sides_of(relation)
    for one in drafted_of(terms, lines, parts):
        part = parts[one.partner_part_id]
        row = PurchaseOrderLine(**sides, position=one.position, partner_part=part, unit=one.unit, unit_price=one.unit_price)
        schedule = ScheduleLine(
            **sides,
            line=row,
            requested_quantity=one.requested_quantity,
            requested_date=one.requested_date,
            over_tolerance=one.over_tolerance,
            replaces_id=one.replaces_id,
        )
        rows.append((row, schedule))
    return rows


def show_first(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine | Drafted], parts: dict[int, PartnerPart]) -> None:
    """What an order keeps of its first line, and how many there are."""
    first = parts[lines[0].partner_part_id]
    order.part_number, order.part_name, order.part_name_en = first.buyer_number, first.name, first.name_en
    order.unit, order.line_count = lines[0].unit, len(lines)


def _taken(orders: Sequence[PurchaseOrder]) -> list[str]:
    """Numbers of these that stand, or that two of them have."""
    counted = Counter(order.number for order in orders)
    stand = PurchaseOrder.objects.filter(buyer_id=orders[0].buyer_id, number__in=counted).values_list("number", flat=True)
    return [*{*stand, *(number for number, times in counted.items() if times > 1)}]


def _own_name() -> str:
    user_id = require_scope().user_id
    return User.objects.filter(pk=user_id).values_list("name", flat=True).first() or "" if user_id else ""
