"""The model on this machine over HTTP, for the line's own software: POST rows as JSON, get risks and verdicts.

Listens on the loopback address only, and keeps nothing of what it is asked.
"""

import json
import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import polars as pl

from ..agreed.contracts import Contract
from ..agreed.errors import FederatedError
from ..rows.check import check_rows
from ..use.deployment import Deployment
from .home import Home, Settings
from .joining import deployment_of
from .scoring import choose_model, verdicts_text

log = logging.getLogger("dure.factory")

MOST_BYTES, MOST_ROWS = 10_000_000, 10_000


class RiskServer(ThreadingHTTPServer):
    """
    Args:
        settings: how the asker's rows name and measure what the contract asks for, and what verdicts may cost.
    """

    daemon_threads = True

    def __init__(self, port: int, deployment: Deployment, contract: Contract, run: str, settings: Settings) -> None:
        super().__init__(("127.0.0.1", port), RiskHandler)
        self.deployment, self.contract, self.run, self.settings = deployment, contract, run, settings
        self.verdicts = deployment.proof.verdicts(settings.shares)

    def answer(self, document: Any) -> dict[str, Any]:
        """
        Raises:
            FederatedError: names the field and the rule.
        """
        rows = document.get("rows") if isinstance(document, dict) else None
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            raise FederatedError(
                "The body holds rows: a list of objects, one for each row.",
                place="rows",
                remedy='Send {"rows": [{"feature": value, …}]}.',
                code="invalid_body",
            )
        if len(rows) > MOST_ROWS:
            raise FederatedError(
                f"One call holds at most {MOST_ROWS} rows.", place="rows", value=len(rows), code="too_many_rows"
            )
        names = list(dict.fromkeys(name for row in rows for name in row))
        frame = pl.DataFrame(
            {name: [_text(row.get(name)) for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
        )
        checked = check_rows(frame, self.contract, self.settings.columns, labelled=False).rows
        risks = self.deployment.risks(self.contract, checked)
        alarms, verdicts = self.verdicts.judge(risks, self.settings.alarm_from)
        found = [
            {"risk": round(float(risk), 6), "alarm": bool(alarm), "verdict": str(verdict)}
            for risk, alarm, verdict in zip(risks, alarms, verdicts, strict=True)
        ]
        return {"run": self.run, "contract": self.contract.hash, "rows": found}


class RiskHandler(BaseHTTPRequestHandler):
    server: RiskServer
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        if self.path != "/":
            self._send(404, {"code": "not_found", "rule": "POST rows to /risks."})
            return
        features = [{"name": f.name, "unit": f.unit, "kind": f.kind} for f in self.server.contract.features]
        found = {"run": self.server.run, "contract": self.server.contract.hash, "features": features}
        self._send(200, {**found, "verdicts": verdicts_text(self.server.verdicts)})

    def do_POST(self) -> None:
        try:
            length = int(self.headers.get("Content-Length", "0"))
        except ValueError:
            length = 0
        if self.path != "/risks" or not 0 < length <= MOST_BYTES:
            self.close_connection = True
            status = 404 if self.path != "/risks" else 413
            self._send(
                status, {"code": "not_found" if status == 404 else "too_large", "rule": "POST up to 10 MB to /risks."}
            )
            return
        try:
            self._send(200, self.server.answer(json.loads(self.rfile.read(length))))
        except json.JSONDecodeError as error:
            self._send(400, {"code": "invalid_json", "rule": "The body is JSON.", "place": f"character {error.pos}"})
        except FederatedError as error:
            said = {"code": error.code, "rule": error.rule, "place": error.place, "value": error.value}
            self._send(422, {**said, "remedy": error.remedy})

    def log_message(self, format: str, *args: Any) -> None:
        log.debug(format, *args)

    def _send(self, status: int, document: Any) -> None:
        content = json.dumps(document, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def risk_server(home: Home, port: int, run: str = "") -> RiskServer:
    """A server for the chosen model; port 0 takes a free one."""
    run, contract = choose_model(home, run)
    deployment = deployment_of(home, run, contract)
    return RiskServer(port, deployment, contract, run, home.settings())


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
