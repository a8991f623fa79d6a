"""What consigned material shows to the walks."""

from datetime import timedelta

from apps.consigned.models import Settlement
from apps.consigned.services.settling import last_month
from apps.inventory.models import ConsignedPart
from apps.tenancy.bases import sides_of
from tests.rooms import CLOSED, Shown
from tests.world import as_person

from .given import counted, into, lost, received, sent, steel


def handled(world):
    """Material agreed, sent both ways, received, lost and counted; one note still on its way to each side."""
    with as_person(world, "buyer"):
        found = ConsignedPart.objects.filter(relation=world.relation).first()
    material = found or steel(world)
    into(world, material)
    note = sent(world, material, 100)
    received(world, note, (60, 5))
    sent(world, material, 20)
    sent(world, material, 5, who="supplier", status="blocked")
    lost(world, material, 1)
    counted(world, material, 59)
    return material, note


def settled(world):
    """A month proposed by the supplier, with a line of zeros: nothing lay there then."""
    material, _note = handled(world)
    with as_person(world, "supplier"):
        last = Settlement.objects.filter(relation=world.relation).order_by("month").first()
        month = (last.month if last else last_month() + timedelta(days=1)).replace(day=1) - timedelta(days=1)
        found = Settlement.objects.create(
            **sides_of(material), month=month.replace(day=1), edition=1, proposed_by="supplier", currency="KRW"
        )
        found.lines.create(
            **sides_of(material),
            consigned_part=material,
            site=world.supplier_site,
            unit=material.unit,
            **dict.fromkeys(("opening", "received", "used", "scrapped", "returned", "closing"), 0),
            is_charged=False,
            allowed_loss=0,
        )
    return found


def things(world):
    material, note = handled(world)
    settlement = settled(world)
    return {
        r"^material/parts/": material.pk,
        r"^material/notes/": note.pk,
        r"^material/settlements/": settlement.pk,
        r"api/\^materials/": material.pk,
        r"api/\^consignment-notes/": note.pk,
        r"api/\^settlements/": settlement.pk,
    }


def whole(world):
    settled(world)


SHOWN = Shown(
    things=things,
    whole=whole,
    screens=(
        ("material", "buyer", "/material/"),
        ("material-notes", "buyer", "/material/notes/?view=all"),
        ("material-note-new", "buyer", "/material/notes/new/"),
        ("material-settlements", "buyer", "/material/settlements/"),
        ("material-parts", "buyer", "/material/parts/"),
    ),
    listed={
        "material-stock": "/material/?side=buyer",
        "material-movements": "/material/movements/?side=buyer",
        "materials": "/material/parts/?side=buyer",
        "consignment-notes": "/material/notes/?side=buyer&view=all",
        "settlements": "/material/settlements/?side=buyer&view=all",
    },
    lists=(
        ("/api/materials/", 1),
        ("/api/material-stock/", 1),
        ("/api/material-movements/", 1),
        ("/api/consignment-notes/", 1),
        ("/api/material-losses/", 1),
        ("/api/settlements/", 1),
    ),
    pages=(
        ("/material/", 4),
        ("/material/movements/", 4),
        ("/material/parts/", 6),
        ("/material/notes/?view=all", 6),
        ("/material/settlements/?view=all", 6),
    ),
    empty={("history", "/material/*"): CLOSED},
)
