"""Live signals and many requests at once, with real processes."""

import asyncio
import json
import os
import subprocess
import sys
import time

import httpx
import redis
import websockets
from django.conf import settings
from django.db import connections
from django.test import Client

from apps.events.relay import group_of, live_message
from apps.orders import services
from cluster.runtime import state
from cluster.runtime.state import free_port
from tests.world import World, as_person, draft

from .measure import Times
from .seed import DATABASE

# As in cluster/runtime/supervisord.conf.in: compressing 80 bytes for every socket costs more than it saves.
SOCKETS = ("--ws=websockets-sansio", "--ws-per-message-deflate=false")


def start(*words: str) -> subprocess.Popen:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cluster.settings.test_processes", "DURE_TEST_DATABASE": DATABASE}
    environment["DURE_SOCKETS_PER_PERSON"] = "60"  # one person here stands for the fifty of a firm
    return subprocess.Popen([sys.executable, *words], env=environment, cwd=state.CHECKOUT, stdout=subprocess.DEVNULL)


class Servers:
    """Two web processes and a relay on the measuring database."""

    def __enter__(self) -> str:
        port = free_port(24000)
        address = f"http://127.0.0.1:{port}"
        web = ("-m", "uvicorn", "cluster.asgi:application", "--workers=2", "--log-level=error", *SOCKETS, f"--port={port}")
        self.processes = [start(*web), start("manage.py", "relay")]
        for _ in range(200):
            try:
                httpx.get(f"{address}/health/", timeout=2)
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        time.sleep(2)
        return address

    def __exit__(self, *problem) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)


def session_of(world: World, name: str) -> str:
    client = Client()
    client.force_login(world.people[name], backend="apps.accounts.backends.EmailBackend")
    return client.cookies["sessionid"].value


def rows(address: str, world: World, *, rate: int = 50, seconds: int = 8, warm_up: int = 2) -> Times:
    """From the commit of an act to the other firm's row in hand: signal by socket, then the row by HTTP.

    The first seconds are not counted: processes that have just started plan their statements then.
    """
    cookie = session_of(world, "supplier")
    orders = [draft(world).pk for _ in range(rate * (warm_up + seconds))]
    with as_person(world, "buyer"):
        pass
    committed: dict[str, float] = {}
    latencies: list[float] = []

    async def listen(stop: asyncio.Event) -> None:
        headers = {"Cookie": f"sessionid={cookie}", "Origin": address}
        url = address.replace("http", "ws") + "/ws/live/"
        async with (
            websockets.connect(url, additional_headers=headers) as socket,
            httpx.AsyncClient(base_url=address, cookies={"sessionid": cookie}, timeout=20) as http,
        ):
            ready.set()
            fetches = []

            async def fetch(subject: str) -> None:
                answer = await http.get(f"/orders/{subject.split('-')[1]}/row/")
                assert answer.status_code == 200
                latencies.append((time.monotonic() - committed[subject]) * 1000)

            while len(latencies) + sum(not f.done() for f in fetches) < len(orders):
                message = json.loads(await asyncio.wait_for(socket.recv(), 20))
                if message.get("event") == "order.published":
                    fetches.append(asyncio.ensure_future(fetch(message["subject"])))
            await asyncio.gather(*fetches)

    def act(order_id: int) -> None:
        with as_person(world, "buyer"):
            services.publish_order(order_id=order_id)
        committed[f"order-{order_id}"] = time.monotonic()

    async def run() -> None:
        listener = asyncio.ensure_future(listen(asyncio.Event()))
        await ready.wait()
        loop = asyncio.get_running_loop()
        started = time.monotonic()
        for index, order_id in enumerate(orders):
            await asyncio.sleep(max(0, started + index / rate - time.monotonic()))
            await loop.run_in_executor(None, act, order_id)
        await listener

    ready = asyncio.Event()
    asyncio.run(run())
    return Times(latencies[rate * warm_up :])


def fan_out(address: str, world: World, *, sockets: int = 50, repeats: int = 60) -> dict:
    """One event to 50 sockets: until all 50 have it, beside a bare publish to one subscriber."""
    cookie = session_of(world, "supplier")
    url = address.replace("http", "ws") + "/ws/live/"
    headers = {"Cookie": f"sessionid={cookie}", "Origin": address}

    async def run() -> tuple[list[float], list[float], int]:
        from channels.layers import get_channel_layer

        layer = get_channel_layer()
        opened = [await websockets.connect(url, additional_headers=headers) for _ in range(sockets)]
        await asyncio.sleep(1)
        client = redis.asyncio.Redis.from_url(settings.REDIS_URL)
        subscriber = client.pubsub()
        await subscriber.subscribe("bench")
        await subscriber.get_message(timeout=2)
        arrived, everyone = 0, asyncio.Event()

        async def read(socket) -> None:
            nonlocal arrived
            async for _message in socket:
                arrived += 1
                if arrived == sockets:
                    everyone.set()

        readers = [asyncio.ensure_future(read(socket)) for socket in opened]
        ours, bare, complete = [], [], 0
        for index in range(repeats):
            message = live_message({"id": index, "event": "bench", "subject": "bench-1"})
            arrived = 0
            everyone.clear()
            started = time.perf_counter()
            await layer.group_send(group_of(world.supplier.pk), message)
            await asyncio.wait_for(everyone.wait(), 10)
            ours.append((time.perf_counter() - started) * 1000)
            complete += 1
            started = time.perf_counter()
            await client.publish("bench", message["text"])
            while await subscriber.get_message(ignore_subscribe_messages=True, timeout=1) is None:
                pass
            bare.append((time.perf_counter() - started) * 1000)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*(socket.close() for socket in opened))
        return ours, bare, complete

    ours, bare, complete = asyncio.run(run())
    return {"sockets_ms": Times(ours).p50, "redis_ms": Times(bare).p50, "all_received": complete == repeats}


def crowd(address: str, world: World, *, requests: int = 200) -> dict:
    """200 signed-in requests at once on two web processes."""
    cookie = session_of(world, "buyer")

    async def run() -> tuple[int, int]:
        limits = httpx.Limits(max_connections=requests)
        async with httpx.AsyncClient(cookies={"sessionid": cookie}, timeout=120, limits=limits) as http:
            pages = [http.get(f"{address}/api/orders/") for _ in range(requests)]
            answers = asyncio.gather(*pages, return_exceptions=True)
            peak = 0
            while not answers.done():
                with connections["owner"].cursor() as cursor:
                    cursor.execute(
                        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND datname = %s", [DATABASE]
                    )
                    peak = max(peak, cursor.fetchone()[0])
                await asyncio.sleep(0.05)
            return sum(getattr(a, "status_code", 0) != 200 for a in await answers), peak

    connections["default"].close()
    for alias in ("default", "identity"):
        connections[alias].close_pool()  # this process's own connections would count
    started = time.perf_counter()
    failures, peak = asyncio.run(run())
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    seconds = time.perf_counter() - started
    return {"failures": failures, "peak_connections": peak, "pools": 2 * pool, "requests_per_s": requests / seconds}
