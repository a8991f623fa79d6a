from django.db import migrations, models

from apps.common.indexes import AddIndexBeside


class Migration(migrations.Migration):
    """Material is found by its holder, by its owner, and by the month that is settled."""

    atomic = False
    dependencies = [("inventory", "0009_consigned_material")]
    operations = [
        AddIndexBeside(
            "stockbalance",
            models.Index(
                models.F("organization"),
                models.F("consigned_part"),
                models.F("id"),
                condition=models.Q(("consigned_part__isnull", False)),
                name="stock_balance_held",
            ),
        ),
        AddIndexBeside(
            "stockbalance",
            models.Index(
                models.F("owner"),
                models.F("consigned_part"),
                models.F("id"),
                condition=models.Q(("consigned_part__isnull", False)),
                name="stock_balance_owned",
            ),
        ),
        AddIndexBeside(
            "stockmovement",
            models.Index(
                models.F("organization"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("consigned_part__isnull", False)),
                name="stock_movement_held",
            ),
        ),
        AddIndexBeside(
            "stockmovement",
            models.Index(
                models.F("owner"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("consigned_part__isnull", False)),
                name="stock_movement_owned",
            ),
        ),
        AddIndexBeside(
            "stockmovement",
            models.Index(
                models.F("consigned_part"),
                models.F("created_at"),
                condition=models.Q(("consigned_part__isnull", False)),
                name="stock_movement_settled",
            ),
        ),
    ]
