"""What the delivery pages show, prepared for the templates."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Tile
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from . import selectors
from .models import ShipmentNotice
from .statuses import EXPECTED, ShipmentStatus

# A state has always a word, an icon and a tone.
LOOK: dict[str, tuple[Any, str, str]] = {
    ShipmentStatus.ANNOUNCED: (ShipmentStatus.ANNOUNCED.label, "clipboard-list", "mute"),
    ShipmentStatus.DEPARTED: (ShipmentStatus.DEPARTED.label, "truck", "info"),
    ShipmentStatus.ARRIVED: (ShipmentStatus.ARRIVED.label, "map-pin", "info"),
    ShipmentStatus.RECEIVED: (ShipmentStatus.RECEIVED.label, "package-check", "ok"),
    ShipmentStatus.CANCELLED: (ShipmentStatus.CANCELLED.label, "ban", "mute"),
    "overdue": (_("Overdue"), "triangle-alert", "bad"),
}
TABS = {
    "expected": _("Expected"),
    "today": _("Due today"),
    "late": _("Overdue"),
    "received": _("Received"),
    "all": _("All"),
}


def first_page(side: Side | None) -> list[Tile]:
    """The arrivals that wait for a receiver who neither answers orders nor inspects; one statement."""
    acts = require_scope().acts
    if side is not Side.BUYER or {"accept_proposal", "decide_inspection"} & acts or "receive_goods" not in acts:
        return []
    found, page = selectors.counts(side), reverse("deliveries:list")
    late = Tile(
        gettext("Overdue"),
        found["late"],
        f"{page}?view=late",
        gettext("should have come before today"),
        found["late"] > 0,
        "bad",
        "triangle-alert",
        is_own=True,
    )
    today = f"{page}?view=today"
    words = ngettext("delivery to receive", "deliveries to receive", found["today"])
    return [
        Tile(gettext("Due today"), found["today"], today, words, icon="truck", is_own=True),
        late,
    ]


def state_of(shipment: ShipmentNotice, today: date | None = None) -> str:
    is_late = shipment.status in EXPECTED and shipment.planned_arrival_on < (today or timezone.localdate())
    return "overdue" if is_late else shipment.status


def shown(shipment: ShipmentNotice, side: Side) -> dict[str, Any]:
    """A list row with its words in the reader's language."""
    partner = shipment.supplier if side is Side.BUYER else shipment.buyer
    return {"shipment": shipment, "partner": partner.name, "states": [LOOK[state_of(shipment)]]}
