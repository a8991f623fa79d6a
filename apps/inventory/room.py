"""Stock and its movements."""

from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Entry, Kind, Room

ROOM = Room(
    floor=4,
    shop_floor=("view_stock", "count_stock"),
    pages="stock/",
    api="api/",
    navigation=(Entry("stock", _("Stock"), "warehouse", "inventory:stock", "view_stock", "trades", place=50),),
    kinds=(Kind("stock", _("Stock"), 30),),
    enums={"StockStatus": "models.StockStatus", "MovementKind": "models.MovementKind"},
    incoming=("incoming.StockRows",),
    exported=(
        "ConsignedPart",
        "StockBalance",
        "StockMovement",
    ),
)
