"""What people paste, cell by cell."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.masterdata import incoming as masterdata
from apps.planning.sheet import Wrong, amount_of, day_of, filled, mended_of, quantity_of, read_plan, table_of, text_of

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-01", (date(2026, 12, 1), "day")),
        ("2026.12.1", (date(2026, 12, 1), "day")),
        ("20261201", (date(2026, 12, 1), "day")),
        ("12/1", (date(2026, 12, 1), "day")),
        ("12/1 (화)", (date(2026, 12, 1), "day")),
        ("1월 4일", (date(2027, 1, 4), "day")),  # the nearest one
        ("2026-W49", (date(2026, 11, 30), "week")),
        ("W49", (date(2026, 11, 30), "week")),
        ("49주", (date(2026, 11, 30), "week")),
        ("2주차", (date(2027, 1, 11), "week")),
        ("W53", (date(2026, 12, 28), "week")),
        ("13/40", None),
        ("W54", None),
        ("계획", None),
        ("2026-02-30", None),
        ("2/29", (date(2028, 2, 29), "day")),
        ("2/30", None),
    ],
)
def test_a_day_or_week_as_people_write_it(text, day):
    assert day_of(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,200", 1200), ("1200.5", Decimal("1200.5")), ("1,20", None), ("12x", None), ("NaN", None), ("1e99", None)],
)
def test_a_number_as_people_write_it(text, value):
    assert quantity_of(text) == value


def test_a_mended_cell_lies_in_the_table_and_makes_it_no_wider_than_people_paste():
    table = table_of("a\tb\n1\t2", {"cell-1-3": ("", "x"), "cell-1-999999": ("", "y"), "cell-9-0": ("", "z")})
    assert table == [["a", "b"], ["1", "2", "", "x"]]


def test_a_grid_names_its_wrong_cells_and_keeps_the_others():
    table = table_of("품번\t품명\t12/1\t12/2\t언제\nA-1\t축\t1,200\tx\t\nB-2\t휠\t-\t\t3\n\t이름 없음\t5\t\t")
    found = read_plan(table, today=TODAY)
    assert [(row.number, row.day.day, row.quantity) for row in found.rows] == [("A-1", 1, 1200)]
    assert [(cell.place, cell.value) for cell in found.wrong] == [("E1", "언제"), ("D2", "x"), ("A4", "")]
    assert found.wrong[1].about == "A-1, 12/2"  # nobody counts columns to find the day
    mended = table_of(text_of(table), {"cell-1-3": ("x", "7"), "cell-0-4": ("언제", "12/3"), "cell-3-0": ("", "C-3")})
    again = read_plan(mended, today=TODAY)
    assert again.wrong == []
    assert [(row.number, row.day.day, row.quantity) for row in again.rows] == [
        ("A-1", 1, 1200),
        ("A-1", 2, 7),
        ("B-2", 3, 3),
        ("C-3", 1, 5),
    ]


def test_a_box_that_nobody_touched_leaves_what_was_mended_in_the_table():
    sent = {
        "cell-1-1": "4o",
        "was-cell-1-1": "4o",
        "cell-2-1": "6",
        "was-cell-2-1": "5x",
        "cell-3-1": "9",
        "was-cell-3-1": "y",
    }
    mended = mended_of({**sent, "cell-4-1": "8"})  # one of an earlier page says not what stood there
    assert mended == {"cell-2-1": ("5x", "6"), "cell-3-1": ("y", "9")}
    assert table_of("p\t12/1\nA\t40\nB\t5x\nC\t7", mended) == [["p", "12/1"], ["A", "40"], ["B", "6"], ["C", "7"]]


@pytest.mark.parametrize("empty", ["", "\t\t", '""'])
def test_an_empty_row_keeps_its_number(empty):
    text = f"{empty}\n품번\t12/1\n{empty}\nA-1\t4o\n{empty}\nB-2\t5"
    found = read_plan(table_of(text), today=TODAY)
    assert [(cell.place, cell.value) for cell in found.wrong] == [("B4", "4o")]
    shown = text_of(table_of(text, {"cell-3-1": ("4o", "40")}))
    again = read_plan(table_of(shown), today=TODAY)
    assert (again.wrong, [(row.number, row.quantity, row.row) for row in again.rows]) == (
        [],
        [("A-1", 40, 3), ("B-2", 5, 5)],
    )


def test_a_cell_of_several_lines_is_one_of_several_words():
    table = table_of('"품번\r\n(당사)"\t12/1\nA-1\t5\n"""B"\t6')
    assert table == [["품번 (당사)", "12/1"], ["A-1", "5"], ['"B', "6"]]
    assert table_of(text_of(table)) == table


@given(st.text(alphabet='ab"\t\n\r ,;', max_size=60))
def test_a_table_shown_again_says_the_same(text):
    table = table_of(text)
    assert filled(table_of(text_of(table))) == [(n, ([*row, ""])[: max(len(row), 2)]) for n, row in filled(table)]


def test_a_list_has_a_row_each():
    text = "Site,Part,Day,Qty,Level\nASN2,A-1,2026-12-01,5,4\n,A-1,W50,6,\n,A-1,soon,-1,9"
    found = read_plan(table_of(text), today=TODAY)
    assert [(r.site, r.number, r.day, r.bucket, r.quantity, r.level) for r in found.rows] == [
        ("ASN2", "A-1", date(2026, 12, 1), "day", 5, 4),
        ("", "A-1", date(2026, 12, 7), "week", 6, None),
    ]
    assert [cell.place for cell in found.wrong] == ["C4", "D4", "E4"]


def test_a_column_is_called_as_a_spreadsheet_does():
    assert [Wrong(0, column, "", "").place for column in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]


@given(st.text(max_size=200))
def test_whatever_is_pasted_is_read_or_named(text):
    read_plan(table_of(text), today=TODAY)


def test_a_column_of_units_is_read_and_the_word_behind_a_number_too():
    text = "품목\t일자\t수량\t단위\t비고\nKNU-2210\t12/1\t100\tkg\t급함\nCBL-2210\t12/1\t1.5 km\tm\t\nA-1\t12/1\t7\t\t"
    found = read_plan(table_of(text), today=TODAY)
    assert [(row.quantity, row.unit, row.unit_column) for row in found.rows] == [
        (100, "kg", 3),
        (Decimal("1.5"), "km", 2),
        (7, "", 3),
    ]
    assert found.wrong == []
    assert found.unread == ["비고"]
    grid = read_plan(table_of("part\tname\tUoM\t12/1\t12/2\nA-1\taxle\tkg\t1\t2 t"), today=TODAY)
    assert [(row.quantity, row.unit) for row in grid.rows] == [(1, "kg"), (2, "t")]
    assert grid.unread == ["name"]


@pytest.mark.parametrize("word", masterdata.UNIT)
def test_heads_of_units_are_those_of_files(word):
    (told,) = read_plan(table_of(f"품목\t일자\t수량\t{word}\nA\t2026-12-01\t5\tkg"), today=TODAY).rows
    assert (told.quantity, told.unit) == (5, "kg")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.5 km", (Decimal("1.5"), "km")),
        ("100 EA", (100, "EA")),
        ("100EA", (100, "EA")),
        ("1,200 kg", (1200, "kg")),
        ("2 m²", (2, "m²")),
        ("1 200", (1200, "")),
        ("4 boxes", (4, "boxes")),
        ("4x", None),
        ("boxes", None),
        ("1,20 kg", None),
    ],
)
def test_an_amount_as_people_write_it(text, amount):
    assert amount_of(text) == amount
