"""What both firms hear of."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType
from apps.tenancy.roles import Side

EVENTS = [
    EventType(
        "delivery.announced",
        _("{partner} announced delivery {label}"),
        "truck",
        "info",
        "receive_goods",
        Side.BUYER,
        "deliveries:shipment",
    ),
    EventType(
        "delivery.departed", _("Delivery {label} of {partner} is on its way"), "truck", url_name="deliveries:shipment"
    ),
    EventType("delivery.arrived", _("Delivery {label} has arrived"), "map-pin", url_name="deliveries:shipment"),
    EventType(
        "delivery.received",
        _("{partner} received delivery {label}"),
        "package-check",
        "ok",
        "hear_receipt",
        Side.SUPPLIER,
        "deliveries:shipment",
    ),
    EventType(
        "delivery.received_otherwise",
        _("{partner} received delivery {label} short, over or damaged"),
        "package-x",
        "warn",
        "hear_receipt",
        Side.SUPPLIER,
        "deliveries:shipment",
    ),
    EventType(
        "delivery.cancelled",
        _("{partner} cancelled delivery {label}"),
        "ban",
        "bad",
        "receive_goods",
        Side.BUYER,
        "deliveries:shipment",
    ),
    EventType(
        "delivery.past_loaded",
        _("{partner} loaded past deliveries of {label}"),
        "history",
        "info",
        "hear_receipt",
        Side.SUPPLIER,
        "deliveries:shipment",
    ),
]
