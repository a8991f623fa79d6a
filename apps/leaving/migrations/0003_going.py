"""Who leaves a cluster, for those of it who know that firm: they see neither its departure nor, afterwards, itself.

How much is open of each, for who looks after it: it sees neither the orders nor the relations of others.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION leaving_going(p_cluster bigint, p_days integer)
RETURNS TABLE (organization_id bigint, legal_name text, name_en text, state text, last_day date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH own AS (
        SELECT m.organization_id, c.kind = 'peers' OR m.kind IN ('lead', 'coordinator') AS knows_all
        FROM tenancy_clustermembership m JOIN tenancy_cluster c ON c.id = m.cluster_id
        WHERE m.cluster_id = p_cluster AND m.state = 'active' AND m.organization_id = ANY (tenancy_ids('app.org_ids'))
    ), told AS (
        SELECT DISTINCT ON (d.organization_id) d.organization_id, d.last_day,
            CASE WHEN d.done_at IS NOT NULL THEN 'left' WHEN d.is_removal THEN 'removed' ELSE 'leaving' END AS state
        FROM leaving_departure d
        WHERE d.cluster_id = p_cluster AND d.taken_back_at IS NULL
          AND (d.done_at IS NULL OR d.done_at > now() - make_interval(days => p_days))
        ORDER BY d.organization_id, d.id DESC
    ), paused AS (
        SELECT m.organization_id FROM tenancy_clustermembership m WHERE m.cluster_id = p_cluster AND m.state = 'suspended'
    )
    SELECT o.id, o.legal_name::text, o.name_en::text,
        CASE WHEN p.organization_id IS NOT NULL THEN 'suspended' ELSE t.state END, t.last_day
    FROM told t FULL JOIN paused p USING (organization_id)
    JOIN tenancy_organization o ON o.id = coalesce(t.organization_id, p.organization_id)
    WHERE EXISTS (
        SELECT FROM own WHERE own.organization_id <> o.id AND (own.knows_all OR EXISTS (
            SELECT FROM tenancy_tradingrelation r
            WHERE (r.buyer_id, r.supplier_id) IN ((own.organization_id, o.id), (o.id, own.organization_id)))))
    ORDER BY o.id
$$;

CREATE FUNCTION leaving_open(p_cluster bigint)
RETURNS TABLE (organization_id bigint, things bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH members AS (
        SELECT cluster_id, organization_id FROM tenancy_clustermembership WHERE state IN ('active', 'suspended')
    ), here AS (
        SELECT m.organization_id FROM members m WHERE m.cluster_id = p_cluster
    ), pairs AS (
        SELECT d.organization_id, r.id
        FROM leaving_departure d JOIN tenancy_tradingrelation r ON d.organization_id IN (r.buyer_id, r.supplier_id)
        WHERE joining_manages(p_cluster) AND d.cluster_id = p_cluster AND d.taken_back_at IS NULL AND d.done_at IS NULL
          AND r.buyer_id IN (SELECT h.organization_id FROM here h) AND r.supplier_id IN (SELECT h.organization_id FROM here h)
          AND NOT EXISTS (
              SELECT FROM members a JOIN members b USING (cluster_id)
              WHERE a.cluster_id <> p_cluster AND a.organization_id = r.buyer_id AND b.organization_id = r.supplier_id)
    )
    SELECT p.organization_id, sum(
        (SELECT count(*) FROM orders_purchaseorder o WHERE o.relation_id = p.id AND o.due_date IS NOT NULL AND NOT o.is_draft)
        + (SELECT count(*) FROM deliveries_shipmentnotice s WHERE s.relation_id = p.id AND s.status IN ('announced', 'departed', 'arrived'))
        + (SELECT count(*) FROM quality_inspectionlot l WHERE l.relation_id = p.id AND l.status <> 'decided')
    )::bigint
    FROM pairs p GROUP BY 1
$$;

REVOKE ALL ON FUNCTION leaving_going(bigint, integer), leaving_open(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION leaving_going(bigint, integer), leaving_open(bigint) TO app;
"""
BACKWARD = "DROP FUNCTION leaving_open(bigint); DROP FUNCTION leaving_going(bigint, integer);"


class Migration(migrations.Migration):
    dependencies = [
        ("leaving", "0002_firm_export"),
        ("joining", "0008_weeks"),
        ("orders", "0009_by_contact"),
        ("deliveries", "0003_by_carrier"),
        ("quality", "0004_by_lot"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
