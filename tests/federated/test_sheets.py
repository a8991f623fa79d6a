"""Awkward tables are read as `tables/expected.json` says; who wrote them stands in the README beside it."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from federated.sheets.profile import text_of
from federated.sheets.read import Book, alike, read_book
from federated.sheets.table import Table

FOLDER = Path(__file__).parent / "tables"
EXPECTED = json.loads((FOLDER / "expected.json").read_text())["files"]
NUMBERS = ("quantity", "price", "amount", "tax", "share", "number", "stock")
DATES = ("date", "as_of")


def read(name: str) -> tuple[Book, Table]:
    book = read_book(FOLDER / name)
    return book, book.tables()[0]


def kind_of(meaning: str) -> str:
    if any(word in meaning for word in DATES) and "quantity" not in meaning:
        return "date"
    return "number" if any(word in meaning for word in NUMBERS) and meaning != "po_number" else "text"


def values(table: Table, column: str, kind: str) -> list:
    return [line.values[column] for line in table.lines({column: kind})]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_awkward_table_is_read_as_people_read_it(name):
    wanted = EXPECTED[name]
    book, table = read(name)
    assert len(table) == wanted["data_rows"] == len(list(table.rows()))
    single = {name for name in wanted["columns"] if not name.startswith("other ") and "columns" not in name}
    assert single <= set(table.names)
    for one in wanted["spot_values"]:
        kind = kind_of(wanted["columns"].get(one["column"], "quantity"))
        found = values(table, one["column"], kind)[one["row"] - 1]
        assert (text_of(found) if kind == "date" else found) == one["value"], one
    if "sheet" in wanted:
        assert table.sheet.name == wanted["sheet"]
    if "header_row" in wanted:
        rows = wanted["header_row"]
        assert table.head_rows == (tuple(rows) if isinstance(rows, list) else (rows, rows))
    for word in ("encoding", "delimiter"):
        if word in wanted:
            assert getattr(book, word) == wanted[word]


def test_a_total_a_closing_sentence_and_merged_cells_are_told():
    _book, table = read("01_preamble_merged_total.xlsx")
    notes = {note.code: note for note in table.notes}
    assert {"title_rows", "total_rows", "foot_rows", "merged"} == set(notes)
    assert notes["total_rows"].where.row == 32
    assert notes["foot_rows"].told("ko") == "01_preamble_merged_total.xlsx, 시트 발주현황, 34행: 표 아래 1개 행을 뺐습니다."


def test_a_decimal_comma_makes_thousands_of_points_in_the_whole_column():
    _book, table = read("04_semicolon_decimal_comma.csv")
    assert [table.decimal(name) for name in ("Menge", "Preis", "Betrag")] == [",", ",", ","]
    assert values(table, "Menge", "number")[4] == 1000.0


def test_one_column_proves_the_order_of_days_and_months_for_the_others():
    _book, table = read("05_mixed_dates.csv")
    assert (table.order("Order date"), table.order("Due date")) == ("dmy", "dmy")
    faults = [fault for line in table.lines({"Due date": "date"}) for fault in line.faults]
    assert [(fault.code, fault.place.row, fault.value) for fault in faults] == [("not_a_date", 15, "TBD")]
    assert faults[0].error().told() == (
        "05_mixed_dates.csv, row 15, column Due date: A date stands here. Found: TBD. Remedy: Write it as 2026-03-31."
    )


def test_weeks_in_the_head_are_days_and_empty_is_not_nothing():
    _book, table = read("06_wide_weeks.xlsx")
    weeks = [head for head in table.heads if head.period]
    assert [head.period for head in (weeks[0], weeks[-1])] == [(date(2026, 3, 2), "week"), (date(2026, 6, 1), "week")]
    assert [head.name for head in table.heads if head.is_total] == ["Total"]
    long = [
        v for line in table.lines({head.name: "number" for head in weeks}) for v in line.values.values() if v is not None
    ]
    wanted = EXPECTED["06_wide_weeks.xlsx"]
    assert (sum(v != 0 for v in long), sum(long)) == (wanted["long_rows_nonzero"], wanted["long_sum"])
    assert 0 in long


def test_a_formula_counts_by_its_saved_result_and_an_error_is_none():
    _book, table = read("07_formulas.xlsx")
    assert "#N/A" in values(table, "Status", "text")
    assert table.profile("Amount").kind == "number"


def test_text_that_looks_like_a_formula_stays_text():
    _book, table = read("09_formula_injection.csv")
    assert values(table, "note", "text")[0].startswith("=HYPERLINK(")
    assert values(table, "phone", "text")[1] == "-"


def test_what_is_no_number_is_named_by_row_and_value():
    _book, table = read("14_real_scms_cr_line_ends.csv")
    wanted = EXPECTED["14_real_scms_cr_line_ends.csv"]
    for column, count in (("Weight (Kilograms)", "text_in_weight"), ("Freight Cost (USD)", "text_in_freight")):
        faults = [fault for line in table.lines({column: "number"}) for fault in line.faults]
        assert len(faults) == wanted[count]
        assert {fault.code for fault in faults} == {"not_a_number"}


def test_an_order_that_nothing_proves_is_said_to_be_assumed():
    _book, table = read("13_html_saved_as.xls")
    assert [note.value for note in table.notes if note.code == "assumed_order"] == ["26/03/07"]


def test_currencies_of_cell_formats_that_differ_are_told():
    _book, table = read("real/currency-formats-xlsx.xlsx")
    assert [(note.where.column, note.value) for note in table.notes] == [("cost_mixed", "EUR, CHF")]


def test_notes_above_and_below_are_no_rows_and_two_sheets_are_one_table():
    tables = read_book(FOLDER / "real/deaths.xlsx").tables()
    assert [(table.head_rows, len(table)) for table in tables] == [((5, 5), 10), ((5, 5), 10)]
    assert [table.sheet.name for table in alike(tables)] == ["arts", "other"]


def test_days_counted_since_1904_and_odd_xml_are_read():
    (sheet,) = read_book(FOLDER / "real/dates-1904.xls").sheets
    assert next(sheet.rows()) == [datetime(2000, 1, 1)] * 5
    _book, table = read("real/nonstandard-xml-ns-prefix.xlsx")
    assert [row.cells for row in table.rows()] == [[1, 3], [2, 4]]
    _book, table = read("real/inlineStr.xlsx")
    assert values(table, "ID", "text") == ["RQ11610"]


@pytest.mark.parametrize(
    ("name", "rows", "days"),
    [
        ("delivery", 3, "departureTime"),
        ("demand", 2, "day"),
        ("production", 4, "estimatedCompletionTime"),
        ("stock", 3, None),
    ],
)
def test_templates_of_puris_are_read(name, rows, days):
    _book, table = read(f"puris/{name}-template.xlsx")
    assert (len(table), table.head_rows) == (rows, (1, 1))
    assert table.notes == []
    assert table.names[1:4] == ["partnerBpnl", "quantity", "unitOfMeasurement"]
    assert all(isinstance(value, float) for value in values(table, "quantity", "number"))
    if days:
        assert all(isinstance(value, datetime) for value in values(table, days, "date"))


@pytest.mark.parametrize(
    ("cells", "kind", "notes"),
    [
        (["01G001", "02G002", "03G003"], "text", []),
        (["01G001", "02G001"], "text", []),
        (["12A", "13B", "14F"], "text", []),
        (["12 kg", "500 g"], "number", ["mixed_units"]),
        (["12 Skt", "14 Skt"], "number", []),
        (["12 m2", "3.5 m3"], "number", ["mixed_units"]),
    ],
)
def test_a_number_with_what_is_no_unit_is_a_code(cells, kind, notes):
    (table,) = read_book("\n".join(["no;what", *(f"{cell};x" for cell in cells)]).encode(), "parts.csv").tables()
    assert (table.profiles[0].kind, [note.code for note in table.notes]) == (kind, notes)


@pytest.mark.parametrize("count", [5, 200])
@pytest.mark.parametrize("form", ["{:%Y-%m-%d}", "{:%Y.%m.%d}", "{:%Y%m%d}"])
def test_a_plan_whose_only_word_is_the_part_has_its_days_as_heads(form, count):
    """The bug: a head of one name and many days was taken for a row, and the table had no head."""
    days = [date(2027, 1, 4) + timedelta(days=n) for n in range(count)]
    rows = [f"P-{n}," + ",".join(str(n * 7 % 13) for _day in days) for n in range(12)]
    table = read_book("\n".join([",".join(["품번", *map(form.format, days)]), *rows]).encode(), "plan.csv").tables()[0]
    assert [head.name for head in table.heads] == ["품번", *map(str, days)]
    assert [head.period for head in table.heads[1:]] == [(day, "day") for day in days]
    assert len(table) == 12


def test_the_days_of_one_thing_are_no_head():
    heads = "품목,발주일,약속일,출하일,입고일"
    rows = [f"P-{n},2026-01-{n:02},2026-02-{n:02},2026-03-{n:02},2026-04-{n:02}" for n in range(1, 13)]
    table = read_book("\n".join([heads, *rows]).encode(), "days.csv").tables()[0]
    assert table.names == heads.split(",")
    assert len(table) == 12
