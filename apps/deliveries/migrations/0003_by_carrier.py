from django.db import migrations, models

from apps.common.indexes import AddIndexBeside


class Migration(migrations.Migration):
    """Deliveries are found by how the carrier's name begins."""

    atomic = False
    dependencies = [("deliveries", "0002_shipment_line_lot")]
    operations = [
        AddIndexBeside("shipmentnotice", models.Index("buyer", "carrier", name="shipment_buyer_carrier")),
        AddIndexBeside("shipmentnotice", models.Index("supplier", "carrier", name="shipment_supplier_carrier")),
    ]
