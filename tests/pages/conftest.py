"""A real server in a thread (uvicorn, the product's own ASGI application), a relay beside it, and a strict browser page."""

import asyncio
import contextlib
import os
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from django.test import Client

from apps.accounts.models import User
from apps.events.relay import Relay, system_dsn
from apps.tenancy.scope import identity

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return {**browser_type_launch_args, "executable_path": path, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "timezone_id": "Asia/Seoul", "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def address(django_db_setup):
    """Where the application listens for this session."""
    from cluster.asgi import application

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    settings = uvicorn.Config(application, lifespan="off", log_level="error", timeout_graceful_shutdown=2)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 15
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def relay(committed):
    """The relay of the outbox, running while the test runs."""
    loop = asyncio.new_event_loop()
    task = None

    def run():
        nonlocal task
        asyncio.set_event_loop(loop)
        task = loop.create_task(Relay(system_dsn()).run())
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    loop.call_soon_threadsafe(task.cancel)
    thread.join(5)


@dataclass
class Screen:
    """One person's browser page, and everything it complained about."""

    page: Any
    address: str
    complaints: list[str]

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def go_live(self, path: str) -> None:
        self.go(path)
        self.page.wait_for_selector("#live.on")


def open_screen(browser, address, user, *, width=1440, height=900, theme="light", language="en", **options) -> Screen:
    """A signed-in page that notes console errors, page errors, failed requests and answers of 400 and more."""
    # A worker that keeps the shell would answer in the server's place; who tests it says so.
    options.setdefault("service_workers", "block")
    context = browser.new_context(
        viewport={"width": width, "height": height}, timezone_id="Asia/Seoul", reduced_motion="reduce", **options
    )
    cookies = {"theme": theme, "django_language": language}
    if user is not None:
        client = Client()
        with identity():  # the session rests on the password's hash
            person = User.objects.get(pk=user.pk)
            client.force_login(person, backend="apps.accounts.backends.EmailBackend")
        cookies["sessionid"] = client.cookies["sessionid"].value
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console",
        lambda m: (
            complaints.append(f"console {m.type}: {m.text}")
            if m.type in ("error", "warning") and "blocked by Playwright" not in m.text
            else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("response", lambda r: complaints.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    page.on(
        "requestfailed",
        lambda r: complaints.append(f"failed {r.url} {r.failure}") if "ERR_ABORTED" not in (r.failure or "") else None,
    )
    return Screen(page, address, complaints)


@pytest.fixture
def screen_of(browser, address, committed, world):
    """`screen_of("buyer")`; a complaint of the page fails the test."""
    screens: list[Screen] = []

    def make(name: str | None, **options) -> Screen:
        screens.append(open_screen(browser, address, world.people[name] if name else None, **options))
        return screens[-1]

    yield make
    for screen in screens:
        screen.page.goto("about:blank")  # closes the socket before the database is emptied
        screen.page.context.close()
    assert not [c for s in screens for c in s.complaints]
