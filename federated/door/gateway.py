"""The published door in its thin form: a reverse proxy for Flower's Fleet calls and nothing else.

nginx does the same (deploy/nginx); tests/federated/test_gateway.py runs against both. Control and Runtime stay behind the
door: whoever reaches Flower's Control can start runs. Admission and signature are checked before a body is read, here and by
the SuperLink's own door again.
"""

import argparse
import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ..agreed.files import write_whole
from .admission import COUNTED, KEY_HEADER, LARGEST_BODY, PROOF, is_proven

PASSED = ("content-type", "content-length", "flwr-")
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
    """Bytes received from and sent to each site since the start of this process, kept in a file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
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


class TooLarge(Exception):
    """The site sends more than one call may carry."""


class Gateway:
    """
    Args:
        folder: where `admission.write_tables` writes.
        largest: bytes of one call's body.
    """

    def __init__(self, folder: Path, largest: int = LARGEST_BODY) -> None:
        self.table, self.counter, self.largest = Table(folder / "sites.json"), Counter(folder / COUNTED), largest
        self.clients: dict[str, httpx.AsyncClient] = {}

    async def pass_on(self, request: Request) -> Response:
        """Nothing of a body is read before the site has proven itself, and never more of it is held than a piece."""
        headers = [(name, value) for name, value in request.headers.items() if name.startswith(PASSED)]
        names = [name for name, _value in headers]
        if len(set(names)) < len(names):
            return problem(400, "header_twice", "Each header stands once in a call.")
        proof = [request.headers.get(name, "") for name in PROOF]
        if not all(proof):
            return problem(401, "unsigned", "Fleet calls are signed with the site's key.")
        found = self.table.find(request.headers[KEY_HEADER])
        if found is None:
            return problem(403, "not_admitted", "This site is suspended, has left, or never joined.")
        if not is_proven(*proof):
            return problem(401, "unsigned", "The signature is not the site's, or its clock is off.")
        if int(request.headers.get("content-length", 0)) > self.largest:
            return problem(413, "too_large", self.limit)
        received, is_read = 0, asyncio.Event()

        async def pieces() -> AsyncIterator[bytes]:
            nonlocal received
            async for piece in request.stream():
                received += len(piece)
                if received > self.largest:
                    raise TooLarge
                yield piece
            is_read.set()

        client = self.client(found)
        call = client.build_request("POST", request.url.path, content=pieces(), headers=headers)
        try:
            answer = await unless_gone(request, is_read, client.send(call, stream=True))
        except TooLarge:
            return problem(413, "too_large", self.limit)
        except ClientDisconnect:
            return problem(400, "ended_early", "The call ended before its body did.")
        except httpx.HTTPError as error:
            return problem(502, "superlink_away", f"The federation's SuperLink does not answer ({type(error).__name__}).")
        finally:
            self.counter.add(found["site"], received, 0)
        kept = {name: value for name, value in answer.headers.items() if name.startswith(PASSED)}
        return StreamingResponse(self.counted(answer, found["site"]), answer.status_code, kept)

    @property
    def limit(self) -> str:
        return f"One call carries {self.largest // 2**20} MiB at most."

    async def counted(self, answer: httpx.Response, site: str) -> AsyncIterator[bytes]:
        try:
            async for piece in answer.aiter_raw():
                self.counter.add(site, 0, len(piece))
                yield piece
        finally:
            await answer.aclose()

    def client(self, found: dict[str, str]) -> httpx.AsyncClient:
        """One pool per SuperLink; made anew when its certificate has changed."""
        ca = Path(found["ca"])
        key = f"{found['upstream']} {ca.stat().st_mtime_ns}"
        if key not in self.clients:
            trust = ssl.create_default_context(cafile=str(ca))
            limits = httpx.Limits(max_connections=400, max_keepalive_connections=200)
            base = f"https://{found['upstream']}"
            self.clients[key] = httpx.AsyncClient(base_url=base, verify=trust, timeout=60, limits=limits, trust_env=False)
        return self.clients[key]


async def unless_gone(request: Request, is_read: asyncio.Event, call: Coroutine[Any, Any, httpx.Response]) -> httpx.Response:
    """The SuperLink's answer, which may wait for a message; the call ends with the site that made it: a message that came
    for a site that was killed meanwhile would be lost.

    Args:
        is_read: set when the site's body is read to its end.

    Raises:
        ClientDisconnect: the site is gone.
    """

    async def gone() -> None:
        await is_read.wait()
        while (await request.receive())["type"] != "http.disconnect":
            pass

    sending, watching = asyncio.create_task(call), asyncio.create_task(gone())
    try:
        await asyncio.wait({sending, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not sending.done():
            raise ClientDisconnect
        return sending.result()
    finally:
        for task in (sending, watching):
            if not task.done():
                task.cancel()
                with suppress(asyncio.CancelledError, httpx.HTTPError):
                    await task


def problem(status: int, code: str, text: str) -> JSONResponse:
    # What is left of the body is not read.
    headers = {"Connection": "close"}
    return JSONResponse({"code": code, "detail": text}, status, headers, media_type="application/problem+json")


def make_app(folder: Path, largest: int = LARGEST_BODY) -> Starlette:
    return Starlette(routes=[Route("/v1/fleet/{call}", Gateway(folder, largest).pass_on, methods=["POST"])])


def certificate_of(folder: Path, seconds: float = 60) -> tuple[Path, Path]:
    """The certificate and key that the keeper makes in the folder; a door started together with it waits for them."""
    end = time.monotonic() + seconds
    while not (folder / "ca.pem").exists():
        if time.monotonic() > end:
            raise SystemExit(f"No certificate in {folder}: start `manage.py superlinks`, or name --certificate and --key.")
        time.sleep(0.2)
    return folder / "server.pem", folder / "server.key"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m federated.door.gateway", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="folder of sites.json")
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=9443)
    parser.add_argument("--certificate", type=Path, help="PEM (default: the one that the keeper makes in the folder)")
    parser.add_argument("--key", type=Path)
    parser.add_argument("--largest", type=int, default=LARGEST_BODY, help="bytes of one call's body")
    arguments = parser.parse_args()
    if arguments.certificate is None:
        arguments.certificate, arguments.key = certificate_of(arguments.folder)
    uvicorn.run(
        make_app(arguments.folder, arguments.largest),
        host=arguments.host,
        port=arguments.port,
        ssl_certfile=str(arguments.certificate),
        ssl_keyfile=str(arguments.key),
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
