"""`migrate` of a next version on 1,000,000 orders while people work: `python -m tests.benchmarks.migrating`.

A copy of this checkout is the next version: unchanged, with one column more on orders, with one table more. Two web
processes of the present version answer 50 requests a second meanwhile; who waits for a lock is looked at every 20 ms.
"""

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "cluster.settings.test"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

import django

django.setup()
logging.getLogger("httpx").setLevel(logging.WARNING)

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402

from apps.accounts import services as accounts  # noqa: E402
from apps.accounts.door import enter  # noqa: E402
from cluster.runtime import state  # noqa: E402
from tests.world import World, as_person, draft, in_days  # noqa: E402

from . import live, seed  # noqa: E402
from .wire import Wire  # noqa: E402

RATE = 50
MOST_AT_ONCE = 60
WARM_UP_S, BEFORE_S, AFTER_S = 3, 5, 4
COPIED = ("apps", "cluster", "federated", "manage.py", "pyproject.toml")
COLUMN = (
    '    note = NoteField(_("note to the supplier"), max_length=500, blank=True)\n',
    '    project = CodeField("project", max_length=40, blank=True, default="", db_default="")\n',
)
GUARD = ('Guard(("currency", ', '"project", ')
TABLE = """

class OrderMark(RelationModel):
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="marks")
    text = CodeField("mark", max_length=40)
"""
# How long the longest of those who wait for a table has waited; rows are waited for without `migrate` too.
WAITING = """
    SELECT extract(epoch FROM clock_timestamp() - l.waitstart), l.relation::regclass::text
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE NOT l.granted AND l.locktype = 'relation' AND a.datname = current_database() AND a.usename LIKE 'app%'
    ORDER BY 1 DESC LIMIT 1
"""


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


