"""Order confirmations as records, as Coupa's suppliers send them; and the heads that ECOUNT writes over its sheets."""

from decimal import Decimal

import pytest

from apps.exchange.incoming import loading, services
from apps.exchange.incoming.mapping import kinds, propose
from apps.exchange.incoming.painted import painted
from apps.exchange.incoming.reading import kept_of, notes_of, read
from apps.exchange.incoming.records import flat
from tests.chain import schedule_of
from tests.world import as_person, in_days, published

from .tables import csv, received, states

HEADS = (
    "Header,PO number,Action,Reason Code,Reason Comment",
    "Line,Line Number,Action,Quantity,Price,Promise date,Reason Code,Reason Comment",
    "Schedule Line,Order Line Number,Id,Action,Quantity,Delivery Date",
)


def rows_of(content: bytes) -> list[list[str]]:
    told = flat(content)
    assert told is not None
    return [line.split(",") for line in told.decode("utf-8-sig").splitlines()[1:]]


def test_a_line_a_split_line_and_a_rejected_one_become_rows():
    file = csv(
        *HEADS,
        "Header,PO-7,line_level,,",
        "Line,10,accept,100,,2027-01-08,,",
        "Line,20,propose_change,40,,,material,later",
        "Schedule Line,20,,add,30,2027-01-09",
        "Schedule Line,20,4,delete,5,2027-01-10",
        "Schedule Line,20,,add,10,2027-01-16",
        "Line,30,reject,,,,capacity,",
        "Header,PO-8,accept,,",
    )
    assert rows_of(file) == [
        ["PO-7", "10", "100", "2027-01-08", "", ""],
        ["PO-7", "20", "30", "2027-01-09", "material", "later"],
        ["PO-7", "20", "10", "2027-01-16", "material", "later"],
        ["PO-7", "30", "0", "", "capacity", ""],
        ["PO-8", "", "", "", "", ""],
    ]


def test_columns_in_another_order_and_named_on_behalf_are_found():
    file = csv(
        "Header,PO number,Action On Behalf of Supplier",
        "Line,Order Line Number,Promise date On Behalf of Supplier,Quantity On Behalf of Supplier",
        "Header,PO-7,line_level",
        "Line,10,2027-01-08,100",
    )
    assert rows_of(file) == [["PO-7", "10", "100", "2027-01-08", "", ""]]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Header,PO number,Action\r\n",
        b"Header,Part,Quantity\r\n1,BRK,5\r\n",
        csv(*HEADS, 'Header,"PO-7,line_level,,'),
        "Header,PO number\nLine,Line Number\nHeader,발주\n".encode("utf-16"),
    ],
)
def test_what_is_no_such_file_is_left_to_the_reader_of_tables(content):
    assert flat(content) is None


def test_a_supplier_answers_with_such_a_file(world):
    order = published(world, quantities=(100, 40))
    first, second = schedule_of_supplier(world, order)
    day, later = first.requested_date, in_days(30)
    file = csv(
        *HEADS,
        f"Header,{order.number},line_level,,",
        f"Line,10,accept,100,,{day},,",
        "Line,20,propose_change,40,,,material,steel is late",
        f"Schedule Line,20,,add,15,{second.requested_date}",
        f"Schedule Line,20,,add,25,{later}",
    )
    with as_person(world, "supplier"):
        made = received(file, "confirmation.csv")
        assert (made.kind, states(made)) == ("answers", ["new"] * 3)
        assert services.is_ready(made)
        assert "one row" in " ".join(notes_of(made.tables[0]))
        loading.load(import_id=made.pk)
    first, second = schedule_of_supplier(world, order)
    assert (first.status, first.confirmed_quantity, second.status) == ("confirmed", Decimal(100), "change_proposed")


def test_an_order_without_lines_is_asked_for_and_the_painted_file_is_one_that_loads(world):
    order = published(world)
    with as_person(world, "supplier"):
        made = received(csv(*HEADS[:2], f"Header,{order.number},accept,,"), "confirmation.csv", kind="answers")
        told = made.rows.get().faults
        assert [(one["field"], one["code"]) for one in told] == [("quantity", "value_missing")]
        heads = kept_of(*read(painted(made), "painted.xlsx"))[0]["heads"]
        assert {"PO number", "Confirmed quantity"} <= {head["name"] for head in heads}


def schedule_of_supplier(world, order):
    with as_person(world, "supplier"):
        return schedule_of(order)


def test_heads_of_a_sheet_of_ecount_are_known_and_two_for_one_thing_are_asked(world):
    """Its sheet of sales names the partner twice, by code and by name."""
    file = csv(
        "일자,순번,거래처코드,거래처명,품목코드,품목명,규격,수량,단가,공급가액,부가세,적요",
        "2027-01-08,1,C1,가,P-1,나,,5,100,500,50,급함",
    )
    with as_person(world, "buyer"):
        found = {one.field.name: one for one in propose(kinds()["orders"], kept_of(*read(file, "e.csv"))[0]["heads"])}
    assert {name: found[name].head for name in ("line", "part", "quantity", "unit_price", "note")} == {
        **{"line": "순번", "part": "품목코드", "quantity": "수량", "unit_price": "단가", "note": "적요"},
    }
    assert (found["partner"].head, found["partner"].candidates) == ("", ["거래처코드", "거래처명"])
