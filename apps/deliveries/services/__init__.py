"""Every change of a delivery: announced, departed, arrived, cancelled by the supplier's side; received by the buyer's."""

from .proposing import Announced, announce_lines, arrival_of, pack_of, packages_of
from .receiving import Received, receive_shipment
from .shipping import MAX_LINES, Shipped, announce_shipment, arrive, cancel_shipment, depart

__all__ = [
    "MAX_LINES",
    "Announced",
    "Received",
    "Shipped",
    "announce_lines",
    "announce_shipment",
    "arrival_of",
    "arrive",
    "cancel_shipment",
    "depart",
    "pack_of",
    "packages_of",
    "receive_shipment",
]
