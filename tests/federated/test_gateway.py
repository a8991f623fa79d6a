"""One suite for both published doors: the ASGI gateway and nginx with our configuration."""

import json
import os
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from federated.agreed.keys import new_key, public_text
from federated.agreed.tls import issue
from federated.benchmark.flower import finish, free_port, wait_until_online
from federated.door.admission import COUNTED, Admitted, write_tables
from federated.door.gateway import certificate_of
from federated.door.nginx import server_block
from federated.factory.node import signed_headers

from .flower import Federation, wait_until
from .sites import contract

pytestmark = pytest.mark.processes

DOORS = ("asgi", "nginx")
LARGEST = 8 * 2**20


class Door:
    """A gateway process before one federation."""

    def __init__(self, kind: str, federation: Federation) -> None:
        self.kind, self.federation = kind, federation
        self.folder = federation.folder / "door"
        self.port = free_port()
        issue(self.folder, ["127.0.0.1"])
        self.admit()
        self.process = self._start()
        self.client = httpx.Client(base_url=f"https://127.0.0.1:{self.port}", verify=self._trust(), trust_env=False)
        self._wait()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def admit(self, *, without: str = "") -> None:
        place = self.federation.place
        sites = [
            Admitted(name, public_text(home.key()), place.address, place.ca)
            for name, home in self.federation.homes.items()
            if name != without
        ]
        write_tables(self.folder, sites)
        if getattr(self, "process", None) and self.kind == "nginx":
            subprocess.run(
                ["/usr/sbin/nginx", "-c", self.folder / "nginx.conf", "-s", "reload"], check=True, capture_output=True
            )

    def received(self, site: str) -> int:
        """Bytes that came from a site."""
        if self.kind == "asgi":
            path = self.folder / COUNTED
            return json.loads(path.read_text()).get(site, [0])[0] if path.exists() else 0
        lines = [line.split() for line in (self.folder / "bytes.log").read_text().splitlines()]
        return sum(int(size) for name, size, _sent in lines if name == site)

    def restart(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process = self._start()
        self._wait()

    def close(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait()

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "ca.pem"))

    def _start(self) -> subprocess.Popen:
        certificate, key = self.folder / "server.pem", self.folder / "server.key"
        if self.kind == "asgi":
            command = [sys.executable, "-m", "federated.door.gateway", "--folder", str(self.folder), "--host", "127.0.0.1"]
            command += ["--port", str(self.port), "--certificate", str(certificate), "--key", str(key)]
            command += ["--largest", str(LARGEST)]
        else:
            block = server_block(
                folder=self.folder, host="127.0.0.1", port=self.port, certificate=certificate, key=key, largest=LARGEST
            )
            head = f"daemon off; master_process on; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log;\n"
            head += f"user {'root' if os.geteuid() == 0 else 'nobody'};\nevents {{}}\nhttp {{\n"
            (self.folder / "nginx.conf").write_text(head + block + "}\n")
            command = ["/usr/sbin/nginx", "-c", str(self.folder / "nginx.conf")]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _wait(self) -> None:
        end = time.monotonic() + 20
        while True:
            try:
                self.client.get("/")
                return
            except httpx.HTTPError:
                assert time.monotonic() < end, "the door did not open"
                time.sleep(0.1)


@pytest.fixture(params=DOORS)
def door(request, tmp_path):
    federation = Federation(tmp_path)
    agreed = contract(rounds=4, deadline_s=30)
    for site, rows in {"alpha": 0, "beta": 1}.items():
        federation.add(site, agreed, rows)
    found = Door(request.param, federation)
    for home in federation.homes.values():
        home.ca_file.write_bytes((found.folder / "ca.pem").read_bytes())
        settings = home.settings()
        home.write_settings(type(settings)(**{**vars(settings), "gateway": found.address}))
    yield found
    found.close()
    federation.close()


def test_nothing_but_signed_fleet_calls_of_admitted_sites_passes(door):
    key = door.federation.homes["alpha"].key()
    for path in (
        "/v1/control/list-nodes",
        "/v1/control/start-run",
        "/v1/runtime/push-messages",
        "/v1/health",
        "/",
        "/v1/fleet/../control/list-nodes",
    ):
        assert door.client.post(path, headers=signed_headers(key)).status_code == 404, path
    assert door.client.post("/v1/fleet/pull-messages").status_code == 401
    forged = {**signed_headers(key), "flwr-signature": signed_headers(key)["flwr-signature"][:-8] + "AAAAAAA="}
    assert door.client.post("/v1/fleet/pull-messages", headers=forged).status_code == 401
    answer = door.client.post("/v1/fleet/pull-messages", headers=signed_headers(new_key()))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_admitted")


