from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType

EVENTS = [
    EventType(
        "firm.joined",
        _("{label} has joined your cluster"),
        "user-check",
        "ok",
        "manage_clusters",
        url_name="joining:cluster",
    ),
    EventType(
        "agreement.published",
        _("A new version waits for your acceptance: {label}"),
        "file-pen-line",
        "info",
        "accept_agreements",
        url_name="joining:texts",
    ),
]
