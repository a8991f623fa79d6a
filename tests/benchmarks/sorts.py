"""Every sort and filter that the large lists offer: how much a page of each reads, at few orders and at many.

Counted are the blocks that its statements touch: a page that walks an index reads as many at a million orders as at ten
thousand, whatever else the machine does. Times stand beside them.

Alone: `python manage.py services run -- python -m tests.benchmarks sorts`; `BENCH_ORDERS` says how many are many.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.forms import ChoiceField, DateField
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.door import enter
from apps.tenancy.models import TradingRelation
from apps.ui.listing import Listing
from apps.ui.selectors import listing_named

from . import seed
from .measure import times

MOST = 2.0  # times as many blocks at a hundred times as many orders: a page walks one branch of a tree more, not more rows
LEAST = 200  # blocks: below that, a few more say nothing of what the rows cost
ABSENT = "zzz"


@dataclass(frozen=True)
class Cost:
    """Of one page: milliseconds, the median of a few, and blocks of 8 kB that its statements touch."""

    ms: float
    blocks: int


def measure(user_id: int, organization_id: int) -> dict[str, Cost]:
    """By list and what it was asked for."""
    found = {}
    with enter(user_id=user_id, organization_id=organization_id, source="bench"):
        for name, fixed in _lists().items():
            kind = listing_named(name)
            for asked in _asked(kind(fixed)):
                query = QueryDict("&".join(f"{key}={value}" for key, value in {**fixed, **asked}.items()))
                words = " ".join(f"{key}={value}" for key, value in asked.items())
                found[f"{name}: {words}"] = _cost(lambda k=kind, q=query: k(q).page_rows)
    return found


def _cost(page: Callable[[], Any]) -> Cost:
    ms = times(page, repeats=5, warm_up=2).p50
    with CaptureQueriesContext(connection) as queries:
        page()
    statements = [query["sql"] for query in queries if query["sql"].lstrip("( \n").startswith(("SELECT", "WITH"))]
    return Cost(ms, sum(map(_blocks, statements)))


def _blocks(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}")
        ((plan,),) = cursor.fetchall()
    top = (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]
    return top["Shared Hit Blocks"] + top["Shared Read Blocks"]


def _lists() -> dict[str, dict[str, str]]:
    relation = TradingRelation.objects.order_by("pk").values_list("pk", flat=True)[0]
    month = f"{timezone.localdate() - timedelta(days=60):%Y-%m}"
    return {
        "orders": {"view": "all"},
        "deliveries": {"view": "all"},
        "lines": {"relation": str(relation), "month": month, "view": "all"},
    }


def _asked(found: Listing) -> Iterator[dict[str, str]]:
    for sort, _words, _is_now in found.tools.sorts:
        yield {"sort": sort}
    for name in found.tools.filter_names:
        field = found.tools.filter_form().fields[name]
        for value in _values(field):
            yield {name: value}


def _values(field: Any) -> list[str]:
    """Frequent ones, rare ones, and some that nothing has."""
    if isinstance(field, ChoiceField):
        return [str(value) for value, _words in field.choices if value not in ("", None)][:12]
    if isinstance(field, DateField):
        today = timezone.localdate()
        return [str(today - timedelta(days=days)) for days in (-4000, 0, 30, 4000)]
    return ["P-1", ABSENT]


def compare(small: dict[str, Cost], large: dict[str, Cost]) -> list[tuple[float, str]]:
    """(times as many blocks, what was asked for), the worst first."""
    return sorted(((large[asked].blocks / max(small[asked].blocks, LEAST), asked) for asked in small), reverse=True)


def main() -> None:
    large = int(os.environ.get("BENCH_ORDERS", 100_000))
    with seed.database():
        seed.firms()
        seed.orders(1, 10_000)
        organization_id, user_id = seed.a_lead()
        small = measure(user_id, organization_id)
        seed.orders(10_001, large)
        for ratio, asked in compare(small, found := measure(user_id, organization_id)):
            few, many = small[asked], found[asked]
            print(
                f"{ratio:5.2f} {few.blocks:7} → {many.blocks:7} blocks, {few.ms:6.1f} → {many.ms:6.1f} ms  {asked}",
                flush=True,
            )
