from django.db import migrations

# What left before prices were kept: nobody knows any more what the order said then, so it is what the order says now. No
# version of today is written for it: nobody did anything.
AS_IT_IS = """
ALTER TABLE deliveries_shipmentline DISABLE TRIGGER USER;
UPDATE deliveries_shipmentline l SET unit_price = ol.unit_price, currency = o.currency
FROM deliveries_shipmentnotice n, orders_scheduleline s, orders_purchaseorderline ol, orders_purchaseorder o
WHERE n.id = l.shipment_id AND n.departed_at IS NOT NULL AND s.id = l.schedule_line_id AND ol.id = s.line_id
    AND o.id = ol.order_id AND l.currency IS NULL;
ALTER TABLE deliveries_shipmentline ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("deliveries", "0004_price_when_it_left"), ("orders", "0009_by_contact")]
    operations = [migrations.RunSQL(AS_IT_IS, migrations.RunSQL.noop)]
