from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from apps.common.indexes import AddIndexBeside


class Migration(migrations.Migration):
    """Heaps and movements of own parts are found as those of partner parts are."""

    atomic = False
    dependencies = [("inventory", "0006_own_parts")]
    operations = [
        AddIndexBeside(
            "stockbalance",
            models.Index("organization", "part", "site", name="stock_balance_own", condition=Q(part__isnull=False)),
        ),
        AddIndexBeside(
            "stockbalance",
            models.Index(
                F("organization"), Coalesce(F("partner_part_id"), -F("part_id")), F("id"), name="stock_balance_by_part"
            ),
        ),
        AddIndexBeside(
            "stockmovement",
            models.Index(
                F("organization"), F("part"), F("id").desc(), name="stock_movement_own", condition=Q(part__isnull=False)
            ),
        ),
    ]
