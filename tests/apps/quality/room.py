"""What inspections show to the walks."""

from apps.quality.models import InspectionLot, NonConformance
from tests.chain import announced, confirmed, received
from tests.rooms import CLOSED, Shown, Spot
from tests.world import World, as_person


def things(world: World) -> dict[str, int]:
    receipt = received(world, announced(world, confirmed(world)))
    with as_person(world, "buyer"):
        return {"inspection": InspectionLot.objects.get(receipt=receipt).pk}


def spots() -> dict[str, Spot]:
    lot = InspectionLot.objects.filter(status="open").order_by("pk")[0]
    found = NonConformance.objects.filter(decision__isnull=False).order_by("pk")[0]
    return {
        "decide": Spot(f"/inspections/{lot.pk}/"),
        "non-conformance": Spot(f"/inspections/non-conformances/{found.pk}/", found.supplier_id),
    }


SHOWN = Shown(
    things=things,
    spots=spots,
    screens=(
        ("inspections", "inspector", "/inspections/?view=all"),
        ("inspections-risk", "inspector", "/inspections/?view=risk"),
        ("inspection-decide", "inspector", "decide"),
        ("non-conformances", "inspector", "/inspections/non-conformances/"),
        ("non-conformance", "seller", "non-conformance"),
    ),
    lists=(("/api/inspection-lots/", 3), ("/api/non-conformances/", 1)),
    pages=(("/inspections/?view=all", 7),),
    empty={("history", "/inspections/*"): CLOSED},
    listed={"inspections": "/inspections/?view=all", "non-conformances": "/inspections/non-conformances/"},
)
