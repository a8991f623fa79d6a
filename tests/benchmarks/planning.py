"""Plans and projections as plain arithmetic: processor time, so that other work on the machine does not count; and the page
of the outlook, as a signed-in buyer is answered."""

import gc
import gzip
import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from statistics import median
from time import perf_counter, process_time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.inventory import services as inventory
from apps.masterdata import services as masterdata
from apps.masterdata.models import Part
from apps.orders import services as orders
from apps.planning import services as planning
from apps.planning.explosion import Item, explode, in_whole
from apps.planning.known import Needed
from apps.planning.services import Planned
from apps.tenancy.models import Site
from apps.tenancy.scope import identity
from apps.tower.need import Need
from tests.world import World, as_person, in_days

D = Decimal
DAYS = 60
PARTS, AHEAD = 500, 28
OUTLOOK = "/tower/outlook/?side=buyer"


def measure(*, seed: int = 1, rounds: int = 5) -> dict[str, float]:
    chance = random.Random(seed)
    plan, bills = _bills(chance)
    return {"explosion_s": _median(lambda: _explode(plan, bills), rounds), "needs_ms": 1000 * _projected(chance, rounds)}


def _bills(chance: random.Random) -> tuple[dict, dict]:
    """200 planned parts of 8 components each, those of 6: three levels, 2,000 parts."""
    middle, low = range(200, 800), range(800, 2000)
    bills = {
        part: [
            Item(chance.choice(below), D(chance.randint(1, 4)), D("0.02"), chance.randint(0, 5)) for _item in range(count)
        ]
        for parts, below, count in ((range(200), middle, 8), (middle, low, 6))
        for part in parts
    }
    return {part: {(day, 1): D(chance.randint(1, 99)) for day in range(DAYS)} for part in range(200)}, bills


def _explode(plan: dict, bills: dict) -> None:
    for series in explode(plan, bills).values():
        in_whole(series, 0)


def _projected(chance: random.Random, rounds: int) -> float:
    """500 parts over 28 days: projected stock, days of supply, day of the stop and its causes."""
    today, now = timezone.localdate(), timezone.now()

    def series() -> list[Decimal]:
        return [D(chance.randint(0, 60)) for _day in range(28)]

    inputs = []
    for _part in range(500):
        days = {today + timedelta(days=n): quantity for n, quantity in enumerate(series())}
        plan = Needed(days, today + timedelta(days=90), now, [])
        inputs.append((D(chance.randint(0, 300)), {"shipped": series(), "ordered": series()}, plan))

    def project() -> None:
        for stock, coming, plan in inputs:
            need = Need(Part(unit="H87"), Site(pk=1), today, 28, stock, D(0), D(0), now, coming, plan)
            assert need.stop is None or need.causes
            assert all(day.cover.days >= 0 for day in need.days)

    return _median(project, rounds)


def _median(act: Callable[[], None], rounds: int) -> float:
    found = []
    for _round in range(rounds):
        start = process_time()
        act()
        found.append(process_time() - start)
    return median(found)


def measure_page(world: World, *, rounds: int = 9) -> dict[str, float]:
    """The outlook of 500 parts over 28 days, all of them planned, counted and ordered: time, compressed size, statements."""
    _fill(world, random.Random(7))
    client = Client(headers={"accept-language": "ko"})
    with identity():
        client.force_login(world.people["buyer"], backend="apps.accounts.backends.EmailBackend")
    page = client.get(OUTLOOK)
    assert page.status_code == 200
    times: dict[bool, list[float]] = {False: [], True: []}
    for _round in range(rounds):
        for is_set_aside, found in times.items():
            if is_set_aside:
                gc.freeze()  # as a web process does when it has started (cluster/asgi.py)
            start = perf_counter()
            client.get(OUTLOOK)
            found.append(1000 * (perf_counter() - start))
            gc.unfreeze()
    with CaptureQueriesContext(connection) as queries:
        client.get(OUTLOOK)
    return {
        "page_ms": median(times[True]),
        "collecting_ms": median(times[False]),
        "page_kb": len(gzip.compress(page.content, 6)) / 1000,
        "page_queries": len(queries),
    }


def _fill(world: World, chance: random.Random) -> None:
    with as_person(world, "buyer"):
        agreed = []
        for n in range(PARTS):
            part = masterdata.create_part(number=f"BEN-{n:04}", name=f"측정 품목 {n}")
            terms = {"relation_id": world.relation.pk, "part_id": part.pk, "unit_price": D(100)}
            agreed.append(masterdata.agree_part(**terms))
        rows = [Planned(row.part_id, in_days(n), D(chance.randint(0, 60))) for row in agreed for n in range(AHEAD)]
        planning.publish_plan(site_id=world.site.pk, kind="demand", rows=rows)
        for start in range(0, PARTS, 50):
            lines = [
                orders.OrderLine(row.pk, D(chance.randint(100, 900)), in_days(chance.randint(1, AHEAD)))
                for row in agreed[start : start + 50]
                for _line in range(2)
            ]
            made = orders.draft_order(relation_id=world.relation.pk, receiving_site_id=world.site.pk, lines=lines)
            orders.publish_order(order_id=made.pk)
    with as_person(world, "receiver"):
        counted = [inventory.Counted(row.pk, D(chance.randint(0, 400))) for row in agreed]
        inventory.count_stock(site_id=world.site.pk, counted=counted)
