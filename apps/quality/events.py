"""What both firms hear of."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType
from apps.tenancy.roles import Side

EVENTS = [
    EventType(
        "inspection.opened",
        _("Goods of {partner} wait for inspection: {label}"),
        "microscope",
        "info",
        "decide_inspection",
        Side.BUYER,
        "quality:lot",
    ),
    EventType("inspection.accepted", _("Inspection lot {label} was accepted"), "circle-check", "ok", url_name="quality:lot"),
    EventType(
        "inspection.rejected",
        _("Parts of inspection lot {label} were rejected"),
        "circle-x",
        "bad",
        url_name="quality:lot",
    ),
    EventType(
        "nonconformance.found",
        _("{partner} rejected parts of inspection lot {label}"),
        "circle-x",
        "bad",
        "hear_decision",
        Side.SUPPLIER,
        "quality:non-conformance",
    ),
    EventType(
        "inspection.overdue",
        _("The inspection of lot {label} is overdue"),
        "alarm-clock",
        "warn",
        "decide_inspection",
        Side.BUYER,
        "quality:lot",
    ),
]
