from django.db import migrations, models
from django.db.models import F

from apps.common.indexes import AddIndexBeside


class Migration(migrations.Migration):
    """The inbox stands by the time at which news came in, and is narrowed by it."""

    atomic = False
    dependencies = [("events", "0003_mailed_at")]
    operations = [
        AddIndexBeside(
            "notification",
            models.Index(
                F("user"), F("organization"), F("created_at").desc(), F("id").desc(), name="notification_when"
            ),
        ),
    ]
