"""Firms that have sent risks of lots share them with the lots' customers, as before: now by a grant that they can end."""

from django.db import migrations

# In a new database, where nothing was shared, the function that the history's triggers call is not there yet.
GIVE = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM learning_lotrisk) THEN
        INSERT INTO tenancy_grant (organization_id, step, kind, precision, starts_on, is_offer, created_at, agreed_at)
        SELECT organization_id, 'customers', 'lot_risk', 'exact', (min(scored_at) AT TIME ZONE 'Asia/Seoul')::date, true,
            min(scored_at), min(scored_at)
        FROM learning_lotrisk GROUP BY organization_id;
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("learning", "0008_taken_back"), ("tenancy", "0006_grant")]
    operations = [migrations.RunSQL(GIVE, migrations.RunSQL.noop)]
