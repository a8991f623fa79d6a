"""What a supplier's day shows to the walks."""

from tests.chain import confirmed, schedule_of
from tests.rooms import CLOSED, Shown
from tests.world import World, as_person, in_days, published


def waiting(world: World, **options):
    """A line that waits for the supplier, of an order of its own."""
    order = published(world, **options)
    with as_person(world, "supplier"):
        return schedule_of(order)[0]


def things(world: World) -> dict[str, int]:
    return {"supplying": waiting(world).pk}


def due(world: World):
    """A line that leaves today, and one that is promised later than it was asked for."""
    order = confirmed(world, days=0)
    confirmed(world, on=in_days(20))
    with as_person(world, "supplier"):
        return schedule_of(order)[0]


def stock(world: World) -> None:
    waiting(world)
    due(world)


SHOWN = Shown(
    things=things,
    stock=stock,
    screens=(
        ("to-answer", "daesung", "/supplying/answers/"),
        ("to-ship", "daesung", "/supplying/shipping/?view=week"),
        ("at-risk", "daesung", "/supplying/risks/"),
    ),
    listed={
        "answers": "/supplying/answers/",
        "to-ship": "/supplying/shipping/?view=week",
        "at-risk": "/supplying/risks/",
    },
    readers=dict.fromkeys(("answers", "to-ship", "at-risk"), "daesung"),
    empty={("history", "/supplying/*"): CLOSED},
)
