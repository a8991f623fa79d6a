"""What the other firm hears of a grant. The label is the name of the firm that acted."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType

EVENTS = [
    EventType(
        "grant.proposed",
        _("{label} proposes a grant to share data; please agree to it or refuse it"),
        "share-2",
        "info",
        "manage_sharing",
    ),
    EventType("grant.agreed", _("{label} agreed to the grant that you proposed"), "circle-check", "ok", "manage_sharing"),
    EventType(
        "grant.revoked",
        _("{label} ended a grant; nothing more is shared by it"),
        "ban",
        "warn",
        "manage_sharing",
        takes_away=True,
    ),
]
