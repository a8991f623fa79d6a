"""Nothing that writes reads the history of what it wrote: a load counts the documents alone, half as many tables."""

from django.db import migrations

COUNT = """
CREATE OR REPLACE FUNCTION tenancy_refresh_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    stale regclass;
BEGIN
    FOR stale IN
        SELECT c.oid FROM pg_stat_xact_user_tables x JOIN pg_class c ON c.oid = x.relid
        WHERE x.n_tup_ins > 500 AND pg_relation_size(c.oid) > 16 * 8192 AND c.reltuples < 4 * pg_relation_size(c.oid) / 8192
            {documents}
    LOOP
        BEGIN
            EXECUTE format('ANALYZE %s', stale);
        EXCEPTION WHEN lock_not_available THEN NULL;
        END;
    END LOOP;
END $$;
"""
DOCUMENTS = "AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'pgh_id')"


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0015_statistics")]
    operations = [migrations.RunSQL(COUNT.format(documents=DOCUMENTS), COUNT.format(documents=""))]
