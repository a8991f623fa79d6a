"""What a transaction has written is counted before it goes on with it.

Autovacuum may count a table while a load has written ten thousand rows and not committed them: it sees none of them, and
the load's next statements, and the policies beside them, are planned for an empty table, one row with each other.
"""

from django.db import migrations

# Fewer than four rows a page are believed of more than 16 pages: nobody has counted what is there now. Who serves may not
# analyse by itself. Where another load holds the table, that one has counted.
REFRESH = """
CREATE FUNCTION tenancy_refresh_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    stale regclass;
BEGIN
    FOR stale IN
        SELECT c.oid FROM pg_stat_xact_user_tables x JOIN pg_class c ON c.oid = x.relid
        WHERE x.n_tup_ins > 500 AND pg_relation_size(c.oid) > 16 * 8192 AND c.reltuples < 4 * pg_relation_size(c.oid) / 8192
    LOOP
        BEGIN
            EXECUTE format('ANALYZE %s', stale);
        EXCEPTION WHEN lock_not_available THEN NULL;
        END;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION tenancy_refresh_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenancy_refresh_statistics() TO app, app_system;
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0014_way")]
    operations = [migrations.RunSQL(REFRESH, "DROP FUNCTION tenancy_refresh_statistics()")]
