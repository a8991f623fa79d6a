from django.db import migrations

# Who is in charge of an order that was written before the person was kept: who wrote it, as its history says, else the one
# person of the firm who bears the name. Where several bear it nobody is named. No version of today is written for it.
AS_KNOWN = """
SET CONSTRAINTS ALL IMMEDIATE; -- a key that is still to be checked would keep the triggers off
ALTER TABLE orders_purchaseorder DISABLE TRIGGER USER;
WITH wrote AS (
    SELECT DISTINCT ON (e.pgh_obj_id) e.pgh_obj_id AS order_id, m.user_id
    FROM orders_purchaseorderevent e
    JOIN accounts_membership m ON m.user_id = (e.pgh_context->>'user')::bigint AND m.organization_id = e.buyer_id
    WHERE e.pgh_label = 'insert' ORDER BY e.pgh_obj_id, e.pgh_id
), named AS (
    SELECT m.organization_id, u.name, min(u.id) AS user_id
    FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
    GROUP BY m.organization_id, u.name HAVING count(*) = 1
), known AS (
    SELECT o.id, coalesce(w.user_id, n.user_id) AS user_id FROM orders_purchaseorder o
    LEFT JOIN wrote w ON w.order_id = o.id
    LEFT JOIN named n ON n.organization_id = o.buyer_id AND n.name = o.contact_name
    WHERE o.contact_id IS NULL AND o.contact_name <> ''
)
UPDATE orders_purchaseorder o SET contact_id = k.user_id FROM known k WHERE k.id = o.id AND k.user_id IS NOT NULL;
ALTER TABLE orders_purchaseorder ENABLE TRIGGER USER;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0011_contact"), ("accounts", "0013_set_by")]
    operations = [migrations.RunSQL(AS_KNOWN, migrations.RunSQL.noop)]
