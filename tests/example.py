"""The example cluster of `make demo` in the tests' database, its outbox published; nothing is trained."""

import asyncio
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.utils import translation

from apps.events import relay
from tests import world as worlds
from tests.conftest import _World


async def publish_outbox() -> None:
    options = {"autocommit": True, "row_factory": relay.namedtuple_row}
    async with await psycopg.AsyncConnection.connect(relay.system_dsn(), **options) as connection:
        await relay.Relay(relay.system_dsn()).publish_batch(connection)


@contextmanager
def example_cluster() -> Iterator[None]:
    """Until the end; the small world is put back then."""
    worlds.reset()
    try:
        with translation.override("ko"):
            call_command("seed_demo", stdout=io.StringIO())
        with ThreadPoolExecutor(1) as other:  # Playwright's loop may run in this thread
            other.submit(asyncio.run, publish_outbox()).result()
        yield
    finally:
        _World.put_back()
