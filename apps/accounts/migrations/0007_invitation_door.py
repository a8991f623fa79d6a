"""The two functions of an invitation's door: who holds the link comes in before any scope is open, and perhaps without an account.

They run as the owner. The first opens the scope of the invitation's firm; the second makes an account, for the address the link
was mailed to and no other, only while that invitation is open.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_invitation_door(p_digest bytea, p_user bigint)
RETURNS TABLE (invitation_id bigint, organization_id bigint, legal_name varchar, name_en varchar, email varchar,
               name varchar, title varchar, roles jsonb, language varchar, is_known boolean,
               cluster_ids bigint[], party_ids bigint[], buys boolean, supplies boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    SELECT i.id, o.id, o.legal_name, o.name_en, i.email, i.name, i.title, i.roles, i.language,
           EXISTS (SELECT 1 FROM accounts_user u WHERE u.email = i.email)
      INTO invitation_id, organization_id, legal_name, name_en, email, name, title, roles, language, is_known
    FROM accounts_invitation i JOIN tenancy_organization o ON o.id = i.organization_id
    WHERE i.digest = p_digest AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now();
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT e.cluster_ids, e.party_ids, e.buys, e.supplies INTO cluster_ids, party_ids, buys, supplies
    FROM tenancy_enter(ARRAY[organization_id], p_user, jsonb_build_object(
        'user', p_user, 'organization', ARRAY[organization_id], 'source', 'invitation')::text) e;
    RETURN NEXT;
END $$;

-- The new person's id; null where the address has an account or the invitation is not open.
CREATE FUNCTION accounts_register(p_digest bytea, p_name text, p_password text, p_language text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO accounts_user (email, name, password, language, time_zone, single_keys, wants_mail, is_active, is_superuser,
                               joined_at)
    SELECT i.email, p_name, p_password, p_language, 'Asia/Seoul', true, true, true, false, now()
    FROM accounts_invitation i
    WHERE i.digest = p_digest AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()
    ON CONFLICT (email) DO NOTHING RETURNING id
$$;

REVOKE ALL ON FUNCTION accounts_invitation_door(bytea, bigint), accounts_register(bytea, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_invitation_door(bytea, bigint), accounts_register(bytea, text, text, text) TO app;
"""
BACKWARD = """
DROP FUNCTION accounts_register(bytea, text, text, text);
DROP FUNCTION accounts_invitation_door(bytea, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_invitation"), ("tenancy", "0002_enter")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
