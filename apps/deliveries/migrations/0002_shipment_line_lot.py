from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("deliveries", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="shipmentline",
            index=models.Index("supplier", "lot", condition=~Q(lot=""), name="shipment_line_lot"),
        ),
    ]
