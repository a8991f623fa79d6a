"""`make bench`: measures in one run, prints a table, writes artifacts/bench.json. Ratios, because machines differ.

`make bench-compare` holds that file against the committed one of `baseline.json`. `python -m tests.benchmarks day` measures
alone what people meet all day, in minutes; `sorts`, `tables` and `plans` those.
"""

import json
import logging
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "cluster.settings.test"  # manage.py, which may start this, sets another
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

import django

django.setup()
logging.getLogger("httpx").setLevel(logging.WARNING)

from tests.world import World  # noqa: E402

from . import chain, lines, lists, live, planning, plans, reading, rounds, seed, sorts, tables  # noqa: E402
from .table import LATEST, Table  # noqa: E402

SMALL, LARGE = 10_000, 1_000_000
LIST_AIMS = {"orders": 8, "deliveries": 12}
POLICY_AIMS = {"list": 1.9, "sum": 1.3}


def main() -> None:
    large = int(os.environ.get("BENCH_ORDERS", LARGE))
    table, report = Table(), {}
    with seed.database() as world:
        seed.firms()
        report["lists"] = measure_lists(table, large)
        report |= measure_day(table, world)
        with live.Servers() as address:
            report["live"] = measure_live(table, address, world)
        report["tables"] = tables.measure(table, world)
        report["plans"] = plans.measure(table, world)
    report["planning"] = found = planning.measure()
    table.add("explosion, 3 levels, 2,000 parts, 60 days", found["explosion_s"], 2.0, "s")
    table.add("needs of 500 parts x 28 days", found["needs_ms"], 100, "ms")
    report["rounds"] = found = rounds.measure()
    table.add("round overhead, 8 sites, median", found["median_s"], 1.0, "s")
    table.add("idle node", found["idle_mb"], 120, "MB")
    report["reading"] = found = reading.measure()
    table.add("100,000 rows of CSV read", found["csv"]["read_s"], 3.0, "s")
    table.add("100,000 rows of XLSX read", found["xlsx"]["read_s"], 15.0, "s")
    table.add("most memory of both above idle", max(one["peak_mb"] for one in found.values()), 150, "MB")
    report["table"] = table.written()
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps(report, indent=2))
    print(f"Written to {LATEST}", file=sys.stderr)


def measure_lists(table: Table, large: int) -> dict:
    """Lists at 10,000 orders and at `large`, and what the policies cost there."""
    seed.orders(1, SMALL)
    organization_id, user_id = seed.a_lead()
    small = lists.measure(user_id, organization_id)
    few = sorts.measure(user_id, organization_id)
    seconds = seed.orders(SMALL + 1, large)
    big = lists.measure(user_id, organization_id)
    for name, found in big.items():
        note = f"{found['api_ms']:.2f} ms"
        table.ratio(f"list of 25 {name} by API / its prepared SQL", found["api_ms"], found["sql_ms"], LIST_AIMS[name], note)
        table.add(f"statements of the list of {name}", found["view_queries"], 3)
        table.ratio(f"list of {name} at {large:,} / at {SMALL:,} orders", found["api_ms"], small[name]["api_ms"], 1.3)
    worst, asked = sorts.compare(few, many := sorts.measure(user_id, organization_id))[0]
    note = f"{asked}, {many[asked].ms:.1f} ms, {many[asked].blocks} blocks; {len(many)} sorts and filters"
    table.ratio("the sort or filter of a list that grows most", worst, 1.0, sorts.MOST, note)
    policies = lists.policies(organization_id)
    for name, found in policies.items():
        table.ratio(f"row-level security / explicit WHERE, {name}", found["policy_ms"], found["where_ms"], POLICY_AIMS[name])
    return {
        "small": small,
        "large": big,
        "sorts": {asked: vars(cost) for asked, cost in many.items()},
        "policies": policies,
        "seed_seconds": seconds,
    }


def measure_day(table: Table, world: World) -> dict:
    """Acts and pages of a day's work; without the lists at a million orders."""
    report: dict = {"acts": measure_acts(table, world)}
    seed.settle()
    report["outlook"] = found = planning.measure_page(world)
    note = f"{found['collecting_ms']:.0f} ms where loaded code is looked through for garbage"
    table.add("outlook of 500 parts x 28 days", found["page_ms"], 300, "ms", note=note)
    table.add("the same, compressed", found["page_kb"], 60, "kB")
    return report


def day() -> None:
    with seed.database() as world:
        seed.firms()
        measure_day(Table(), world)


def measure_acts(table: Table, world: World) -> dict:
    """Orders and receipts written, an order read, the first page, the historical import."""
    report: dict = {"writes": lists.writes(world)}
    for name, found in report["writes"].items():
        table.add(f"order of {name}, statements", found["queries"], 10, note=f"{found['ms']:.1f} ms")
    report["order"] = found = chain.order_with_lines(world)
    note = f"{found['api_ms']:.1f} ms"
    table.ratio("an order with ten lines by API / its prepared SQL", found["api_ms"], found["sql_ms"], 12, note)
    report["receipts"] = chain.receipts(world)
    for name, found in report["receipts"].items():
        table.add(f"receipt of {name}, statements", found["queries"], 10, note=f"{found['ms']:.1f} ms")
    report["today"] = found = chain.today()
    note = f"{found['queries']} statements"
    table.add("first page, 50 suppliers, 5,000 open lines", found["p50_ms"], 100, "ms", note=note)
    report["work"] = found = lines.measure()
    pages = {
        "first": ("first page, 28 days planned", 150),
        "lines": ("list of work", 300),
        "offers": ("page of proposals", 300),
    }
    for name, (what, aim) in pages.items():
        page = found[name]
        table.add(f"{what}, 5,000 open lines", page["p50_ms"], aim, "ms", note=f"{page['queries']} statements")
    table.add("200 proposals with their effects", found["table"]["p50_ms"], 300, "ms")
    for name, cost in found["acts"].items():
        table.add(f"fifty lines at once, {name}: statements", cost["queries"], 11)
        note = f"{cost['together_ms']:.0f} / {cost['alone_ms']:.0f} ms"
        table.ratio(f"fifty lines at once / one after the other, {name}", cost["together_ms"], cost["alone_ms"], 0.5, note)
    report["history"] = found = chain.history()
    table.add("historical import, lines a second", found["rows_per_s"], 6000, is_least=True)
    return report


def measure_live(table: Table, address: str, world: World) -> dict:
    """Many at once, and what one firm commits in the other's hand."""
    report: dict = {"crowd": (crowd := live.crowd(address, world)), "fan_out": (fan := live.fan_out(address, world))}
    table.add("200 requests at once, failures", crowd["failures"], 0)
    table.add("their database connections", crowd["peak_connections"], crowd["pools"], note="the pools")
    table.ratio("one event to 50 sockets / bare Redis publish", fan["sockets_ms"], fan["redis_ms"], 11)
    table.add("all 50 received, every time", fan["all_received"], 1, is_least=True)
    found = live.rows(address, world)
    report["rows"] = {"p50_ms": found.p50, "p99_ms": found.percentile(0.99)}
    table.add("commit to the other firm's row at 50/s, p99", report["rows"]["p99_ms"], 200, "ms")
    return report


if __name__ == "__main__":
    ALONE = {"day": day, "sorts": sorts.main, "tables": tables.main, "plans": plans.main}
    ALONE.get("".join(sys.argv[1:]), main)()
