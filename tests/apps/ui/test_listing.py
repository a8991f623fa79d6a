"""Lists: order, pages both ways, filters, columns, sums, files."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from apps.common.errors import InvalidParameter
from apps.orders.lists import OrderList
from apps.orders.models import PurchaseOrder
from tests.world import as_if, as_person, in_days, published

DUE = [in_days(n) if n is not None else None for n in (5, 3, None, 3, 9, None, None, 1)]


@pytest.fixture
def orders(world):
    """Eight published orders; three of them have no day that they are due, two are due on one."""
    made = [published(world) for _ in DUE]
    with as_person(world, "buyer"):
        for index, (order, due) in enumerate(zip(made, DUE, strict=True)):
            as_if(PurchaseOrder.objects.filter(pk=order.pk), due_date=due, amount=Decimal(1000 * index))
    return made


def pages(**asked):
    """Ids of the pages from first to last, then from last to first by the way back."""
    forwards, backwards = [], []
    found = OrderList({**asked, "side": "buyer"})
    found.page_size = 3
    while True:
        forwards.append([row["id"] for row in found.page.rows])
        if not found.page.later:
            break
        found = OrderList({**asked, "side": "buyer", "cursor": found.page.later})
        found.page_size = 3
    while True:
        backwards.insert(0, [row["id"] for row in found.page.rows])
        if not found.page.earlier:
            return forwards, backwards
        found = OrderList({**asked, "side": "buyer", "cursor": found.page.earlier, "back": "1"})
        found.page_size = 3


@pytest.mark.parametrize("sort", ["due", "-due", "amount", "-amount", "ordered", "-ordered"])
def test_pages_hold_every_row_once_in_order_and_lead_back(world, orders, sort):
    with as_person(world, "buyer"):
        forwards, backwards = pages(sort=sort)
        rows = {row["id"]: row for row in PurchaseOrder.objects.values()}
    field = {"due": "due_date", "amount": "amount", "ordered": "order_date"}[sort.lstrip("-")]
    ids = [pk for page in forwards for pk in page]
    assert sorted(ids) == sorted(rows)
    assert [pk for page in backwards for pk in page] == ids
    values = [rows[pk][field] for pk in ids]
    filled = [value for value in values if value is not None]
    assert values == filled + [None] * (len(values) - len(filled))
    assert all((a >= b) if sort.startswith("-") else (a <= b) for a, b in pairwise(filled))


def test_filters_narrow_and_are_told(world, orders):
    with as_person(world, "buyer"):
        found = OrderList({"due_from": str(in_days(3)), "due_until": str(in_days(5)), "partner": str(orders[0].supplier_id)})
        assert {row["id"] for row in found.page.rows} == {orders[0].pk, orders[1].pk, orders[3].pk}
        assert [label for label, _words, _to in found.tools.chips()] == ["Partner", "Next due from", "Next due until"]
        assert str(world.supplier) in found.tools.chips()[0][1]
        assert "partner" not in found.tools.chips()[0][2]
        assert not OrderList({"due_from": str(in_days(30))}).page.rows
        assert OrderList({"due_from": str(in_days(30))}).nothing == "Nothing matches the filters."


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"sort": "price"}, "sort"),
        ({"sort": "part"}, "sort"),
        ({"column": "margin"}, "column"),
        ({"due_from": "tomorrow"}, "due_from"),
        ({"partner": "999999"}, "partner"),
        ({"state": "lost"}, "state"),
    ],
)
def test_what_the_list_does_not_have_is_refused_with_its_place(world, orders, client_of, asked, place):
    with as_person(world, "buyer"), pytest.raises(InvalidParameter) as refused:
        found = OrderList(asked)
        list(found.page_rows), found.tools.heads()
    assert refused.value.place == place
    assert client_of("buyer").get("/orders/", asked).status_code == 400


def test_chosen_columns_stand_in_their_order_and_the_first_always(world, orders, client_of):
    page = client_of("buyer").get("/orders/?column=amount&column=partner").content.decode()
    assert 'data-head="Amount"' in page
    assert 'data-head="Promised"' not in page
    assert page.index('data-head="Order"') < page.index('data-head="Supplier"') < page.index('data-head="Amount"')
    assert "column=amount" in page  # kept by what leads on


def test_sums_are_of_all_that_is_found(world, orders, client_of):
    answer = client_of("buyer").get(f"/orders/?due_from={in_days(1)}&show=sums").content.decode()
    total = sum(1000 * index for index, due in enumerate(DUE) if due)
    assert f"₩{total:,}" in answer


@pytest.mark.parametrize("asked", ["", "?sort=-due", "?due_from={day}&sort=amount", "?column=amount"])
def test_a_list_takes_four_statements_however_it_is_asked_for(world, orders, client_of, asked):
    client = client_of("buyer")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/orders/" + asked.format(day=in_days(-9))).status_code == 200
    door = ("accounts_door", "SAVEPOINT", "SELECT set_config", "events_", "accounts_", "django_session")
    found = [q["sql"] for q in queries if not any(word in q["sql"] for word in door)]
    assert len(found) <= 4, found


def lines_of(answer):
    return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def test_a_csv_holds_what_is_shown_and_no_more(world, orders, client_of):
    head, *lines = lines_of(
        client_of("buyer").get(f"/orders/?due_from={in_days(3)}&sort=due&column=due&column=amount&file=csv")
    )
    assert head == ["Order", "Next due", "Amount", "Currency"]
    expected = sorted((due, order.number, index) for index, (order, due) in enumerate(zip(orders, DUE, strict=True)) if due)
    expected = [row for row in expected if row[0] >= in_days(3)]
    assert [(line[1], line[2], line[3]) for line in lines] == [(str(d), str(1000 * i), "KRW") for d, _n, i in expected]


def test_a_workbook_has_typed_cells(world, orders, client_of):
    answer = client_of("buyer").get("/orders/?sort=amount&column=due&column=amount&file=xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    head, *rows = sheet.iter_rows(values_only=True)
    assert head == ("Order", "Next due", "Amount", "Currency")
    assert [row[2] for row in rows] == [1000 * index for index in range(len(DUE))]
    assert [row[1].date() if row[1] else None for row in rows] == DUE


@pytest.mark.parametrize("name", ["=1+1", "+SUM(A1)", "-2", "@cmd", "=HYPERLINK(1)"])
def test_text_that_looks_like_a_formula_is_inert_in_both_files(world, orders, client_of, name):
    with as_person(world, "buyer"):
        as_if(PurchaseOrder.objects.filter(pk=orders[0].pk), number=name)
    client = client_of("buyer")
    _head, *lines = lines_of(client.get("/orders/?column=due&file=csv"))
    assert f"'{name}" in {line[0] for line in lines}
    answer = client.get("/orders/?column=due&file=xlsx")
    cells = [row[0] for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows(min_row=2)]
    assert (name, "s") in {(cell.value, cell.data_type) for cell in cells}


def test_another_supplier_gets_an_empty_file_and_who_may_not_see_orders_none(world, orders, client_of):
    assert len(lines_of(client_of("stranger").get("/orders/?file=csv"))) == 1
    assert client_of("coordinator").get("/orders/?file=csv").status_code == 403


def test_the_days_of_a_filter_are_both_included(world, orders):
    with as_person(world, "buyer"):
        day = in_days(9)
        assert len(OrderList({"due_from": str(day), "due_until": str(day)}).page.rows) == 1
        assert not OrderList({"due_from": str(day + timedelta(days=1))}).page.rows
