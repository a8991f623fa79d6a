from django.db import migrations, models
from django.db.models import F

from apps.common.indexes import AddIndexBeside


class Migration(migrations.Migration):
    """What happened last to a document is found by its name."""

    atomic = False
    dependencies = [("events", "0004_inbox_by_time")]
    operations = [
        AddIndexBeside("domainevent", models.Index(F("subject"), F("id").desc(), name="event_of_subject")),
    ]
