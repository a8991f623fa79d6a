"""A site's line to the SuperLink, that can be cut and be slow."""

import asyncio
import threading
from contextlib import suppress

from federated.benchmark.flower import free_port

CHUNK = 4096


class Link:
    """Bytes from a port of this machine to another and back, in a thread of its own.

    Attributes:
        is_cut: nothing passes, and whoever is connected is thrown out.
        bytes_s: each way at most; 0 for as fast as it goes.
    """

    def __init__(self, target: str) -> None:
        self.host, port = target.split(":")
        self.target, self.port = int(port), free_port()
        self.is_cut, self.bytes_s = False, 0
        self.writers: set[asyncio.StreamWriter] = set()
        self.loop = asyncio.new_event_loop()
        self.is_open = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        assert self.is_open.wait(20), "the link did not open"

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def cut(self) -> None:
        self.is_cut = True
        self.loop.call_soon_threadsafe(self._throw_out)

    def mend(self) -> None:
        self.is_cut, self.bytes_s = False, 0

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port))
        self.is_open.set()
        self.loop.run_forever()

    def _throw_out(self) -> None:
        for writer in self.writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection(self.host, self.target)
        except OSError:  # the SuperLink is being started anew
            writer.transport.abort()
            return
        both = {writer, back}
        self.writers |= both
        with suppress(OSError):
            await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        self.writers -= both
        for one in both:
            one.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while content := await reader.read(CHUNK):
            if self.bytes_s:
                await asyncio.sleep(len(content) / self.bytes_s)
            writer.write(content)
            await writer.drain()
        writer.close()
