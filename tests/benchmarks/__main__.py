"""`make bench`: measures in one run, prints a table, writes artifacts/bench.json. Ratios, because machines differ."""

import json
import logging
import os
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "cluster.settings.test"  # manage.py, which may start this, sets another
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

import django

django.setup()
logging.getLogger("httpx").setLevel(logging.WARNING)

from . import chain, lists, live, rounds, seed  # noqa: E402

SMALL, LARGE = 10_000, 1_000_000


def main() -> None:
    large = int(os.environ.get("BENCH_ORDERS", LARGE))
    table: list[tuple[str, str, str, bool]] = []
    report: dict = {}

    def row(name: str, value: str, aim: str, holds: bool) -> None:
        table.append((name, value, aim, holds))
        print(f"  {name:<58}{value:>22}   aim {aim:<14}{'' if holds else 'MISSED'}", flush=True)

    with seed.database() as world:
        seed.firms()
        seed.orders(1, SMALL)
        organization_id, user_id = seed.a_lead()
        small = report["list_10k"] = lists.measure(user_id, organization_id)
        report["seed_seconds"] = seed.orders(SMALL + 1, large)
        big = report[f"list_{large}"] = lists.measure(user_id, organization_id)
        for name, found in big.items():
            ratio = found["api_ms"] / found["sql_ms"]
            value = f"{ratio:.1f} x ({found['api_ms']:.2f} ms)"
            row(f"list of 25 {name} by API / the same prepared SQL, {large:,}", value, "30 x", ratio <= 30)
            row(f"statements of the list of {name}", str(found["view_queries"]), "3", found["view_queries"] <= 3)
            growth = found["api_ms"] / small[name]["api_ms"]
            row(f"list of {name} at {large:,} / at {SMALL:,} lines", f"{growth:.2f} x", "1.3 x", growth <= 1.3)
        report["policies"] = lists.policies(organization_id)
        for name, found in report["policies"].items():
            ratio = found["policy_ms"] / found["where_ms"]
            row(f"row-level security / explicit WHERE, {name}", f"{ratio:.2f} x", "1.9 x", ratio <= 1.9)
        report["writes"] = lists.writes(world)
        for name, found in report["writes"].items():
            row(f"order of {name}, statements", f"{found['queries']} ({found['ms']:.1f} ms)", "10", found["queries"] <= 10)
        report["order"] = found = chain.order_with_lines(world)
        ratio = found["api_ms"] / found["sql_ms"]
        row(
            "an order with ten lines by API / its prepared SQL",
            f"{ratio:.1f} x ({found['api_ms']:.1f} ms)",
            "25 x",
            ratio <= 25,
        )
        report["receipts"] = chain.receipts(world)
        for name, found in report["receipts"].items():
            row(f"receipt of {name}, statements", f"{found['queries']} ({found['ms']:.1f} ms)", "10", found["queries"] <= 10)
        report["today"] = found = chain.today()
        value = f"{found['p50_ms']:.0f} ms ({found['queries']} statements)"
        row("first page, 50 suppliers, 5,000 open lines", value, "300 ms", found["p50_ms"] <= 300)
        report["history"] = found = chain.history()
        row("historical import, lines a second", f"{found['rows_per_s']:,.0f}", "5,000", found["rows_per_s"] >= 5000)
        seed.settle()
        with live.Servers() as address:
            report["crowd"] = crowd = live.crowd(address, world)
            row("200 requests at once, failures", str(crowd["failures"]), "0", crowd["failures"] == 0)
            within = crowd["peak_connections"] <= crowd["pools"]
            row("their database connections", str(crowd["peak_connections"]), f"{crowd['pools']} (pools)", within)
            report["fan_out"] = fan = live.fan_out(address, world)
            ratio = fan["sockets_ms"] / fan["redis_ms"]
            row("one event to 50 sockets / bare Redis publish", f"{ratio:.1f} x", "11 x", ratio <= 11)
            row("all 50 received, every time", str(fan["all_received"]), "True", fan["all_received"])
            found = live.rows(address, world)
            report["rows"] = {"p50_ms": found.p50, "p99_ms": found.percentile(0.99)}
            p99 = report["rows"]["p99_ms"]
            row("commit to the other firm's row at 50/s, p99", f"{p99:.0f} ms", "200 ms", p99 <= 200)
    report["rounds"] = found = rounds.measure()
    for name, value, aim in (("median_s", "round overhead, 8 sites, median", 1.0), ("idle_mb", "idle node, MB", 120.0)):
        row(value, f"{found[name]:.2f}", f"{aim:g}", found[name] <= aim)
    report["table"] = [{"name": n, "value": v, "aim": a, "holds": h} for n, v, a, h in table]
    target = Path("artifacts") / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(report, indent=2))
    print(f"Written to {target}", file=sys.stderr)


if __name__ == "__main__":
    main()
