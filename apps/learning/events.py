"""What the members of a cluster hear of training."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType

EVENTS = [
    EventType(
        "contract.published",
        _("A training contract waits for your approval: {label}"),
        "file-pen-line",
        "info",
        "approve_contract",
        url_name="learning:contract",
    ),
    EventType(
        "contract.taken_back",
        _("The training contract {label} was taken back; nothing is to be approved"),
        "file-x",
        "warn",
        "approve_contract",
        url_name="learning:contract",
    ),
    EventType("run.started", _("{label} has started"), "play", "info", url_name="learning:run"),
    EventType("run.progressed", _("{label} has finished a round"), "refresh-cw", "mute", url_name="learning:run"),
    EventType("run.paused", _("{label} is paused"), "circle-pause", "warn", url_name="learning:run"),
    EventType("run.stopped", _("{label} was stopped"), "circle-stop", "warn", url_name="learning:run"),
    EventType("run.failed", _("{label} has failed"), "triangle-alert", "bad", "manage_learning", url_name="learning:run"),
    EventType("run.finished", _("{label} is finished"), "circle-check", "ok", "approve_contract", url_name="learning:run"),
    EventType("node.changed", _("{label} joined, left or was suspended"), "factory", "info", url_name=""),
]
