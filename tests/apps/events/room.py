"""What the inbox shows to the walks."""

from apps.events.models import DomainEvent, Notification
from tests.rooms import CLOSED, Shown
from tests.world import World, as_person, written_as_if


def stock(world: World) -> None:
    """As the relay writes them."""
    with as_person(world, "buyer") as door:
        for event in DomainEvent.objects.order_by("pk")[:5]:
            written_as_if(Notification(organization_id=door.organization_id, user_id=door.scope.user_id, event=event))


SHOWN = Shown(
    values={"events.DomainEvent": {"organization": None}},
    screens=(("inbox", "buyer", "/inbox/"),),
    empty={
        ("coordinator", "/inbox/*"): "the start of the example run is the office's first news, and no run is started here",
        ("admin", "/inbox/*"): "news go to who holds the act they ask for, and an administrator trades nothing",
        ("history", "/inbox/*"): CLOSED,
    },
    listed={"inbox": "/inbox/"},
    stock=stock,
    texts={
        "events_domainevent.event": "a name of our registry",
        "events_domainevent.subject": "kind and id, built by us",
        "events_memberactivity.event": "a name of our registry",
    },
)
