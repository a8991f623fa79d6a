from django.db import migrations, models
from django.db.models import F, Q

from apps.common.indexes import AddIndexBeside


class Migration(migrations.Migration):
    """A supplier's lists stand as its customer's do: what waits by due day, records by day."""

    atomic = False
    dependencies = [("quality", "0002_non_conformance_decision")]
    operations = [
        AddIndexBeside(
            "inspectionlot",
            models.Index(F("supplier"), F("due_on"), F("id"), name="inspection_supplier_open", condition=Q(status="open")),
        ),
        AddIndexBeside(
            "nonconformance",
            models.Index(
                F("supplier"), F("occurred_on").desc(), F("id").desc(), name="non_conformance_supplier_list"
            ),
        ),
    ]
