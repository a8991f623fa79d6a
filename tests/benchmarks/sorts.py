"""Every sort and filter that the large lists offer: how long a page of each takes, at few orders and at many.

Alone: `python manage.py services run -- python -m tests.benchmarks sorts`; `BENCH_ORDERS` says how many are many.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.forms import ChoiceField, DateField
from django.http import QueryDict
from django.utils import timezone

from apps.accounts.door import enter
from apps.tenancy.models import TradingRelation
from apps.ui.listing import Listing
from apps.ui.selectors import listing_named

from . import seed
from .measure import times

MOST = 2.0  # times as long at a hundred times as many orders: a page walks one branch of a tree more, not more rows
ABSENT = "zzz"


def measure(user_id: int, organization_id: int) -> dict[str, float]:
    """Milliseconds of a page, its rows prepared, by list and what it was asked for."""
    found = {}
    with enter(user_id=user_id, organization_id=organization_id, source="bench"):
        for name, fixed in _lists().items():
            kind = listing_named(name)
            for asked in _asked(kind(fixed)):
                query = QueryDict("&".join(f"{key}={value}" for key, value in {**fixed, **asked}.items()))
                words = " ".join(f"{key}={value}" for key, value in asked.items()) or "as it opens"
                found[f"{name}: {words}"] = times(lambda k=kind, q=query: k(q).page_rows, repeats=9, warm_up=2).p50
    return found


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


def compare(small: dict[str, float], large: dict[str, float]) -> list[tuple[float, str]]:
    """(times as long, what was asked for), the worst first."""
    return sorted(((large[asked] / small[asked], asked) for asked in small), reverse=True)


def main() -> None:
    large = int(os.environ.get("BENCH_ORDERS", 100_000))
    with seed.database():
        seed.firms()
        seed.orders(1, 10_000)
        organization_id, user_id = seed.a_lead()
        small = measure(user_id, organization_id)
        seed.orders(10_001, large)
        for ratio, asked in compare(small, found := measure(user_id, organization_id)):
            print(f"{ratio:5.2f}  {small[asked]:7.2f} ms  {found[asked]:7.2f} ms  {asked}", flush=True)
