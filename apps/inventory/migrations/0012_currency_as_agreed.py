from django.db import migrations

# A price is in the currency that its relation had when that price was first said; every version of it says so. History is
# written by triggers and refuses changes: neither a version of today, nor a price that changes its currency with the terms.
AS_AGREED = """
ALTER TABLE inventory_consignedpart DISABLE TRIGGER USER;
ALTER TABLE inventory_consignedpartevent DISABLE TRIGGER USER;
WITH steps AS (
    SELECT pgh_id, pgh_obj_id, relation_id, pgh_created_at, unit_price IS DISTINCT FROM
        lag(unit_price) OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS is_new
    FROM inventory_consignedpartevent
), runs AS (
    SELECT *, count(*) FILTER (WHERE is_new) OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS run FROM steps
), said AS (
    SELECT pgh_id, relation_id, min(pgh_created_at) OVER (PARTITION BY pgh_obj_id, run) AS at FROM runs
)
UPDATE inventory_consignedpartevent e SET currency = coalesce(
    (SELECT t.currency FROM tenancy_tradingrelationevent t
     WHERE t.pgh_obj_id = s.relation_id AND t.pgh_created_at <= s.at ORDER BY t.pgh_id DESC LIMIT 1),
    (SELECT t.currency FROM tenancy_tradingrelationevent t WHERE t.pgh_obj_id = s.relation_id ORDER BY t.pgh_id LIMIT 1),
    (SELECT r.currency FROM tenancy_tradingrelation r WHERE r.id = s.relation_id))
FROM said s WHERE s.pgh_id = e.pgh_id AND e.currency = '';
UPDATE inventory_consignedpart p SET currency = coalesce(
    (SELECT e.currency FROM inventory_consignedpartevent e WHERE e.pgh_obj_id = p.id ORDER BY e.pgh_id DESC LIMIT 1),
    (SELECT r.currency FROM tenancy_tradingrelation r WHERE r.id = p.relation_id))
WHERE p.currency = '';
ALTER TABLE inventory_consignedpartevent ENABLE TRIGGER USER;
ALTER TABLE inventory_consignedpart ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0011_used_for_rejected_pieces"), ("tenancy", "0014_way")]
    operations = [migrations.RunSQL(AS_AGREED, migrations.RunSQL.noop)]
