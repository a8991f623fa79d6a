"""Search over what the scope may see. Trigram indexes are not used behind a policy, so one vetted function applies the
same rule by itself: it reads the scope's variables, never an argument."""

from django.db import migrations

FORWARD = """
CREATE INDEX orders_purchaseorder_number_trgm ON orders_purchaseorder USING gin (number gin_trgm_ops);
CREATE INDEX masterdata_partnerpart_text_trgm ON masterdata_partnerpart
    USING gin ((buyer_number || ' ' || supplier_number || ' ' || name || ' ' || name_en) gin_trgm_ops);

CREATE FUNCTION orders_search(p_text text, p_limit int)
RETURNS TABLE (kind text, id bigint, label text, detail text, detail_en text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own bigint[] := coalesce(nullif(current_setting('app.org_ids', true), ''), '{}')::bigint[];
    known bigint[] := coalesce(nullif(current_setting('app.party_ids', true), ''), '{}')::bigint[];
    pattern text := '%' || replace(replace(replace(p_text, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
BEGIN
    RETURN QUERY
    (SELECT 'order', o.id, o.number::text, f.legal_name || ' · ' || o.part_name,
            coalesce(nullif(f.name_en, ''), f.legal_name) || ' · ' || coalesce(nullif(o.part_name_en, ''), o.part_name)
     FROM orders_purchaseorder o
     JOIN tenancy_organization f ON f.id = CASE WHEN o.buyer_id = ANY (own) THEN o.supplier_id ELSE o.buyer_id END
     WHERE o.number ILIKE pattern
       AND (o.buyer_id = ANY (own) OR (o.supplier_id = ANY (own) AND NOT o.is_draft))
     ORDER BY o.order_date DESC, o.id DESC LIMIT p_limit)
    UNION ALL
    (SELECT 'part', p.id, p.buyer_number::text, concat_ws(' · ', p.name, nullif(p.supplier_number, '')),
            concat_ws(' · ', coalesce(nullif(p.name_en, ''), p.name), nullif(p.supplier_number, ''))
     FROM masterdata_partnerpart p
     WHERE (p.buyer_number || ' ' || p.supplier_number || ' ' || p.name || ' ' || p.name_en) ILIKE pattern
       AND (p.buyer_id = ANY (own) OR p.supplier_id = ANY (own))
     ORDER BY p.buyer_number LIMIT p_limit)
    UNION ALL
    (SELECT 'organization', f.id, f.legal_name::text, coalesce(n.number, ''), coalesce(f.name_en, '')
     FROM tenancy_organization f
     LEFT JOIN tenancy_businessnumber n ON n.organization_id = f.id AND n.is_primary
     WHERE f.id = ANY (known)
       AND (f.legal_name ILIKE pattern OR f.name_en ILIKE pattern OR n.number LIKE replace(pattern, '-', ''))
     ORDER BY f.legal_name LIMIT p_limit);
END $$;
REVOKE ALL ON FUNCTION orders_search(text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION orders_search(text, int) TO app, app_system;
"""
BACKWARD = """
DROP FUNCTION orders_search(text, int);
DROP INDEX masterdata_partnerpart_text_trgm;
DROP INDEX orders_purchaseorder_number_trgm;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("accounts", "0002_door")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
