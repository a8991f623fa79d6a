"""Deliveries written as sets, beside the models that they fill. Whoever hands them over has checked them."""

from apps.common.sql import insert_into, new_ids, next_id
from apps.masterdata.reads import PARTNER_PARTS

from .models import GoodsReceipt, GoodsReceiptLine, ShipmentLine, ShipmentNotice
from .statuses import ShipmentStatus

WRITTEN = (ShipmentNotice, ShipmentLine, GoodsReceipt, GoodsReceiptLine)
SHIPMENT_IDS, RECEIPT_IDS = new_ids(ShipmentNotice), new_ids(GoodsReceipt)
SHIPMENT_LINE_ID = next_id(ShipmentLine)

_SIDES = {name: name for name in ("relation_id", "buyer_id", "supplier_id")}


def received(rows: str) -> list[str]:
    """Statements that write shipments of before and their one receipt each, in which all came that was announced.

    Args:
        rows: a SELECT of one row a line: shipment_id, shipment_line_id, receipt_id (ids taken beforehand), relation_id,
            buyer_id, supplier_id, shipment_number, shipment_position, receipt_number, origin_site_id, site_id, carrier,
            order_id, schedule_line_id, partner_part_id, unit, quantity (in that unit), unit_price (or NULL), currency,
            requested_date, received_on.
            A shipment was planned for the earliest requested day of its lines, and came at noon in UTC.
    """
    source = f"FROM ({rows}) h"
    return [
        _shipments(rows),
        insert_into(
            ShipmentLine,
            source,
            {
                **_SIDES,
                "id": "shipment_line_id",
                "position": "shipment_position",
                **{name: name for name in ("shipment_id", "order_id", "schedule_line_id", "partner_part_id")},
                **{name: name for name in ("quantity", "unit", "unit_price", "currency")},
            },
        ),
        insert_into(
            GoodsReceipt,
            f"FROM (SELECT DISTINCT ON (receipt_id) * FROM ({rows}) h) h",
            {
                **_SIDES,
                "id": "receipt_id",
                "number": "receipt_number",
                "shipment_id": "shipment_id",
                "site_id": "site_id",
                "received_at": _noon("received_on"),
            },
        ),
        insert_into(
            GoodsReceiptLine,
            source,
            {
                **_SIDES,
                "position": "shipment_position",
                **{name: name for name in ("receipt_id", "shipment_line_id", "schedule_line_id", "partner_part_id")},
                **dict.fromkeys(("announced_quantity", "quantity"), "quantity"),
                **{"unit": "unit", "received_on": "received_on"},
            },
        ),
    ]


def withdrawn(shipments: str) -> list[str]:
    """Statements that take shipments of before out again, with their receipts.

    Args:
        shipments: a parameter that holds their ids. Policies keep what is not of before where it is.
    """
    receipts = f"SELECT id FROM {GoodsReceipt._meta.db_table} WHERE shipment_id = ANY({shipments})"
    return [
        f"DELETE FROM {GoodsReceiptLine._meta.db_table} WHERE receipt_id IN ({receipts})",
        f"DELETE FROM {GoodsReceipt._meta.db_table} WHERE shipment_id = ANY({shipments})",
        f"DELETE FROM {ShipmentLine._meta.db_table} WHERE shipment_id = ANY({shipments})",
        f"DELETE FROM {ShipmentNotice._meta.db_table} WHERE id = ANY({shipments})",
    ]


def _noon(day: str) -> str:
    return f"({day} + time '12:00') AT TIME ZONE 'UTC'"


def _shipments(rows: str) -> str:
    """Each shipment from its first line; windows, as in `apps/orders/intake.py`."""
    source = f"""
        FROM (
            SELECT *, count(*) OVER s AS lines, min(shipment_position) OVER s AS first
            FROM ({rows}) h WINDOW s AS (PARTITION BY shipment_id)
        ) h JOIN {PARTNER_PARTS} p ON p.id = h.partner_part_id WHERE shipment_position = first
    """
    given = {
        **{name: f"h.{name}" for name in _SIDES},
        "id": "shipment_id",
        "is_past": "true",
        "number": "shipment_number",
        "origin_site_id": "origin_site_id",
        "destination_site_id": "site_id",
        "carrier": "carrier",
        # Nobody has said what was planned: it stands in lists and pages with the day on which it came.
        **dict.fromkeys(("planned_departure_on", "planned_arrival_on"), "received_on"),
        **dict.fromkeys(("departed_at", "arrived_at", "received_at"), _noon("received_on")),
        "status": f"'{ShipmentStatus.RECEIVED}'",
        "line_count": "lines",
        **{"part_number": "p.buyer_number", "part_name": "p.name", "part_name_en": "p.name_en"},
        **{"quantity": "quantity", "unit": "h.unit"},
    }
    return insert_into(ShipmentNotice, source, given)
