"""What statements of other rooms may join of orders: SQL, each with its columns."""

from apps.common.sql import rows_of
from apps.tenancy.roles import Side

from .models import ChangeRequest, Confirmation, PurchaseOrder, PurchaseOrderLine, ScheduleLine

_SIDES = ("relation_id", "buyer_id", "supplier_id")
ORDERS = rows_of(PurchaseOrder, "id", *_SIDES, "number", "terms_id", "receiving_site_id", "published_at", "answered_at")
LINES = rows_of(PurchaseOrderLine, "id", "order_id", "position", "partner_part_id", "unit")
SCHEDULE_LINES = rows_of(
    ScheduleLine,
    *("id", *_SIDES, "is_draft", "order_id", "line_id", "status", "over_tolerance", "requested_date", "otif_base_date"),
    *("confirmed_quantity", "received_quantity", "received_on"),
)
ANSWERS = rows_of(Confirmation, "id", *_SIDES, "schedule_line_id", "state")
CHANGES = rows_of(ChangeRequest, "id", *_SIDES, "schedule_line_id", "side", "state")
# Where a schedule line stands: its order, its place there, and the site that receives it.
PLACES = """(
    SELECT s.id, s.order_id, o.number, l.position, o.receiving_site_id
    FROM orders_scheduleline s JOIN orders_purchaseorder o ON o.id = s.order_id
    JOIN orders_purchaseorderline l ON l.id = s.line_id
)"""

# Two halves, so that each walks its own index. The earliest parts of a split answer are taken as shipped first.
_OPEN = """SELECT s.id, s.order_id, l.partner_part_id, l.unit, s.requested_date, s.status,
            s.requested_quantity - s.confirmed_quantity AS unconfirmed, s.shipped_quantity - s.rejected_quantity AS gone
        FROM orders_scheduleline s JOIN orders_purchaseorderline l ON l.id = s.line_id
        WHERE s.{side}_id = ANY(%(own)s) AND s.closed_short_reason = ''
          AND (%(parts)s::bigint[] IS NULL OR l.partner_part_id = ANY(%(parts)s))"""
_TO_COME = f"""open_lines AS (
        {_OPEN} AND s.status = 'confirmed' AND s.confirmed_quantity > (s.shipped_quantity - s.rejected_quantity)
        UNION ALL
        {_OPEN} AND s.status IN ('published', 'acknowledged', 'change_proposed')
            AND s.requested_quantity > (s.received_quantity - s.rejected_quantity)
    ), answers AS (
        SELECT o.*, c.delivery_date, c.quantity,
            sum(c.quantity) OVER (PARTITION BY c.schedule_line_id ORDER BY c.delivery_date, c.id) AS upto
        FROM open_lines o JOIN orders_confirmation c ON c.schedule_line_id = o.id AND c.state = 'accepted'
    ), to_come AS (
        SELECT 'confirmed' AS kind, partner_part_id, unit, id AS schedule_line_id, order_id, requested_date,
            CASE WHEN delivery_date >= %(today)s THEN delivery_date END AS day,
            least(quantity, greatest(upto - gone, 0)) AS quantity
        FROM answers WHERE upto > gone
        UNION ALL
        SELECT 'ordered', partner_part_id, unit, id, order_id, requested_date,
            CASE WHEN requested_date >= %(today)s THEN requested_date END, unconfirmed
        FROM open_lines WHERE status <> 'confirmed' AND unconfirmed > 0
    )"""


def to_come(side: Side) -> str:
    """What open lines still bring that is not announced yet; stands behind WITH, under the name `to_come`.

    Its columns: kind ("confirmed", "ordered"), partner_part_id, unit, schedule_line_id, order_id, requested_date, quantity,
    and day, NULL once that has passed.
    Its parameters: own (firms on that side), parts (or NULL for all), today.
    """
    return _TO_COME.format(side=side.value)
