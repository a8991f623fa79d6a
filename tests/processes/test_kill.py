"""Kill -9 under load: what was acknowledged stands, once; what was published is heard; everything comes back by itself."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from websockets.sync.client import connect

from apps.accounts import services as accounts
from apps.events.models import DomainEvent, Notification
from apps.orders.models import PurchaseOrder
from cluster.runtime import state
from cluster.runtime.state import free_port
from tests.world import as_person, in_days

# Alone: it kills the servers that all lanes use.
pytestmark = [pytest.mark.processes, pytest.mark.alone]
RATE = 50
SECONDS = 16


@dataclass
class Load:
    """A program that writes orders at a fixed rate and repeats with the same key until each is acknowledged."""

    address: str
    secret: str
    body: bytes
    acknowledged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def run(self, first: int, last: int) -> None:
        started = time.monotonic()
        for number in range(first, last):
            time.sleep(max(0.0, started + (number - first) / (RATE / 10) - time.monotonic()))
            self.write(f"act-{number}")

    def write(self, key: str) -> None:
        headers = {
            "Authorization": f"Bearer {self.secret}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            request = urllib.request.Request(f"{self.address}/api/orders/", self.body, headers)
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    number = json.load(answer)["number"]
                    order_id = json.loads(self.publish(key, number))
                    self.acknowledged.append(order_id["number"])
                    return
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    self.refused.append(f"{error.code} {error.read()[:300]!r}")
                    return
            except (OSError, ValueError):
                pass
            time.sleep(0.25)
        self.refused.append(f"{key}: no answer in a minute")

    def publish(self, key: str, number: str) -> bytes:
        find = urllib.request.Request(
            f"{self.address}/api/orders/?number={number}", headers={"Authorization": f"Bearer {self.secret}"}
        )
        with urllib.request.urlopen(find, timeout=20) as answer:
            order_id = json.load(answer)["results"][0]["id"]
        headers = {"Authorization": f"Bearer {self.secret}", "Idempotency-Key": f"{key}-publish"}
        request = urllib.request.Request(f"{self.address}/api/orders/{order_id}/publish/", b"", headers, method="POST")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read()


class Listener(threading.Thread):
    """The other firm's browser: listens, reconnects, and catches up by its last position."""

    def __init__(self, address: str, cookie: str) -> None:
        super().__init__(daemon=True)
        self.address, self.cookie = address, cookie
        self.last, self.heard, self.reconnects, self.stopped = 0, set(), 0, False

    def run(self) -> None:
        while not self.stopped:
            try:
                url = self.address.replace("http", "ws") + "/ws/live/"
                headers = {"Cookie": f"sessionid={self.cookie}", "Origin": self.address}
                with connect(url, additional_headers=headers, open_timeout=5) as socket:
                    while not self.stopped:
                        socket.send(json.dumps({"ping": self.last}))
                        self.listen(socket)
            except Exception:
                self.reconnects += 1
                time.sleep(0.3)

    def listen(self, socket, seconds: float = 2) -> None:
        """What arrives until the next ping: live messages, and what the last ping found missing."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.stopped:
            try:
                data = json.loads(socket.recv(timeout=0.5))
            except TimeoutError:
                continue
            self.last = data.get("last", self.last)
            for event in data.get("missed", [data]):
                self.heard.add((event["event"], event["subject"]))


def start(*words: str) -> subprocess.Popen:
    log = open(state.CHECKOUT / ".dure" / f"test-{words[-1].split('=')[0].strip('-')}.log", "ab")  # noqa: SIM115
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cluster.settings.test_processes"}
    return subprocess.Popen(
        [sys.executable, *words], env=environment, cwd=state.CHECKOUT, stdout=log, stderr=log, start_new_session=True
    )


def kill(process: subprocess.Popen) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.skipif(
    bool(os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL")),
    reason="kills the embedded servers; external ones belong to somebody else",
)
def test_kill_minus_nine_of_everything_under_fifty_acts_a_second(committed, world, client_of):
    from cluster.runtime import services
    from cluster.runtime.postgres import PostgresServer
    from cluster.runtime.valkey import ValkeyServer

    port = free_port(23000)
    address = f"http://127.0.0.1:{port}"
    web_words = ("-m", "uvicorn", "cluster.asgi:application", "--log-level=error", f"--port={port}")
    web, relay = start(*web_words), start("manage.py", "relay")
    worker_words = ("-m", "celery", "-A", "cluster.celery", "worker", "--concurrency=1", "--loglevel=error")
    worker = start(*worker_words)
    try:
        with as_person(world, "buyer"):
            acts = ["draft_order", "publish_order", "view_orders"]
            _token, secret = accounts.create_token(name="load", acts=acts, days=1)
        line = {"part": world.part.pk, "quantity": "10", "requested_date": str(in_days(10))}
        body = {"relation": world.relation.pk, "receiving_site": world.site.pk, "lines": [line]}
        wait_until(lambda: answers(f"{address}/health/"), 30, "the web process answers")
        listener = Listener(address, client_of("supplier").cookies["sessionid"].value)
        listener.start()
        wait_until(lambda: listener.reconnects == 0 or listener.is_alive(), 5, "the listener is there")
        load = Load(address, secret, json.dumps(body).encode())
        total = RATE * SECONDS // 2  # each order is two acts
        share = total // 10
        threads = [threading.Thread(target=load.run, args=(i * share, (i + 1) * share)) for i in range(10)]
        for thread in threads:
            thread.start()

        current = state.read()
        time.sleep(2)
        kill(relay)
        relay = start("manage.py", "relay")
        time.sleep(2)
        kill(worker)
        worker = start(*worker_words)
        os.kill(ValkeyServer(current).pid(), signal.SIGKILL)
        time.sleep(0.5)
        services.up(lambda line: None)
        time.sleep(2)
        os.kill(PostgresServer(current).pid(), signal.SIGKILL)
        time.sleep(0.5)
        services.up(lambda line: None)
        time.sleep(2)
        kill(web)
        web = start(*web_words)
        for thread in threads:
            thread.join(120)

        assert load.refused == []
        assert len(load.acknowledged) == total
        from django.db import connections

        for connection in connections.all():
            connection.close()
        for alias in ("default", "identity"):
            connections[alias].close_pool()
        wait_until(lambda: unpublished(world) == 0, 30, "the outbox is empty")
        wanted = {("order.published", f"order-{pk}") for pk in published_ids(world)}
        wait_until(lambda: wanted <= listener.heard, 30, "the other firm has heard of every order")
        listener.stopped = True

        with as_person(world, "buyer"):
            numbers = list(PurchaseOrder.objects.values_list("number", flat=True))
            states = Counter(PurchaseOrder.objects.values_list("status", flat=True))
            positions = sorted(DomainEvent.objects.values_list("position", flat=True))
        assert sorted(numbers) == sorted(load.acknowledged), "nothing acknowledged is lost or doubled"
        assert states == {"published": total}
        assert positions == list(range(1, len(positions) + 1))
        with as_person(world, "supplier"):
            assert Notification.objects.count() == total, "one notification an order"
        assert listener.reconnects > 0, "the kills were felt"
    finally:
        for process in (web, relay, worker):
            if process.poll() is None:
                kill(process)


def unpublished(world) -> int:
    with as_person(world, "buyer"):
        return DomainEvent.objects.filter(position=None).count()


def published_ids(world) -> list[int]:
    with as_person(world, "buyer"):
        return list(PurchaseOrder.objects.values_list("pk", flat=True))


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def wait_until(condition, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except Exception:
            time.sleep(0.2)
        time.sleep(0.2)
    pytest.fail(f"waited {seconds} s in vain: {what} ({settings.DATABASES['default']['NAME']})")
