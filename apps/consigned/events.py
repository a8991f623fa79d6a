"""What both firms hear of consigned material."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import OTHER_SIDE, EventType
from apps.tenancy.roles import Side

_NOTE = ("move_material", OTHER_SIDE, "consigned:note")
_SETTLED = ("settle_material", OTHER_SIDE, "consigned:settlement")

EVENTS = [
    EventType(
        "consigned.agreed",
        _("{partner} agreed material or what goes into parts: {label}"),
        "handshake",
        "info",
        "move_material",
        Side.SUPPLIER,
        "consigned:part",
    ),
    # Heard by open pages of both firms, in no inbox: balances move with every report.
    EventType("consigned.used", _("Material was used: {label}"), "factory", "mute"),
    EventType(
        "consigned.lost",
        _("{partner} reported a loss of your material: {label}"),
        "trash-2",
        "warn",
        "move_material",
        Side.BUYER,
        "consigned:part",
    ),
    EventType("consignment.sent", _("{partner} sent material: {label}"), "truck", "info", *_NOTE),
    EventType("consignment.received", _("{partner} received material: {label}"), "package-check", "ok", *_NOTE),
    EventType(
        "consignment.received_otherwise",
        _("{partner} received material short or damaged: {label}"),
        "package-x",
        "warn",
        *_NOTE,
    ),
    EventType("consignment.cancelled", _("{partner} took a consignment note back: {label}"), "undo-2", "warn", *_NOTE),
    EventType("settlement.proposed", _("{partner} proposed the settlement {label}"), "scale", "info", *_SETTLED),
    EventType("settlement.accepted", _("{partner} accepted the settlement {label}"), "circle-check", "ok", *_SETTLED),
    EventType("settlement.disputed", _("{partner} disputes the settlement {label}"), "circle-x", "bad", *_SETTLED),
]
