from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """A supplier's lists stand as its customer's do: what waits by due day, records by day. Both are written meanwhile."""

    atomic = False
    dependencies = [("quality", "0002_non_conformance_decision")]
    operations = [
        AddIndexConcurrently(
            "inspectionlot",
            models.Index(F("supplier"), F("due_on"), F("id"), name="inspection_supplier_open", condition=Q(status="open")),
        ),
        AddIndexConcurrently(
            "nonconformance",
            models.Index(
                F("supplier"), F("occurred_on").desc(), F("id").desc(), name="non_conformance_supplier_list"
            ),
        ),
    ]
