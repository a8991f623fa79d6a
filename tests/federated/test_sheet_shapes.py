"""Shapes of tables that people make: several on a sheet, heads of years, hidden rows, cells that run over."""

import io
import zipfile

import pytest

from federated.sheets.errors import SheetError
from federated.sheets.limits import Limits
from federated.sheets.read import Book, alike, read_book

from .hostile import archive, ods_of
from .plants import workbook

HEAD = ["PO", "Item", "Qty"]
ROWS = [[f"45{number}", f"KB-{number}", number * 10] for number in range(1, 6)]


def read(content: bytes, name: str = "a.xlsx") -> Book:
    return read_book(content, name)


def notes(book: Book) -> dict[str, tuple]:
    return {note.code: (note.where.row, note.count) for note in book.tables()[0].notes}


def test_two_tables_below_each_other_are_two():
    other = [["No", "Part", "Received", "Date"], *([n, f"KB-{n}", n, f"2026-03-0{n}"] for n in range(1, 5))]
    tables = read(workbook({"S": [["발주"], HEAD, *ROWS, [], ["입고"], *other]})).tables()
    assert {(tuple(table.names), len(table), table.titles[0]) for table in tables} == {
        (tuple(HEAD), 5, "발주"),
        (("No", "Part", "Received", "Date"), 4, "입고"),
    }


def test_the_same_head_again_is_another_part_of_one_table_under_its_own_title():
    tables = read(workbook({"S": [["A사"], HEAD, *ROWS, ["합계", None, 150], [], ["B사"], HEAD, *ROWS]})).tables()
    assert [(table.titles, len(table)) for table in alike(tables)] == [(["A사"], 5), (["B사"], 5)]


def test_tables_beside_each_other_are_two_and_end_where_their_own_rows_end():
    left = [*ROWS, [], []]
    right = [[f"L{number}", number] for number in range(7)]
    rows = [[*(one or [None] * 3), None, *two] for one, two in zip(left, right, strict=True)]
    tables = read(workbook({"S": [[*HEAD, None, "Lot", "Stock"], *rows]})).tables()
    assert {(tuple(table.names), len(table)) for table in tables} == {(tuple(HEAD), 5), (("Lot", "Stock"), 7)}


def test_a_sheet_for_each_supplier_is_one_table_whatever_the_order_of_its_columns():
    turned = [[item, po, quantity] for po, item, quantity in ROWS]
    book = read(workbook({"동아": [HEAD, *ROWS], "세진": [["Item", "PO", "Qty"], *turned], "표지": [["안녕하십니까"]]}))
    assert [table.sheet.name for table in alike(book.tables())] == ["동아", "세진"]
    assert [table.names for table in book.tables("세진")] == [["Item", "PO", "Qty"]]
    with pytest.raises(SheetError, match="It has: 동아, 세진, 표지"):
        book.tables("없음")


def test_years_and_months_and_weeks_are_heads():
    (years,) = read(workbook({"S": [["Item", 2024, 2025, 2026], ["KB-1", 1, 2, 3], ["KB-2", 4, 5, 6]]})).tables()
    assert years.names == ["Item", "2024", "2025", "2026"]
    (months,) = read(workbook({"S": [["품번", "2026-01", "2026년 2월"], ["KB-1", 1, 2], ["KB-2", 4, 5]]})).tables()
    assert [head.period[1] for head in months.heads if head.period] == ["month", "month"]
    (weeks,) = read(workbook({"S": [["품번", "2026년 12주", "CW13/2026"], ["KB-1", 1, 2], ["KB-2", 4, 5]]})).tables()
    assert [head.name for head in weeks.heads][1:] == ["2026-03-16", "2026-03-23"]


def test_rows_between_empty_ones_are_one_table():
    (table,) = read(workbook({"S": [HEAD, *(line for row in ROWS * 10 for line in (row, []))]})).tables()
    assert len(table) == 50


def test_without_a_head_columns_go_by_their_letters():
    book = read(b"1,2,3\n4,5,6\n", "a.csv")
    assert (book.tables()[0].names, "no_head" in notes(book)) == (["A", "B", "C"], True)


def test_hidden_rows_and_columns_are_read_and_told():
    def hide(_book, sheets) -> None:
        sheets[0].set_row(3, None, None, {"hidden": True})
        sheets[0].set_column(1, 1, None, None, {"hidden": True})

    found = notes(read(workbook({"S": [HEAD, *ROWS]}, hide)))
    assert (found["hidden_rows"], found["hidden_columns"]) == ((4, 1), (None, 1))


def test_a_row_with_more_cells_than_the_head_is_named():
    content = ("a,b,c\n" + "1,2,3\n" * 20 + "1,2,3,4\n" + "1,2,3\n" * 5).encode()
    assert notes(read(content, "a.csv"))["wide_rows"] == (22, 1)


