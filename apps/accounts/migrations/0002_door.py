"""The functions of the door. They run as the owner, because no scope is open before them; each answers one question only."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_user_by_email(p_email text) RETURNS SETOF accounts_user
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT * FROM accounts_user WHERE email = p_email $$;

CREATE FUNCTION accounts_user_by_id(p_id bigint) RETURNS SETOF accounts_user
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT * FROM accounts_user WHERE id = p_id $$;

-- The chosen firm when the person works for it, otherwise the first; null when the person works for none.
CREATE FUNCTION accounts_door(p_user bigint, p_organization bigint, p_source text)
RETURNS TABLE (organization_id bigint, organizations jsonb, cluster_ids bigint[], party_ids bigint[],
               buys boolean, supplies boolean, acts text[], roles text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE chosen bigint;
BEGIN
    SELECT jsonb_agg(jsonb_build_object('id', o.id, 'legal_name', o.legal_name, 'name_en', o.name_en)
                     ORDER BY o.legal_name),
           (array_agg(o.id ORDER BY (o.id = p_organization) DESC NULLS LAST, m.id))[1]
      INTO organizations, chosen
    FROM accounts_membership m JOIN tenancy_organization o ON o.id = m.organization_id
    WHERE m.user_id = p_user AND m.is_active;
    IF chosen IS NULL THEN
        PERFORM set_config('app.org_ids', '', true), set_config('app.cluster_ids', '', true),
                set_config('app.party_ids', '', true), set_config('app.user_id', p_user::text, true);
        RETURN;
    END IF;
    organization_id := chosen;
    SELECT e.cluster_ids, e.party_ids, e.buys, e.supplies INTO cluster_ids, party_ids, buys, supplies
    FROM tenancy_enter(ARRAY[chosen], p_user, jsonb_build_object(
        'user', p_user, 'organization', ARRAY[chosen], 'source', p_source)::text) e;
    SELECT coalesce(array_agg(DISTINCT p.codename::text), '{}'), coalesce(array_agg(DISTINCT r.role::text), '{}')
      INTO acts, roles
    FROM accounts_user_groups ug
    JOIN tenancy_organizationrole r ON r.group_id = ug.group_id AND r.organization_id = chosen
    JOIN tenancy_organizationgrouppermission gp ON gp.group_id = ug.group_id AND gp.content_object_id = chosen
    JOIN auth_permission p ON p.id = gp.permission_id
    WHERE ug.user_id = p_user;
    RETURN NEXT;
END $$;

CREATE FUNCTION accounts_token_door(p_digest bytea)
RETURNS TABLE (user_id bigint, name varchar, language varchar, time_zone varchar, token_acts jsonb,
               expires_at timestamptz, organization_id bigint, organizations jsonb, cluster_ids bigint[],
               party_ids bigint[], buys boolean, supplies boolean, acts text[], roles text[])
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, u.name, u.language, u.time_zone, t.acts, t.expires_at, d.*
    FROM accounts_apitoken t
    JOIN accounts_user u ON u.id = t.user_id AND u.is_active
    JOIN accounts_membership m ON m.user_id = t.user_id AND m.organization_id = t.organization_id AND m.is_active
    CROSS JOIN LATERAL accounts_door(t.user_id, t.organization_id, 'api') d
    WHERE t.digest = p_digest AND t.revoked_at IS NULL
$$;

REVOKE ALL ON FUNCTION accounts_user_by_email(text), accounts_user_by_id(bigint),
    accounts_door(bigint, bigint, text), accounts_token_door(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_user_by_email(text), accounts_user_by_id(bigint),
    accounts_door(bigint, bigint, text), accounts_token_door(bytea) TO app, app_system;
"""
BACKWARD = """
DROP FUNCTION accounts_token_door(bytea);
DROP FUNCTION accounts_door(bigint, bigint, text);
DROP FUNCTION accounts_user_by_id(bigint);
DROP FUNCTION accounts_user_by_email(text);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("tenancy", "0002_enter")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
