"""Tokens end with what they rest on: the password, the account, the membership, the token they were made with."""

import django.db.models.deletion
from django.db import migrations, models

# The old door, with the token's own id; a closed account is let in nowhere.
DOORS = """
DROP FUNCTION accounts_token_door(bytea);
CREATE FUNCTION accounts_token_door(p_digest bytea)
RETURNS TABLE (token_id bigint, user_id bigint, name varchar, language varchar, time_zone varchar, token_acts jsonb,
               expires_at timestamptz, organization_id bigint, organizations jsonb, cluster_ids bigint[],
               party_ids bigint[], buys boolean, supplies boolean, acts text[], roles text[])
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id, u.id, u.name, u.language, u.time_zone, t.acts, t.expires_at, d.*
    FROM accounts_apitoken t
    JOIN accounts_user u ON u.id = t.user_id AND u.is_active
    JOIN accounts_membership m ON m.user_id = t.user_id AND m.organization_id = t.organization_id AND m.is_active
    CROSS JOIN LATERAL accounts_door(t.user_id, t.organization_id, 'api') d
    WHERE t.digest = p_digest AND t.revoked_at IS NULL
$$;
REVOKE ALL ON FUNCTION accounts_token_door(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_token_door(bytea) TO app, app_system;
"""
# The inner function stays as it is; this one stands before it.
ACTIVE = """
ALTER FUNCTION accounts_door(bigint, bigint, text) RENAME TO accounts_door_of_active;
REVOKE ALL ON FUNCTION accounts_door_of_active(bigint, bigint, text) FROM PUBLIC, app, app_system;
CREATE FUNCTION accounts_door(p_user bigint, p_organization bigint, p_source text)
RETURNS TABLE (organization_id bigint, organizations jsonb, cluster_ids bigint[], party_ids bigint[],
               buys boolean, supplies boolean, acts text[], roles text[])
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.* FROM accounts_door_of_active(
        (SELECT u.id FROM accounts_user u WHERE u.id = p_user AND u.is_active), p_organization, p_source) d
$$;
REVOKE ALL ON FUNCTION accounts_door(bigint, bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_door(bigint, bigint, text) TO app, app_system;
"""
TRIGGERS = """
CREATE FUNCTION accounts_end_tokens() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'accounts_user' THEN
        UPDATE accounts_apitoken SET revoked_at = now() WHERE user_id = NEW.id AND revoked_at IS NULL;
    WHEN 'accounts_membership' THEN
        UPDATE accounts_apitoken SET revoked_at = now()
        WHERE user_id = OLD.user_id AND organization_id = OLD.organization_id AND revoked_at IS NULL;
    ELSE
        UPDATE accounts_apitoken SET revoked_at = NEW.revoked_at WHERE parent_id = NEW.id AND revoked_at IS NULL;
    END CASE;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION accounts_end_tokens() FROM PUBLIC;

CREATE TRIGGER end_tokens AFTER UPDATE ON accounts_user FOR EACH ROW
WHEN (OLD.password_changed_at IS DISTINCT FROM NEW.password_changed_at OR OLD.is_active AND NOT NEW.is_active)
EXECUTE FUNCTION accounts_end_tokens();
CREATE TRIGGER end_tokens AFTER UPDATE ON accounts_membership FOR EACH ROW
WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION accounts_end_tokens();
CREATE TRIGGER end_tokens_of_ended AFTER DELETE ON accounts_membership FOR EACH ROW EXECUTE FUNCTION accounts_end_tokens();
CREATE TRIGGER end_tokens AFTER UPDATE ON accounts_apitoken FOR EACH ROW
WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION accounts_end_tokens();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_identity")]
    operations = [
        migrations.AddField("user", "password_changed_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField(
            "apitoken",
            "parent",
            models.ForeignKey(
                help_text="the token it was made with",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="children",
                to="accounts.apitoken",
            ),
        ),
        migrations.RunSQL(ACTIVE + DOORS + TRIGGERS),
    ]
