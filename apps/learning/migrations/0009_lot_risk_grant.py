"""Firms that have sent risks of lots share them with the lots' customers, as before: now by a grant that they can end."""

from django.db import migrations

GIVE = """
    INSERT INTO tenancy_grant (organization_id, step, kind, precision, starts_on, is_offer, created_at, agreed_at)
    SELECT organization_id, 'customers', 'lot_risk', 'exact', (min(scored_at) AT TIME ZONE 'Asia/Seoul')::date, true,
        min(scored_at), min(scored_at)
    FROM learning_lotrisk GROUP BY organization_id
"""


class Migration(migrations.Migration):
    dependencies = [("learning", "0008_taken_back"), ("tenancy", "0006_grant")]
    operations = [migrations.RunSQL(GIVE, migrations.RunSQL.noop)]
