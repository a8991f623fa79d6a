"""What a firm's own people, and as a bare count the coordinator, hear of; of its material at a supplier the owner too."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType
from apps.tenancy.roles import Side

EVENTS = [
    EventType("stock.counted", _("Stock was counted: {label}"), "clipboard-check", "ok"),
    EventType("consigned.counted", _("{partner} counted your material, as booked: {label}"), "clipboard-check", "ok"),
    EventType(
        "consigned.counted_otherwise",
        _("{partner} counted your material, and it is not as booked: {label}"),
        "clipboard-check",
        "warn",
        "move_material",
        Side.BUYER,
        "consigned:part",
    ),
]
