"""Every change of a delivery: announced, departed, arrived, cancelled by the supplier's side; received by the buyer's."""

from .receiving import Received, receive_shipment
from .shipping import MAX_LINES, Shipped, announce_shipment, arrive, cancel_shipment, depart

__all__ = [
    "MAX_LINES",
    "Received",
    "Shipped",
    "announce_shipment",
    "arrive",
    "cancel_shipment",
    "depart",
    "receive_shipment",
]
