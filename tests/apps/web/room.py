"""What the shell shows to the walks."""

from tests.rooms import CLOSED, Shown

SHOWN = Shown(
    screens=(
        ("today-buyer", "buyer", "/"),
        ("today-supplier", "daesung", "/"),
        ("today-coordinator", "coordinator", "/"),
        ("members", "coordinator", "/members/"),
        ("search", "buyer", "/search/?q=BRK"),
        ("styleguide", "buyer", "/styleguide/"),
    ),
    empty={
        ("admin", "/"): "an administrator neither buys nor sells; the page says where the people are",
        ("history", "/"): CLOSED,
        ("history", "/[?]*"): CLOSED,
    },
    listed={"members": "/members/"},
    unasked={
        "language/": "sets a cookie",
    },
)
