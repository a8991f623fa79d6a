from django.db import migrations, models
from django.db.models import Q

from apps.common.indexes import AddIndexBeside


class Migration(migrations.Migration):
    """What one document moved is found by its number."""

    atomic = False
    dependencies = [("inventory", "0007_own_parts_found")]
    operations = [
        AddIndexBeside(
            "stockmovement",
            models.Index("organization", "reference", name="stock_movement_document", condition=~Q(reference="")),
        ),
    ]
