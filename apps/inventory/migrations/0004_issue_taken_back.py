from django.db import migrations, models

KINDS = [
    ("receipt", "Receipt"),
    ("decision", "Inspection decision"),
    ("count", "Count"),
    ("issue", "Goods issue"),
    ("reversal", "Goods issue taken back"),
]


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_goods_issue")]
    operations = [
        migrations.AlterField("stockmovement", "kind", models.CharField(choices=KINDS, max_length=10)),
    ]
