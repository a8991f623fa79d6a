"""Each key opens its own door: an address of a calendar is no key for programs, and theirs opens no calendar."""

from django.db import migrations

_DOOR = """
CREATE OR REPLACE FUNCTION {name}(p_digest bytea)
RETURNS TABLE (token_id bigint, user_id bigint, name varchar, language varchar, time_zone varchar, token_acts jsonb,
               expires_at timestamptz, organization_id bigint, organizations jsonb, cluster_ids bigint[],
               party_ids bigint[], buys boolean, supplies boolean, acts text[], roles text[])
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id, u.id, u.name, u.language, u.time_zone, t.acts, t.expires_at, d.*
    FROM accounts_apitoken t
    JOIN accounts_user u ON u.id = t.user_id AND u.is_active
    JOIN accounts_membership m ON m.user_id = t.user_id AND m.organization_id = t.organization_id AND m.is_active
    CROSS JOIN LATERAL accounts_door(t.user_id, t.organization_id, '{source}') d
    WHERE t.digest = p_digest AND t.revoked_at IS NULL {purpose}
$$;
REVOKE ALL ON FUNCTION {name}(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {name}(bytea) TO app, app_system;
"""
FOR_PROGRAMS = _DOOR.format(name="accounts_token_door", source="api", purpose="AND t.purpose = 'api'")
FOR_CALENDARS = _DOOR.format(name="accounts_calendar_door", source="calendar", purpose="AND t.purpose = 'calendar'")
BEFORE = _DOOR.format(name="accounts_token_door", source="api", purpose="")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_calendar_address")]
    operations = [
        migrations.RunSQL(
            FOR_PROGRAMS + FOR_CALENDARS, BEFORE + "DROP FUNCTION accounts_calendar_door(bytea);"
        )
    ]
