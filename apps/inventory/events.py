"""What a firm's own people, and as a bare count the coordinator, hear of."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType

EVENTS = [
    EventType("stock.counted", _("Stock was counted: {label}"), "clipboard-check", "ok"),
]
