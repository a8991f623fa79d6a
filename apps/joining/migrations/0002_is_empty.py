"""Whether any firm is here: the one question that is asked before anybody is known. It runs as the owner and tells no more."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION joining_is_empty() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT NOT EXISTS (SELECT FROM tenancy_organization) $$;
REVOKE ALL ON FUNCTION joining_is_empty() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION joining_is_empty() TO app, app_system;
"""


class Migration(migrations.Migration):
    dependencies = [("joining", "0001_first_code"), ("tenancy", "0006_grant")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION joining_is_empty();")]
