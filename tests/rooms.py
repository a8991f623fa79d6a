"""What a room shows to the walks: `SHOWN` in `tests/apps/<room>/room.py`, found by what is installed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from apps.common.rooms import rooms
from tests.world import World

CLOSED = "real deliveries of 2006 to 2013: nothing of them is open, comes or waits today"


def nothing(world: World) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Spot:
    """A page of the example cluster whose address, or person, is found there.

    Attributes:
        firm: who opens it, where a screen says "seller".
    """

    path: str
    firm: int | None = None


@dataclass(frozen=True)
class Shown:
    """All of it may be left out.

    Attributes:
        things: makes one of each kind, between the buyer and the supplier: pattern of routes → the id they are walked with.
            Of several that match the longest counts. "<int:name>" stands for that part of any route.
        whole: adds a row of the relation to each table of two sides that no act of the chain writes (`tests/chain.py`).
        fill: makes what a world with a row in every table needs beyond that (`tests/everything.py`); may commit.
        values: label of a model → columns that a constraint ties together (`tests/everything.py`).
        screens: (name of the picture; person, "seller" of the spot's firm, or None for nobody; path or name of a spot).
        spots: finds them in the example cluster, unscoped.
        listed: name of a list → where it stands; "{relation}", "{month}" and "{cluster}" are the walk's.
        readers: name of a list → who reads it, where that is not the buyer: "admin", "coordinator", "daesung".
        stock: makes a row at least in each of its lists that the chain leaves empty for its reader; does not commit.
        lists, pages: (address, most statements) of the buyer's calls and pages, for few rows and for many.
        empty: (login, pattern of addresses) → why nothing stands there in the example cluster.
        texts: "table.column" that no person types → why what is written there may stand as it is.
        histories: label of a tracked model whose page tells its history in its own words → how.
        unasked: address where a form may come twice without its key being asked for → why.
    """

    things: Callable[[World], Mapping[str, Any]] = nothing
    whole: Callable[[World], Any] = nothing
    fill: Callable[[World], Any] = nothing
    values: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    screens: tuple[tuple[str, str | None, str], ...] = ()
    spots: Callable[[], Mapping[str, Spot]] = dict
    listed: Mapping[str, str] = field(default_factory=dict)
    readers: Mapping[str, str] = field(default_factory=dict)
    stock: Callable[[World], Any] = nothing
    lists: tuple[tuple[str, int], ...] = ()
    pages: tuple[tuple[str, int], ...] = ()
    empty: Mapping[tuple[str, str], str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    histories: Mapping[str, str] = field(default_factory=dict)
    unasked: Mapping[str, str] = field(default_factory=dict)


@cache
def shown() -> tuple[Shown, ...]:
    names = [f"tests.{name}.room" for name in rooms()]
    return tuple(import_module(name).SHOWN for name in names if find_spec(name.rpartition(".")[0]) and find_spec(name))


def told_by_rooms(part: str) -> dict[str, str]:
    """One of the lists of exceptions, with their reasons, of all rooms."""
    return {name: why for room in shown() for name, why in getattr(room, part).items()}
