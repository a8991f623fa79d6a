"""Shipment notices, packages, receipts and papers."""

from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Desk, Entry, Kind, Room

ROOM = Room(
    floor=6,
    shop_floor=("view_deliveries", "receive_goods", "hear_receipt"),
    pages="deliveries/",
    api="api/",
    navigation=(
        Entry(
            "deliveries",
            _("Deliveries"),
            "truck",
            "deliveries:list",
            "view_deliveries",
            "trades",
            "expected",
            _("expected today or late"),
            place=30,
        ),
    ),
    beside_lines="beside.beside_lines",
    badges="selectors.badges",
    desks=(Desk("receive_goods", "deliveries", "side=buyer&view=expected", 10),),
    first_page="pages.first_page",
    kinds=(Kind("delivery", _("Deliveries"), 20),),
    enums={"ShipmentStatus": "statuses.ShipmentStatus", "PackageKind": "statuses.PackageKind"},
    incoming=("incoming.DeliveryRows", "incoming_receipts.ReceiptRows"),
    example_past="example.create_past",
    example_present="example.create_present",
    exported=(
        "ShipmentNotice",
        "ShipmentLine",
        "HandlingUnit",
        "GoodsReceipt",
        "GoodsReceiptLine",
    ),
)
