"""Writing an order, before anybody else sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.common.units import convert, unit_of
from apps.masterdata.exceptions import UnknownPart, UnknownRelation
from apps.masterdata.models import PartnerPart
from apps.masterdata.services import next_number
from apps.tenancy.bases import sides_of
from apps.tenancy.checks import require_side
from apps.tenancy.models import Site, TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import BelowMinimum, DateInThePast, NoLines, NumberTaken, UnknownSite
from ..models import PurchaseOrder, PurchaseOrderLine, ScheduleLine
from ..statuses import Collaboration
from .shared import check_quantity, derive, lock_order, require_state

MAX_LINES = 200


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
) -> PurchaseOrder:
    """Write a draft that only the buyer sees. Ten statements at most, however many lines.

    Raises:
        UnknownRelation, UnknownSite, UnknownPart: an id that is not the buyer's, or not agreed with this supplier.
        WrongSide: the scope is the supplier's.
        NoLines, InvalidQuantity, BelowMinimum, UnknownUnit, DateInThePast: a line breaks a rule; its number is named.
        NumberTaken: the buyer has an order of that number.
    """
    relation = TradingRelation.objects.filter(pk=relation_id).first()
    if relation is None:
        raise UnknownRelation(place="relation", value=relation_id)
    require_side(relation, Side.BUYER)
    site = Site.objects.filter(pk=receiving_site_id, organization_id=relation.buyer_id).first()
    if site is None:
        raise UnknownSite(place="receiving_site", value=receiving_site_id)
    today = timezone.localdate(timezone=ZoneInfo(site.time_zone))
    if order_date is not None and order_date < today:
        raise DateInThePast(place="order_date", value=order_date, today=today)
    parts = _agreed_parts(relation, lines)
    for index, line in enumerate(lines):
        _check_line(line, parts[line.partner_part_id], today, place=f"lines[{index}]")
    return _create(relation, site, order_date or today, number, note, _rows(relation, lines, parts), parts)


def _agreed_parts(relation: TradingRelation, lines: Sequence[OrderLine]) -> dict[int, PartnerPart]:
    if not 1 <= len(lines) <= MAX_LINES:
        raise NoLines(place="lines", value=len(lines))
    wanted = {line.partner_part_id for line in lines}
    found = {part.pk: part for part in PartnerPart.objects.filter(relation_id=relation.pk, pk__in=wanted)}
    for index, line in enumerate(lines):
        if line.partner_part_id not in found:
            raise UnknownPart(place=f"lines[{index}].part", value=line.partner_part_id)
    return found


def _check_line(line: OrderLine, part: PartnerPart, today: date, *, place: str) -> None:
    check_quantity(line.quantity, unit_of(line.unit or part.unit).code, place=f"{place}.quantity")
    convert(line.quantity, line.unit or part.unit, part.unit)  # stock and sums are kept in the part's unit
    if part.minimum_quantity is not None and line.quantity < part.minimum_quantity:
        raise BelowMinimum(place=f"{place}.quantity", value=line.quantity, minimum=part.minimum_quantity)
    if line.requested_date < today:
        raise DateInThePast(place=f"{place}.requested_date", value=line.requested_date, today=today)


def _rows(
    relation: TradingRelation, lines: Sequence[OrderLine], parts: dict[int, PartnerPart]
) -> list[tuple[PurchaseOrderLine, ScheduleLine]]:
    rows = []
    for index, line in enumerate(lines):
        part = parts[line.partner_part_id]
        row = PurchaseOrderLine(
            **sides_of(relation),
            position=(index + 1) * 10,
            partner_part=part,
            unit=unit_of(line.unit or part.unit).code,
            unit_price=line.unit_price if line.unit_price is not None else part.unit_price,
        )
        schedule = ScheduleLine(
            **sides_of(relation),
            line=row,
            requested_quantity=line.quantity,
            requested_date=line.requested_date,
            over_tolerance=relation.over_tolerance,
        )
        rows.append((row, schedule))
    return rows


def _create(
    relation: TradingRelation,
    site: Site,
    day: date,
    number: str,
    note: str,
    rows: list[tuple[PurchaseOrderLine, ScheduleLine]],
    parts: dict[int, PartnerPart],
) -> PurchaseOrder:
    first_row = rows[0][0]
    first = parts[first_row.partner_part_id]
    order = PurchaseOrder(
        **sides_of(relation),
        number=number or next_number(organization_id=relation.buyer_id, kind="order", prefix="PO-"),
        order_date=day,
        currency=relation.currency,
        receiving_site=site,
        contact_name=_own_name(),
        note=note,
        part_number=first.buyer_number,
        part_name=first.name,
        part_name_en=first.name_en,
        unit=first_row.unit,
        line_count=len(rows),
    )
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


def _save_under_own_number(order: PurchaseOrder) -> None:
    try:
        with transaction.atomic(using=require_scope().alias):
            order.save()
    except IntegrityError as error:
        raise NumberTaken(place="number", value=order.number) from error


def _own_name() -> str:
    user_id = require_scope().user_id
    return User.objects.filter(pk=user_id).values_list("name", flat=True).first() or "" if user_id else ""


@atomic
def discard_draft(*, order_id: int) -> None:
    """Delete a draft; nothing published is ever deleted."""
    order = lock_order(order_id, Side.BUYER)
    require_state(order, Collaboration.DRAFT)
    order.delete()
