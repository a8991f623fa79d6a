"""What proves who somebody is goes to the role app_identity: the functions that showed `app` whole rows of people end."""

import apps.accounts.models
from django.db import migrations

DROP = """
DROP FUNCTION IF EXISTS accounts_user_by_email(text);
DROP FUNCTION IF EXISTS accounts_user_by_id(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_wants_mail")]
    operations = [
        migrations.AlterField(
            model_name="user",
            name="password",
            field=apps.accounts.models.HashField(max_length=128, verbose_name="password"),
        ),
        migrations.RunSQL(DROP, migrations.RunSQL.noop),
    ]
