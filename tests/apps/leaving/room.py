"""What leaving shows to the walks."""

from collections.abc import Mapping

from apps.leaving import services
from apps.leaving.models import Departure, FirmExport
from apps.tenancy.models import ClusterMembership
from apps.tenancy.scope import unscoped
from tests.apps.joining.firms import cluster_of
from tests.rooms import Shown, Spot
from tests.world import SYSTEM, World, as_person, in_days


def things(world: World) -> Mapping[str, int]:
    """The supplier is removed from the small world's cluster, in a month."""
    pk = cluster_of(world)
    with as_person(world, "coordinator"):
        services.remove(cluster_id=pk, organization_id=world.supplier.pk, days=30, reason="ends")
    with as_person(world, "buyer"):
        export = FirmExport.objects.create(
            organization_id=world.buyer.pk, asked_by_id=world.people["buyer"].pk, file_name="dure.zip"
        )
    return {"<int:firm>": world.supplier.pk, "<int:export>": export.pk}


def fill(world: World) -> None:
    things(world)


def going(world: World) -> None:
    """The stranger leaves: a row in both lists."""
    with as_person(world, "stranger") as door:
        Departure.objects.create(
            cluster_id=cluster_of(world),
            organization=world.stranger,
            is_removal=False,
            asked_by_id=door.scope.user_id,
            last_day=in_days(30),
        )


def spots() -> Mapping[str, Spot]:
    """Of the example cluster, which its office looks after."""
    with unscoped(reason=SYSTEM):
        here = f"/clusters/{ClusterMembership.objects.filter(kind='coordinator').order_by('pk')[0].cluster_id}/"
    return {"leave": Spot(f"{here}leave/"), "cluster-firms": Spot(f"{here}firms/"), "departures": Spot(f"{here}departures/")}


SHOWN = Shown(
    things=things,
    fill=fill,
    spots=spots,
    screens=(
        ("leave", "admin", "leave"),
        ("exports", "admin", "/exports/"),
        ("cluster-firms", "coordinator", "cluster-firms"),
        ("departures", "admin", "departures"),
    ),
    histories={"leaving.Departure": "asked for, objected to, taken back or done once each: the moments stand on the row"},
    listed={"cluster-firms": "/clusters/{cluster}/firms/", "departures": "/clusters/{cluster}/departures/"},
    readers={"cluster-firms": "coordinator", "departures": "coordinator"},
    stock=going,
    empty={("*", "/clusters/*/departures/"): "no firm of the example leaves"},
    unasked={},
)
