"""The database of the suite: made and migrated by `owner`, used as `app`, with the small world in it.

`db` tests run in a transaction that is rolled back. `committed` tests commit (sockets, browsers, several connections); the
world is made anew after them.
"""

import os

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import translation
from psycopg import sql

from cluster.runtime import roles
from tests import world as worlds

# Before torch is loaded: threads that spin beside other work make small models a hundred times slower. As dure-factory does.
os.environ.setdefault("OMP_NUM_THREADS", "1")

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's sync API keeps a loop running in the test thread


# What a test without `committed` does on these connections is rolled back.
ROLLED_BACK = ["default", "identity"]


def pytest_collection_modifyitems(items):
    """What commits comes last, browsers and processes after all."""

    def place(item):
        if item.get_closest_marker("processes"):
            return 3
        if item.get_closest_marker("browser"):
            return 2
        return 1 if "committed" in getattr(item, "fixturenames", ()) else 0

    for item in items:
        if {"world", "db"} & set(getattr(item, "fixturenames", ())) and "committed" not in item.fixturenames:
            item.add_marker(pytest.mark.django_db(databases=ROLLED_BACK))
    items.sort(key=place)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    name = settings.TEST_DATABASE_NAME
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(settings.ADMIN_DATABASE_URL, autocommit=True) as admin:
        admin.execute(drop)
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER owner").format(sql.Identifier(name)))
    roles.prepare_database(settings.ADMIN_DATABASE_URL, name)
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()
            connection.settings_dict["NAME"] = name
        call_command("migrate", database="owner", verbosity=0)
        with connections["owner"].cursor() as cursor:
            cursor.execute(worlds.AS_IF)
        worlds.assert_runs_as_app()
        worlds.reset()
        cache.clear()
        _World.now = worlds.create()
    yield
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()
        for alias in ROLLED_BACK:
            connections[alias].close_pool()
    with psycopg.connect(settings.ADMIN_DATABASE_URL, autocommit=True) as admin:
        admin.execute(drop)


class _World:
    now = None


@pytest.fixture
def world(request, django_db_setup):
    """The small world; without `committed` the test is rolled back."""
    if "committed" not in request.fixturenames:
        request.getfixturevalue("db")
    return _World.now


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """The test commits; the world is made anew afterwards."""
    with django_db_blocker.unblock():
        yield
        worlds.reset()
        cache.clear()
        _World.now = worlds.create()


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
