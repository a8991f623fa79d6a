"""Writing an order, before anybody else sees it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.calendars.days import EVERY_DAY, Days
from apps.calendars.selectors import working_days
from apps.common.errors import DomainError, raise_all
from apps.common.units import convert, unit_of
from apps.events.services import emit
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
    WrongState,
)
from ..models import PurchaseOrder, PurchaseOrderLine, ScheduleLine
from ..statuses import Collaboration
from ..working import answer_due, receiving_days
from .shared import (
    check_day,
    check_wish,
    check_worked,
    derive,
    lock_order,
    refresh_order,
    require_state,
    save_schedule,
    schedule_of,
    today_at,
)

MAX_LINES = 200
UNREAD = (Collaboration.DRAFT, Collaboration.PUBLISHED)
Row = tuple[PurchaseOrderLine, ScheduleLine]
Rows = Sequence[Row]
HEAD = ("part_number", "part_name", "part_name_en", "unit", "line_count")


@dataclass(frozen=True)
class OrderLine:
    """One line of a new order: a part, a quantity, a day; `unit` and `unit_price` None mean the agreed ones."""

    partner_part_id: int
    quantity: Decimal
    requested_date: date
    unit: str | None = None
    unit_price: Decimal | None = None


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
    relation = TradingRelation.objects.filter(pk=relation_id).first()
    if relation is None:
        raise UnknownRelation(place="relation", value=relation_id)
    require_side(relation, Side.BUYER)
    if not relation.is_open:
        raise RelationStopped(place="relation", value=relation.vendor_code)
    site = Site.objects.filter(pk=receiving_site_id, organization_id=relation.buyer_id).first()
    if site is None:
        raise UnknownSite(place="receiving_site", value=receiving_site_id)
    if site.closed_at is not None or not site.receives:
        raise NothingArrives(place="receiving_site", value=site.code)
    today = timezone.localdate(timezone=ZoneInfo(site.time_zone))
    if order_date is not None and order_date < today:
        raise DateInThePast(place="order_date", value=order_date, today=today)
    parts = agreed_parts(relation, lines, order_date or today)
    days = working_days(relation.buyer_id, site.pk) if relation.is_strict else EVERY_DAY
    raise_all(broken_lines(lines, parts, today, is_confirmed, relation, days))
    return _create(relation, site, order_date or today, number, note, rows_of(relation, relation, lines, parts), parts)


def agreed_parts(relation: TradingRelation, lines: Sequence[OrderLine], day: date) -> dict[int, Any]:
    """The parts that lines name, each with the price that holds on that day."""
    if not 1 <= len(lines) <= MAX_LINES:
        raise NoLines(place="lines", value=len(lines))
    wanted = {line.partner_part_id for line in lines}
    rows = priced(PartnerPart.objects.filter(relation_id=relation.pk, pk__in=wanted), day)
    found = {part.pk: part for part in rows}
    for index, line in enumerate(lines):
        if line.partner_part_id not in found:
            raise UnknownPart(place=f"lines[{index}].part", value=line.partner_part_id)
        if (part := found[line.partner_part_id]).ended_at is not None:
            raise PartEnded(place=f"lines[{index}].part", value=part.buyer_number)
    return found


def broken_lines(
    lines: Sequence[OrderLine],
    parts: dict[int, PartnerPart],
    today: date,
    is_confirmed: bool,
    terms: Terms,
    days: Days,
) -> Iterator[DomainError]:
    """Every rule that the lines break."""
    strict = (_check_pack, _check_lead_time, partial(_check_off, terms, days)) if terms.is_strict else ()
    for index, line in enumerate(lines):
        for check in (_check_wanted, _check_day, _check_price, *strict):
            try:
                check(line, parts[line.partner_part_id], today, is_confirmed, f"lines[{index}]")
            except DomainError as error:
                yield error


def _check_wanted(line: OrderLine, part: PartnerPart, _today: date, is_confirmed: bool, place: str) -> None:
    unit = unit_of(line.unit or part.unit).code
    check_wish(line.quantity, unit, place=f"{place}.quantity", is_confirmed=is_confirmed)
    convert(line.quantity, line.unit or part.unit, part.unit)  # stock and sums are kept in the part's unit
    if part.minimum_quantity is not None and line.quantity < part.minimum_quantity:
        raise BelowMinimum(place=f"{place}.quantity", value=line.quantity, minimum=part.minimum_quantity)


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


def rows_of(relation: TradingRelation, terms: Terms, lines: Sequence[OrderLine], parts: dict[int, Any]) -> list[Row]:
    rows = []
    for index, line in enumerate(lines):
        part = parts[line.partner_part_id]
        row = PurchaseOrderLine(
            **sides_of(relation),
            position=(index + 1) * 10,
            partner_part=part,
            unit=unit_of(line.unit or part.unit).code,
            unit_price=line.unit_price if line.unit_price is not None else part.price_now,
        )
        schedule = ScheduleLine(
            **sides_of(relation),
            line=row,
            requested_quantity=line.quantity,
            requested_date=line.requested_date,
            over_tolerance=terms.over_tolerance,
        )
        rows.append((row, schedule))
    return rows


def _create(
    relation: TradingRelation,
    site: Site,
    day: date,
    number: str,
    note: str,
    rows: list[Row],
    parts: dict[int, PartnerPart],
) -> PurchaseOrder:
    order = PurchaseOrder(
        **sides_of(relation),
        number=number or next_number(organization_id=relation.buyer_id, kind="order", prefix="PO-"),
        order_date=day,
        currency=relation.currency,
        receiving_site=site,
        contact_id=require_scope().user_id,
        contact_name=_own_name(),
        note=note,
    )
    _head(order, rows, parts)
    derive(order, [schedule for _, schedule in rows])
    if number:
        _save_under_own_number(order)
    else:
        order.save()
    for row, schedule in rows:
        row.order = schedule.order = order
    PurchaseOrderLine.objects.bulk_create(row for row, _ in rows)
    ScheduleLine.objects.bulk_create(schedule for _, schedule in rows)
    return order


def _head(order: PurchaseOrder, rows: list[Row], parts: dict[int, PartnerPart]) -> None:
    """What an order keeps of its first line, and how many there are."""
    first = parts[rows[0][0].partner_part_id]
    order.part_number, order.part_name, order.part_name_en = first.buyer_number, first.name, first.name_en
    order.unit, order.line_count = rows[0][0].unit, len(rows)


def _save_under_own_number(order: PurchaseOrder) -> None:
    try:
        with transaction.atomic(using=require_scope().alias):
            order.save()
    except IntegrityError as error:
        raise NumberTaken(place="number", value=order.number) from error


def _own_name() -> str:
    user_id = require_scope().user_id
    return User.objects.filter(pk=user_id).values_list("name", flat=True).first() or "" if user_id else ""


def may_be_rewritten(schedule: Iterable[ScheduleLine]) -> bool:
    """A draft, or sent and not yet opened: the buyer may still write it anew."""
    return all(line.status in UNREAD for line in schedule)


@atomic
def rewrite_order(*, order_id: int, lines: Sequence[OrderLine], note: str = "", is_confirmed: bool = False) -> PurchaseOrder:
    """Write a draft, or an order that the supplier has not opened yet, anew: lines in their order, and the note.

    Lines keep their rows and positions, so that the history tells which was changed and which was removed. The supplier of
    an order that was sent is told, and has the agreed hours from now on.

    Raises:
        UnknownOrder, WrongSide: not an order that the scope's firm buys.
        WrongState: the supplier has opened or answered it.
        As `draft_order` for what the lines say.
    """
    order = lock_order(order_id, Side.BUYER)
    schedule = list(schedule_of(order))
    if not may_be_rewritten(schedule):
        raise WrongState(place="order", value=order.get_status_display(), needed=Collaboration.PUBLISHED.label)
    parts = agreed_parts(order.relation, lines, order.order_date)
    days = receiving_days(order) if order.agreed.is_strict else EVERY_DAY
    raise_all(broken_lines(lines, parts, today_at(order), is_confirmed, order.agreed, days))
    rows = rows_of(order.relation, order.agreed, lines, parts)
    kept = _kept(schedule, rows)
    last = max(item.line.position for item in schedule)
    for item, (line, wanted) in kept:
        item.line.partner_part, item.line.unit, item.line.unit_price = line.partner_part, line.unit, line.unit_price
        item.requested_quantity, item.requested_date = wanted.requested_quantity, wanted.requested_date
    PurchaseOrderLine.objects.bulk_update([item.line for item, _ in kept], ["partner_part", "unit", "unit_price"])
    save_schedule([item for item, _ in kept])
    stays, added = {item.pk for item, _ in kept}, rows[len(kept) :]
    PurchaseOrderLine.objects.filter(pk__in=[item.line_id for item in schedule if item.pk not in stays]).delete()
    for index, (line, item) in enumerate(added, start=1):
        line.order, line.position = order, last + 10 * index
        item.order = order
        line.is_draft = item.is_draft = order.is_draft
        item.status = Collaboration(order.status)
    PurchaseOrderLine.objects.bulk_create(line for line, _ in added)
    ScheduleLine.objects.bulk_create(item for _, item in added)
    _head(order, rows, parts)
    order.note = note
    if not order.is_draft:
        order.revision += 1
        order.answer_due_at = answer_due(order, Side.SUPPLIER)
    order.save(update_fields=[*HEAD, "note"])
    refresh_order(order, [item for item, _ in kept] + [item for _, item in added])
    if not order.is_draft:
        emit("order.rewritten", subject=order, label=order.number)
    return order


def _kept(schedule: Sequence[ScheduleLine], rows: Rows) -> list[tuple[ScheduleLine, Row]]:
    """The first of the wanted lines, each with the row that it keeps; what is wanted besides is new.

    A line that is as it was keeps its row, then one of the same part, then whichever stands in its place. Where a new line
    stands before one that was there, rows are kept by place alone: positions have the order in which lines are wanted.
    """
    old = [(item.line, item) for item in schedule]
    found = [(item, row) for (_line, item), row in _alike(old, rows, (_content, _part))]
    if [row for _item, row in found] == list(rows[: len(found)]):
        return found
    return list(zip(schedule, rows, strict=False))


def _alike(old: Rows, new: Rows, keys: Sequence[Callable[[Row], Any]]) -> Iterator[tuple[Row, Row]]:
    """Pairs in the order of both, by the first key as many as go, of the others by the next."""
    if not keys:
        yield from zip(old, new, strict=False)
        return
    before, after = ([keys[0](row) for row in rows] for rows in (old, new))
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from zip(old[i:j], new[k:m], strict=True)
        else:
            yield from _alike(old[i:j], new[k:m], keys[1:])


def _content(row: Row) -> tuple[Any, ...]:
    line, item = row
    return line.partner_part_id, line.unit, item.requested_quantity, item.requested_date


def _part(row: Row) -> int:
    return row[0].partner_part_id


@atomic
def discard_draft(*, order_id: int) -> None:
    """Delete a draft; nothing published is ever deleted."""
    order = lock_order(order_id, Side.BUYER)
    require_state(order, Collaboration.DRAFT)
    order.delete()
