"""A table of 100,000 rows and twelve columns, read as CSV and as a workbook, each in a process of its own."""

import csv
import json
import random
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

ROWS = 100_000
ROOT = Path(__file__).resolve().parents[2]
HEAD = ("발주번호", "행", "품번", "품명", "수량", "단위", "단가", "발주일", "납기일", "협력사", "비고", "메모")
READ = """
import json, sys, time
from pathlib import Path
from federated.sheets.read import read_book

def most():  # of this process alone: what getrusage says begins with its parent's
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000

idle, started = most(), time.perf_counter()
(table,) = read_book(Path(sys.argv[1])).tables()
read = time.perf_counter() - started
kinds = {name: profile.kind for name, profile in zip(table.names, table.profiles, strict=True)}
count = sum(1 for line in table.lines(kinds))
whole = time.perf_counter() - started
print(json.dumps({"rows": count, "read_s": read, "whole_s": whole, "peak_mb": most() - idle}))
"""


def measure() -> dict[str, dict[str, float]]:
    """Kind of file → seconds to its rows, seconds with every value made, megabytes above the idle process."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [_row(random.Random(number)) for number in range(ROWS)]
        files = {"csv": _csv(Path(folder) / "rows.csv", rows), "xlsx": _xlsx(Path(folder) / "rows.xlsx", rows)}
        return {kind: _read(path) for kind, path in files.items()}


def _read(path: Path) -> dict[str, float]:
    found = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, cwd=ROOT, check=True)
    measured = json.loads(found.stdout)
    assert measured["rows"] == ROWS
    return measured


def _row(order: random.Random) -> list[Any]:
    day = date(2026, 1, 1) + timedelta(days=order.randrange(365))
    return [
        *(f"45{order.randrange(10**8):08}", order.randrange(1, 99) * 10, f"KB-{order.randrange(10_000, 99_999)}"),
        *(f"하우징 커버 {order.randrange(5_000)}", order.randrange(1, 100_000) / 4, order.choice(("EA", "KG"))),
        *(order.randrange(100, 10**6) / 100, day, day + timedelta(days=30), f"협력사 {order.randrange(300)}"),
        *(order.choice(("", "긴급")), f"note {order.random()}"),
    ]


def _csv(path: Path, rows: list[list[Any]]) -> Path:
    with path.open("w", encoding="cp949", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    return path


def _xlsx(path: Path, rows: list[list[Any]]) -> Path:
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("발주")
    sheet.write_row(0, 0, HEAD)
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, row)
    book.close()
    return path
