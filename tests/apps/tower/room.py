"""What outlook and scorecards show to the walks."""

from decimal import Decimal

from apps.deliveries.models import ShipmentNotice
from apps.inventory import services as inventory
from apps.planning import services as planning
from apps.planning import showing
from apps.planning.models import ReleasedPart
from apps.planning.services import Planned
from apps.sharing import services as sharing
from apps.tenancy.models import Grant
from apps.tower import covers
from tests.rooms import CLOSED, Shown, Spot
from tests.world import World, as_person, in_days, published


def told(world: World) -> None:
    """The supplier sees what the buyer needs of a part."""
    with as_person(world, "buyer"):
        showing.show_levels(levels={world.relation.pk: (1, 2, 3, 4)})
        row = Planned(world.part.part_id, in_days(3), Decimal(50))
        planning.publish_plan(site_id=world.site.pk, kind="demand", rows=[row])


def stocked(world: World) -> None:
    """And a part is ordered that no plan names."""
    told(world)
    published(world, part=world.second_part)


def kept(world: World) -> None:
    """The supplier may know the buyer's days of supply, as precisely as each grant says."""
    told(world)
    with as_person(world, "receiver"):
        counted = [inventory.Counted(world.part.pk, Decimal(70))]
        inventory.count_stock(site_id=world.site.pk, counted=counted)
    for precision in ("exact", "bucket", "yes_no"):
        with as_person(world, "buyer-admin"):
            if Grant.objects.filter(kind="days_of_supply", precision=precision, agreed_at__isnull=False).exists():
                continue
            offered = sharing.propose_grant(kind="days_of_supply", firm_id=world.supplier.pk, precision=precision)
        with as_person(world, "supplier"):
            sharing.agree_to_grant(grant_id=offered.pk)
    with as_person(world, "buyer"):
        covers.tell_covers()


def offered(world: World) -> int:
    with as_person(world, "buyer-admin"):
        return sharing.propose_grant(kind="days_of_supply", firm_id=world.supplier.pk).pk


def things(world: World) -> dict[str, int]:
    published(world)
    told(world)
    return {
        "tower/parts": world.part.pk,
        "tower/customers": world.part.pk,
        "tower/customers/covers": offered(world),
        "tower/needs": world.part.part_id,
        "<int:site>": world.site.pk,
        "scorecards": world.relation.pk,
    }


def spots() -> dict[str, Spot]:
    moving = ShipmentNotice.objects.filter(status="departed").order_by("-pk")[0]
    relation = ShipmentNotice.objects.filter(status="announced").order_by("-pk")[0].relation_id
    need = ReleasedPart.objects.filter(release__is_current=True, supplier_id=moving.supplier_id).order_by("pk")[0]
    card, month = f"/tower/scorecards/{relation}/", f"{in_days(-30):%Y-%m}"
    return {
        "part": Spot(f"/tower/parts/{moving.lines.all()[0].partner_part_id}/", moving.supplier_id),
        "outlook": Spot("/tower/outlook/", moving.supplier_id),
        "customers": Spot("/tower/customers/", moving.supplier_id),
        "customer": Spot(f"/tower/customers/{need.partner_part_id}/{need.release.site_id}/", moving.supplier_id),
        "scorecard": Spot(card),
        "lines": Spot(f"{card}lines/?month={month}"),
        "answers": Spot(f"{card}answers/?month={month}"),
    }


SHOWN = Shown(
    things=things,
    whole=kept,
    stock=stocked,
    spots=spots,
    screens=(
        ("outlook", "buyer", "/tower/outlook/"),
        ("proposals", "buyer", "/tower/proposals/"),
        ("forecasts", "buyer", "/tower/forecasts/"),
        ("part", "buyer", "part"),
        ("outlook-supplier", "seller", "outlook"),
        ("part-supplier", "seller", "part"),
        ("customers", "buyer", "/tower/customers/?side=buyer"),
        ("customers-supplier", "seller", "customers"),
        ("customer-supplier", "seller", "customer"),
        ("scorecards", "buyer", "/tower/scorecards/"),
        ("scorecard", "buyer", "scorecard"),
        ("scored-lines", "buyer", "lines"),
        ("answers", "buyer", "answers"),
        ("history", "history", "/tower/scorecards/"),
    ),
    lists=(("/api/outlooks/", 5), ("/api/needs/", 7), ("/api/scores/", 3)),
    pages=(("/tower/outlook/", 9), ("/tower/forecasts/", 12), ("/tower/customers/", 9), ("/tower/scorecards/", 8)),
    empty={("history", "/tower/outlook/*"): CLOSED, ("history", "/tower/forecasts/*"): CLOSED},
    listed={
        "outlook": "/tower/outlook/",
        "forecasts": "/tower/forecasts/",
        "customers": "/tower/customers/?side=buyer",
        "scorecards": "/tower/scorecards/",
        "scorecard": "/tower/scorecards/{relation}/",
        "lines": "/tower/scorecards/{relation}/lines/?month={month}",
    },
)
