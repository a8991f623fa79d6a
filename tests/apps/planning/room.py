"""What plans show to the walks."""

from decimal import Decimal

from apps.masterdata.services import create_part
from apps.planning import services
from apps.planning.services import Goes, Planned
from tests.rooms import CLOSED, Shown
from tests.world import as_person, in_days


def kept(world):
    """A plan of the buyer in force, replacing one, and a bill; demand follows from both."""
    with as_person(world, "buyer"):
        axle = create_part(number="AXL-9", name="축")
        services.keep_safety_stock(part_id=axle.pk, site_id=world.site.pk, quantity=Decimal(5))
        services.keep_bills(items=[Goes(axle.pk, world.part.part_id, Decimal(2))])
        for quantity in (50, 60):
            made = services.publish_plan(
                site_id=world.site.pk, rows=[Planned(axle.pk, in_days(n), Decimal(quantity)) for n in (3, 4)]
            )
    return made


def things(world):
    made = kept(world)
    return {r"^plans/": made.pk, r"api/\^plans/": made.pk}


SHOWN = Shown(
    things=things,
    fill=kept,
    screens=(
        ("plans", "buyer", "/plans/"),
        ("paste", "buyer", "/plans/paste/"),
        ("bills", "buyer", "/plans/bills/"),
    ),
    empty={("history", "/plans/*"): CLOSED},
    lists=(("/api/plans/", 1), ("/api/demand/", 1), ("/api/bill-items/", 1)),
    pages=(("/plans/", 8), ("/plans/bills/", 4)),
)
