from django.db import migrations, models

from apps.common.indexes import AddIndexBeside


class Migration(migrations.Migration):
    """Inspection lots are found by how the supplier's lot begins."""

    atomic = False
    dependencies = [("quality", "0003_lists_of_suppliers")]
    operations = [
        AddIndexBeside("inspectionlot", models.Index("buyer", "lot", name="inspection_buyer_lot")),
        AddIndexBeside("inspectionlot", models.Index("supplier", "lot", name="inspection_supplier_lot")),
    ]
