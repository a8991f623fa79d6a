"""The set-wise inserts of a historical import: from a staging table with resolved ids into the documents' tables.

One row after the other through models would be ten times slower; COPY cannot write into tables with policies, so the rows come
as arrays, one a column.
"""

SETTINGS = (
    "SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; "  # compiling a statement that runs once costs more than it saves
)
STAGE_DELIVERIES = """
INSERT INTO exchange_stageddelivery (organization_id, relation_id, supplier_id, partner_part_id, site_id, origin_site_id, order_id,
    order_number, order_position, shipment_id, shipment_number, shipment_position, receipt_id, carrier, quantity, unit_price,
    order_date, requested_date, received_on, line_id, schedule_id, shipment_line_id)
SELECT %s, given.*, nextval('orders_purchaseorderline_id_seq'), nextval('orders_scheduleline_id_seq'),
    nextval('deliveries_shipmentline_id_seq')
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::bigint[],
    %s::text[], %s::int[], %s::bigint[], %s::text[], %s::numeric[], %s::numeric[], %s::date[], %s::date[], %s::date[]) given
"""
NEXT_IDS = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
ORDERS = """
INSERT INTO orders_purchaseorder (id, relation_id, buyer_id, supplier_id, is_draft, number, supplier_number, revision, order_date,
    currency, receiving_site_id, contact_name, note, created_at, published_at, status, fulfilment, closure, open_change_side,
    line_count, unanswered_count, amount, requested_date, promised_date, part_number, part_name, part_name_en, quantity, unit)
SELECT first.order_id, first.relation_id, %(lead)s, first.supplier_id, false, first.order_number, '', 1, totals.order_date, %(currency)s,
    first.site_id, '', '', now(), NULL, 'confirmed', 'received', 'closed_complete', '', totals.lines, 0, totals.amount,
    first.requested_date, first.requested_date, p.buyer_number, p.name, p.name_en, first.quantity, %(unit)s
FROM h first
JOIN masterdata_partnerpart p ON p.id = first.partner_part_id
JOIN (
    SELECT order_id, count(*) AS lines, min(order_date) AS order_date, sum(quantity * coalesce(unit_price, 0)) AS amount
    FROM h GROUP BY 1
) totals ON totals.order_id = first.order_id
WHERE first.order_position = 10
"""
LINES = """
INSERT INTO orders_purchaseorderline (id, relation_id, buyer_id, supplier_id, is_draft, order_id, position, partner_part_id, unit,
    unit_price)
SELECT line_id, relation_id, %(lead)s, supplier_id, false, order_id, order_position, partner_part_id, %(unit)s, unit_price
FROM h
"""
SCHEDULE = """
INSERT INTO orders_scheduleline (id, relation_id, buyer_id, supplier_id, is_draft, order_id, line_id, sequence,
    requested_quantity, requested_date, over_tolerance, status, answered_quantity, confirmed_quantity, confirmed_date,
    first_confirmed_date, otif_base_date, shipped_quantity, received_quantity, rejected_quantity, received_on,
    closed_short_reason)
SELECT schedule_id, relation_id, %(lead)s, supplier_id, false, order_id, line_id, 1, quantity, requested_date, 0, 'confirmed',
    quantity, quantity, requested_date, requested_date, requested_date, quantity, quantity, 0, received_on, ''
FROM h
"""
CONFIRMATIONS = """
INSERT INTO orders_confirmation (relation_id, buyer_id, supplier_id, schedule_line_id, quantity, delivery_date, reason, comment,
    state, is_automatic, created_at)
SELECT relation_id, %(lead)s, supplier_id, schedule_id, quantity, requested_date, '', '', 'accepted', false, now() FROM h
"""
SHIPMENTS = """
INSERT INTO deliveries_shipmentnotice (id, relation_id, buyer_id, supplier_id, number, origin_site_id, destination_site_id, carrier,
    tracking_number, note, planned_departure_on, planned_arrival_on, departed_at, arrived_at, received_at, status, created_at,
    line_count, package_count, part_number, part_name, part_name_en, quantity, unit)
SELECT first.shipment_id, first.relation_id, %(lead)s, first.supplier_id, first.shipment_number, first.origin_site_id, first.site_id,
    first.carrier, '', '', planned.day, planned.day, came.at, came.at, came.at, 'received', now(), planned.lines, 0,
    p.buyer_number, p.name, p.name_en, first.quantity, %(unit)s
FROM h first
JOIN masterdata_partnerpart p ON p.id = first.partner_part_id
JOIN (SELECT shipment_id, min(requested_date) AS day, count(*) AS lines FROM h GROUP BY 1) planned
    ON planned.shipment_id = first.shipment_id
CROSS JOIN LATERAL (SELECT (first.received_on + time '12:00') AT TIME ZONE 'UTC' AS at) came
WHERE first.shipment_position = 10
"""
SHIPMENT_LINES = """
INSERT INTO deliveries_shipmentline (id, relation_id, buyer_id, supplier_id, shipment_id, order_id, schedule_line_id,
    partner_part_id, position, quantity, unit, lot)
SELECT shipment_line_id, relation_id, %(lead)s, supplier_id, shipment_id, order_id, schedule_id, partner_part_id,
    shipment_position, quantity, %(unit)s, ''
FROM h
"""
RECEIPTS = """
INSERT INTO deliveries_goodsreceipt (id, relation_id, buyer_id, supplier_id, number, shipment_id, site_id, received_at, note)
SELECT receipt_id, relation_id, %(lead)s, supplier_id, 'GR-' || supplier_id || '-' || shipment_number, shipment_id, site_id,
    (received_on + time '12:00') AT TIME ZONE 'UTC', ''
FROM h WHERE shipment_position = 10
"""
RECEIPT_LINES = """
INSERT INTO deliveries_goodsreceiptline (relation_id, buyer_id, supplier_id, receipt_id, shipment_line_id, schedule_line_id,
    partner_part_id, position, lot, unit, announced_quantity, quantity, damaged_quantity, received_on)
SELECT relation_id, %(lead)s, supplier_id, receipt_id, shipment_line_id, schedule_id, partner_part_id, shipment_position, '',
    %(unit)s, quantity, quantity, 0, received_on
FROM h
"""
DELIVERIES = (ORDERS, LINES, SCHEDULE, CONFIRMATIONS, SHIPMENTS, SHIPMENT_LINES, RECEIPTS, RECEIPT_LINES)

STAGE_DEFECTS = """
INSERT INTO exchange_stageddefect (organization_id, relation_id, supplier_id, partner_part_id, site_id, occurred_on, impact, defect,
    quantity, downtime_minutes)
SELECT %s, given.* FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::date[], %s::text[], %s::text[],
    %s::numeric[], %s::int[]) given
"""
NON_CONFORMANCES = """
INSERT INTO quality_nonconformance (relation_id, buyer_id, supplier_id, partner_part_id, site_id, occurred_on, impact, defect,
    quantity, downtime_minutes, reference)
SELECT relation_id, %(lead)s, supplier_id, partner_part_id, site_id, occurred_on, impact, defect, quantity, downtime_minutes, ''
FROM h
"""

# The rows of one import, in front of each statement that writes from them; and their end.
OWN_ROWS = "WITH h AS MATERIALIZED (SELECT * FROM {stage} WHERE organization_id = %(lead)s)"
CLEAR = "DELETE FROM {stage} WHERE organization_id = %(lead)s"
