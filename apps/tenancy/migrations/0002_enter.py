"""The function that opens a scope: looks up clusters and partners and sets the transaction's variables, in one statement."""

from django.db import migrations

FORWARD = """
-- The ids of one of the scope's variables, for policies on small tables with many ids. Written in line, the planner thinks
-- the parsing of the text cheap and does it for every row; with its cost declared it is done once an index scan.
CREATE FUNCTION tenancy_ids(p_name text) RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 2000 AS
$$ BEGIN RETURN coalesce(nullif(current_setting(p_name, true), ''), '{}')::bigint[]; END $$;
GRANT EXECUTE ON FUNCTION tenancy_ids(text) TO app, app_system;

CREATE FUNCTION tenancy_enter(p_organizations bigint[], p_user bigint, p_context text)
RETURNS TABLE (cluster_ids bigint[], party_ids bigint[], buys boolean, supplies boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT coalesce(array_agg(DISTINCT m.cluster_id), '{}') INTO cluster_ids
    FROM tenancy_clustermembership m WHERE m.organization_id = ANY (p_organizations) AND m.state = 'active';
    buys := EXISTS (SELECT 1 FROM tenancy_tradingrelation r WHERE r.buyer_id = ANY (p_organizations));
    supplies := EXISTS (SELECT 1 FROM tenancy_tradingrelation r WHERE r.supplier_id = ANY (p_organizations));
    -- Partners: the other side of every relation; the lead and the coordinators of every cluster; and all members where the
    -- firm itself leads or coordinates, or where nobody leads. Two suppliers of one lead do not know each other.
    party_ids := ARRAY(
        SELECT unnest(p_organizations)
        UNION SELECT r.supplier_id FROM tenancy_tradingrelation r WHERE r.buyer_id = ANY (p_organizations)
        UNION SELECT r.buyer_id FROM tenancy_tradingrelation r WHERE r.supplier_id = ANY (p_organizations)
        UNION SELECT m.organization_id
        FROM tenancy_clustermembership own
        JOIN tenancy_cluster c ON c.id = own.cluster_id
        JOIN tenancy_clustermembership m ON m.cluster_id = own.cluster_id AND m.state <> 'left'
        WHERE own.organization_id = ANY (p_organizations) AND own.state = 'active'
          AND (c.lead_id IS NULL OR own.kind IN ('lead', 'coordinator') OR m.kind IN ('lead', 'coordinator'))
    );
    PERFORM set_config('app.org_ids', p_organizations::text, true),
            set_config('app.cluster_ids', cluster_ids::text, true),
            set_config('app.party_ids', party_ids::text, true),
            set_config('app.user_id', coalesce(p_user::text, ''), true),
            set_config('pghistory.context_metadata', p_context, true),
            set_config('pgtrigger.ignore', '{}', true);
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION tenancy_enter(bigint[], bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenancy_enter(bigint[], bigint, text) TO app, app_system;
"""
BACKWARD = "DROP FUNCTION tenancy_enter(bigint[], bigint, text); DROP FUNCTION tenancy_ids(text);"


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
