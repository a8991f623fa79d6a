"""What statements of other rooms may join of deliveries: SQL, each with its columns."""

from apps.common.sql import rows_of
from apps.tenancy.roles import Side

from .models import GoodsReceiptLine

RECEIVED = rows_of(GoodsReceiptLine, "relation_id", "buyer_id", "supplier_id", "received_on", "unit", "quantity")

_ON_ITS_WAY = """on_its_way AS (
        SELECT {kind} AS kind, l.partner_part_id, l.unit, l.schedule_line_id, n.id AS shipment_id,
            greatest(n.planned_arrival_on, %(today)s::date) AS day,
            l.quantity - coalesce(
                (SELECT sum(r.announced_quantity) FROM deliveries_goodsreceiptline r WHERE r.shipment_line_id = l.id), 0
            ) AS quantity
        FROM deliveries_shipmentnotice n JOIN deliveries_shipmentline l ON l.shipment_id = n.id
        WHERE n.{side}_id = ANY(%(own)s) AND n.status IN ('announced', 'departed', 'arrived')
          AND (%(parts)s::bigint[] IS NULL OR l.partner_part_id = ANY(%(parts)s))
    )"""


def on_its_way(side: Side) -> str:
    """What is announced and not received; stands behind WITH, under the name `on_its_way`.

    Its columns: kind ("shipped"; to the supplier "announced" of what has not left it, and lies in its stock),
    partner_part_id, unit, schedule_line_id, shipment_id, day of arrival (today, once it has passed), quantity.
    Its parameters: own (firms on that side), parts (or NULL for all), today.
    """
    kind = "'shipped'" if side is Side.BUYER else "CASE n.status WHEN 'announced' THEN 'announced' ELSE 'shipped' END"
    return _ON_ITS_WAY.format(side=side.value, kind=kind)
