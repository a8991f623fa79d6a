"""The published door in its thin form: a reverse proxy for Flower's Fleet calls and nothing else.

nginx does the same (deploy/nginx); tests/federated/test_gateway.py runs against both. Control and Runtime stay behind the
door: whoever reaches Flower's Control can start runs. Signatures are checked by the SuperLink, admission here.
"""

import argparse
import json
import ssl
import time
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .factory.home import write_whole
from .tls import issue

LARGEST_BODY = 256 * 2**20
PASSED = ("content-type", "flwr-")
COUNT_EVERY_S = 2.0


class Table:
    """Who is admitted, read again when the file has changed; a second at most lies between."""

    def __init__(self, path: Path) -> None:
        self.path, self.stamp, self.looked = path, 0.0, 0.0
        self.rows: dict[str, dict[str, str]] = {}

    def find(self, key: str) -> dict[str, str] | None:
        now = time.monotonic()
        if now - self.looked > 1.0:
            self.looked = now
            stamp = self.path.stat().st_mtime_ns if self.path.exists() else 0
            if stamp != self.stamp:
                self.stamp = stamp
                self.rows = json.loads(self.path.read_text()) if stamp else {}
        return self.rows.get(key)


class Counter:
    """Bytes received from and sent to each site since the start of this process, kept in bytes.json."""

    def __init__(self, path: Path) -> None:
        self.path, self.written = path, 0.0
        self.sites: dict[str, list[int]] = {}

    def add(self, site: str, received: int, sent: int) -> None:
        pair = self.sites.setdefault(site, [0, 0])
        pair[0] += received
        pair[1] += sent
        if time.monotonic() - self.written > COUNT_EVERY_S:
            self.write()

    def write(self) -> None:
        self.written = time.monotonic()
        write_whole(self.path, json.dumps(self.sites).encode())


class Gateway:
    """
    Args:
        folder: where `admission.write_tables` writes.
    """

    def __init__(self, folder: Path) -> None:
        self.table, self.counter = Table(folder / "sites.json"), Counter(folder / "bytes.json")
        self.clients: dict[str, httpx.AsyncClient] = {}

    async def pass_on(self, request: Request) -> Response:
        if not request.headers.get("flwr-signature") or not request.headers.get("flwr-public-key"):
            return problem(401, "unsigned", "Fleet calls are signed with the site's key.")
        found = self.table.find(request.headers["flwr-public-key"])
        if found is None:
            return problem(403, "not_admitted", "This site is suspended, has left, or never joined.")
        body = await request.body()
        if len(body) > LARGEST_BODY:
            return problem(413, "too_large", "One call carries 256 MiB at most.")
        headers = {name: value for name, value in request.headers.items() if name.startswith(PASSED)}
        try:
            answer = await self.client(found).post(request.url.path, content=body, headers=headers)
        except httpx.HTTPError as error:
            return problem(502, "superlink_away", f"The federation's SuperLink does not answer ({type(error).__name__}).")
        self.counter.add(found["site"], len(body), len(answer.content))
        kept = {name: value for name, value in answer.headers.items() if name.startswith(PASSED)}
        return Response(answer.content, answer.status_code, kept)

    def client(self, found: dict[str, str]) -> httpx.AsyncClient:
        """One pool per SuperLink; made anew when its certificate has changed."""
        ca = Path(found["ca"])
        key = f"{found['upstream']} {ca.stat().st_mtime_ns}"
        if key not in self.clients:
            trust = ssl.create_default_context(cafile=str(ca))
            limits = httpx.Limits(max_connections=200, max_keepalive_connections=100)
            base = f"https://{found['upstream']}"
            self.clients[key] = httpx.AsyncClient(base_url=base, verify=trust, timeout=60, limits=limits, trust_env=False)
        return self.clients[key]


def problem(status: int, code: str, text: str) -> JSONResponse:
    return JSONResponse({"code": code, "detail": text}, status, media_type="application/problem+json")


def make_app(folder: Path) -> Starlette:
    return Starlette(routes=[Route("/v1/fleet/{call}", Gateway(folder).pass_on, methods=["POST"])])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m federated.gateway", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="folder of sites.json")
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=9443)
    parser.add_argument("--certificate", type=Path, help="PEM (default: one of a private authority, made in the folder)")
    parser.add_argument("--key", type=Path)
    arguments = parser.parse_args()
    if arguments.certificate is None:
        issue(arguments.folder, [arguments.host])
        arguments.certificate, arguments.key = arguments.folder / "server.pem", arguments.folder / "server.key"
    uvicorn.run(
        make_app(arguments.folder),
        host=arguments.host,
        port=arguments.port,
        ssl_certfile=str(arguments.certificate),
        ssl_keyfile=str(arguments.key),
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
