"""Plans of a large firm: a file of 100,000 cells beside a plan that stands, and a movement among 5,000 planned parts.

`python -m tests.benchmarks plans` measures them alone. BENCH_PLAN_PARTS and BENCH_LARGE_PARTS make them smaller.
"""

import os
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connections
from django.test import Client
from django.urls import reverse

from apps.exchange.incoming import loading
from apps.inventory import services as inventory
from apps.masterdata.models import Part, PartnerPart
from apps.planning import services as planning
from apps.planning import showing
from apps.planning.models import Commitment
from apps.planning.services import Planned
from apps.sharing import services as sharing
from apps.tenancy.bases import sides_of
from apps.tenancy.scope import identity
from apps.tower import covers, needs
from apps.tower.models import KIND
from tests.world import World, as_person, in_days

from . import seed, tables
from .table import Table

PARTS, DAYS = int(os.environ.get("BENCH_PLAN_PARTS", 500)), 200
LARGE, AHEAD = int(os.environ.get("BENCH_LARGE_PARTS", 5000)), 28
MOVES = 7
SENT_AGAIN = 10  # one cell in so many says something else
OUTLOOK = "/tower/outlook/?side=buyer&show=table"


def measure(table: Table, world: World) -> dict[str, Any]:
    found: dict[str, Any] = {"upload": (upload := upload_of(world))}
    cells = PARTS * DAYS
    note = f"{upload['first_check_s']:.1f} s where nothing stands"
    table.add(f"upload of a plan of {cells:,} cells with its diff", upload["check_s"], 15, "s", note=note)
    note = f"{upload['first_load_s']:.1f} s where nothing stands"
    table.add("the same, put in force", upload["load_s"], 15, "s", note=note)
    table.add("the same, most memory above idle", upload["peak_mb"], 500, "MB")
    found["movement"] = movement = movement_of(world)
    note = f"booked in {movement['count_ms']:.0f} ms, its part's page in {movement['page_ms']:.0f} ms"
    table.add(
        f"a movement among {LARGE:,} planned parts until its line stop is right", movement["all_ms"], 1000, "ms", note=note
    )
    table.add("the same, an open outlook of all of them", movement["list_ms"], 1000, "ms")
    table.add("days of supply of all of them told to suppliers, each minute", movement["told_ms"] / 1000, 10, "s")
    return found


def main() -> None:
    with seed.database() as world:
        measure(Table(), world)


def upload_of(world: World) -> dict[str, float]:
    """A column a day, a row a part; sent a first time, and again with one cell in ten saying something else. The supplier of
    the parts sees all of their demand."""
    _agreed(world, "PLN", PARTS)
    with as_person(world, "buyer"):
        showing.show_levels(levels={world.relation.pk: Commitment.values})
    cells = PARTS * DAYS
    first = _sent(world, 0, {"new": cells})
    changed = sum(1 for n in range(cells) if n % SENT_AGAIN == 0)
    again = _sent(world, 1, {"changed": changed, "same": cells - changed})
    peak = max(first["peak_mb"], again["peak_mb"])
    return {f"first_{name}": value for name, value in first.items()} | again | {"peak_mb": peak}


def _sent(world: World, more: int, wanted: dict[str, int]) -> dict[str, float]:
    days = [in_days(n + 1) for n in range(DAYS)]

    def rows() -> Iterator[str]:
        yield ",".join(["품번", *(day.isoformat() for day in days)])
        for part in range(PARTS):
            cells = (part * DAYS + n for n in range(DAYS))
            yield ",".join([f"PLN-{part:05}", *(str(n % 97 + (more if n % SENT_AGAIN == 0 else 0)) for n in cells)])

    made = tables.taken(world, "\r\n".join(rows()).encode(), "demand-plan")
    check_s, check_mb = tables.checked(world, made, wanted)
    with as_person(world, "buyer"):
        _done, load_s, load_mb = tables.timed(lambda: loading.load(import_id=made.pk))
    return {"check_s": check_s, "load_s": load_s, "peak_mb": max(check_mb, load_mb)}


def movement_of(world: World) -> dict[str, float]:
    """One part of 5,000 is counted anew: the act, then the page on which its line stop stands. Beside it the list of all
    parts, which refreshes where it stands open, and what each minute tells suppliers of days of supply."""
    chance = random.Random(11)
    agreed = _agreed(world, "LRG", LARGE)
    with as_person(world, "buyer"):
        rows = [Planned(row.part_id, in_days(n), Decimal(chance.randint(1, 60))) for row in agreed for n in range(AHEAD)]
        planning.publish_plan(site_id=world.site.pk, kind="demand", rows=rows)
    with as_person(world, "buyer-admin"):
        grant = sharing.propose_grant(kind=KIND, firm_id=world.supplier.pk)
    with as_person(world, "supplier"):
        sharing.agree_to_grant(grant_id=grant.pk)
    with as_person(world, "receiver"):
        inventory.count_stock(site_id=world.site.pk, counted=[inventory.Counted(row.pk, Decimal(200)) for row in agreed])
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum would by the time that a firm has so many
    _cover(world)
    client = Client(headers={"accept-language": "ko"})
    with identity():
        client.force_login(world.people["buyer"], backend="apps.accounts.backends.EmailBackend")
    found: dict[str, list[float]] = {name: [] for name in ("count_ms", "page_ms", "told_ms", "list_ms", "all_ms")}
    for n in range(MOVES):
        row = chance.choice(agreed)
        count = _milliseconds(lambda row=row, n=n: _count(world, row, n))
        page = _milliseconds(lambda row=row: client.get(reverse("tower:need", args=[row.part_id, world.site.pk])))
        with as_person(world, "buyer"):
            assert needs.needs(parts=[row.part_id])[row.part_id, world.site.pk].stock == n
        told = _milliseconds(lambda: _cover(world))
        for name, value in (("count_ms", count), ("page_ms", page), ("told_ms", told), ("all_ms", count + page)):
            found[name].append(value)
        found["list_ms"].append(_milliseconds(lambda: client.get(OUTLOOK).content))
    return {name: median(values) for name, values in found.items()}


def _count(world: World, row: PartnerPart, quantity: int) -> None:
    with as_person(world, "receiver"):
        inventory.count_stock(site_id=world.site.pk, counted=[inventory.Counted(row.pk, Decimal(quantity))])


def _cover(world: World) -> None:
    with as_person(world, "buyer"):
        covers.tell_covers()


def _milliseconds(act: Callable[[], Any]) -> float:
    started = perf_counter()
    act()
    return 1000 * (perf_counter() - started)


def _agreed(world: World, prefix: str, count: int) -> list[PartnerPart]:
    """Own parts, each agreed with the supplier."""
    with as_person(world, "buyer"):
        own = Part.objects.bulk_create(
            Part(organization=world.buyer, number=f"{prefix}-{n:05}", name=f"품목 {n}", unit="H87") for n in range(count)
        )
        return PartnerPart.objects.bulk_create(
            PartnerPart(**sides_of(world.relation), part=part, buyer_number=part.number, name=part.name, unit="H87")
            for part in own
        )
