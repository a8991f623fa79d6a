"""The supplier announces what it ships, packs it and lets it leave."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.common.errors import DomainError, raise_all
from apps.common.units import UNITS, convert
from apps.events.services import emit, emit_all
from apps.inventory.services import Leaving, issue, take_issue_back
from apps.masterdata.services import next_number
from apps.orders.models import ScheduleLine
from apps.orders.services import fulfilling
from apps.orders.services.shared import check_day, check_past_day, check_quantity
from apps.tenancy.bases import sides_of
from apps.tenancy.checks import require_side
from apps.tenancy.models import Site
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import (
    ArrivesBeforeItLeaves,
    DifferentDestinations,
    InvalidPackages,
    NothingToShip,
    PlateTaken,
    ShipmentNumberTaken,
    UnknownShipment,
    UnknownShipmentLine,
    WrongShipmentState,
)
from ..models import HandlingUnit, ShipmentLine, ShipmentNotice
from ..statuses import CANCELLABLE, PackageKind, ShipmentStatus
from .locking import lock_shipment_lines, save_left

MAX_LINES = 200
MAX_PACKAGES = 500


@dataclass(frozen=True)
class Shipped:
    """A quantity of one schedule line from one lot, in so many packages; 0 packages: shipped loose.

    `plates` may name own licence plates (SSCC or others), one a package. The packages hold `each`, and the last the rest;
    None: all of them as much.
    """

    schedule_line_id: int
    quantity: Decimal
    lot: str = ""
    packages: int = 0
    package_kind: str = PackageKind.CARTON
    plates: Sequence[str] = field(default_factory=tuple)
    each: Decimal | None = None


@atomic
def announce_shipment(
    *,
    lines: Sequence[Shipped],
    planned_arrival_on: date,
    planned_departure_on: date | None = None,
    number: str = "",
    carrier: str = "",
    tracking_number: str = "",
    note: str = "",
    is_confirmed: bool = False,
) -> ShipmentNotice:
    """Write an advance shipping notice over confirmed lines of one relation and one receiving site.

    Args:
        is_confirmed: an arrival far ahead and a departure long ago are meant.

    Raises:
        NothingToShip: no lines, or too many. UnknownShipmentLine: not a schedule line of the scope's firm.
        WrongSide: the scope is the buyer's. DifferentDestinations: two relations or two receiving sites.
        WrongState, AlreadyClosed, OverShipped, InvalidQuantity: a line may not ship so much; its place is named.
        InvalidPackages, PlateTaken: packages that do not hold the quantity, or a plate that is in use.
        ArrivesBeforeItLeaves, DateInThePast, FarDate, LongAgo: the days break a rule; all that is broken is told at once.
        ShipmentNumberTaken: the firm has such a number, of a delivery that is not cancelled.
    """
    if not 1 <= len(lines) <= MAX_LINES:
        raise NothingToShip(place="lines", value=len(lines))
    wanted = [line.schedule_line_id for line in lines]
    order_of = dict(ScheduleLine.objects.filter(pk__in=wanted).values_list("pk", "order_id"))
    for index, pk in enumerate(wanted):
        if pk not in order_of:
            raise UnknownShipmentLine(place=f"lines[{index}].schedule_line", value=pk)
    orders = fulfilling.lock_orders(set(order_of.values()))
    first = orders[order_of[wanted[0]]]
    require_side(first, Side.SUPPLIER)
    if len({(order.relation_id, order.receiving_site_id) for order in orders.values()}) > 1:
        raise DifferentDestinations(place="lines", value=", ".join(order.number for order in orders.values()))
    schedule = fulfilling.lock_lines(orders)
    today = timezone.localdate(timezone=ZoneInfo(first.receiving_site.time_zone))
    departure = planned_departure_on or today
    raise_all(_broken_days(departure, planned_arrival_on, today, is_confirmed))
    parts = {line.pk: line.line.partner_part for line in _with_parts(wanted)}
    for index, line in enumerate(lines):
        place = f"lines[{index}]"
        item = schedule[line.schedule_line_id]
        check_quantity(line.quantity, item.line.unit, place=f"{place}.quantity")
        fulfilling.ship(item, line.quantity, place=f"{place}.quantity")
    origin = Site.objects.filter(organization_id=first.supplier_id, ships=True, closed_at=None).order_by("pk").first()
    part = parts[wanted[0]]
    shipment = ShipmentNotice(
        **sides_of(first),
        number=number or next_number(organization_id=first.supplier_id, kind="shipment", prefix="ASN-"),
        origin_site=origin,
        destination_site=first.receiving_site,
        carrier=carrier,
        tracking_number=tracking_number,
        note=note,
        planned_departure_on=departure,
        planned_arrival_on=planned_arrival_on,
        created_by_id=require_scope().user_id,
        line_count=len(lines),
        package_count=sum(line.packages for line in lines),
        part_number=part.buyer_number,
        part_name=part.name,
        part_name_en=part.name_en,
        quantity=lines[0].quantity,
        unit=schedule[wanted[0]].line.unit,
    )
    _save(shipment)
    _create_rows(shipment, lines, schedule, parts)
    fulfilling.save_lines(schedule)
    events: list[tuple[str, Any, str]] = [("delivery.announced", shipment, shipment.number)]
    emit_all(events + [("order.fulfilled", order, order.number) for order in orders.values()])
    return shipment


def _broken_days(departure: date, arrival: date, today: date, is_confirmed: bool) -> Iterator[DomainError]:
    """Every rule that the days of a delivery break."""
    try:
        check_past_day(departure, today, place="planned_departure_on", is_confirmed=is_confirmed)
    except DomainError as error:
        yield error
    try:
        check_day(arrival, today, place="planned_arrival_on", is_confirmed=is_confirmed)
        if arrival < departure:
            raise ArrivesBeforeItLeaves(place="planned_arrival_on", value=arrival, departure=departure)
    except DomainError as error:
        yield error


def _with_parts(schedule_line_ids: Sequence[int]) -> Any:
    return ScheduleLine.objects.filter(pk__in=schedule_line_ids).select_related("line__partner_part")


def _save(shipment: ShipmentNotice) -> None:
    try:
        with transaction.atomic(using=require_scope().alias):
            shipment.save(force_insert=True)
    except IntegrityError as error:
        raise ShipmentNumberTaken(place="number", value=shipment.number) from error


def _create_rows(
    shipment: ShipmentNotice, lines: Sequence[Shipped], schedule: fulfilling.Lines, parts: dict[int, Any]
) -> None:
    rows: list[ShipmentLine] = []
    packages: list[HandlingUnit] = []
    stem = _stem(shipment)
    for index, line in enumerate(lines):
        item = schedule[line.schedule_line_id]
        row = ShipmentLine(
            **sides_of(shipment),
            shipment=shipment,
            order_id=item.order_id,
            schedule_line=item,
            partner_part=parts[item.pk],
            position=(index + 1) * 10,
            quantity=line.quantity,
            unit=item.line.unit,
            lot=line.lot.strip(),
        )
        rows.append(row)
        packages += _packages(row, line, f"lines[{index}].packages", len(packages), stem)
    ShipmentLine.objects.bulk_create(rows)
    if packages:
        try:
            with transaction.atomic(using=require_scope().alias):
                HandlingUnit.objects.bulk_create(packages)
        except IntegrityError as error:
            raise PlateTaken(place="plates", value=", ".join(p.plate for p in packages[:5])) from error


def _stem(shipment: ShipmentNotice) -> str:
    """How plates begin where the firm gives none: with the number, and with how often it was announced from the second time
    on. A label that was printed for a cancelled delivery stays that delivery's."""
    again = ShipmentNotice.objects.filter(supplier_id=shipment.supplier_id, number=shipment.number).count()
    return f"S{shipment.supplier_id}-{shipment.number}" + (f".{again}" if again > 1 else "")


