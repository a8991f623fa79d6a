"""Values planted in a factory's rows are searched for in the plaintext that its door receives over whole runs."""

import contextlib
import struct
import threading
import time

import polars as pl
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from federated.agreed.keys import public_text
from federated.agreed.tls import issue
from federated.benchmark.flower import finish, free_port, wait_until_online
from federated.door.admission import Admitted, write_tables
from federated.door.gateway import Gateway
from federated.factory.answering import Factory
from federated.factory.node import serve
from federated.factory.tables import read_table
from federated.flower.records import PART

from .flower import Federation
from .sites import contract

pytestmark = pytest.mark.processes

TEXT, NUMBER = "CANARY-7731-KIM", 123.45678901234567
PATTERNS = {
    "text": [TEXT.encode(), repr(NUMBER)[:10].encode()],
    "float32": [struct.pack("<f", NUMBER)],
    "float64": [struct.pack("<d", NUMBER)],
}


def look_for(heard: bytes) -> list[str]:
    return [name for name, patterns in PATTERNS.items() if any(pattern in heard for pattern in patterns)]


def plant(path) -> None:
    """A tenth of the rows hold the number; a column that the contract does not name holds the text."""
    frame = pl.read_csv(path, infer_schema=False)
    pressure = [repr(NUMBER) if place % 10 == 0 else cell for place, cell in enumerate(frame["pressure"])]
    frame.with_columns(pressure=pl.Series(pressure), operator=pl.lit(TEXT)).write_csv(path)


class Ear(Gateway):
    """The door, with everything that it decrypts kept."""

    def __init__(self, folder) -> None:
        super().__init__(folder)
        self.heard = bytearray()

    async def pass_on(self, request):
        self.heard += await request.body()
        return await super().pass_on(request)


class Leaky(Factory):
    """A node that sends rows along with what was asked for."""

    def handle(self, message):
        content = super().handle(message)
        frame = read_table(self.home)
        numbers = frame["pressure"].cast(pl.Float64).to_numpy()
        record = content.config_records[PART]
        record["note"] = str(frame["operator"][0])
        record["rows64"], record["rows32"] = numbers.tobytes(), numbers.astype("float32").tobytes()
        return content


@contextlib.contextmanager
def open_door(federation: Federation):
    """The listening door in this process, for its one site."""
    folder, port = federation.folder / "door", free_port()
    issue(folder, ["127.0.0.1"])
    place = federation.place
    write_tables(folder, [Admitted(n, public_text(h.key()), place.address, place.ca) for n, h in federation.homes.items()])
    ear = Ear(folder)
    app = Starlette(routes=[Route("/v1/fleet/{call}", ear.pass_on, methods=["POST"])])
    files = {"ssl_certfile": str(folder / "server.pem"), "ssl_keyfile": str(folder / "server.key")}
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", **files))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield ear, f"127.0.0.1:{port}", (folder / "ca.pem").read_bytes()
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize(("kind", "found"), [(Factory, []), (Leaky, ["text", "float32", "float64"])])
def test_no_planted_value_passes_the_door_over_a_whole_run_and_a_leaking_node_is_caught(tmp_path, kind, found):
    federation = Federation(tmp_path)
    agreed = contract(rounds=4, quorum=1, least_positives=1)
    home = federation.add("alpha", agreed, 0)
    plant(home.folder / "rows" / "rows.csv")
    stop = threading.Event()
    try:
        with open_door(federation) as (ear, address, ca):
            arguments = {
                "ca": ca,
                "key": home.key(),
                "id_file": home.id_file,
                "handle": kind(home).handle,
                "stop": stop,
                "idle_s": 0.2,
            }
            node = threading.Thread(target=serve, args=(address,), kwargs=arguments)
            node.start()
            wait_until_online(federation.control, 1)
            assert finish(federation.control, federation.start("1", agreed, ["alpha"])) == "finished:completed"
            stop.set()
            node.join()
            assert len(ear.heard) > 5 * federation.weights("1").nbytes
            assert look_for(bytes(ear.heard)) == found
    finally:
        stop.set()
        federation.close()
