"""What the inbox shows to the walks."""

from tests.rooms import CLOSED, Shown

SHOWN = Shown(
    values={"events.DomainEvent": {"organization": None}},
    screens=(("inbox", "buyer", "/inbox/"),),
    empty={
        ("coordinator", "/inbox/"): "the start of the example run is the office's first news, and no run is started here",
        ("admin", "/inbox/"): "news go to who holds the act they ask for, and an administrator trades nothing",
        ("history", "/inbox/"): CLOSED,
    },
    texts={
        "events_domainevent.event": "a name of our registry",
        "events_domainevent.subject": "kind and id, built by us",
        "events_memberactivity.event": "a name of our registry",
    },
)
