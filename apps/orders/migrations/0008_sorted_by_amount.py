from django.db import migrations, models

from apps.common.indexes import AddIndexBeside


class Migration(migrations.Migration):
    """The list of orders may stand by amount."""

    atomic = False
    dependencies = [("orders", "0007_defaults_beside_db_defaults")]
    operations = [
        AddIndexBeside("purchaseorder", models.Index("buyer", "amount", "id", name="order_buyer_amount")),
        AddIndexBeside("purchaseorder", models.Index("supplier", "amount", "id", name="order_supplier_amount")),
    ]
