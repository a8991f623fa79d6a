"""Lines of any orders announced as they are open: one delivery for each receiving site, packed by the parts' pack sizes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_UP, Decimal

from django.db import transaction

from apps.common.errors import DomainError
from apps.masterdata.models import PartnerPart
from apps.orders.models import ScheduleLine
from apps.orders.services import fulfilling
from apps.orders.services.shared import today_at
from apps.tenancy.checks import require_side
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import AllAnnounced, UnknownShipmentLine
from ..models import ShipmentNotice
from .shipping import MAX_PACKAGES, Shipped, announce_shipment


@dataclass
class Announced:
    """What came of it: a delivery for each site, and the lines that were left out, each with the reason."""

    shipments: list[ShipmentNotice] = field(default_factory=list)
    refused: dict[int, DomainError] = field(default_factory=dict)


def pack_of(line: ScheduleLine, part: PartnerPart) -> Decimal | None:
    """The agreed pack size, in the line's unit; None where none is agreed, or the line counts in another unit."""
    return part.pack_size if part.unit == line.line.unit else None


def packages_of(quantity: Decimal, pack_size: Decimal | None) -> int:
    """How many packages hold a quantity, the last perhaps not full; 0 where no pack size is agreed, or they are too many for
    one delivery."""
    count = int((quantity / pack_size).to_integral_value(rounding=ROUND_UP)) if pack_size else 0
    return count if count <= MAX_PACKAGES else 0


def arrival_of(lines: Iterable[ScheduleLine], today: date) -> date:
    """The day on which lines that leave today should be there: the first that was promised, today where that has passed."""
    return max(min((line.confirmed_date for line in lines if line.confirmed_date), default=today), today)


@atomic
def announce_lines(*, schedule_line_ids: Sequence[int]) -> Announced:
    """Announce all that is open of some confirmed lines, leaving today: one delivery for each relation and receiving site.

    Where a delivery is refused as a whole, as with too many lines, all its lines are, and the others are announced.

    Returns:
        The deliveries; of lines left out UnknownShipmentLine, AllAnnounced (somebody was faster), WrongState, AlreadyClosed,
        or what `announce_shipment` says of their delivery.

    Raises:
        WrongSide: the scope is the buyer's of one of them.
    """
    wanted, told = list(dict.fromkeys(schedule_line_ids)), Announced()
    of_lines = ScheduleLine.objects.filter(pk__in=wanted).order_by().values_list("order_id", flat=True).distinct()
    orders = fulfilling.lock_orders(list(of_lines))
    for order in orders.values():
        require_side(order, Side.SUPPLIER)
    lines = fulfilling.lock_lines(orders)
    parts = PartnerPart.objects.in_bulk(_parts(lines, wanted))
    places: dict[tuple[int, int], list[ScheduleLine]] = {}
    for pk in wanted:
        line = lines.get(pk)
        if line is None:
            told.refused[pk] = UnknownShipmentLine(place="schedule_lines", value=pk)
        elif refused := _refusal(line):
            told.refused[pk] = refused
        else:
            places.setdefault((line.relation_id, line.order.receiving_site_id), []).append(line)
    for group in places.values():
        today = today_at(group[0].order)
        shipped = [_shipped(line, parts[line.line.partner_part_id]) for line in group]
        try:
            with transaction.atomic(using=require_scope().alias):
                told.shipments.append(
                    announce_shipment(lines=shipped, planned_departure_on=today, planned_arrival_on=arrival_of(group, today))
                )
        except DomainError as error:
            told.refused |= dict.fromkeys((line.pk for line in group), error)
    return told


def _parts(lines: fulfilling.Lines, wanted: Iterable[int]) -> set[int]:
    return {lines[pk].line.partner_part_id for pk in wanted if pk in lines}


def _refusal(line: ScheduleLine) -> DomainError | None:
    if refused := fulfilling.refusal_of_shipping(line, "schedule_lines"):
        return refused
    return None if line.to_ship_quantity else AllAnnounced(place="schedule_lines", value=line.line.position)


def _shipped(line: ScheduleLine, part: PartnerPart) -> Shipped:
    quantity, size = line.to_ship_quantity, pack_of(line, part)
    count = packages_of(quantity, size)
    return Shipped(line.pk, quantity, packages=count, each=size if count > 1 else None)
