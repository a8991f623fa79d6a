"""The deliveries of an order, beside its lines."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.common.dates import day_text
from apps.common.rooms import Beside
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.ui.texts import quantity, unit

from .models import ShipmentLine, ShipmentNotice
from .pages import LOOK, state_of
from .statuses import ShipmentStatus


def beside_lines(order: Any, _side: Side | None) -> dict[int, list[Beside]]:
    """Each delivery of a line with its pieces, its day and its papers, the first to come first; one statement."""
    if "view_deliveries" not in require_scope().acts:
        return {}
    rows = ShipmentLine.objects.filter(order=order).exclude(shipment__status=ShipmentStatus.CANCELLED)
    pieces: dict[tuple[int, int], Decimal] = {}  # of several lots of one line in one delivery together
    brought: dict[tuple[int, int], ShipmentLine] = {}
    for row in rows.select_related("shipment").order_by("shipment__planned_arrival_on", "pk"):
        place = (row.schedule_line_id, row.shipment_id)
        brought.setdefault(place, row)
        pieces[place] = pieces.get(place, Decimal(0)) + row.quantity
    found: dict[int, list[Beside]] = {}
    for place, row in brought.items():
        found.setdefault(place[0], []).append(_beside(row.shipment, f"{quantity(pieces[place])} {unit(row.unit)}"))
    return found


def _beside(shipment: ShipmentNotice, amount: str) -> Beside:
    words, icon, tone = LOOK[state_of(shipment)]
    day = shipment.received_at or shipment.planned_arrival_on
    papers = [(_("Delivery note"), reverse("deliveries:note", args=[shipment.pk]))]
    if shipment.is_past:  # its papers were others, of that time
        papers = []
    elif shipment.status == ShipmentStatus.RECEIVED:
        papers.append((_("Receipt"), reverse("deliveries:receipt", args=[shipment.pk])))
    return Beside(
        (f"{shipment.number} · {words}", icon, tone),
        reverse("deliveries:shipment", args=[shipment.pk]),
        f"{amount} · {day_text(day)}",
        tuple(papers),
    )
