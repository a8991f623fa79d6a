from django.db import migrations, models

from apps.common.indexes import AddIndexBeside


class Migration(migrations.Migration):
    """Parts are found by how the supplier's number begins, as by the buyer's."""

    atomic = False
    dependencies = [("masterdata", "0003_prices_and_ends")]
    operations = [
        AddIndexBeside("partnerpart", models.Index("buyer", "supplier_number", name="partner_part_buyer_theirs")),
        AddIndexBeside("partnerpart", models.Index("supplier", "supplier_number", name="partner_part_supplier_own")),
    ]