def _packages(row: ShipmentLine, line: Shipped, place: str, already: int, stem: str) -> list[HandlingUnit]:
    """Full or equal packages, the last with the rest; plates of the form S17-ASN-00042-003 where the firm gives none."""
    count = line.packages
    if not 0 <= count <= MAX_PACKAGES - already or (line.plates and len(line.plates) != count):
        raise InvalidPackages(place=place, value=count)
    if not count:
        return []
    step = Decimal(1).scaleb(-UNITS[row.unit].places)
    each = line.each or (row.quantity / count).quantize(step, rounding=ROUND_DOWN)
    sizes = [each] * (count - 1) + [row.quantity - each * (count - 1)]
    if min(sizes) <= 0:
        raise InvalidPackages(place=place, value=count)
    plates = line.plates or [f"{stem}-{already + n:03d}" for n in range(1, count + 1)]
    return [
        HandlingUnit(**sides_of(row), shipment=row.shipment, line=row, plate=plate, kind=line.package_kind, quantity=size)
        for plate, size in zip(plates, sizes, strict=True)
    ]


def _lock(shipment_id: int, side: Side, *states: ShipmentStatus) -> ShipmentNotice:
    rows = ShipmentNotice.objects.select_for_update(of=("self",)).select_related("destination_site")
    shipment = rows.filter(pk=shipment_id).first()
    if shipment is None:
        raise UnknownShipment(place="shipment", value=shipment_id)
    require_side(shipment, side)
    if shipment.status not in states:
        raise WrongShipmentState(place="shipment", value=shipment.get_status_display())
    return shipment


