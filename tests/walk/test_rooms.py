"""What the rooms declare of themselves: every place they name is there, and no name is taken twice."""

import re
import subprocess
import sys
from collections import Counter
from dataclasses import fields

import pytest
from drf_spectacular.plumbing import deep_import_string

from apps.common.rooms import Room, Tile, badges, entries, enums, finds, kinds, named, rooms, schedule, search
from apps.events.registry import event_types
from apps.tenancy.permissions import all_acts
from apps.web.navigation import GROUPS
from tests.world import as_person

from .test_layers import ROOT

CALLED = [field.name for field in fields(Room) if field.type is str]


def twice(names) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def test_every_installed_app_of_ours_is_a_room():
    assert len(rooms()) >= 13
    assert all(room.floor > 1 for room in rooms().values())


def test_a_declaration_is_read_before_any_app_is():
    code = "import sys, cluster.settings.test; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    read = {name for name in found.stdout.split() if name.startswith("apps.")}
    assert {f"{name}.room" for name in rooms()} <= read
    assert [name for name in read if name.endswith((".models", ".services", ".selectors", ".views"))] == []


def test_every_place_that_a_room_names_is_there():
    places = [*enums(rooms()).values(), *(row["task"] for row in schedule(rooms()).values())]
    assert [place for place in places if not callable(deep_import_string(place))] == []
    assert len(places) >= 19
    assert CALLED
    assert all(callable(found) for part in CALLED for found in named(part))


def test_no_name_is_taken_twice():
    found = rooms().values()
    for part in ("enums", "schedule"):
        assert twice(name for room in found for name in getattr(room, part)) == []
    assert twice(entry.key for entry in entries()) == []
    assert twice((entry.group, entry.place) for entry in entries()) == []
    assert twice(kind.name for kind in kinds()) == []
    assert twice(find.kind for room in found for find in room.finds) == []
    assert twice(job for room in found for job in room.system_jobs) == []


def test_entries_name_acts_and_groups_that_are_there_and_kinds_are_of_events():
    assert {entry.act for entry in entries() if entry.act} <= set(all_acts())
    assert {entry.group for entry in entries()} == set(GROUPS)
    assert {kind.name for kind in kinds()} <= {name.partition(".")[0] for name in event_types()}


@pytest.mark.parametrize("who", ["buyer", "receiver", "inspector", "supplier", "coordinator"])
def test_every_badge_that_is_counted_stands_in_the_navigation_or_at_the_bell(world, who):
    with as_person(world, who):
        assert set(badges()) <= {entry.count for entry in entries()} | {"inbox"}


def test_every_badge_says_what_it_counts(client_of):
    page = client_of("buyer").get("/").content.decode()
    told = dict(re.findall(r'data-count="(\w+)" title="([^"]+)"', page))
    counted = {entry.count: str(entry.counts or entry.label) for entry in entries() if entry.count}
    assert {"attention", "expected", "inspect", "material"} <= set(told)
    assert {name: words for name, words in told.items() if words in ("Orders", "Deliveries", "Inspections")} == {}
    assert set(told) <= set(counted)


@pytest.mark.parametrize("who", ["buyer", "supplier", "coordinator"])
@pytest.mark.parametrize("is_own", [True, False])
def test_a_figure_that_a_room_adds_stands_on_the_first_page(client_of, monkeypatch, who, is_own):
    """One of the person's own first, in place of what is general there; others last."""
    figures = re.compile(r'<a class="tile" href="([^"]+)"')
    planted, shown = Tile("Planted", 7, "/planted/", is_own=is_own), []
    monkeypatch.setattr("apps.common.rooms.named", lambda part: [lambda *_given: shown if part == "first_page" else []])
    before = figures.findall(client_of(who).get("/").content.decode())
    shown.append(planted)
    after = figures.findall(client_of(who).get("/").content.decode())
    assert after.count("/planted/") == 1
    assert is_own or after == [*before, "/planted/"]
    assert set(after) - {"/planted/"} <= set(before)


def test_what_is_found_has_a_word_and_an_icon(world, client_of):
    with as_person(world, "buyer"):
        hits = [hit for text in ("BRK", "PO", "Hanbit", "Daesung") for hit in search(text)]
    assert {hit.kind for hit in hits} >= {"part", "organization"}
    assert {hit.kind for hit in hits} <= set(finds())
    page = client_of("buyer").get("/search/?q=BRK").content.decode()
    assert f'href="/parts/{world.part.pk}/">BRK-2210</a>' in page
    assert 'href="/orders/?part=BRK-2210">BRK-2210</a>' in page


# What reads the declarations, instead of listing rooms.
READERS = ("cluster/**/*.py", "apps/common/*.py", "apps/web/navigation.py", "apps/web/members.py", "apps/web/context.py")
READERS += ("tests/everything.py", "tests/pages/pages.py", "tests/apps/test_lists.py", "tests/walk/test_routes.py")


def test_who_reads_the_declarations_names_no_room_but_in_the_list_of_apps():
    """Rooms of the product; those below them, and the shell, are what the frame itself is made of."""
    ours = {name for name, room in rooms().items() if 4 <= room.floor < rooms()["apps.web"].floor}
    files = [path for pattern in READERS for path in sorted(ROOT.glob(pattern))]
    found = [(str(path.relative_to(ROOT)), name) for path in files for name in re.findall(r"\bapps\.\w+", path.read_text())]
    assert len(files) > 40
    assert Counter(place for place in found if place[1] in ours) == {("cluster/settings/base.py", name): 1 for name in ours}
