"""Material of the buyer's in one line a step."""

from decimal import Decimal

from apps.consigned import services
from apps.consigned.services import Arrived, Loss, Sent, Use
from apps.inventory import services as inventory
from apps.inventory.models import ConsignedPart, StockBalance
from apps.masterdata.models import Part
from apps.masterdata.services import create_part
from tests.world import as_person

D = Decimal


def steel(world, *, laid=1000, lot="H1", number="STL-1", unit="KGM", relation=None, **terms) -> ConsignedPart:
    """Steel that the buyer hands to the supplier; so much lies at the buyer's."""
    with as_person(world, "buyer"):
        part = Part.objects.filter(number=number).first()
        part = part or create_part(number=number, name="강재", name_en="Steel", unit=unit)
        found = services.agree_material(relation_id=(relation or world.relation).pk, part_id=part.pk, **terms)
        if laid:
            counted = [inventory.Counted(None, D(laid), lot=lot, part_id=part.pk)]
            inventory.count_stock(site_id=world.site.pk, counted=counted)
    return found


def into(world, material, quantity="0.5", *, scrap="0", part=None):
    """So much of the material goes into one bracket."""
    with as_person(world, "buyer"):
        return services.keep_uses(partner_part_id=(part or world.part).pk, uses=[Use(material.pk, D(quantity), D(scrap))])


def sent(world, material, quantity, *, lot="", unit="", who="buyer", status="available", arrives_on=None):
    with as_person(world, who):
        return services.send(
            relation_id=material.relation_id,
            buyer_site_id=world.site.pk,
            supplier_site_id=world.supplier_site.pk,
            lines=[Sent(material.pk, D(quantity), lot, unit, status)],
            arrives_on=arrives_on,
        )


def received(world, note, *quantities, who="supplier", is_rest_missing=True):
    """(good, damaged) of each line, in their order; all of it where none is given."""
    with as_person(world, who):
        lines = list(note.lines.order_by("position"))
        rows = [Arrived(line.pk, D(good), D(bad)) for line, (good, bad) in zip(lines, quantities, strict=False)]
        return services.receive(note_id=note.pk, arrived=rows or None, is_rest_missing=is_rest_missing)


def lost(world, material, quantity, *, lot="", reason="spoilt", unit=""):
    with as_person(world, "supplier"):
        losses = [Loss(material.pk, D(quantity), reason, lot, unit)]
        return services.report_losses(site_id=world.supplier_site.pk, losses=losses)[0]


def counted(world, material, quantity, *, lot="H1", status="available"):
    with as_person(world, "supplier"):
        row = inventory.Counted(None, D(quantity), status, lot, consigned_part_id=material.pk)
        return inventory.count_stock(site_id=world.supplier_site.pk, counted=[row])


def there(world, material, *, who="supplier", lot=None):
    """What lies where of the material, as this firm reads it: status → quantity."""
    with as_person(world, who):
        heaps = StockBalance.objects.filter(consigned_part=material).exclude(quantity=0)
        heaps = heaps if lot is None else heaps.filter(lot=lot)
        found: dict[str, Decimal] = {}
        for heap in heaps:
            found[heap.status] = found.get(heap.status, D(0)) + heap.quantity
        return found


def at_buyer(world, material):
    with as_person(world, "buyer"):
        heaps = StockBalance.objects.on_side("organization").filter(part_id=material.part_id)
        return sum((heap.quantity for heap in heaps), D(0))
