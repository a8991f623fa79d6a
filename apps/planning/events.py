"""What a firm's own people, and as a bare count the coordinator, hear of."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType
from apps.tenancy.roles import Side

EVENTS = [
    EventType("plan.published", _("A plan is in force: {label}"), "calendar-range", "ok"),
    EventType("plan.bills_changed", _("Bills of material changed: {label}"), "list-tree", "info"),
    EventType(
        "demand.released",
        _("{partner} released its demand of your parts: {label}"),
        "calendar-range",
        "info",
        "view_released_demand",
        Side.SUPPLIER,
        "planning:told",
    ),
    # Heard by open pages, in no inbox: what is shown, or is not any more, is seen with the next look.
    EventType("demand.shown", _("What a supplier sees of demand has changed: {label}"), "eye", "mute", takes_away=True),
]
