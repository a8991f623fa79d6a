"""Every route × role × method × status, against the reviewed table beside this file (routes.txt).

A new route makes the test fail until it stands in the table. To write the table anew, run with WRITE_ROUTES=1 and read the
difference as you would read a change of the access rules, for that is what it is.
"""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from apps.web import health
from tests.api import ApiClient
from tests.rooms import shown

TABLE = Path(__file__).with_name("routes.txt")
ROLES = ("nobody", "buyer", "receiver", "inspector", "supplier", "supplier-quality", "stranger", "coordinator")
METHODS = ("GET", "POST", "DELETE")


def routes(patterns=None, prefix=""):
    """Every route as its pattern, without the optional format suffixes."""
    for pattern in patterns or get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


NO_SUCH_ID = 999999


def id_for(route: str, things: Mapping[str, int]) -> int:
    """Of what the rooms made; a route that they do not know gets an id that nobody has."""
    known = [pattern for pattern in things if not pattern.startswith("<") and re.search(pattern, route)]
    return things[max(known, key=len)] if known else NO_SUCH_ID


def path_of(route: str, things: Mapping[str, int]) -> str:
    pk = str(id_for(route, things))
    path = route.replace("^", "").replace("$", "").replace("<int:pk>", pk).replace("(?P<pk>[0-9]{1,18})", pk)
    return "/" + re.sub("<(?:int|slug):[a-z_]+>", lambda part: str(things.get(part[0], 1)), path)


def status(client, method: str, path: str) -> int:
    """The status of one request, undone afterwards."""
    with transaction.atomic():
        if method == "POST":
            response = client.post(path, "{}" if path.startswith("/api/") else {}, **kind(path))
        else:
            response = getattr(client, method.lower())(path)
        transaction.set_rollback(True)
    return response.status_code


def kind(path: str) -> dict:
    return {"content_type": "application/json"} if path.startswith("/api/") else {}


def make_things(world) -> dict[str, int]:
    return {pattern: pk for room in shown() for pattern, pk in room.things(world).items()}


@pytest.fixture
def found(world, committed, monkeypatch):
    """The table as it is now: one line a route and method, one status a role."""
    # No relay runs here; on a loaded machine the events of the walk's own acts would be too old for /health/ready.
    monkeypatch.setattr(health, "TOO_OLD", timedelta(days=1))
    things = make_things(world)
    lines = []
    browsers = {"nobody": Client()}
    programs = {"nobody": Client()}
    for name in ROLES[1:]:
        browsers[name] = Client()
        browsers[name].force_login(world.people[name], backend="apps.accounts.backends.EmailBackend")
        programs[name] = ApiClient.of(world, name).client
    for route in sorted(routes()):
        clients = programs if route.startswith("api/") else browsers
        for method in METHODS:
            if "sign-out" in route and method == "POST":
                continue  # ends the sessions that the walk needs; tested by itself
            codes = [status(clients[name], method, path_of(route, things)) for name in ROLES]
            lines.append(f"{method:<7}{route:<62}" + " ".join(map(str, codes)))
    return lines


def test_every_route_answers_each_role_as_the_table_says_and_none_with_5xx(found):
    """One test, because the walk of some thousand requests is made anew for each."""
    header = f"{'':<7}{'':<62}" + " ".join(name[:3] for name in ROLES)
    if os.environ.get("WRITE_ROUTES"):
        TABLE.write_text("\n".join([header, *found]) + "\n")
    assert [header, *found] == TABLE.read_text().splitlines()
    assert not [line for line in found if any(code.startswith("5") for code in line[69:].split())]


TOO_LONG = "9" * 20  # no column of the database holds it


@pytest.mark.parametrize("name", ["buyer", "supplier", "coordinator"])
def test_a_number_that_no_column_can_hold_is_not_found(world, committed, client_of, name):
    client = client_of(name)
    client.raise_request_exception = False
    paths = {"/" + re.sub("<int:[a-z_]+>", TOO_LONG, route) for route in routes() if "<int:" in route}
    assert len(paths) > 40
    failed = {(method, path) for path in paths for method in ("GET", "POST") if status(client, method, path) >= 500}
    assert failed == set()
    assert client.get(f"/tower/scorecards/{TOO_LONG}/").status_code == 404
