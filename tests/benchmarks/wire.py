"""A client that costs little: HTTP/1.1 over connections that stay open. httpx takes a third of what two cores answer."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit


class Wire:
    """Requests to one server; each takes a connection that is free, or opens one."""

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address)
        self.free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def request(
        self, method: str, path: str, headers: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> tuple[int, bytes]:
        """(status, content). An answer names its length, as those of the product do.

        Raises:
            OSError, asyncio.IncompleteReadError: the connection broke while the request ran.
        """
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host.netloc}", f"Content-Length: {len(content)}"]
        lines += ["Content-Type: application/json"] * bool(content) + [f"{name}: {value}" for name, value in headers.items()]
        asked = "\r\n".join([*lines, "", ""]).encode() + content
        while self.free:
            wire = self.free.pop()
            try:
                return await self._over(wire, asked)
            except (ConnectionError, asyncio.IncompleteReadError) as error:
                wire[1].close()
                if getattr(error, "partial", b""):
                    raise  # closed while it answered; one that was closed while idle is asked again
        return await self._over(await asyncio.open_connection(self.host.hostname, self.host.port), asked)

    async def _over(self, wire: tuple[asyncio.StreamReader, asyncio.StreamWriter], asked: bytes) -> tuple[int, bytes]:
        reader, writer = wire
        writer.write(asked)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        length = next((line.partition(":")[2] for line in head.split("\r\n") if line.startswith("content-length:")), "0")
        content = await reader.readexactly(int(length))
        if "connection: close" in head:
            writer.close()
        else:
            self.free.append(wire)
        return status, content

    def close(self) -> None:
        for _reader, writer in self.free:
            writer.close()
