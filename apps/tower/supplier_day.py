"""What waits for a supplier, line by line: first page and lists count by one rule."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from apps.deliveries.models import ShipmentNotice
from apps.deliveries.selectors import trips_of
from apps.deliveries.statuses import ShipmentStatus
from apps.orders.models import TO_SHIP, ScheduleLine
from apps.orders.services import refusal_of_shipping
from apps.orders.worklines import WorkLine, work_lines
from apps.tenancy.roles import Side

AHEAD = timedelta(days=7)


def lines_asked() -> list[WorkLine]:
    """Open lines that wait for the supplier's answer; one statement."""
    return asked_of(work_lines(Side.SUPPLIER, names=("unanswered",)))


def asked_of(lines: Iterable[WorkLine]) -> list[WorkLine]:
    return [line for line in lines if line.awaits in ("supplier", "both")]


def late_of(lines: Iterable[WorkLine], sent: Collection[int]) -> list[WorkLine]:
    """Lines whose promised, else requested day has passed, and of which the supplier still has something to send.

    Args:
        sent: what `on_the_way` gave for these lines.
    """
    today = timezone.localdate()
    return [line for line in lines if line.due < today and line.id not in sent]


Trips = Mapping[int, Sequence[ShipmentNotice]]  # by the line that they bring


def trips_in_full(lines: Iterable[WorkLine]) -> Trips:
    """Lines of which all is announced and not all received, with the notices that bring the rest; one statement, none where
    no line is announced in full."""
    return trips_of([line.id for line in lines if line.unshipped <= 0])


def on_the_way(trips: Trips) -> dict[int, date]:
    """Of `trips_in_full` the lines whose whole rest has left the supplier, with the day on which the last of it arrives."""
    return {
        pk: max(trip.planned_arrival_on for trip in found)
        for pk, found in trips.items()
        if all(trip.status != ShipmentStatus.ANNOUNCED for trip in found)
    }


def to_depart(trips: Trips) -> dict[int, ShipmentNotice]:
    """Of `trips_in_full` the lines that wait for a departure, with the delivery that is to leave first."""
    waiting = {pk: [trip for trip in found if trip.status == ShipmentStatus.ANNOUNCED] for pk, found in trips.items()}
    return {pk: found[0] for pk, found in waiting.items() if found}


def lines_to_ship(ids: Collection[int] | None = None) -> list[ScheduleLine]:
    """Confirmed lines with a rest to announce that leave within a week or should have left, or some lines; one statement."""
    wanted = Q(confirmed_date__lte=timezone.localdate() + AHEAD) if ids is None else Q(pk__in=ids)
    rows = ScheduleLine.objects.on_side(Side.SUPPLIER).filter(TO_SHIP, wanted)
    rows = rows.select_related("buyer", "order__receiving_site", "line__partner_part")
    return [line for line in rows if refusal_of_shipping(line) is None]
