"""Connections that break at the worst moment: between a reply's head, which the server sees at once, and its content."""

import contextlib
import os
import signal
import threading
import time

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from federated.agreed.keys import public_text
from federated.agreed.tls import issue
from federated.benchmark.flower import finish, free_port, wait_until_online
from federated.door.admission import Admitted, write_tables
from federated.door.gateway import Gateway, problem
from federated.server.launching import launch

from .flower import Federation
from .sites import contract

pytestmark = pytest.mark.processes

HEAD, CONTENT = "/v1/fleet/push-messages", "/v1/fleet/push-object"


class Cutter(Gateway):
    """A door that breaks the connection of one call; what happens then is the test's own."""

    def __init__(self, folder, then, call: str) -> None:
        super().__init__(folder)
        self.then, self.call, self.armed, self.cut = then, call, threading.Event(), 0

    async def pass_on(self, request):
        if request.url.path == self.call and self.armed.is_set():
            self.armed.clear()
            self.cut += 1
            self.then()
            return problem(502, "cut", "The connection was cut.")
        return await super().pass_on(request)


@contextlib.contextmanager
def open_door(federation: Federation, then, call: str = CONTENT):
    """A door before the federation's SuperLink; its sites go through it."""
    folder, port = federation.folder / "door", free_port()
    issue(folder, ["127.0.0.1"])
    place = federation.place
    write_tables(folder, [Admitted(n, public_text(h.key()), place.address, place.ca) for n, h in federation.homes.items()])
    cutter = Cutter(folder, then, call)
    app = Starlette(routes=[Route("/v1/fleet/{call}", cutter.pass_on, methods=["POST"])])
    files = {"ssl_certfile": str(folder / "server.pem"), "ssl_keyfile": str(folder / "server.key")}
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", **files))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < end, "the door did not open"
        time.sleep(0.05)
    for home in federation.homes.values():
        home.ca_file.write_bytes((folder / "ca.pem").read_bytes())
        settings = home.settings()
        home.write_settings(type(settings)(**{**vars(settings), "gateway": f"127.0.0.1:{port}"}))
    yield cutter
    server.should_exit = True
    thread.join(20)


@pytest.mark.parametrize("kind", ["cut", "killed"])
def test_a_site_cut_off_between_the_head_and_the_content_of_its_reply_ends_no_run(tmp_path, kind):
    """Flower's own pull waited three minutes for that content, saw no other reply meanwhile, then the quorum was missed."""
    federation = Federation(tmp_path)
    agreed = contract(rounds=4, deadline_s=90)  # both are started anew, on a machine that may be loaded
    for site, rows in {"alpha": 0, "beta": 1}.items():
        federation.add(site, agreed, rows)

    def then() -> None:
        if kind == "killed":
            for process in federation.processes.values():
                process.kill()
            for site in federation.homes:
                federation.start_node(site)

    try:
        with open_door(federation, then) as cutter:
            for site in federation.homes:
                federation.start_node(site)
            wait_until_online(federation.control, 2)
            run = federation.start("1", agreed, ["alpha", "beta"])
            federation.wait_for_round("1", 1)
            cutter.armed.set()
            assert finish(federation.control, run, 170) == "finished:completed"
            assert cutter.cut == 1
            rounds = [r for r in federation.rounds("1") if r["kind"] == "train"]
            assert [(r["round"], sorted(r["sites"]), r["failed"]) for r in rounds] == [
                (number, ["alpha", "beta"], {}) for number in (1, 2, 3, 4)
            ]
    finally:
        federation.close()


def test_a_reply_to_a_run_that_nobody_knows_any_more_keeps_no_site_away(tmp_path):
    """The SuperLink died with the reply on its way; the new one answers 500 to it, and the site asked again 20 times."""
    federation = Federation(tmp_path)
    agreed = contract(rounds=2, deadline_s=60)
    try:
        federation.add("alpha", agreed, 0)
        federation.add("beta", agreed, 1)

        def then() -> None:
            os.killpg(federation.flower.superlink.pid, signal.SIGKILL)
            federation.flower.superlink.wait()

        with open_door(federation, then, HEAD) as cutter:
            for site in federation.homes:
                federation.start_node(site)
            wait_until_online(federation.control, 2)
            cutter.armed.set()
            federation.start("1", agreed, ["alpha", "beta"])
            end = time.monotonic() + 60
            while not cutter.cut:
                assert time.monotonic() < end, "no reply came"
                time.sleep(0.05)
            federation.flower = launch(federation.place, desk=str(federation.desk))
            federation.control.wait()
            for site in federation.homes:
                federation.node_id(site)
            wait_until_online(federation.control, 2)
            assert finish(federation.control, federation.start("1", agreed, ["alpha", "beta"])) == "finished:completed"
    finally:
        federation.close()
