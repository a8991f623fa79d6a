from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The list of orders may stand by amount. Orders are written meanwhile."""

    atomic = False
    dependencies = [("orders", "0007_defaults_beside_db_defaults")]
    operations = [
        AddIndexConcurrently("purchaseorder", models.Index("buyer", "amount", "id", name="order_buyer_amount")),
        AddIndexConcurrently("purchaseorder", models.Index("supplier", "amount", "id", name="order_supplier_amount")),
    ]