def peak_kb(pid: int) -> int:
    """The most memory that a process has had."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))


def flood(door: Door, headers: dict[str, str], mebibytes: int) -> int:
    """The status, or 0 where the door hung up first, for a body that never says how long it is.

    What the client could push says nothing: a closing TLS connection throws away what still comes. Memory says it.
    """
    headers = {**headers, "Content-Type": "application/protobuf"}
    try:
        return door.client.post(
            "/v1/fleet/push-object", content=(bytes(2**20) for _ in range(mebibytes)), headers=headers
        ).status_code
    except httpx.TransportError:
        return 0


def test_a_body_without_end_is_cut_off_at_the_limit_and_memory_stays_flat(door):
    """F11: 300 MiB with an admitted public key and a forged signature took the door from 79 to 675 MB."""
    key = door.federation.homes["alpha"].key()
    processes = [door.federation.flower.superlink.pid] + ([door.process.pid] if door.kind == "asgi" else [])
    door.client.post("/v1/fleet/pull-messages", headers=signed_headers(key))
    before = [peak_kb(pid) for pid in processes]

    def grown_kb() -> int:
        return max(peak_kb(pid) - then for pid, then in zip(processes, before, strict=True))

    forged = {**signed_headers(key), "flwr-signature": signed_headers(new_key())["flwr-signature"]}
    for headers, refused in ((forged, 401), (signed_headers(new_key()), 403), ({}, 401)):
        # nginx knows no signatures: what is forged gets as far as the limit.
        assert flood(door, headers, 300) in ({0, refused} | ({413} if door.kind == "nginx" else set()))
    assert grown_kb() < (LARGEST // 1024 if door.kind == "asgi" else 3 * LARGEST // 1024), "an unproven body was kept"
    assert flood(door, signed_headers(key), 300) in (0, 413)
    assert grown_kb() < 3 * LARGEST // 1024
    told = door.client.post("/v1/fleet/push-object", content=bytes(LARGEST + 1), headers=signed_headers(key))
    assert told.status_code == 413
    assert door.client.post("/v1/fleet/pull-messages", headers=signed_headers(key)).status_code == 401


@pytest.mark.parametrize("name", ["flwr-public-key", "flwr-signature", "flwr-timestamp"])
def test_a_header_that_stands_twice_is_refused_whichever_of_the_two_is_right(door, name):
    right, other = signed_headers(door.federation.homes["alpha"].key()), signed_headers(new_key())
    for first, second in ((right, other), (other, right), (right, right)):
        headers = [*((key, value) for key, value in right.items() if key != name), (name, first[name]), (name, second[name])]
        answer = door.client.post("/v1/fleet/pull-messages", headers=headers)
        # nginx before 1.23 passes both on, and the SuperLink's own door refuses them.
        assert answer.status_code in ({400} if door.kind == "asgi" else {400, 401, 403})
        assert answer.json().get("code", "header_twice") in ("header_twice", "not_admitted")


def test_a_run_through_the_door_counts_bytes_and_ends_although_the_door_is_killed(door):
    federation = door.federation
    for site in federation.homes:
        federation.start_node(site)
    wait_until_online(federation.control, 2)
    run = federation.start("1", contract(rounds=4, deadline_s=30), ["alpha", "beta"])
    federation.wait_for_round("1", 1)
    door.restart()
    assert finish(federation.control, run) == "finished:completed"
    rounds = [r["round"] for r in federation.rounds("1") if r["kind"] == "train"]
    assert rounds == [1, 2, 3, 4]
    weights = federation.weights("1").nbytes
    wait_until(lambda: door.received("alpha") > weights, 20, "the bytes counted")  # the door writes every two seconds


def test_a_revoked_site_is_refused_within_five_seconds_and_the_other_is_not(door):
    keys = {site: home.key() for site, home in door.federation.homes.items()}

    def status(site: str) -> int:
        # Each time by a new connection: nginx closes those that wait when it reads who is admitted.
        headers = signed_headers(keys[site]) | {"Connection": "close"}
        return door.client.post("/v1/fleet/pull-messages", headers=headers).status_code

    assert status("alpha") == 401  # the SuperLink itself: the call names no node
    door.admit(without="alpha")
    end = time.monotonic() + 5
    while status("alpha") != 403:
        assert time.monotonic() < end, "still admitted after five seconds"
        time.sleep(0.1)
    assert status("beta") == 401


def test_a_door_without_a_certificate_waits_for_the_keepers_and_says_what_is_missing(tmp_path):
    with pytest.raises(SystemExit, match=r"start `manage\.py superlinks`"):
        certificate_of(tmp_path, seconds=0)
    issue(tmp_path, ["127.0.0.1"])
    assert certificate_of(tmp_path, seconds=0) == (tmp_path / "server.pem", tmp_path / "server.key")
    (tmp_path / "ca.pem").unlink()  # as after a crash between two files
    issue(tmp_path, ["127.0.0.1"])
    trust = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    ssl.create_default_context().load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    assert len(trust.get_ca_certs()) == 1
