"""The awkward tables of `tests/federated/tables` come in as people read them; hostile ones are refused or told."""

import json
import random
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest

from apps.common.errors import DomainError
from apps.exchange.incoming import reading, services
from apps.exchange.incoming.exporting import workbook
from apps.exchange.incoming.mapping import kinds, propose
from apps.exchange.models import Import
from apps.masterdata.models import Part
from apps.masterdata.services import create_part
from tests.federated.hostile import hostile
from tests.world import as_person, in_days

from .tables import csv, received, states, xlsx

FOLDER = Path(__file__).resolve().parents[2] / "federated" / "tables"
EXPECTED = json.loads((FOLDER / "expected.json").read_text())["files"]
HOSTILE = 100
# File → kind, and field → head that is sure by its name.
SURE = {
    "01_preamble_merged_total.xlsx": (
        "orders",
        {
            **{"number": "발주번호", "line": "행", "partner": "협력사", "part": "품번", "quantity": "수량", "unit": "단위"},
            **{"unit_price": "단가(USD)", "requested_date": "납기일"},
        },
    ),
    "02_two_header_rows.xlsx": (
        "orders",
        {
            **{"number": "Bestellung/Nr.", "line": "Bestellung/Pos.", "part": "Artikel/Nr.", "quantity": "Menge/bestellt"},
            **{"unit": "Artikel/ME", "requested_date": "Termin/Wunsch"},
        },
    ),
    "03_korean_cp949.csv": (
        "orders",
        {
            **{"number": "발주번호", "part": "품번", "quantity": "발주수량", "unit": "단위", "unit_price": "단가"},
            **{"requested_date": "납기일자", "partner": "협력업체", "note": "비고"},
        },
    ),
    "04_semicolon_decimal_comma.csv": (
        "orders",
        {
            **{"number": "Bestellnummer", "line": "Position", "part": "Artikel", "quantity": "Menge", "unit": "Einheit"},
            **{"unit_price": "Preis", "requested_date": "Liefertermin"},
        },
    ),
    "05_mixed_dates.csv": (
        "orders",
        {"number": "PO", "line": "Line", "part": "Item", "quantity": "Qty", "requested_date": "Due date"},
    ),
    "06_wide_weeks.xlsx": ("demand-plan", {"part": "Material"}),
    "07_formulas.xlsx": (
        "orders",
        {"number": "PO", "line": "Pos", "part": "Item", "quantity": "Qty", "unit_price": "Price", "requested_date": "Due"},
    ),
    "08_three_sheets_one_hidden.xlsx": (
        "answers",
        {"number": "발주번호", "part": "품번", "day": "납품예정일", "quantity": "납품수량"},
    ),
    "10_duplicates.csv": (
        "orders",
        {"number": "PO No", "line": "Line", "part": "Item", "quantity": "Qty", "requested_date": "Due"},
    ),
    "11_excel_unicode_text_utf16.txt": (
        "stock",
        {"part": "품번", "quantity": "재고수량", "site": "창고", "as_of": "기준일시"},
    ),
    "12_stock_units_in_cells.xlsx": (
        "stock",
        {"part": "Item no.", "quantity": "Qty on hand", "lot": "Lot"},  # “Counted on” holds bare numbers: it is asked
    ),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_table_is_found_with_its_rows(world, name):
    with as_person(world, "buyer"):
        made = services.receive(content=(FOLDER / name).read_bytes(), name=name)
        found = made.tables[0]
        assert found["rows"] == EXPECTED[name]["data_rows"]
        wanted = {head for head in EXPECTED[name]["columns"] if not head.startswith("other ") and "columns" not in head}
        assert wanted <= {head["name"] for head in found["heads"]}


@pytest.mark.parametrize("name", sorted(SURE))
def test_its_columns_are_known_by_name(world, name):
    kind, wanted = SURE[name]
    with as_person(world, "supplier" if kind == "answers" else "buyer"):
        heads = reading.kept_of(*reading.read((FOLDER / name).read_bytes(), name))[0]["heads"]
        found = {one.field.name: one.head for one in propose(kinds()[kind], heads) if one.head}
        assert {field: found.get(field) for field in wanted} == wanted


@pytest.mark.parametrize("name", [path.name for path in sorted((FOLDER / "puris").glob("*.xlsx"))])
def test_the_templates_of_puris_are_read(world, name):
    with as_person(world, "buyer"):
        made = services.receive(content=(FOLDER / "puris" / name).read_bytes(), name=name)
        known = {one["name"] for one in made.tables[0]["heads"]}
        assert {"ownMaterialNumber", "quantity", "unitOfMeasurement"} <= known
        if name.startswith("stock"):
            assert made.kind == "stock"
            assert {"part", "quantity", "unit", "site", "status", "as_of"} <= set(made.mapping)


def test_same_line_twice_once_and_contradicting(world):
    """10_duplicates: what is one row twice counts once, and a line with two quantities is asked."""
    with as_person(world, "buyer"):
        _book, tables = reading.read((FOLDER / "10_duplicates.csv").read_bytes(), "d.csv")
        numbers = {str(line.values["Item"]).strip().upper() for line in tables[0].lines({"Item": "text"})}
        for number in numbers:
            create_part(number=unicodedata.normalize("NFKC", number), name="x")
        made = services.receive(content=(FOLDER / "10_duplicates.csv").read_bytes(), name="d.csv", kind="orders")
        services.say_columns(import_id=made.pk, mapping=made.mapping, constants={"partner": "V1"})
        services.check_import(import_id=made.pk)
        told = [row.faults[0]["code"] for row in made.rows.order_by("place") if row.faults]
        assert made.rows.count() == 16
        assert told.count("held") == EXPECTED["10_duplicates.csv"]["duplicates_after_cleaning"]
        assert told.count("row_twice") == 2


@pytest.mark.parametrize("seed", range(HOSTILE))
def test_a_hostile_file_is_refused_or_its_rows_are_told(world, seed):
    name, content = hostile(seed)
    with as_person(world, "buyer"):
        try:
            made = services.receive(content=content, name=name, kind="parts")
            services.say_columns(import_id=made.pk, mapping=made.mapping, constants={"name": "이름", "number": "N-1"})
            services.check_import(import_id=made.pk)
        except DomainError:
            return  # in words of its own, not as an error of the server
        assert sum(Import.objects.get(pk=made.pk).counts.values()) == made.rows.count()


CELLS = (
    "=cmd|' /C calc'!A0",
    "+82-2",
    "\u202eabc",
    "a\x07b",
    "１２",
    "NaN",
    "1e400",
    "-5",
    "",
    " ",
    "예",
    "𝕏" * 300,
    "#N/A",
    "9" * 40,
)


@pytest.mark.parametrize("seed", range(20))
def test_odd_cells_under_right_heads_are_faults_of_their_rows(world, seed):
    order = random.Random(seed)
    heads = ["발주번호", "행", "협력사", "품번", "수량", "단위", "단가", "납기일", "비고"]
    good = ["PO-1", "10", "V1", "BRK-2210", "5", "EA", "3", str(in_days(9)), ""]
    rows = [[order.choice(CELLS) if order.random() < 0.3 else cell for cell in good] for _n in range(12)]
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    with as_person(world, "buyer"):
        made = received(csv(",".join(heads), *quoted), kind="orders", mapping=dict(zip(ORDER_FIELDS, heads, strict=True)))
        for row in made.rows.filter(state="error"):
            assert all(fault["rule"] for fault in row.faults)


ORDER_FIELDS = ("number", "line", "partner", "part", "quantity", "unit", "unit_price", "requested_date", "note")


@pytest.mark.parametrize("seed", range(10))
def test_random_parts_come_back_from_their_own_export_without_a_difference(world, seed):
    order = random.Random(seed)
    signs = "ABC가나다 0123456789-+=@._/()"
    with as_person(world, "buyer"):
        for n in range(order.randrange(1, 12)):
            name = "".join(order.choice(signs) for _m in range(order.randrange(1, 30))).strip() or "x"
            create_part(
                number=f"{order.choice('0=+-@A')}{n}-{order.randrange(10**6)}",
                name=name,
                unit=order.choice(("H87", "KGM", "MTR")),
                revision=order.choice(("", "01", "B")),
                is_critical=order.random() < 0.5,
            )
        made = received(workbook(kinds()["parts"]), "parts.xlsx", kind="parts")
        assert set(states(made)) == {"same"}
        assert made.rows.count() == Part.objects.count()


def test_prices_in_another_currency_than_agreed_are_refused(world):
    rows = xlsx([["발주번호", "협력사", "품번", "수량", "단가(USD)", "납기일"], ["1", "V1", "BRK-2210", 5, 2.5, in_days(9)]])
    with as_person(world, "buyer"):
        made = received(rows, "usd.xlsx", kind="orders")
        row = made.rows.get()
        assert (row.state, row.faults[0]["code"], Decimal(row.values["unit_price"])) == (
            "error",
            "other_currency",
            Decimal("2.5"),
        )
