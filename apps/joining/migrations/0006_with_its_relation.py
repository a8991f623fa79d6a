"""A firm invited as a supplier of a led cluster supplies the lead from its joining on, under the usual terms.

`joining_relate` is called in the scope of the firm, in the transaction in which its invitation is taken, and only then makes
the relation: the lead has said yes with leading the cluster, the supplier with joining it. One that has ended stays so.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION joining_lead_of(p_digest bytea) RETURNS TABLE (legal_name varchar, name_en varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.legal_name, o.name_en FROM joining_firminvitation i
    JOIN tenancy_cluster c ON c.id = i.cluster_id AND c.kind = 'led'
    JOIN tenancy_organization o ON o.id = c.lead_id
    WHERE i.digest = p_digest AND i.kind = 'supplier'
$$;

CREATE FUNCTION joining_relate(p_invitation bigint) RETURNS TABLE (office_id bigint, lead_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE asked joining_firminvitation; lead bigint; code text;
BEGIN
    SELECT * INTO asked FROM joining_firminvitation i
    WHERE i.id = p_invitation AND i.accepted_at = now() AND i.organization_id = ANY (tenancy_ids('app.org_ids'));
    IF NOT FOUND THEN RETURN; END IF;
    SELECT c.lead_id INTO lead FROM tenancy_cluster c WHERE c.id = asked.cluster_id AND c.kind = 'led';
    IF asked.kind = 'supplier' AND lead <> asked.organization_id THEN
        SELECT wanted INTO code
        FROM unnest(ARRAY[asked.vendor_code, asked.business_number, asked.business_number || '-' || asked.organization_id])
            WITH ORDINALITY AS given (wanted, place)
        WHERE wanted <> '' AND NOT EXISTS (
            SELECT FROM tenancy_tradingrelation r WHERE r.buyer_id = lead AND r.vendor_code = wanted)
        ORDER BY place LIMIT 1;
        INSERT INTO tenancy_tradingrelation (buyer_id, supplier_id, vendor_code, currency, incoterm, over_tolerance,
                                             freeze_days, early_days, late_days, answer_hours)
        VALUES (lead, asked.organization_id, code, 'KRW', '', 0, 3, 3, 0, 24)
        ON CONFLICT (buyer_id, supplier_id) DO NOTHING;
    END IF;
    office_id := asked.office_id; lead_id := lead;
    RETURN NEXT;
END $$;

REVOKE ALL ON FUNCTION joining_lead_of(bytea), joining_relate(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION joining_lead_of(bytea), joining_relate(bigint) TO app;
"""
BACKWARD = "DROP FUNCTION joining_relate(bigint); DROP FUNCTION joining_lead_of(bytea);"


class Migration(migrations.Migration):
    dependencies = [("joining", "0005_vendor_code"), ("tenancy", "0009_relations_stopped")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