class Locks(threading.Thread):
    """Looks every 20 ms how long somebody who serves people has waited for a lock."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.longest_s, self.table, self.looks, self.ended = 0.0, "", 0, threading.Event()

    def run(self) -> None:
        with psycopg.connect(settings.ADMIN_DATABASE_URL, dbname=seed.DATABASE, autocommit=True) as admin:
            while not self.ended.wait(0.02):
                row = admin.execute(WAITING).fetchone()
                self.looks += 1
                if row and row[0] and float(row[0]) > self.longest_s:
                    self.longest_s, self.table = float(row[0]), row[1]


class Load:
    """Fifty requests a second: of twenty, sixteen are rows fetched live, two orders, one a list, one a draft written."""

    def __init__(self, address: str, world: World, lead: tuple[int, int]) -> None:
        self.address, self.world = address, world
        acts = ["view_orders", "draft_order"]
        with as_person(world, "buyer"):
            _token, self.writer = accounts.create_token(name="bench", acts=acts, days=1)
        with enter(user_id=lead[1], organization_id=lead[0], source="bench"):
            _token, self.reader = accounts.create_token(name="bench", acts=acts, days=1)
        self.order = draft(world).pk
        self.session = {"Cookie": f"sessionid={live.session_of(world, 'buyer')}"}
        self.times: list[tuple[float, float]] = []
        self.failed: list[str] = []

    def request(self, number: int) -> tuple[str, str, dict[str, str], dict[str, Any] | None]:
        kind = number % 20
        if kind == 0:
            return "GET", "/api/orders/", bearer(self.reader), None
        if kind == 10:
            line = {"part": self.world.part.pk, "quantity": "10", "requested_date": in_days(30).isoformat()}
            body = {"relation": self.world.relation.pk, "receiving_site": self.world.site.pk, "lines": [line]}
            return "POST", "/api/orders/", bearer(self.writer), body
        if kind in (5, 15):
            return "GET", f"/api/orders/{self.order}/", bearer(self.writer), None
        return "GET", f"/orders/{self.order}/row/", self.session, None

    async def run(self, seconds: float | None, ended: asyncio.Event) -> None:
        wire = Wire(self.address)
        waiting: set[asyncio.Future[None]] = set()

        async def one(number: int) -> None:
            method, path, headers, body = self.request(number)
            started = time.monotonic()
            try:
                status, content = await asyncio.wait_for(wire.request(method, path, headers, body), 30)
                if status >= 400:
                    self.failed.append(f"{method} {path}: {status} {content[:200]!r}")
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
                self.failed.append(f"{method} {path}: {error!r}")
            self.times.append((started, (time.monotonic() - started) * 1000))

        started, number = time.monotonic(), 0
        while not ended.is_set() and (seconds is None or time.monotonic() - started < seconds):
            while len(waiting) >= MOST_AT_ONCE:
                await asyncio.sleep(0.02)  # a slower machine answers fewer a second; the report tells how many
            task = asyncio.ensure_future(one(number))
            waiting.add(task)
            task.add_done_callback(waiting.discard)
            number += 1
            await asyncio.sleep(max(0, started + number / RATE - time.monotonic()))
        await asyncio.gather(*waiting)
        wire.close()


def next_version(folder: Path, change: str) -> None:
    """A copy of the product with one change, and the migration that belongs to it."""
    for name in COPIED:
        source, target = state.CHECKOUT / name, folder / name
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    (folder / ".dure").symlink_to(state.CHECKOUT / ".dure")
    models, access = folder / "apps/orders/models.py", folder / "apps/orders/access.py"
    if change == "one new column":
        put(models, COLUMN[0], COLUMN[0] + COLUMN[1])
        put(access, GUARD[0], GUARD[0] + GUARD[1])
    if change == "one new table":
        models.write_text(models.read_text() + TABLE)
    if change != "no change":
        run(folder, "makemigrations", "orders", "-n", "next")


def put(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    if text.count(old) != 1:
        raise ValueError(f"{path.name} does not hold once: {old}")
    path.write_text(text.replace(old, new))


def run(folder: Path, *words: str) -> None:
    environment = {**os.environ, "DURE_TEST_DATABASE": seed.DATABASE, "PYTHONPATH": str(folder)}
    environment["DJANGO_SETTINGS_MODULE"] = "cluster.settings.test_processes"
    subprocess.run([sys.executable, "-W", "ignore", "manage.py", *words], cwd=folder, env=environment, check=True)


def measure(address: str, world: World, lead: tuple[int, int], change: str) -> dict[str, Any]:
    """One migration under load."""
    load, locks, took = Load(address, world, lead), Locks(), {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        next_version(folder, change)

        async def together() -> None:
            ended = asyncio.Event()
            loading = asyncio.ensure_future(load.run(None, ended))
            await asyncio.sleep(WARM_UP_S)
            took["start"] = time.monotonic()
            await asyncio.sleep(BEFORE_S)
            took["from"] = time.monotonic()
            await asyncio.to_thread(run, folder, "migrate", "--database", "owner", "--verbosity", "0")
            took["to"] = time.monotonic()
            await asyncio.sleep(AFTER_S)
            ended.set()
            await loading

        locks.start()
        asyncio.run(together())
        locks.ended.set()
        locks.join()
    during = [ms for at, ms in load.times if took["from"] <= at <= took["to"]]
    beside = sorted(ms for at, ms in load.times if took["start"] <= at < took["from"] or at > took["to"])
    return {
        "migrate_s": round(took["to"] - took["from"], 1),
        "requests": len(load.times),
        "a_second_during": round(len(during) / (took["to"] - took["from"]), 1),
        "a_second_beside": round(len(beside) / (BEFORE_S + AFTER_S), 1),
        "requests_during": len(during),
        "failed": load.failed,
        "p50_ms_during": round(sorted(during)[len(during) // 2], 1),
        "p50_ms_beside": round(beside[len(beside) // 2], 1),
        "longest_ms_during": round(max(during), 1),
        "longest_ms_beside": round(beside[-1], 1),
        "longest_lock_s": round(locks.longest_s, 3),
        "lock_on": locks.table,
        "looks": locks.looks,
    }


def main() -> None:
    large = int(os.environ.get("BENCH_ORDERS", 1_000_000))
    report: dict[str, Any] = {"orders": large}
    with seed.database() as world:
        seed.firms()
        report["seed_seconds"] = seed.orders(1, large)
        lead = seed.a_lead()
        with live.Servers() as address:
            for change in ("no change", "one new column", "one new table"):
                found = report[change] = measure(address, world, lead, change)
                holds = not found["failed"] and found["longest_lock_s"] < 1
                told = json.dumps({**found, "failed": len(found["failed"])})
                print(f"  {change}: {told} {'' if holds else 'MISSED'}", flush=True)
                for failure in found["failed"][:3]:
                    print(f"    {failure}", flush=True)
    artifacts = state.CHECKOUT / "artifacts"
    artifacts.mkdir(exist_ok=True)
    with suppress(OSError):
        (artifacts / "migrating.json").write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