@atomic
def depart(*, shipment_id: int, departed_at: datetime | None = None, is_confirmed: bool = False) -> ShipmentNotice:
    """The goods have left the supplier, at the prices of now; its stock of their lots, where it keeps one, goes down.

    Args:
        is_confirmed: a departure long ago is meant.

    Raises:
        UnknownShipment, WrongSide, WrongShipmentState: not one's own announced delivery.
        ArrivesBeforeItLeaves: a time in the future. LongAgo: one that is hardly meant, and nobody said that it is.
    """
    shipment = _lock(shipment_id, Side.SUPPLIER, ShipmentStatus.ANNOUNCED)
    now = timezone.now()
    if departed_at is not None and departed_at > now + timedelta(minutes=5):
        raise ArrivesBeforeItLeaves(place="departed_at", value=departed_at.isoformat())
    left_on = timezone.localdate(departed_at or now)
    check_past_day(left_on, timezone.localdate(), place="departed_at", is_confirmed=is_confirmed)
    shipment.departed_at = departed_at or now
    shipment.status = ShipmentStatus.DEPARTED
    rows = ShipmentLine.objects.filter(shipment=shipment)
    lines = list(rows.select_related("partner_part", "order", "schedule_line__line"))
    save_left(shipment, lines)
    issue(
        organization_id=shipment.supplier_id,
        leaving=[
            Leaving(
                line.partner_part_id,
                line.lot,
                convert(line.quantity, line.unit, line.partner_part.unit),
                line.partner_part.unit,
                line.partner_part.own_number,
            )
            for line in lines
        ],
        first_site_id=shipment.origin_site_id,
        reference=shipment.number,
    )
    emit("delivery.departed", subject=shipment, label=shipment.number)
    return shipment


@atomic
def arrive(*, shipment_id: int, arrived_at: datetime | None = None) -> ShipmentNotice:
    """The goods stand at the buyer's gate.

    Raises:
        UnknownShipment, WrongSide, WrongShipmentState: not a delivery that is on its way here.
        ArrivesBeforeItLeaves: before the departure, or in the future.
    """
    shipment = _lock(shipment_id, Side.BUYER, ShipmentStatus.DEPARTED)
    now = timezone.now()
    when = arrived_at or now
    left = shipment.departed_at or now
    if when < left or when > now + timedelta(minutes=5):
        raise ArrivesBeforeItLeaves(place="arrived_at", value=when.isoformat(), departed=left.isoformat())
    shipment.arrived_at = when
    shipment.status = ShipmentStatus.ARRIVED
    shipment.save(update_fields=["arrived_at", "status"])
    emit("delivery.arrived", subject=shipment, label=shipment.number)
    return shipment


@atomic
def cancel_shipment(*, shipment_id: int) -> ShipmentNotice:
    """Take back a notice whose goods have not arrived; the quantities may be announced anew.

    Of a delivery that had left, what its departure took comes back into the supplier's stock.

    Raises:
        UnknownShipment, WrongSide, WrongShipmentState: not one's own delivery, or it stands at the buyer's gate already.
    """
    lines = lock_shipment_lines(shipment_id, Side.SUPPLIER)
    shipment = next(iter(lines.values())).shipment
    if shipment.status not in CANCELLABLE:
        raise WrongShipmentState(place="shipment", value=shipment.get_status_display())
    orders = {line.order_id: line.order for line in lines.values()}
    schedule = fulfilling.lock_lines(orders)
    for row in lines.values():
        fulfilling.unship(schedule[row.schedule_line_id], row.quantity)
    has_left = shipment.status == ShipmentStatus.DEPARTED
    shipment.status = ShipmentStatus.CANCELLED
    shipment.save(update_fields=["status"])
    fulfilling.save_lines(schedule)
    if has_left:
        take_issue_back(organization_id=shipment.supplier_id, reference=shipment.number)
    emit_all(
        [("delivery.cancelled", shipment, shipment.number)]
        + [("order.fulfilled", order, order.number) for order in orders.values()]
    )
    return shipment
