"""What happened to a delivery, as deeds: states, what was received of which line, and what was damaged."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.tenancy.deeds import Deed, Source, Told, Version, deeds_of, in_words, states_of, versions_of
from apps.tenancy.history import Change

from .models import GoodsReceipt, GoodsReceiptLine, ShipmentLine, ShipmentNotice

TOLD: dict[Any, dict[str, Any]] = {
    ShipmentNotice: {
        "carrier": _("Carrier"),
        "tracking_number": _("Tracking number"),
        "note": _("Note"),
        "origin_site": _("Ships from"),
        "planned_departure_on": _("Departure"),
        "planned_arrival_on": _("Arrival"),
    },
    ShipmentLine: {"quantity": _("Announced"), "lot": _("Lot")},
    GoodsReceipt: {"number": _("Receipt"), "note": _("Note")},
    GoodsReceiptLine: {"quantity": pgettext_lazy("quantity", "Received"), "damaged_quantity": _("Damaged")},
}
SILENT: dict[Any, set[str]] = {
    # The states are the entries' own words, their moments the entries'; the first line and the counters are derived.
    ShipmentNotice: {"status", "departed_at", "arrived_at", "received_at", "line_count", "package_count"}
    | {"part_number", "part_name", "part_name_en", "quantity", "unit"}
    | {"number", "is_past", "destination_site"},  # written once
    # What it cost when it left is the order's, and stands in its statement.
    ShipmentLine: {"shipment", "order", "schedule_line", "partner_part", "position", "unit", "unit_price", "currency"},
    GoodsReceipt: {"shipment", "site", "received_at"},
    # What was announced stands on the line; the lot and the package are those of the shipment line.
    GoodsReceiptLine: {"receipt", "shipment_line", "schedule_line", "partner_part", "package", "position", "lot", "unit"}
    | {"announced_quantity", "received_on"},
}


def history(shipment: ShipmentNotice) -> tuple[list[Change], list[Told]]:
    """The states of a delivery, newest first, and what was changed and received of it; one query.

    `shipment` comes from `selectors.shipment`, with its lines.
    """
    positions = {line.pk: line.position for line in shipment.shown_lines}
    versions = versions_of(
        Source(ShipmentNotice, TOLD[ShipmentNotice], {"pgh_obj_id": shipment.pk}, ("status",)),
        Source(ShipmentLine, TOLD[ShipmentLine], {"shipment_id": shipment.pk}),
        Source(GoodsReceipt, TOLD[GoodsReceipt], {"shipment_id": shipment.pk}),
        Source(GoodsReceiptLine, TOLD[GoodsReceiptLine], {"shipment_line_id__in": list(positions)}, ("shipment_line",)),
    )

    def line_of(version: Version) -> int | None:
        key = version.row_id if version.source.model is ShipmentLine else version.facts.get("shipment_line_id")
        return positions.get(key) if key is not None else None

    def name_of(deed: Deed, value: Any) -> str | None:
        site = shipment.origin_site
        return str(site) if deed.column == "origin_site" and site is not None and value == site.pk else None

    told = in_words(_by_line(deeds_of(versions)), line_of=line_of, name_of=name_of)
    return states_of(versions, ShipmentNotice, "status"), told


def _by_line(deeds: list[Deed]) -> list[Deed]:
    """A receipt books each package; people care about what came of the line."""
    sums: dict[tuple[Any, ...], Deed] = {}
    others = []
    for deed in deeds:
        if deed.version.source.model is not GoodsReceiptLine:
            others.append(deed)
            continue
        key = (deed.version.at, deed.version.facts["shipment_line_id"], deed.column)
        earlier = sums[key].new if key in sums else Decimal(0)
        sums[key] = Deed(deed.version, deed.column, None, earlier + deed.new, deed.is_first)
    return [*others, *sums.values()]
