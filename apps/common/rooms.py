"""What a room (an app below `apps/`) says of itself in its `room.py`; whoever would list all rooms reads it here.

A `room.py` is read with the settings, before any model is: it imports nothing of its room. What is called later is named by
its place in the room ("selectors.badges") and looked up then.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

WORK, CLUSTER, FIRM = "work", "cluster", "firm"


@dataclass(frozen=True)
class Entry:
    """One entry of the navigation.

    Attributes:
        group, place: under which title, and where among the others there; low places come first.
        act: people who hold it see the entry; None shows it to everybody.
        side: "buys", "supplies" or "trades": shown where the firm does so; "" always.
        count: the name of the badge beside it.
        counts: what the badge counts, in words; where the label says it already, none.
    """

    key: str
    label: Any
    icon: str
    url_name: str
    act: str | None = None
    side: str = ""
    count: str = ""
    counts: Any = ""
    group: str = WORK
    place: int = 0


@dataclass(frozen=True)
class Kind:
    """A kind of data whose age a coordinator sees: what the names of its events begin with, and its heading.

    Attributes:
        of: "supplier" or "buyer": which side of a relation brings it up to date, as often as the two have agreed.
    """

    name: str
    label: Any
    place: int
    of: str = "supplier"


@dataclass(frozen=True)
class Tile:
    """A figure on the first page, as `ui/_tile.html` shows it.

    Attributes:
        note: what is counted, without the number: that stands above it.
        is_marked: the words bear its icon in its tone.
        is_own: of what waits for this very person; such figures stand first, in place of general ones.
    """

    title: str
    value: Any
    url: str
    note: str = ""
    is_marked: Any = False
    tone: str = ""
    icon: str = ""
    is_own: bool = False


@dataclass(frozen=True)
class Desk:
    """A list on the first page of those whose work it is, and who neither buy nor sell.

    Attributes:
        act: who holds it finds the list there.
        listing: its name (`apps/ui`).
        query: what it is asked for.
    """

    act: str
    listing: str
    query: str
    place: int = 0


@dataclass(frozen=True)
class Find:
    """A kind of thing that the search box finds: its word, and the page that opens it.

    Attributes:
        url_name: takes the thing's id, or nothing where it is a list; "" where there is no page.
        of: another kind: this one is shown for each of its hits too, by pages.
        filter: where it is a list, the filter of its address that takes the hit's label.
    """

    kind: str
    label: Any
    icon: str
    url_name: str = ""
    of: str = ""
    filter: str = ""


@dataclass(frozen=True)
class Hit:
    """One find of the search box."""

    kind: str
    id: int
    label: str
    detail: str


@dataclass(frozen=True)
class Beside:
    """What a room knows of one line of an order, as the order's page shows it below the line.

    Attributes:
        look: words, icon and tone.
        url: the page that says more.
        note: what else is known, in a few words.
        papers: (words, address) of each.
    """

    look: tuple[Any, str, str]
    url: str
    note: Any = ""
    papers: tuple[tuple[Any, str], ...] = ()


@dataclass(frozen=True)
class Step:
    """Something that a firm needs in its first days, as the checklist shows it: read from what is there, never ticked.

    Attributes:
        note: what is there, or what is missing.
        url: where it is done; "" where this person may not do it.
        place: where it stands among the others; low places come first.
    """

    key: str
    label: Any
    is_done: bool
    note: Any = ""
    url: str = ""
    place: int = 0


@dataclass(frozen=True)
class Room:
    """What stands outside a room's folder for its sake.

    Attributes:
        floor: it imports rooms of its own floor or below.
        pages, api: what the addresses of its `urls` and `api.urls` begin with; None where it has none.
        navigation: its entries at the side.
        badges: place of a function without arguments: name of a badge → number, for the person of the open scope.
        first_page: place of a function that takes the side of the page, None where the firm trades nothing, and gives Tiles.
        beside_lines: place of a function that takes an order, as `orders.selectors.order_with_lines` gives it, and the side
            of its reader, and gives what the room knows of its lines: id of a schedule line → Besides.
        checklist: place of a function without arguments that gives the Steps of the open scope's firm.
        desks: lists on the first page of a role.
        search: place of a function that takes a text and gives Hits; `finds` says what those are.
        kinds: the kinds of data that it brings.
        enums: name in the API's schema → place of its choices.
        schedule: name → (place of a task, when it runs).
        at_start: place of a function that each web process calls once as it starts; it must not fail.
        at_parting: place of a function that takes the ids of relations that have ended: what the room shows only while they
            stand is withdrawn.
        incoming: places of its `Incoming` (`apps.common.incoming`): kinds of rows that come in by a table.
        shop_floor: its acts that somebody does at a shared tablet; all others are left to an own device.
        system_jobs: reasons for which it works across tenants (`tenancy.scope.unscoped`); other rooms may use them too.
        exported: names of its models whose rows a firm takes with it when it leaves, those that others point at first.
        not_exported: names of its other models of tenants → why a firm does not take them along.
        example_past, example_present: places of functions that take the `Demo` of `masterdata.example` and add to it: first
            what lies behind, written as history and unscoped; then what people do today, through the services.
    """

    floor: int
    pages: str | None = None
    api: str | None = None
    navigation: tuple[Entry, ...] = ()
    badges: str = ""
    first_page: str = ""
    beside_lines: str = ""
    checklist: str = ""
    desks: tuple[Desk, ...] = ()
    search: str = ""
    finds: tuple[Find, ...] = ()
    kinds: tuple[Kind, ...] = ()
    enums: Mapping[str, str] = field(default_factory=dict)
    schedule: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    at_start: str = ""
    at_parting: str = ""
    incoming: tuple[str, ...] = ()
    shop_floor: tuple[str, ...] = ()
    system_jobs: tuple[str, ...] = ()
    exported: tuple[str, ...] = ()
    not_exported: Mapping[str, str] = field(default_factory=dict)
    example_past: str = ""
    example_present: str = ""


def declared(installed: Iterable[str]) -> dict[str, Room]:
    """The rooms among installed apps by their name, in that order; for settings, which know no `rooms()` yet."""
    return {name: import_module(f"{name}.room").ROOM for name in installed if name.startswith("apps.")}


@cache
def rooms() -> dict[str, Room]:
    return declared(settings.INSTALLED_APPS)


def named(part: str) -> Iterator[Callable[..., Any]]:
    """What the rooms name for one part of their declaration, ready to be called; lower floors first."""
    for name, room in sorted(rooms().items(), key=lambda entry: entry[1].floor):
        if place := getattr(room, part):
            yield import_string(f"{name}.{place}")


def entries() -> list[Entry]:
    """The whole navigation in its order."""
    return sorted((entry for room in rooms().values() for entry in room.navigation), key=lambda entry: entry.place)


def kinds() -> list[Kind]:
    return sorted((kind for room in rooms().values() for kind in room.kinds), key=lambda kind: kind.place)


def data_days_text(agreed: Mapping[str, int]) -> str:
    """How often data of each kind are brought up to date, as people read it; nothing where nothing is agreed."""
    words = _("%(kind)s: %(n)s d")
    return ", ".join(words % {"kind": kind.label, "n": agreed[kind.name]} for kind in kinds() if kind.name in agreed)


@cache
def incoming() -> dict[str, Any]:
    """The kinds of rows that come in by tables, by name, in the order of the rooms' floors."""
    ordered = sorted(rooms().items(), key=lambda entry: entry[1].floor)
    found = [import_string(f"{name}.{place}")() for name, room in ordered for place in room.incoming]
    return {kind.name: kind for kind in found}


