"""What the other firms of a cluster hear of one that leaves. The label is that firm, and its last day where there is one."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType

ACT, PAGE = "view_members", "leaving:departures"

EVENTS = [
    EventType("departure.announced", _("A firm leaves your cluster: {label}"), "log-out", "warn", ACT, url_name=PAGE),
    EventType("departure.removed", _("A firm is removed from your cluster: {label}"), "log-out", "warn", ACT, url_name=PAGE),
    EventType("departure.stays", _("A firm stays in your cluster after all: {label}"), "undo-2", "ok", ACT, url_name=PAGE),
    EventType("departure.done", _("A firm has left your cluster: {label}"), "log-out", "mute", ACT, url_name=PAGE),
    EventType(
        "departure.suspended", _("A firm is suspended in your cluster: {label}"), "circle-pause", "warn", ACT, url_name=PAGE
    ),
    EventType(
        "departure.resumed", _("A firm takes part in your cluster again: {label}"), "circle-play", "ok", ACT, url_name=PAGE
    ),
    EventType("departure.own_pause", _("Your firm is suspended in {label}"), "circle-pause", "warn", "leave_clusters"),
    EventType("departure.own_return", _("Your firm takes part in {label} again"), "circle-play", "ok", "leave_clusters"),
]
