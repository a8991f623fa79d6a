"""Every route × role × method × status, against the reviewed table beside this file (routes.txt); one walk for all.

A new route makes the test fail until it stands in the table. To write the table anew, run with WRITE_ROUTES=1 and read the
difference as you would read a change of the access rules, for that is what it is.
"""

import os
import re
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from apps.tenancy.access.tables import identity_tables
from apps.web import health
from tests.api import ApiClient
from tests.conftest import _World
from tests.rooms import shown

pytestmark = pytest.mark.long

TABLE = Path(__file__).with_name("routes.txt")
ROLES = ("nobody", "buyer", "receiver", "inspector", "supplier", "supplier-quality", "stranger", "coordinator")
METHODS = ("GET", "POST", "DELETE")
# Who asks for all but identity, and what only the connection of identity may be asked.
OTHERS = ("default", "system")
IDENTITY = re.compile(r"\b(" + "|".join([*identity_tables(), 'accounts_user"."password']) + r")\b")


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
    """The status of one request, undone afterwards: what it did as the system, too."""
    with transaction.atomic(), transaction.atomic(using="system"):
        if method == "POST":
            response = client.post(path, "{}" if path.startswith("/api/") else {}, **kind(path))
        else:
            response = getattr(client, method.lower())(path)
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="system")
    return response.status_code


def kind(path: str) -> dict:
    return {"content_type": "application/json"} if path.startswith("/api/") else {}


def make_things(world) -> dict[str, int]:
    return {pattern: pk for room in shown() for pattern, pk in room.things(world).items()}


@dataclass
class Walk:
    """
    Attributes:
        lines: the table as it is now: one line a route and method, one status a role.
        asked: alias of a connection → how many statements.
        of_identity: those that another connection than that of identity was asked about identity.
        hashes: how many statements asked the connection of identity for a password's hash.
    """

    lines: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    of_identity: list[str] = field(default_factory=list)
    hashes: int = 0

    def watch(self, execute, sql, params, many, context):
        alias = context["connection"].alias
        self.asked[alias] += 1
        if alias in OTHERS and IDENTITY.search(sql):
            self.of_identity.append(sql)
        self.hashes += alias == "identity" and "password" in sql
        return execute(sql, params, many, context)


@pytest.fixture(scope="module")
def walk(django_db_setup, django_db_blocker):
    """Some thousand requests, made once; the world is put back behind them."""
    found = Walk()
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        translation.override("en"),
        ExitStack() as ends,
    ):
        # No relay runs here; on a loaded machine the events of the walk's own acts would be too old for /health/ready.
        patch.setattr(health, "TOO_OLD", timedelta(days=1))
        try:
            people = clients_of(_World.now)
            things = make_things(_World.now)
            for alias in (*OTHERS, "identity"):
                ends.enter_context(connections[alias].execute_wrapper(found.watch))
            for route in sorted(routes()):
                for method in METHODS:
                    if "sign-out" in route and method == "POST":
                        continue  # ends the sessions that the walk needs; tested by itself
                    clients = [people[name][route.startswith("api/")] for name in ROLES]
                    codes = [status(client, method, path_of(route, things)) for client in clients]
                    found.lines.append(f"{method:<7}{route:<62}" + " ".join(map(str, codes)))
        finally:
            _World.put_back()
    return found


def clients_of(world) -> dict[str, tuple[Client, Client]]:
    """A browser and a program of each role."""
    found = {"nobody": (Client(), Client())}
    for name in ROLES[1:]:
        browser = Client()
        browser.force_login(world.people[name], backend="apps.accounts.backends.EmailBackend")
        found[name] = browser, ApiClient.of(world, name).client
    return found


def test_every_route_answers_each_role_as_the_table_says_and_none_with_5xx(walk):
    table = [f"{'':<7}{'':<62}" + " ".join(name[:3] for name in ROLES), *walk.lines]
    if os.environ.get("WRITE_ROUTES"):
        TABLE.write_text("\n".join(table) + "\n")
    assert table == TABLE.read_text().splitlines()
    assert not [line for line in walk.lines if any(code.startswith("5") for code in line[69:].split())]


def test_no_page_and_no_call_asks_for_identity_as_app(walk):
    assert walk.of_identity == []
    assert walk.hashes > 0
    assert walk.asked["default"] > 3000


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
