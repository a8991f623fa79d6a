"""Site keys in their one spelling: the same key with another comment stood for a second site."""

from django.db import migrations

from federated.agreed.keys import canonical


def spell(apps, schema_editor):
    # Not the scoped manager: the owner changes the rows of all firms.
    nodes = apps.get_model("learning", "Node")._base_manager.using(schema_editor.connection.alias)
    owners, twins = {}, []
    # Who had the key first keeps it; the twin joins again with a key of its own.
    for node in nodes.exclude(public_key="").order_by("joined_at", "pk"):
        try:
            key = canonical(node.public_key)
        except ValueError:
            continue
        if owners.setdefault(key, node.pk) != node.pk:
            twins.append(node.pk)
    nodes.filter(pk__in=twins).update(public_key="", state="invited", flower_id="", is_online=False)
    for key, pk in owners.items():
        nodes.filter(pk=pk).exclude(public_key=key).update(public_key=key)


class Migration(migrations.Migration):
    dependencies = [("learning", "0006_retention")]
    operations = [migrations.RunPython(spell, migrations.RunPython.noop)]
