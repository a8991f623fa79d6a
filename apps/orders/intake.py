"""Orders written as sets, beside the models that they fill. Whoever hands them over has checked them."""

from apps.common.sql import insert_into, new_ids, next_id
from apps.masterdata.reads import PARTNER_PARTS

from .models import Confirmation, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from .statuses import Closure, Collaboration, ConfirmationState, Fulfilment

WRITTEN = (PurchaseOrder, PurchaseOrderLine, ScheduleLine, Confirmation)
ORDER_IDS = new_ids(PurchaseOrder)
LINE_ID, SCHEDULE_LINE_ID = next_id(PurchaseOrderLine), next_id(ScheduleLine)

_SIDES = {name: name for name in ("relation_id", "buyer_id", "supplier_id")}
_PUBLISHED = {**_SIDES, "is_draft": "false", "order_id": "order_id"}


def delivered(rows: str) -> list[str]:
    """Statements that write orders which were confirmed as requested and delivered in full.

    Args:
        rows: a SELECT of one row a line: order_id, line_id, schedule_line_id (ids taken beforehand), relation_id, buyer_id,
            supplier_id, site_id, order_number, order_position, order_date, currency, partner_part_id, unit, unit_price,
            quantity (in that unit), requested_date, received_on. An order's date is the earliest of its lines'.
    """
    source = f"FROM ({rows}) h"
    return [
        _orders(rows),
        insert_into(
            PurchaseOrderLine,
            source,
            {
                **_PUBLISHED,
                "id": "line_id",
                "position": "order_position",
                **{name: name for name in ("partner_part_id", "unit", "unit_price")},
            },
        ),
        insert_into(
            ScheduleLine,
            source,
            {
                **_PUBLISHED,
                "id": "schedule_line_id",
                "line_id": "line_id",
                "status": f"'{Collaboration.CONFIRMED}'",
                **dict.fromkeys(("requested_quantity", "answered_quantity", "confirmed_quantity"), "quantity"),
                **dict.fromkeys(("shipped_quantity", "received_quantity"), "quantity"),
                **dict.fromkeys(("requested_date", "confirmed_date"), "requested_date"),
                **dict.fromkeys(("first_confirmed_date", "otif_base_date"), "requested_date"),
                "received_on": "received_on",
            },
        ),
        insert_into(
            Confirmation,
            source,
            {
                **_SIDES,
                "schedule_line_id": "schedule_line_id",
                "quantity": "quantity",
                "delivery_date": "requested_date",
                "state": f"'{ConfirmationState.ACCEPTED}'",
            },
        ),
    ]


def _orders(rows: str) -> str:
    """Each order from its first line, with the sums of all. Windows, because a join of the set with itself may be planned
    as one row with another, when nobody has counted the set yet."""
    source = f"""
        FROM (
            SELECT *, count(*) OVER o AS lines, min(order_date) OVER o AS placed_on, min(order_position) OVER o AS first,
                sum(quantity * coalesce(unit_price, 0)) OVER o AS amount
            FROM ({rows}) h WINDOW o AS (PARTITION BY order_id)
        ) h JOIN {PARTNER_PARTS} p ON p.id = h.partner_part_id WHERE order_position = first
    """
    given = {
        **{name: f"h.{name}" for name in _SIDES},
        "id": "order_id",
        "is_draft": "false",
        "number": "order_number",
        "order_date": "placed_on",
        "currency": "currency",
        "receiving_site_id": "site_id",
        "status": f"'{Collaboration.CONFIRMED}'",
        "fulfilment": f"'{Fulfilment.RECEIVED}'",
        "closure": f"'{Closure.COMPLETE}'",
        "line_count": "lines",
        "amount": "amount",
        **dict.fromkeys(("requested_date", "promised_date"), "requested_date"),
        **{"part_number": "p.buyer_number", "part_name": "p.name", "part_name_en": "p.name_en"},
        **{"quantity": "quantity", "unit": "h.unit"},
    }
    return insert_into(PurchaseOrder, source, given)
