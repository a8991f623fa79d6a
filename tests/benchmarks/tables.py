"""Tables in and out: from staging to commit beside COPY, a difference against a million rows, files of a long list.

`python -m tests.benchmarks tables` measures them alone. BENCH_TABLE_ROWS and BENCH_STANDING make them smaller.
"""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.db import connections, models, transaction
from django.utils import timezone

from apps.common.sql import insert_into
from apps.exchange.incoming import loading, services
from apps.exchange.models import Import
from apps.masterdata.models import Part
from apps.masterdata.services import agree_part, create_part
from apps.orders.lists import OrderList
from apps.orders.models import PurchaseOrder, PurchaseOrderLine, ScheduleLine
from apps.ui.files import csv_lines, values_of, write_xlsx
from tests.world import World, as_person

from . import seed
from .table import Table

ROWS, STANDING = int(os.environ.get("BENCH_TABLE_ROWS", 100_000)), int(os.environ.get("BENCH_STANDING", 1_000_000))
LINES = 10  # of an order
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
OWN = "number LIKE 'T-%%' AND buyer_id = %(buyer)s"
# What an order that is loaded writes, and in which order its rows may be written.
WRITTEN: tuple[type[models.Model], ...] = (PurchaseOrder, PurchaseOrderLine, ScheduleLine)


def measure(table: Table, world: World) -> dict[str, Any]:
    found = {
        "commit": (commit := orders_in(world)),
        "files": (files := orders_out(world)),
        "diff": (diff := parts_in(world)),
    }
    note = f"{commit['load_s']:.1f} s, COPY {commit['copy_s']:.2f} s, dry run {commit['check_s']:.1f} s"
    table.add(f"{ROWS:,} rows from staging to commit / COPY", commit["share"], 0.4, note=note, is_least=True, is_ratio=True)
    table.add(f"difference of {ROWS:,} rows against {STANDING:,}", diff["check_s"], 20, "s")
    table.add(
        f"list of {ROWS:,} rows as CSV, first byte", files["csv_first_s"], 1.0, "s", note=f"{files['csv_s']:.1f} s whole"
    )
    table.add("the same as a worker's XLSX", files["xlsx_s"], 25, "s")
    table.add("the same, megabytes", files["xlsx_mb"], 60, "MB")
    peaks = {name: value for part in found.values() for name, value in part.items() if name.endswith("peak_mb")}
    worst = max(peaks, key=lambda name: peaks[name])
    table.add("most memory of all above idle", peaks[worst], 150, "MB", note=worst.removesuffix("_peak_mb"))
    return found


def main() -> None:
    with seed.database() as world:
        measure(Table(), world)