def relations_ended(relation_ids: Collection[int]) -> None:
    """Relations have ended: every room withdraws what it shows while they stand."""
    for withdraw in named("at_parting"):
        withdraw(relation_ids)


def badges() -> dict[str, int]:
    """Name of a badge → its number, for the person of the open scope."""
    return {name: count for counted in named("badges") for name, count in counted().items()}


def tiles(side: Any) -> dict[str, list[Tile]]:
    """What the rooms add to the first page of a side, for the person of the open scope: as its template takes it."""
    found = [tile for shown in named("first_page") for tile in shown(side)]
    return {"own_tiles": [t for t in found if t.is_own], "more_tiles": [t for t in found if not t.is_own]}


def beside_lines(order: Any, side: Any) -> dict[int, list[Beside]]:
    """What the rooms know of an order's lines, by schedule line; what stops a line stands above its papers."""
    found: dict[int, list[Beside]] = {}
    for told in reversed(list(named("beside_lines"))):
        for line, rows in told(order, side).items():
            found.setdefault(line, []).extend(rows)
    return found


def checklist() -> list[Step]:
    """What the firm of the open scope needs in its first days, in order."""
    return sorted((step for found in named("checklist") for step in found()), key=lambda step: step.place)


def shop_floor_acts() -> list[str]:
    """What is done at a shared tablet, as the rooms say."""
    return [act for room in rooms().values() for act in room.shop_floor]


def desks(acts: frozenset[str]) -> list[Desk]:
    """The lists that are the work of somebody with these acts."""
    found = [desk for room in rooms().values() for desk in room.desks if desk.act in acts]
    return sorted(found, key=lambda desk: desk.place)


def search(text: str) -> list[Hit]:
    """What all rooms find in the open scope."""
    return [hit for find in named("search") for hit in find(text)]


def shown_hits(hits: Iterable[Hit]) -> list[tuple[Find, Hit]]:
    """Hits as a page shows them: each by its kind, then by what is found with it."""
    known = finds()
    return [(find, hit) for hit in hits for find in known.values() if hit.kind in (find.kind, find.of)]


def exported() -> list[str]:
    """Labels of the models whose rows a firm takes with it, lower floors first."""
    ordered = sorted(rooms().items(), key=lambda entry: entry[1].floor)
    return [f"{name.rpartition('.')[2]}.{model}" for name, room in ordered for model in room.exported]


def finds() -> dict[str, Find]:
    return {find.kind: find for room in rooms().values() for find in room.finds}


def schedule(found: Mapping[str, Room]) -> dict[str, dict[str, Any]]:
    """The periodic tasks, as Celery takes them."""
    return {
        name: {"task": f"{app}.{place}", "schedule": when}
        for app, room in found.items()
        for name, (place, when) in room.schedule.items()
    }


def enums(found: Mapping[str, Room]) -> dict[str, str]:
    """Names of choices in the schema, as drf-spectacular takes them."""
    return {name: f"{app}.{place}" for app, room in found.items() for name, place in room.enums.items()}
