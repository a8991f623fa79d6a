from django.db import migrations, models

from apps.common.indexes import AddIndexBeside


class Migration(migrations.Migration):
    """Orders are found by how the name of the buyer in charge begins."""

    atomic = False
    dependencies = [("orders", "0008_sorted_by_amount")]
    operations = [
        AddIndexBeside("purchaseorder", models.Index("buyer", "contact_name", name="order_buyer_contact")),
        AddIndexBeside("purchaseorder", models.Index("supplier", "contact_name", name="order_supplier_contact")),
    ]
