"""How often firms bring their data up to date, as relations agreed: for who manages a cluster and sees no relation of others."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION partners_agreed_days(p_of_buyers text[])
RETURNS TABLE (cluster_id bigint, organization_id bigint, kind text, days integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.cluster_id, m.organization_id, d.key, min(d.value::integer)
    FROM tenancy_clustermembership m
    JOIN tenancy_tradingrelation r ON m.organization_id IN (r.buyer_id, r.supplier_id) AND r.ended_at IS NULL
    JOIN tenancy_clustermembership o ON o.cluster_id = m.cluster_id AND o.state = 'active'
        AND o.organization_id <> m.organization_id AND o.organization_id IN (r.buyer_id, r.supplier_id)
    CROSS JOIN LATERAL jsonb_each_text(r.data_days) d
    WHERE m.state = 'active' AND m.cluster_id = ANY (tenancy_ids('app.cluster_ids'))
      AND (d.key = ANY (p_of_buyers)) = (m.organization_id = r.buyer_id)
      AND (joining_manages(m.cluster_id)
           OR r.buyer_id = ANY (tenancy_ids('app.org_ids')) OR r.supplier_id = ANY (tenancy_ids('app.org_ids')))
    GROUP BY 1, 2, 3
$$;

REVOKE ALL ON FUNCTION partners_agreed_days(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_agreed_days(text[]) TO app;
"""
BACKWARD = "DROP FUNCTION partners_agreed_days(text[]);"


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0005_data_days"),
        ("tenancy", "0013_data_days"),
        ("joining", "0008_weeks"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
