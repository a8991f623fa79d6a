"""What a firm's own people, and as a bare count the coordinator, hear of."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType

EVENTS = [
    EventType("plan.published", _("A plan is in force: {label}"), "calendar-range", "ok"),
    EventType("plan.bills_changed", _("Bills of material changed: {label}"), "list-tree", "info"),
]
