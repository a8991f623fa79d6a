"""What a firm's own people, and as a bare count the coordinator, hear of."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType

EVENTS = [
    EventType("production.reported", _("Production was reported: {label}"), "factory", "ok"),
    # Heard by open pages of the customer, in no inbox.
    EventType("production.told", _("What a customer sees of production has changed: {label}"), "eye", "mute"),
    EventType("production.reversed", _("A production report was reversed: {label}"), "undo-2", "warn"),
]
