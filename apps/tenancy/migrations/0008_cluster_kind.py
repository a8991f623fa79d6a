"""A led cluster whose lead is still to come is no cluster of peers: the kind is said, not read from the missing lead."""

from django.db import migrations, models

PEERS = "UPDATE tenancy_cluster SET kind = 'peers' WHERE lead_id IS NULL"
ENTER = """
CREATE OR REPLACE FUNCTION tenancy_enter(p_organizations bigint[], p_user bigint, p_context text)
RETURNS TABLE (cluster_ids bigint[], party_ids bigint[], buys boolean, supplies boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT coalesce(array_agg(DISTINCT m.cluster_id), '{}') INTO cluster_ids
    FROM tenancy_clustermembership m WHERE m.organization_id = ANY (p_organizations) AND m.state = 'active';
    buys := EXISTS (SELECT 1 FROM tenancy_tradingrelation r WHERE r.buyer_id = ANY (p_organizations));
    supplies := EXISTS (SELECT 1 FROM tenancy_tradingrelation r WHERE r.supplier_id = ANY (p_organizations));
    -- Partners: the other side of every relation; the lead and the coordinators of every cluster; and all members where the
    -- firm itself leads or coordinates, or among peers. Two suppliers of one lead do not know each other.
    party_ids := ARRAY(
        SELECT unnest(p_organizations)
        UNION SELECT r.supplier_id FROM tenancy_tradingrelation r WHERE r.buyer_id = ANY (p_organizations)
        UNION SELECT r.buyer_id FROM tenancy_tradingrelation r WHERE r.supplier_id = ANY (p_organizations)
        UNION SELECT m.organization_id
        FROM tenancy_clustermembership own
        JOIN tenancy_cluster c ON c.id = own.cluster_id
        JOIN tenancy_clustermembership m ON m.cluster_id = own.cluster_id AND m.state <> 'left'
        WHERE own.organization_id = ANY (p_organizations) AND own.state = 'active'
          AND (PEERS_HERE OR own.kind IN ('lead', 'coordinator') OR m.kind IN ('lead', 'coordinator'))
    );
    PERFORM set_config('app.org_ids', p_organizations::text, true),
            set_config('app.cluster_ids', cluster_ids::text, true),
            set_config('app.party_ids', party_ids::text, true),
            set_config('app.user_id', coalesce(p_user::text, ''), true),
            set_config('pghistory.context_metadata', p_context, true),
            set_config('pgtrigger.ignore', '{}', true);
    RETURN NEXT;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0007_sites")]
    operations = [
        migrations.AddField(
            model_name="cluster",
            name="kind",
            field=models.CharField(
                choices=[("led", "Led by a lead firm"), ("peers", "Of peers")],
                db_default="led",
                default="led",
                max_length=8,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="cluster",
            name="region",
            field=models.CharField(blank=True, db_default="", default="", max_length=120, verbose_name="region"),
        ),
        migrations.RunSQL(PEERS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="cluster",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "led"), ("lead", None), _connector="OR"), name="cluster_of_peers_has_no_lead"
            ),
        ),
        migrations.RunSQL(ENTER.replace("PEERS_HERE", "c.kind = 'peers'"), ENTER.replace("PEERS_HERE", "c.lead_id IS NULL")),
    ]
