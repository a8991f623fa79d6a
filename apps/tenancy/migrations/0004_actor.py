"""The actor that history keeps: the person and the firms of the scope, not what the caller says."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION tenancy_actor() RETURNS jsonb LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
        'user', nullif(current_setting('app.user_id', true), '')::bigint,
        'organization', to_jsonb(coalesce(nullif(current_setting('app.org_ids', true), ''), '{}')::bigint[]),
        'source', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'source')
$$;
-- No trigger asks for this setting any more.
DO $$ BEGIN
    EXECUTE regexp_replace(pg_get_functiondef('tenancy_enter'::regproc),
                           ',\\s*set_config\\(''pgtrigger\\.ignore'', ''{}'', true\\)', '');
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0003_open_early_window_lean_history")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION tenancy_actor()")]
