"""Orders written as sets, beside the models that they fill. Whoever hands them over has checked them."""

from apps.common.sql import insert_into, new_ids, next_id
from apps.masterdata.reads import PARTNER_PARTS

from .models import Confirmation, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from .statuses import Closure, Collaboration, ConfirmationState, Fulfilment

WRITTEN = (PurchaseOrder, PurchaseOrderLine, ScheduleLine, Confirmation)
ORDER_IDS = new_ids(PurchaseOrder)
LINE_ID, SCHEDULE_LINE_ID = next_id(PurchaseOrderLine), next_id(ScheduleLine)
_SIDES = {name: name for name in ("relation_id", "buyer_id", "supplier_id")}
# What the lines of new drafts are given by, a row one with its schedule line: column → type of its array.
DRAFTED = {
    **dict.fromkeys(("order_id", *_SIDES, "partner_part_id", "replaces_id"), "bigint"),
    **{"position": "int", "unit": "text", "requested_date": "date"},
    **dict.fromkeys(("unit_price", "requested_quantity", "over_tolerance"), "numeric"),
}
_PUBLISHED = {**_SIDES, "is_draft": "false", "order_id": "order_id"}


def _drafted() -> str:
    """The statement that writes lines of drafts and their schedule lines; takes one array a column of `DRAFTED`."""
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind in DRAFTED.items())
    of_both = (*_SIDES, "order_id")
    of_line, of_schedule = ("position", "partner_part_id", "unit", "unit_price"), ("line_id", "replaces_id")
    wanted = ("requested_quantity", "requested_date", "over_tolerance")
    line = {"id": "line_id", **{name: name for name in (*of_both, *of_line)}}
    schedule = {name: name for name in (*of_both, *of_schedule, *wanted)}
    return f"""
        WITH given AS MATERIALIZED (
            SELECT {LINE_ID} AS line_id, g.* FROM unnest({arrays}) g ({", ".join(DRAFTED)})
        ), lines AS ({insert_into(PurchaseOrderLine, "FROM given", line)})
        {insert_into(ScheduleLine, "FROM given", schedule)}
    """


DRAFT_LINES = _drafted()


def delivered(rows: str) -> list[str]:
    """Statements that write orders of before, which were confirmed as requested and delivered in full.

    Args:
        rows: a SELECT of one row a line: order_id, is_new_order, line_id, schedule_line_id (ids taken beforehand),
            relation_id, buyer_id, supplier_id, site_id, order_number, order_position, order_date, currency,
            partner_part_id, unit, unit_price, quantity (in that unit), requested_date, received_on. An order's date is the
            earliest of its lines'. Lines of an order of before that stands already come to those that it has.
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
        _counted(f"SELECT order_id FROM ({rows}) h WHERE NOT is_new_order"),
    ]


def withdrawn(items: str, orders: str) -> list[str]:
    """Statements that take schedule lines of before out again, with their lines, and orders that are left without any.

    Args:
        items, orders: parameters that hold ids of schedule lines, and of their orders. Policies keep what is not of before.
    """
    schedule, lines = ScheduleLine._meta.db_table, PurchaseOrderLine._meta.db_table
    return [
        f"DELETE FROM {Confirmation._meta.db_table} WHERE schedule_line_id = ANY({items})",
        f"WITH gone AS (DELETE FROM {schedule} WHERE id = ANY({items}) RETURNING line_id)"
        f" DELETE FROM {lines} WHERE id IN (SELECT line_id FROM gone)",
        _counted(f"SELECT unnest({orders})"),
        f"DELETE FROM {PurchaseOrder._meta.db_table} o WHERE o.is_past AND o.id = ANY({orders})"
        f" AND NOT EXISTS (SELECT FROM {lines} l WHERE l.order_id = o.id)",
    ]


def _counted(orders: str) -> str:
    """How many lines orders of before have, and what these are worth, anew."""
    return f"""
        UPDATE {PurchaseOrder._meta.db_table} o SET line_count = n.lines, amount = n.amount
        FROM (
            SELECT l.order_id, count(*) AS lines, sum(s.requested_quantity * coalesce(l.unit_price, 0)) AS amount
            FROM {ScheduleLine._meta.db_table} s JOIN {PurchaseOrderLine._meta.db_table} l ON l.id = s.line_id
            WHERE l.order_id IN ({orders}) GROUP BY l.order_id
        ) n WHERE o.id = n.order_id AND o.is_past
    """


def _orders(rows: str) -> str:
    """Each order from its first line, with the sums of all. Windows, because a join of the set with itself may be planned
    as one row with another, when nobody has counted the set yet."""
    source = f"""
        FROM (
            SELECT *, count(*) OVER o AS lines, min(order_date) OVER o AS placed_on, min(order_position) OVER o AS first,
                sum(quantity * coalesce(unit_price, 0)) OVER o AS amount
            FROM ({rows}) h WINDOW o AS (PARTITION BY order_id)
        ) h JOIN {PARTNER_PARTS} p ON p.id = h.partner_part_id WHERE order_position = first AND is_new_order
    """
    given = {
        **{name: f"h.{name}" for name in _SIDES},
        "id": "order_id",
        "is_draft": "false",
        "is_past": "true",
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
