"""What a firm's own people, its customers and its suppliers hear of capacity."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import OTHER_SIDE, EventType

EVENTS = [
    EventType("capacity.kept", _("Capacity was told: {label}"), "layers", "ok"),
    # Heard by open pages of the customer, in no inbox.
    EventType("capacity.told", _("What a customer sees of capacity has changed: {label}"), "eye", "mute"),
    EventType(
        "capacity.proposed",
        _("{partner} offers you capacity: {label}; please agree to it or refuse it"),
        "layers",
        "info",
        "agree_capacity",
        OTHER_SIDE,
    ),
    EventType(
        "capacity.agreed", _("{partner} agreed to capacity: {label}"), "circle-check", "ok", "agree_capacity", OTHER_SIDE
    ),
    EventType(
        "capacity.ended", _("{partner} ended an agreement of capacity: {label}"), "ban", "warn", "agree_capacity", OTHER_SIDE
    ),
]
