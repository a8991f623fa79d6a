"""What outlook and scorecards show to the walks."""

from apps.deliveries.models import ShipmentNotice
from tests.rooms import CLOSED, Shown, Spot
from tests.world import World, in_days, published


def things(world: World) -> dict[str, int]:
    published(world)
    return {
        "tower/parts": world.part.pk,
        "tower/needs": world.part.part_id,
        "<int:site>": world.site.pk,
        "scorecards": world.relation.pk,
    }


def spots() -> dict[str, Spot]:
    moving = ShipmentNotice.objects.filter(status="departed").order_by("-pk")[0]
    relation = ShipmentNotice.objects.filter(status="announced").order_by("-pk")[0].relation_id
    card, month = f"/tower/scorecards/{relation}/", f"{in_days(-30):%Y-%m}"
    return {
        "part": Spot(f"/tower/parts/{moving.lines.all()[0].partner_part_id}/", moving.supplier_id),
        "outlook": Spot("/tower/outlook/", moving.supplier_id),
        "scorecard": Spot(card),
        "lines": Spot(f"{card}lines/?month={month}"),
        "answers": Spot(f"{card}answers/?month={month}"),
    }


SHOWN = Shown(
    things=things,
    spots=spots,
    screens=(
        ("outlook", "buyer", "/tower/outlook/"),
        ("proposals", "buyer", "/tower/proposals/"),
        ("part", "buyer", "part"),
        ("outlook-supplier", "seller", "outlook"),
        ("part-supplier", "seller", "part"),
        ("scorecards", "buyer", "/tower/scorecards/"),
        ("scorecard", "buyer", "scorecard"),
        ("scored-lines", "buyer", "lines"),
        ("answers", "buyer", "answers"),
        ("history", "history", "/tower/scorecards/"),
    ),
    lists=(("/api/outlooks/", 5), ("/api/needs/", 6), ("/api/scores/", 3)),
    pages=(("/tower/outlook/", 9), ("/tower/scorecards/", 8)),
    empty={("history", "/tower/outlook/*"): CLOSED},
    listed={
        "outlook": "/tower/outlook/",
        "scorecards": "/tower/scorecards/",
        "scorecard": "/tower/scorecards/{relation}/",
        "lines": "/tower/scorecards/{relation}/lines/?month={month}",
    },
)