def timed(call: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it gives, seconds, and megabytes above what the process held before."""
    CLEAR.write_text("5")  # the peak begins anew
    idle, started = _most(), time.perf_counter()
    found = call()
    return found, time.perf_counter() - started, _most() - idle


def _most() -> float:
    return int(STATUS.read_text().partition("VmHWM:")[2].split()[0]) / 1000


def orders_in(world: World) -> dict[str, float]:
    """Orders of ten lines, never seen: checked, loaded, and copied once more as the bare rows that this wrote."""
    day = timezone.localdate() + timedelta(days=60)
    with as_person(world, "buyer"):
        for number in range(LINES):
            part = create_part(number=f"T-{number}", name=f"Part {number}")
            agree_part(relation_id=world.relation.pk, part_id=part.pk)
    head = "발주번호,행,협력사,품번,수량,단가,납기일"
    rows = (f"T-{n // LINES},{n % LINES * 10 + 10},V1,T-{n % LINES},{n % 90 + 1},12.5,{day}" for n in range(ROWS))
    made = taken(world, "\r\n".join([head, *rows]).encode(), "orders")
    check_s, check_mb = checked(world, made, {"new": ROWS})
    _none, load_s, load_mb = timed(lambda: _as_buyer(world, lambda: loading.load(import_id=made.pk)))
    copy_s = _copied(world)
    return {
        **{"check_s": check_s, "load_s": load_s, "copy_s": copy_s, "share": copy_s / load_s},
        **{"check_peak_mb": check_mb, "load_peak_mb": load_mb},
    }


def parts_in(world: World) -> dict[str, float]:
    """A file of own parts, one in a hundred of which says something else than what stands."""
    with connections["owner"].cursor() as cursor:
        source = f"FROM generate_series(1, {STANDING}) n"
        given = {"organization_id": f"{world.buyer.pk}", "number": "'D-' || n", "name": "'Part ' || n", "unit": "'H87'"}
        cursor.execute(f"ALTER TABLE {Part._meta.db_table} DISABLE TRIGGER USER")
        cursor.execute(insert_into(Part, source, given))
        cursor.execute(f"ALTER TABLE {Part._meta.db_table} ENABLE TRIGGER USER")
        cursor.execute(f"VACUUM ANALYZE {Part._meta.db_table}")
    step, few = max(STANDING // ROWS, 1), min(ROWS, STANDING)
    changed = sum(n % 100 == 0 for n in range(few))
    rows = (f"D-{n * step + 1},{'Other' if n % 100 == 0 else 'Part'} {n * step + 1},EA" for n in range(few))
    made = taken(world, "\r\n".join(["품번,품명,단위", *rows]).encode(), "parts")
    check_s, check_mb = checked(world, made, {"changed": changed, "same": few - changed})
    return {"check_s": check_s, "diff_peak_mb": check_mb}


def orders_out(world: World) -> dict[str, float]:
    """The list of these orders: the first bytes of its CSV, all of it, and the workbook that a worker writes."""

    def lines() -> tuple[float, int]:
        started, pieces = time.perf_counter(), csv_lines(OrderList({}))
        next(pieces)
        next(pieces)
        first = time.perf_counter() - started
        return first, sum(piece.count("\n") for piece in pieces)

    def book() -> int:
        with NamedTemporaryFile(suffix=".xlsx") as to:
            asked = OrderList({})
            write_xlsx(str(asked.title), values_of(asked), asked.chunks(), to.name)
            return Path(to.name).stat().st_size

    (first, _count), csv_s, csv_mb = timed(lambda: _as_buyer(world, lines))
    size, xlsx_s, xlsx_mb = timed(lambda: _as_buyer(world, book))
    return {
        **{"csv_first_s": first, "csv_s": csv_s, "csv_peak_mb": csv_mb},
        **{"xlsx_s": xlsx_s, "xlsx_mb": size / 1e6, "xlsx_peak_mb": xlsx_mb},
    }


def _as_buyer(world: World, call: Callable[[], Any]) -> Any:
    with as_person(world, "buyer"):
        return call()


def taken(world: World, content: bytes, kind: str) -> Import:
    with as_person(world, "buyer"):
        made = services.receive(content=content, name=f"{kind}.csv", kind=kind)
        return services.say_columns(import_id=made.pk, mapping=made.mapping, constants={"@decimal": "."}) or made


def checked(world: World, made: Import, wanted: dict[str, int]) -> tuple[float, float]:
    def check() -> Import:
        return services.check_import(import_id=made.pk, is_confirmed=True)

    found, seconds, megabytes = timed(lambda: _as_buyer(world, check))
    told = {state: count for state, count in found.counts.items() if count and state != "missing"}
    assert told == wanted, told
    return seconds, megabytes


def _copied(world: World) -> float:
    """Seconds of COPY for the rows that stand of these orders, with those of their history; they are taken out before."""
    buyer = {"buyer": world.buyer.pk}
    found: list[tuple[type[models.Model], bytes]] = []
    with connections["owner"].cursor() as cursor, transaction.atomic(using="owner"):
        tables = [*WRITTEN, *(model.pgh_event_model for model in WRITTEN if hasattr(model, "pgh_event_model"))]
        for model in tables:
            with cursor.copy(f"COPY (SELECT {_columns(model)} FROM {_rows_of(model)}) TO STDOUT", buyer) as copy:
                found.append((model, b"".join(copy)))
        for model in tables:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
        for model in reversed(tables):
            cursor.execute(f"DELETE FROM {_rows_of(model)}", buyer)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        started = time.perf_counter()
        for model, content in found:
            with cursor.copy(f"COPY {model._meta.db_table} ({_columns(model)}) FROM STDIN") as copy:
                copy.write(content)
        seconds = time.perf_counter() - started
        for model in tables:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} ENABLE TRIGGER USER")
    return seconds


def _columns(model: type[models.Model]) -> str:
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if not field.generated)


def _rows_of(model: type[models.Model]) -> str:
    """Its table, and the condition of the rows that are of these orders."""
    orders = f"SELECT id FROM {PurchaseOrder._meta.db_table} WHERE {OWN}"
    if model is PurchaseOrder:
        return f"{model._meta.db_table} WHERE {OWN}"
    if model in WRITTEN:
        return f"{model._meta.db_table} WHERE order_id IN ({orders})"
    column = "pgh_obj_id" if model is PurchaseOrder.pgh_event_model else "order_id"
    return f"{model._meta.db_table} WHERE {column} IN ({orders})"