def test_a_name_that_stands_twice_is_told_and_both_columns_can_be_meant():
    book = read(b"a,b,a\n1,2,3\n4,5,6\n", "a.csv")
    assert (book.tables()[0].names, notes(book)["twice"]) == (["a", "b", "a (2)"], (1, 1))


def test_what_cannot_be_printed_is_dropped_and_told():
    book = read("id,name\n1,a\x07b\n2,c\n3,\ufffdx\n".encode(), "a.csv")
    found = notes(book)
    assert (found["control"], found["lost_letters"]) == ((2, 1), (4, 1))
    assert next(book.tables()[0].lines({"name": "text"})).values["name"] == "ab"


@pytest.mark.parametrize(
    ("days", "first", "assumed"),
    [
        (["03/04/2026", "03/25/2026"], "2026-03-04", False),
        (["03/04/2026", "25/04/2026"], "2026-04-03", False),
        (["03/04/2026", "03/05/2026"], "2026-03-04", True),
        (["26.03.04", "26.03.31"], "2026-03-04", True),
        (["20260304", "20260331"], "2026-03-04", False),
        (["2026년 3월 4일", "2026. 3. 31."], "2026-03-04", False),
        (["2026-03-04(수)", "2026/03/31"], "2026-03-04", False),
        (["4-Mar-26", "Mar 31, 2026"], "2026-03-04", False),
        (["2026-03-04T00:00:00Z", "2026-03-31 00:00"], "2026-03-04", False),
    ],
)
def test_days_are_read_in_any_form_and_what_nothing_proves_is_said(days, first, assumed):
    (table,) = read("\n".join(["id;day", *(f"{n};{day}" for n, day in enumerate(days))]).encode(), "a.csv").tables()
    found = next(table.lines({"day": "date"})).values["day"]
    assert found.date().isoformat() == first
    assert ("assumed_order" in {note.code for note in table.notes}) == assumed


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["1.250,75", "1.000"], [1250.75, 1000]),
        (["1,250.75", "1,000"], [1250.75, 1000]),
        (["1 250,75", "1 000"], [1250.75, 1000]),
        (["(1,000)", "-"], [-1000, 0]),
        (["250-", "+7"], [-250, 7]),
        (["△1,200", "1,200"], [-1200, 1200]),
        (["₩1,200", "1,200원"], [1200, 1200]),
        (["12.5 KG", "1,200ea"], [12.5, 1200]),
        (["１２．５", "６"], [12.5, 6]),
        (["1e3", "2.5E-2"], [1000, 0.025]),
    ],
)
def test_numbers_are_read_as_people_write_them(cells, wanted):
    (table,) = read("\n".join(["id\tn", *(f"{n}\t{cell}" for n, cell in enumerate(cells))]).encode(), "a.txt").tables()
    assert [line.values["n"] for line in table.lines({"n": "number"})] == wanted


def test_one_cell_written_otherwise_than_its_column_is_named():
    (table,) = read(b"id;n\n1;1,50\n2;2,25\n3;3.75\n", "a.csv").tables()
    faults = [fault for line in table.lines({"n": "number"}) for fault in line.faults]
    assert [(fault.code, fault.place.row, fault.value) for fault in faults] == [("other_decimal", 4, "3.75")]


def test_what_a_person_says_goes_before_what_cells_prove():
    (table,) = read(b"id;n;d\n1;1.000;03/04/2026\n2;2.500;03/05/2026\n", "a.csv").tables()
    line = next(table.lines({"n": "number", "d": "date"}, said={"decimal": ",", "order": "dmy"}))
    assert (line.values["n"], line.values["d"].isoformat()[:10]) == (1000, "2026-04-03")


def test_a_password_and_other_workbooks_are_called_by_name():
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    encrypted = archive({"mimetype": "x", "META-INF/manifest.xml": "<m:encryption-data/>", "content.xml": "<a/>"})
    cases = [
        (locked, "a.xlsx", "password"),
        (encrypted, "a.ods", "password"),
        (archive({"xl/workbook.bin": b"x"}), "a.xlsb", "other_workbook"),
        (archive({"word/document.xml": "<a/>"}), "a.xlsx", "no_table_kind"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "a.xls", "other_workbook"),
    ]
    for content, name, code in cases:
        with pytest.raises(SheetError) as caught:
            read(content, name).tables()
        assert (caught.value.code, caught.value.where.file) == (code, name)


def test_a_macro_is_not_read_and_told():
    content = workbook({"S": [HEAD, *ROWS]})
    found = io.BytesIO(content)
    with zipfile.ZipFile(found, "a") as file:
        file.writestr("xl/vbaProject.bin", b"x")
    book = read(found.getvalue(), "a.xlsm")
    assert [note.code for note in book.notes] == ["macro"]
    assert len(book.tables()[0]) == 5


