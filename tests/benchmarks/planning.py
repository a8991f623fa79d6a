"""Plans and projections as plain arithmetic: processor time, so that other work on the machine does not count."""

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from statistics import median
from time import process_time

from django.utils import timezone

from apps.masterdata.models import Part
from apps.planning.explosion import Item, explode, in_whole
from apps.planning.selectors import Needed
from apps.tenancy.models import Site
from apps.tower.needs import Need

D = Decimal
DAYS = 60


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

    return _median(project, rounds)


def _median(act: Callable[[], None], rounds: int) -> float:
    found = []
    for _round in range(rounds):
        start = process_time()
        act()
        found.append(process_time() - start)
    return median(found)
