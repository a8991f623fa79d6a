"""What a shared tablet shows while it is locked: its firm, and the names of those who have a code there."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_tablet_door(p_digest bytea)
RETURNS TABLE (tablet_id bigint, organization_id bigint, legal_name varchar, name_en varchar, name varchar,
               lock_minutes smallint, people jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id, o.id, o.legal_name, o.name_en, t.name, t.lock_minutes,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name) ORDER BY u.name, u.id), '[]')
         FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id AND u.is_active
         JOIN accounts_shortcode c ON c.user_id = u.id AND c.organization_id = m.organization_id
         WHERE m.organization_id = o.id AND m.is_active)
    FROM accounts_tablet t JOIN tenancy_organization o ON o.id = t.organization_id
    WHERE t.digest = p_digest AND t.revoked_at IS NULL
$$;

REVOKE ALL ON FUNCTION accounts_tablet_door(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_tablet_door(bytea) TO app;
"""
BACKWARD = "DROP FUNCTION accounts_tablet_door(bytea);"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_tablets")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
