"""Where a ServerApp gets its job and hands in its rounds: the web application over HTTP, or a folder in tests.

Every call carries an HMAC-SHA256 of method, path, time, nonce and body with a key of this run. The key is derived from a
secret of the web application and lies in a file that the ServerApp's user alone reads; `run_config` reaches every node and
holds nothing secret.
"""

import base64
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx

from ..agreed.contracts import Contract, Kind, read_contract
from ..agreed.errors import FederatedError
from ..agreed.files import write_whole
from ..agreed.messages import Reply, Request
from ..agreed.signing import run_headers
from ..privacy.masks import derive
from ..run.checkpoints import pack_checkpoint, unpack_checkpoint
from ..run.steps import Checkpoint, Report


class DeskUnreachable(FederatedError):
    code = "desk_unreachable"


@dataclass(frozen=True)
class Job:
    """
    Attributes:
        nodes: site → Flower's id of its node, of those who consented; nobody else is asked. `nodes` of the web application's
            Run are its own rows.
        signers: site → its countersigning key, OpenSSH format.
        secret: of this run; no site knows it.
        left_out: the site whose value to the others the run measures; "" in an ordinary run.
    """

    run: str
    contract: Contract
    nodes: dict[str, int]
    checkpoint: Checkpoint | None = None
    left_out: str = ""
    signers: dict[str, str] = field(default_factory=dict)
    secret: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Instruction:
    """What the desk says to a round that was handed in.

    Attributes:
        command: "go", "pause" or "stop".
        sites: who still consents; None where nobody was asked again.
    """

    command: str = "go"
    sites: frozenset[str] | None = None


class Desk(Protocol):
    def job(self) -> Job: ...

    def report(self, report: Report, wall_s: float) -> Instruction: ...

    def progress(self, states: dict[str, str], round_number: int, kind: str, left_s: float) -> None: ...

    def heard(self, request: Request, replies: Sequence[Reply]) -> None:
        """What came back to one request; of interest where somebody goes over the run again."""
        ...

    def failed(self, text: str) -> None: ...


def describe(report: Report, wall_s: float) -> dict[str, Any]:
    """A round as JSON values: figures per site, without any weights."""
    slowest = max((reply.seconds for reply in report.used), default=0.0)
    return {
        "kind": str(report.kind),
        "round": report.round,
        "seconds": round(wall_s, 3),
        "overhead_s": round(wall_s - slowest, 3),
        "sites": {
            reply.site: {
                "examples": reply.examples,
                "seconds": round(reply.seconds, 3),
                "metrics": reply.metrics,
                "fingerprint": reply.fingerprint,
            }
            for reply in report.used
        },
        "failed": report.failed,
        "spoilt": report.is_spoilt,
        "refused": None if report.refused is None else {"against": report.refused.against, "voters": report.refused.voters},
        "doubts": report.doubts,
    }


class HttpDesk:
    """
    Args:
        address: of the web application, with scheme.
        key: of the run, see `signing.run_key`.
    """

    def __init__(self, address: str, run: str, key: bytes) -> None:
        self.run, self.key = run, key
        self.client = httpx.Client(base_url=address, timeout=30, trust_env=False)

    def job(self) -> Job:
        found = self._call("GET", "job/")
        stored = found["checkpoint"]
        return Job(
            self.run,
            read_contract(found["contract"]),
            {site: int(node) for site, node in found["nodes"].items()},
            unpack_checkpoint(base64.b64decode(stored)) if stored else None,
            found["left_out"],
            found["signers"],
            derive(self.key, "halves of the sites"),
        )

    def report(self, report: Report, wall_s: float) -> Instruction:
        body = describe(report, wall_s)
        if report.checkpoint is not None and report.kind is not Kind.FINISH:
            body["checkpoint"] = base64.b64encode(pack_checkpoint(report.checkpoint)).decode()
        found = self._call("POST", f"rounds/{report.round}/", body)
        return Instruction(str(found["command"]), frozenset(found["sites"]))

    def progress(self, states: dict[str, str], round_number: int, kind: str, left_s: float) -> None:
        body = {"states": states, "round": round_number, "kind": kind, "left_s": round(left_s, 1)}
        self._call("POST", "progress/", body, patience_s=0)

    def heard(self, request: Request, replies: Sequence[Reply]) -> None:
        """The web application is told of whole rounds."""

    def failed(self, text: str) -> None:
        self._call("POST", "failure/", {"text": text})

    def _call(self, method: str, path: str, body: Any = None, *, patience_s: float = 120) -> Any:
        """Retried while the web application is away: a restart of it must not end a run."""
        content = b"" if body is None else json.dumps(body).encode()
        target = f"/api/learning/runs/{self.run}/{path}"
        end, pause = time.monotonic() + patience_s, 0.2
        while True:
            try:
                headers = run_headers(self.key, method, target, content)
                answer = self.client.request(method, target, content=content, headers=headers)
                if answer.status_code < 500:
                    if answer.is_success:
                        return answer.json() if answer.content else {}
                    rule = f"The web application refused {method} {path} with {answer.status_code}."
                    raise DeskUnreachable(rule, value=answer.text[:80])
            except httpx.HTTPError as error:
                if time.monotonic() > end:
                    raise DeskUnreachable("The web application does not answer.", value=type(error).__name__) from error
            if time.monotonic() > end:
                raise DeskUnreachable("The web application does not answer.", place=target)
            time.sleep(pause)
            pause = min(5.0, pause * 2)


class FolderDesk:
    """A folder with job.json; rounds.jsonl, heard.jsonl, progress.jsonl and checkpoint.npz are written beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def job(self) -> Job:
        found = json.loads((self.folder / "job.json").read_text())
        stored = self.folder / "checkpoint.npz"
        nodes = {site: int(node) for site, node in found["nodes"].items()}
        checkpoint = unpack_checkpoint(stored.read_bytes()) if stored.exists() else None
        self._append("heard.jsonl", {"began": checkpoint.round if checkpoint else None})
        return Job(
            found["run"],
            read_contract(found["contract"]),
            nodes,
            checkpoint,
            found.get("left_out", ""),
            found.get("signers", {}),
            self._secret(),
        )

    def _secret(self) -> bytes:
        path = self.folder / "secret"
        if not path.exists():
            write_whole(path, secrets.token_bytes(32))
        return path.read_bytes()

    def report(self, report: Report, wall_s: float) -> Instruction:
        if report.checkpoint is not None:
            partial = self.folder / "checkpoint.partial"
            partial.write_bytes(pack_checkpoint(report.checkpoint))
            partial.replace(self.folder / "checkpoint.npz")
        self._append("rounds.jsonl", describe(report, wall_s))
        command = self.folder / "command"
        return Instruction(command.read_text().strip()) if command.exists() else Instruction()

    def progress(self, states: dict[str, str], round_number: int, kind: str, left_s: float) -> None:
        self._append("progress.jsonl", {"states": states, "round": round_number, "kind": kind, "left_s": left_s})

    def heard(self, request: Request, replies: Sequence[Reply]) -> None:
        errors = {reply.site: reply.error for reply in replies}
        self._append("heard.jsonl", {"kind": str(request.kind), "round": request.round, "errors": errors})

    def failed(self, text: str) -> None:
        (self.folder / "failure").write_text(text)

    def _append(self, name: str, line: dict[str, Any]) -> None:
        with (self.folder / name).open("a") as file:
            file.write(json.dumps(line) + "\n")
