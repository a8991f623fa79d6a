"""What plans show to the walks."""

from decimal import Decimal

from apps.masterdata.models import Part
from apps.masterdata.services import create_part
from apps.planning import services, showing
from apps.planning.models import PartnerRelease
from apps.planning.services import Goes, Planned
from apps.planning.stocking import keep_stock_rule
from tests.rooms import CLOSED, Shown, Spot
from tests.world import as_person, in_days


def kept(world):
    """A plan of the buyer in force, replacing one, and a bill; demand follows from both."""
    with as_person(world, "buyer"):
        axle = Part.objects.filter(number="AXL-9").first() or create_part(number="AXL-9", name="축")
        keep_stock_rule(part_id=axle.pk, site_id=world.site.pk, safety=Decimal(5), minimum=Decimal(8), maximum=Decimal(90))
        services.keep_bills(items=[Goes(axle.pk, world.part.part_id, Decimal(2))])
        showing.show_levels(levels={world.relation.pk: (1, 2, 3, 4)})
        showing.split_part(part_id=world.part.part_id, shares_given={world.part.pk: Decimal(1)})
        for quantity in (50, 60):
            made = services.publish_plan(
                site_id=world.site.pk, rows=[Planned(axle.pk, in_days(n), Decimal(quantity)) for n in (3, 4)]
            )
    return made


def things(world):
    made = kept(world)
    with as_person(world, "buyer"):
        told = PartnerRelease.objects.latest("pk").pk
    return {
        r"^plans/": made.pk,
        "plans/told": told,
        "plans/suppliers/split": world.part.part_id,
        r"api/\^plans/": made.pk,
        r"api/\^demand-releases/": told,
    }


def spots():
    told = PartnerRelease.objects.filter(is_current=True).order_by("pk")[0]
    return {"told": Spot(f"/plans/told/{told.pk}/", told.supplier_id)}


SHOWN = Shown(
    things=things,
    whole=kept,
    spots=spots,
    screens=(
        ("plans", "buyer", "/plans/"),
        ("paste", "buyer", "/plans/paste/"),
        ("bills", "buyer", "/plans/bills/"),
        ("shown-to-suppliers", "buyer", "/plans/suppliers/"),
        ("told", "buyer", "told"),
        ("told-supplier", "seller", "told"),
    ),
    empty={("history", "/plans/*"): CLOSED},
    lists=(
        ("/api/plans/", 1),
        ("/api/demand/", 1),
        ("/api/bill-items/", 1),
        ("/api/released-demand/", 1),
        ("/api/demand-releases/", 1),
        ("/api/stock-rules/", 1),
    ),
    pages=(("/plans/", 9), ("/plans/bills/", 4), ("/plans/suppliers/", 10)),
)
