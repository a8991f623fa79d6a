from django.db import migrations, models
from django.db.models import F

from apps.common.indexes import AddIndexBeside


class Migration(migrations.Migration):
    """The list of movements stands by their time, and is narrowed by it; stock is found by how a lot begins."""

    atomic = False
    dependencies = [("inventory", "0004_issue_taken_back")]
    operations = [
        AddIndexBeside("stockbalance", models.Index("organization", "lot", name="stock_balance_lot")),
        AddIndexBeside(
            "stockmovement",
            models.Index(F("organization"), F("created_at").desc(), F("id").desc(), name="stock_movement_when"),
        ),
    ]
