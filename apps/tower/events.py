"""What open pages of a supplier hear of days of supply."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType

EVENTS = [
    # Heard by open pages of the supplier, in no inbox.
    EventType("cover.told", _("What a supplier sees of days of supply has changed: {label}"), "eye", "mute"),
]
