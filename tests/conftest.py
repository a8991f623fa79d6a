"""The database of the suite: made and migrated by `owner`, used as `app`, with the small world in it.

`db` tests run in a transaction that is rolled back. `committed` tests commit (sockets, browsers, several connections); the
world is put back after them.
"""

import os
from copy import deepcopy

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as properties

from tests import database, kept
from tests import world as worlds
from tests.pages import examined

# Before torch is loaded: threads that spin beside other work make small models a hundred times slower. As dure-factory does.
os.environ.setdefault("OMP_NUM_THREADS", "1")

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's sync API keeps a loop running in the test thread


# A property holds or not, however slow the machine is that asks.
properties.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("any machine")

# What a test without `committed` does on these connections is rolled back.
ROLLED_BACK = ["default", "identity"]


def pytest_collection_modifyitems(items):
    """What takes minutes first, so that no lane waits for it in the end; what commits last, browsers and processes after."""

    def place(item):
        marks = [name for name in ("browser", "processes") if item.get_closest_marker(name)]
        return marks, not item.get_closest_marker("long"), "committed" in getattr(item, "fixturenames", ())

    for item in items:
        if {"world", "db"} & set(getattr(item, "fixturenames", ())) and "committed" not in item.fixturenames:
            item.add_marker(pytest.mark.django_db(databases=ROLLED_BACK))
    items.sort(key=place)


def pytest_terminal_summary(terminalreporter, config):
    """With which seed the order was drawn: the same comes back by it. And how much the walks over pages looked at."""
    seed = config.getoption("randomly_seed", None)
    terminalreporter.write_line("order of the tests: as written" if seed is None else f"order: --randomly-seed={seed}")
    if seen := examined.summary():
        terminalreporter.write_line(seen)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    name = settings.TEST_DATABASE_NAME
    with django_db_blocker.unblock():
        database.make(name)
        with connections["owner"].cursor() as cursor:
            cursor.execute(worlds.AS_IF)
        worlds.assert_runs_as_app()
        worlds.reset()
        cache.clear()
        _World.keep()
    yield
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()
        for alias in ROLLED_BACK:
            connections[alias].close_pool()
    database.drop(name)


class _World:
    now = None
    _made: worlds.World
    _is_kept = False

    @classmethod
    def keep(cls) -> None:
        cls._made = worlds.create()
        cls._is_kept = kept.keep()
        cls.now = deepcopy(cls._made)

    @classmethod
    def put_back(cls) -> None:
        if cls._is_kept:
            kept.put_back()
        else:
            worlds.reset()
            cls._made = worlds.create()
        cache.clear()
        cls.now = deepcopy(cls._made)


@pytest.fixture
def world(request, django_db_setup):
    """The small world; without `committed` the test is rolled back."""
    if "committed" not in request.fixturenames:
        request.getfixturevalue("db")
    return _World.now


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """The test commits; the world is put back afterwards."""
    with django_db_blocker.unblock():
        yield
        _World.put_back()


@pytest.fixture(autouse=True)
def _fresh():
    """English texts; and no sign-in attempts left in the cache, which no transaction rolls back."""
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def client_of(world):
    """A signed-in browser of a person: `client_of("buyer")`."""

    def make(name: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(world.people[name], backend="apps.accounts.backends.EmailBackend")
        return client

    return make


@pytest.fixture
def api_of(world):
    """A program with a token of a person: `api_of("buyer").get("/api/orders/")`; JSON in, JSON out."""
    from tests.api import ApiClient

    return lambda name, **options: ApiClient.of(world, name, **options)