def test_cells_that_opendocument_repeats_count_as_often():
    cell = '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="7"/>'
    head = "".join(f"<table:table-cell><text:p>{name}</text:p></table:table-cell>" for name in "abc")
    text = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    rows = f'<table:table-row table:number-rows-repeated="3">{text}{cell}</table:table-row>'
    body = f"<table:table-row>{head}</table:table-row>{rows}"
    (table,) = read(ods_of(f'<table:table table:name="S">{body}</table:table>'), "a.ods").tables()
    assert [row.cells for row in table.rows()] == [["x", 7, 7]] * 3


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(rows=3), "too_many_rows"),
        (Limits(columns=2), "too_many_columns"),
        (Limits(cells=10), "too_many_cells"),
        (Limits(file_bytes=10), "too_large"),
        (Limits(sheets=1), "too_many_sheets"),
    ],
)
def test_limits_are_settings(limits, code):
    content = workbook({"S": [HEAD, *ROWS], "T": [HEAD, *ROWS]})
    with pytest.raises(SheetError) as caught:
        read_book(content, "a.xlsx", limits)
    assert caught.value.code == code


def test_a_number_beyond_all_is_a_fault_of_its_cell_and_no_error_of_the_reader():
    table = read(b"PO,Qty\r\n1,5\r\n2,1e400\r\n3,1e-400\r\n", "a.csv").tables()[0]
    lines = list(table.lines({"Qty": "number"}))
    assert [line.values["Qty"] for line in lines] == [5, None, 0]
    assert [fault.code for line in lines for fault in line.faults] == ["not_finite"]


def test_a_last_row_that_ends_in_blanks_is_read():
    table = read(b"PO,Qty,Note\r\n1,5,a\r\n2,6, \r\n", "a.csv").tables()[0]
    assert [row.cells for row in table.rows()] == [["1", "5", "a"], ["2", "6", None]]


def test_a_first_row_of_words_that_repeat_is_no_second_head():
    head = ["Code", "Name", "Arrive", "Leave", "Made"]
    table = read(workbook({"S": [head, ["ASN2", "아산", "예", "예", "예"], ["B9", "9", "예", "아니요", "예"]]})).tables()[0]
    assert (table.names, len(table)) == (head, 2)


def test_two_heads_of_which_the_lower_repeats_are_two():
    heads = [["Order", "Item", "Asked"], ["No", "No", "Qty"]]
    table = read(workbook({"S": [*heads, ["45", "KB-1", 5], ["46", "KB-2", 6]]})).tables()[0]
    assert (table.names, len(table)) == (["Order/No", "Item/No", "Asked/Qty"], 2)


@pytest.mark.parametrize(
    ("heads", "cells", "wanted"),
    [
        ("id;n", ["1,200", "3"], "decimal"),
        ("id;n", ["1,200 EA", "3"], ""),
        ("id;n", ["1.200 Stk", "3"], ""),
        ("id;n", ["₩1,200"], ""),
        ("id;n", ["1,200 kg"], "decimal"),
        ("품번;수량", ["1,200"], ""),
        ("품번;수량", ["1.200"], "decimal"),
    ],
)
def test_a_sign_is_assumed_only_where_nothing_decides_it(heads, cells, wanted):
    (table,) = read("\n".join([heads, *(f"{n};{cell}" for n, cell in enumerate(cells))]).encode(), "a.csv").tables()
    assert table.assumed(table.names[1]) == wanted


def test_another_sheet_of_the_file_tells_the_sign():
    rows = {"A": [["Item", "n"], ["x", "1,200"], ["y", "3"]], "B": [["Part", "Preis"], ["x", "1.200,50"], ["y", "2,25"]]}
    first = next(table for table in read(workbook(rows)).tables() if "n" in table.names)
    assert (first.assumed("n"), first.decimal("n")) == ("", ",")


@pytest.mark.parametrize("third", [["X", ";"], ["Z@@", "-"]])
def test_rows_of_words_below_a_fuller_row_or_words_of_their_own_are_no_second_head(third):
    """Found by a random table of sites: the two rows over its first number were taken for its heads."""
    heads = ["Code", "Name", "English name", "Address", "Receives", "Ships", "Produces"]
    rows = [["A9X", "@15,"], third, ["=", ";"], ["=", ";", None, None, None, "Yes", "Yes"], ["0", "0"]]
    lines = [heads, *([*row, *[None] * (7 - len(row))] for row in rows)]
    content = "\n".join("\t".join(cell or "" for cell in line) for line in lines).encode()
    (table,) = read_book(content, "sites.txt").tables()
    assert table.names == heads
    assert len(list(table.rows())) == 5
