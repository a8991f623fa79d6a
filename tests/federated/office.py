"""The web application as a factory's program meets it: a small server in the process of the test, and a home that joined."""

import base64
import json
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from federated import VERSION
from federated.agreed.keys import is_signed
from federated.agreed.levels import LEVELS
from federated.agreed.signing import KEY_HEADER, SIGNATURE_HEADER, TIME_HEADER, site_content
from federated.agreed.tls import issue
from federated.factory.cli import main
from federated.factory.home import Home
from federated.models.defect import untrained
from federated.run.checkpoints import pack_checkpoint
from federated.run.steps import Checkpoint

from .sites import contract, table


class Office:
    """What the factory asks of the web application; `faults` names what is planted."""

    def __init__(self, folder) -> None:
        self.contracts = [contract()]
        self.faults: set[str] = set()
        self.released: list[dict] = []
        self.calls: list[tuple[str, dict]] = []
        issue(folder / "door", ["127.0.0.1"])
        self.ca = (folder / "door" / "ca.pem").read_text()
        office = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self, body: dict) -> None:
                path = self.path.removeprefix("/api/learning/")
                office.calls.append((path, body))
                status, document = office.reply(path, body, self)
                content = json.dumps(document).encode()
                self.send_response_only(status)
                ahead = timedelta(minutes=-10) if "clock" in office.faults else timedelta()
                self.send_header("Date", format_datetime(datetime.now(UTC) + ahead, usegmt=True))
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self) -> None:
                self.raw = b""
                self.answer({})

            def do_POST(self) -> None:
                self.raw = self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(json.loads(self.raw))

            def log_message(self, *words) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.gateway = f"127.0.0.1:{self.server.server_port}"
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reply(self, path: str, body: dict, request) -> tuple[int, dict]:
        documents = [c.document() for c in self.contracts]
        if path == "join/":
            if body["token"] != "good":
                error = {
                    "code": "token_used",
                    "detail": "The token has been used.",
                    "errors": [{"remedy": "Create a new one."}],
                }
                return 403, error
            self.public_key = body["public_key"]
            return 200, {"site": "alpha", "gateway": self.gateway, "ca": self.ca, "contracts": documents}
        if path == "time/":
            return 200, {"client_version": "9.0.0" if "version" in self.faults else VERSION}
        headers = request.headers
        content = site_content(request.command, request.path, headers[TIME_HEADER], request.raw)
        if "suspended" in self.faults or not is_signed(headers[KEY_HEADER], content, headers[SIGNATURE_HEADER]):
            return 403, {
                "code": "site_closed",
                "detail": "The site is suspended or has left.",
                "errors": [{"remedy": "Ask."}],
            }
        if path == "site/consents/" and "taken back" in self.faults:
            return 409, {
                "code": "contract_taken_back",
                "detail": "The contract was taken back.",
                "errors": [{"remedy": "Wait for the next version."}],
            }
        if path.startswith("site/models/"):
            return 200, {"npz": base64.b64encode(pack_checkpoint(self.model())).decode()}
        return 200, {"site": "alpha", "state": "joined", "contracts": documents, "released": self.released}

    def model(self) -> Checkpoint:
        grid = np.stack([np.interp(LEVELS, [0, 1], [0, 200]), np.interp(LEVELS, [0, 1], [-20, 400])])
        return Checkpoint(3, untrained(self.contracts[0], grid))


@pytest.fixture
def office(tmp_path):
    found = Office(tmp_path)
    yield found
    found.server.shutdown()


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "site")


@pytest.fixture
def run(home):
    return lambda *words: main(["--home", str(home.folder), *words])


@pytest.fixture
def joined(office, home, run):
    assert run("join", f"{office.address}/training/join/good") == 0
    table(0).write_csv(home.folder / "rows" / "rows.csv")
    return home
