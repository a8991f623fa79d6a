"""The file in which a supplier answers is offered where it answers, and what it leads to is that file."""

import io

import pytest
from openpyxl import load_workbook

from apps.orders import services as orders
from tests.chain import schedule_of
from tests.world import as_person, published

FILE, BACK = 'href="/imports/kinds/answers/"', 'href="/imports/?kind=answers"'
PAGES = ("/supplying/answers/", "/orders/?view=unanswered")
MANY = (10, 20, 30, 40, 50, 60)


def flat(page) -> str:
    return " ".join(page.content.decode().split())


@pytest.mark.parametrize("address", [*PAGES, "/"])
def test_the_file_is_offered_where_many_lines_wait(world, client_of, address):
    """The bug: it was led to from the page of imports only, below a fold."""
    order = published(world, quantities=MANY)
    supplier = client_of("supplier")
    page = flat(supplier.get(address))
    assert FILE in page
    assert BACK in page
    sheet = load_workbook(io.BytesIO(supplier.get("/imports/kinds/answers/").content)).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [order.number] * len(MANY)
    assert '<option value="answers" selected>' in flat(supplier.get("/imports/?kind=answers"))


def test_it_is_told_in_korean(world, client_of):
    published(world, quantities=MANY)
    supplier = client_of("supplier")
    supplier.post("/language/", {"language": "ko", "next": "/"})
    for address in (*PAGES, "/"):
        page = flat(supplier.get(address))
        assert "파일로 회신" in page
        assert "회신할 납기 일정 Excel 파일" in page


def test_the_first_page_leaves_it_out_for_a_few_lines_and_all_pages_where_nothing_waits(world, client_of):
    order = published(world, quantities=MANY[:5])
    supplier = client_of("supplier")
    assert FILE not in flat(supplier.get("/"))
    assert FILE in flat(supplier.get("/supplying/answers/"))
    with as_person(world, "supplier"):
        orders.accept_asked(schedule_line_ids=[line.pk for line in schedule_of(order)], seen={})
    assert FILE not in flat(supplier.get("/supplying/answers/"))


def test_who_does_not_answer_is_not_offered_it(world, client_of):
    published(world, quantities=MANY)
    for who in ("buyer", "receiver"):
        client = client_of(who)
        for address in ("/", "/orders/?view=unanswered"):
            assert FILE not in flat(client.get(address))
