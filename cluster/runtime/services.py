"""Start, stop and watch what the application needs beside itself; does nothing where the environment names servers."""

import os
import time
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from . import roles, state, users
from .postgres import PostgresServer
from .valkey import ValkeyServer

DATABASE = "dure"


def embedded() -> list[PostgresServer | ValkeyServer]:
    """The servers this checkout runs itself: those that DATABASE_URL and REDIS_URL do not name."""
    current = state.read_or_create()
    servers: list[PostgresServer | ValkeyServer] = []
    if not os.environ.get("DATABASE_URL"):
        servers.append(PostgresServer(current))
    if not os.environ.get("REDIS_URL"):
        servers.append(ValkeyServer(current))
    return servers


def up(say: Callable[[str], None] = print) -> bool:
    """Start what is not running and prepare the roles.

    Returns:
        True when at least one embedded server was started by this call.
    """
    if note := users.note():
        say(note)
    started = False
    for server in embedded():
        if server.is_up():
            say(f"{server.name}: already running on {server.address}")
            continue
        server.up()
        started = True
        say(f"{server.name}: started on {server.address}")
    provision()
    return started


def provision() -> None:
    if url := os.environ.get("DATABASE_URL"):
        parts = urlsplit(url)
        roles.provision(url, secret=unquote(parts.password or ""), database=parts.path.lstrip("/") or DATABASE)
    else:
        server = PostgresServer(state.read_or_create())
        roles.provision(server.url(), secret=server.state.password, database=DATABASE)


def down(say: Callable[[str], None] = print) -> None:
    for server in reversed(embedded()):
        was_up = server.is_up()
        server.down()
        say(f"{server.name}: {'stopped' if was_up else 'not running'}")


def status() -> list[tuple[str, str, bool]]:
    """(name, address, is up) of every embedded server."""
    return [(server.name, server.address, server.is_up()) for server in embedded()]


def watch(say: Callable[[str], None] = print, pause_s: float = 1.0) -> None:
    """Bring a killed server back; runs until the process is stopped."""
    while True:
        for server in embedded():
            if not server.is_up():
                say(f"{server.name}: gone, starting it again")
                try:
                    server.up()
                except RuntimeError as error:
                    say(str(error))
        time.sleep(pause_s)
