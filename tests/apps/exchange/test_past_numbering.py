"""Which line a row of past deliveries is, and with which rows it comes in: arithmetic."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from apps.exchange.past import numbering

DAY = date(2020, 3, 2)


def row(order, shipment="", partner="V1", part="P", quantity=1, **more):
    given = {"number": order, "shipment": shipment, "partner": partner, "part": part, "quantity": quantity}
    return {**given, "unit_price": None, "requested_date": DAY, "received_on": DAY, **more}


def test_without_a_number_what_came_of_an_order_on_a_day_is_a_delivery():
    assert numbering.paper(row("A")) == "A/20200302"
    assert len(numbering.paper(row("A" * 40))) == 40
    assert numbering.paper(row("A", "D-1")) == "D-1"


def test_orders_hang_together_by_deliveries_and_deliveries_by_orders():
    rows = [row("A", "1"), row("A", "2"), row("B", "2"), row("C", "3"), row("D", "3", partner="V2")]
    numbering.join(rows)
    names = [one["of"] for one in rows]
    assert names[0] == names[1] == names[2]
    assert len({names[0], names[3], names[4]}) == 3, "two suppliers may use one number"
    wrong = [row("B", None, received_on=None), row("Z", "3"), {"number": "Y", "partner": None}, {"number": None}]
    assert numbering.groups_of_wrong(wrong, rows) == [names[0], names[3], "order y", None]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=8), st.data())
def test_in_whatever_order_a_file_has_them_rows_are_the_lines_that_say_the_same(quantities, data):
    stands = [row("A", "1", quantity=quantity) for quantity in quantities]
    rows = [row("a", "1", part="p", quantity=quantity) for quantity in data.draw(st.permutations(quantities))]
    numbering.number(rows, stands)
    assert sorted(one["nth"] for one in rows) == list(range(len(quantities)))
    assert all(stands[one["nth"]]["quantity"] == one["quantity"] for one in rows)


def test_a_row_that_says_otherwise_is_the_line_that_is_left_and_a_further_one_is_new():
    stands = [row("A", "1", quantity=1), row("A", "1", quantity=2)]
    rows = [row("A", "1", quantity=9), row("A", "1", quantity=1), row("A", "1", quantity=8)]
    numbering.number(rows, stands)
    assert [one["nth"] for one in rows] == [1, 0, 2]
