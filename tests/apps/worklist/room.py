"""What work by the line shows to the walks."""

from decimal import Decimal

from apps.orders import services
from tests.chain import schedule_of
from tests.rooms import CLOSED, Shown
from tests.world import World, as_person, in_days, published


def offered(world: World):
    """An order on whose line the supplier offers a later day."""
    order = published(world)
    with as_person(world, "supplier"):
        line = schedule_of(order)[0]
        part = services.Part(Decimal(100), in_days(15))
        services.answer_order(order_id=order.pk, answers=[services.Answer(line.pk, [part], "material")])
    return line


def things(world: World) -> dict[str, int]:
    return {"work": offered(world).pk}


SHOWN = Shown(
    things=things,
    stock=offered,
    screens=(("work", "buyer", "/work/lines/"), ("offers", "buyer", "/work/offers/")),
    lists=(("/api/work/", 17),),
    pages=(("/work/lines/", 22), ("/work/offers/", 22)),
    empty={
        ("history", "/work/*"): CLOSED,
        (
            "*",
            "/work/offers/?view=*",
        ): "terms confirm what keeps them, and none of the others is due or in the fence",
    },
    listed={"work": "/work/lines/", "offers": "/work/offers/"},
)
