"""What stock shows to the walks."""

from tests.rooms import CLOSED, Shown

SHOWN = Shown(
    screens=(("stock", "receiver", "/stock/"),),
    lists=(("/api/stock/", 1), ("/api/stock-movements/", 1)),
    pages=(("/stock/", 6), ("/stock/movements/", 4)),
    empty={("history", "/stock/*"): CLOSED},
    listed={"stock": "/stock/", "movements": "/stock/movements/"},
)
