"""Whatever a file holds, the reader ends with rows or with an error of its own, in bounded memory and time."""

import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from federated.sheets.errors import SheetError
from federated.sheets.limits import Limits
from federated.sheets.read import read_book

from .hostile import hostile, xlsx_of

ROOT = Path(__file__).resolve().parents[2]
COUNT, MOST_MEGABYTES, MOST_SECONDS = 112, 150, 30

READ_ALL = """
import sys, time
from pathlib import Path
from tests.federated.test_hostile_sheets import read_whole, resident
import xlrd
for path in sorted(Path(sys.argv[1]).iterdir()):
    before, started = resident(), time.monotonic()
    told = read_whole(path)
    print(path.name, told, round(time.monotonic() - started, 1), round(resident() - before))
"""


def resident() -> float:
    """Most memory of this process so far, in megabytes; what getrusage says begins with its parent's."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1000


def read_whole(path: Path) -> str:
    """The code of the refusal, or how many rows were read."""
    try:
        tables = read_book(path).tables()
        rows = 0
        for table in tables:
            kinds = {head: profile.kind for head, profile in zip(table.names, table.profiles, strict=True)}
            rows += sum(1 for _line in table.lines(kinds))
            for note in table.notes:
                assert note.told("en")
                assert note.told("ko")
    except SheetError as error:
        return error.code if error.told("ko") and error.told("en") == str(error) else "untold"
    return f"{rows}"


def test_a_hundred_hostile_files_end_in_the_readers_own_words_within_memory_and_time(tmp_path):
    """In a process of its own: its most memory is then that of these files."""
    for seed in range(COUNT):
        name, content = hostile(seed)
        (tmp_path / name).write_bytes(content)
    words = [sys.executable, "-c", READ_ALL, str(tmp_path)]
    found = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
    assert found.returncode == 0, found.stderr[-2000:]
    lines = [line.split() for line in found.stdout.splitlines()]
    assert len(lines) == COUNT
    assert [line for line in lines if float(line[2]) > MOST_SECONDS or float(line[3]) > MOST_MEGABYTES] == []
    told = {line[1] for line in lines}
    assert {"bomb", "damaged", "no_table_kind", "too_many_columns", "too_many_rows", "long_cell"} <= told
    assert "untold" not in told


def refused(content: bytes, name: str, limits: Limits | None = None) -> SheetError:
    with pytest.raises(SheetError) as caught:
        read_book(content, name, limits).tables()
    return caught.value


def test_a_bomb_is_refused_before_it_unpacks():
    content = xlsx_of(b"<worksheet>" + b" " * 400_000_000 + b"</worksheet>")
    started = time.monotonic()
    assert refused(content, "orders.xlsx").code == "bomb"
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("start", "found"),
    [
        (b"MZ\x90\x00" + b"\x00" * 200, "a program for Windows"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x1f\x8b\x08" + b"\x01" * 50, "a packed file (gzip)"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(start, found):
    error = refused(start, "orders.xls")
    assert (error.code, error.value, error.where.file) == ("no_table_kind", found, "orders.xls")


def test_a_page_of_a_login_is_no_table():
    assert refused(b"<!DOCTYPE html><html><body><form>Login</form></body></html>", "list.xls").code == "html_no_table"


def test_the_mark_of_an_open_file_is_no_table():
    assert refused(b"\x05Kim" + b" " * 160, "~$orders.xlsx").code == "lock_file"


def test_one_row_more_than_the_limit_is_refused_by_its_number():
    content = ("a,b\n" + "1,2\n" * 10).encode()
    error = refused(content, "rows.csv", Limits(rows=10))
    assert (error.code, error.where.row) == ("too_many_rows", 11)
    assert "10" in error.rule


def test_merged_cells_far_beyond_the_rows_of_a_table_take_no_memory():
    names = [f"{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(40)]
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{name}{row}" t="str"><v>{"head" if row == 1 else row} {name}</v></c>' for name in names)
        + "</row>"
        for row in range(1, 7)
    )
    merged = "".join(f'<mergeCell ref="{name}2:{name}9000"/>' for name in names)
    content = xlsx_of(f"<worksheet><sheetData>{rows}</sheetData><mergeCells>{merged}</mergeCells></worksheet>")
    (table,) = read_book(content, "orders.xlsx").tables()
    assert len(table) == 5
    tracemalloc.start()
    assert sum(1 for _row in table.rows()) == 5
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_merged_cell_counts_in_the_rows_below_it_and_in_no_other():
    lines = [("part", "n"), ("A", 1), (None, 2), (None, 3), (None, 4), ("B", 5), (None, 6)]
    rows = "".join(
        f'<row r="{row}">'
        + "".join(
            f'<c r="{letter}{row}" t="{"n" if isinstance(cell, int) else "str"}"><v>{cell}</v></c>'
            for letter, cell in zip("AB", cells, strict=True)
            if cell is not None
        )
        + "</row>"
        for row, cells in enumerate(lines, start=1)
    )
    merged = '<mergeCell ref="A6:A7"/><mergeCell ref="A2:A4"/><mergeCell ref="A40:A90"/>'
    content = xlsx_of(f"<worksheet><sheetData>{rows}</sheetData><mergeCells>{merged}</mergeCells></worksheet>")
    (table,) = read_book(content, "orders.xlsx").tables()
    assert [row.cells[0] for row in table.rows()] == ["A", "A", "A", None, "B", "B"]
