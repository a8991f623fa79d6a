"""One act on all rows that a list is asked for, whichever page they stand on."""

import html
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.orders.models import PurchaseOrder, ScheduleLine
from apps.orders.statuses import Collaboration
from apps.ui import bulk
from apps.ui.models import BulkResult
from tests.world import as_if, as_person, draft, in_days, published

DRAFTS = "/orders/?side=buyer&view=draft"


def offered(client, address: str = DRAFTS) -> tuple[str, dict[str, int]]:
    """The rows as the form sends them, and how many each act fits."""
    page = client.get(f"{address}&show=matching").content.decode()
    rows, fits = re.search(r'name="rows" value="([^"]*)"', page), re.search(r'data-fits="([^"]*)"', page)
    return (rows[1], json.loads(html.unescape(fits[1]))) if rows and fits else ("", {})


def send(client, rows: str, act: str = "publish", **more):
    return client.post(
        "/lists/orders/bulk/", {"act": act, "rows": rows, "query": "side=buyer&view=draft", **more}, follow=True
    )


def count(world, status: str) -> int:
    with as_person(world, "buyer"):
        return PurchaseOrder.objects.filter(status=status).count()


def test_all_pages_are_sent_in_one_act_with_a_result_for_each(world, client_of):
    for _n in range(40):
        draft(world)
    published(world)
    buyer = client_of("buyer")
    first = buyer.get(DRAFTS).content.decode()
    assert first.count('name="row"') == 25
    assert "data-matching" in first
    rows, fits = offered(buyer)
    assert len(rows.split(",")) == fits["publish"] == fits["discard"] == 40
    with CaptureQueriesContext(connection) as queries:
        page = send(buyer, rows).content.decode()
    assert count(world, Collaboration.PUBLISHED) == 41
    assert "Done: 40. Not possible: 0." in page
    assert len([q for q in queries if "orders_" in q["sql"]]) < 40, "by the batch, not by the order"
    with as_person(world, "buyer"):
        assert len(BulkResult.objects.get().rows) == 40


def test_what_is_refused_stands_first_and_all_or_none_holds_for_all_pages(world, client_of):
    orders = [draft(world) for _n in range(30)]
    with as_person(world, "buyer"):
        as_if(ScheduleLine.objects.filter(order=orders[0]), requested_date=in_days(-1))
    buyer = client_of("buyer")
    rows, _fits = offered(buyer)
    page = send(buyer, rows, mode="whole")
    assert count(world, Collaboration.DRAFT) == 30
    assert page.context["rows"][0][1] == orders[0].number
    send(buyer, rows)
    assert count(world, Collaboration.DRAFT) == 1


def test_one_page_offers_no_more_than_itself_and_a_list_that_is_too_long_says_so(world, client_of, monkeypatch):
    for _n in range(3):
        draft(world)
    buyer = client_of("buyer")
    assert "data-matching" not in buyer.get(DRAFTS).content.decode()
    for module in ("apps.ui.bulk", "apps.ui.answers", "apps.ui.listing"):
        monkeypatch.setattr(f"{module}.MOST_TOGETHER", 2)
    assert "More than 2 rows match" in buyer.get(f"{DRAFTS}&show=matching").content.decode()


def test_an_act_that_goes_row_by_row_takes_fewer(world, client_of, monkeypatch):
    for _n in range(3):
        draft(world)
    buyer = client_of("buyer")
    monkeypatch.setattr(bulk, "MOST", 2)
    rows, fits = offered(buyer)
    assert fits == {"publish": 3}
    assert "An act on rows needs 1 to 2 of them." in send(buyer, rows, "discard").content.decode()
    assert count(world, Collaboration.DRAFT) == 3


@pytest.mark.parametrize("rows", ["nonsense", ",,", "0", "999999999"])
def test_rows_that_are_none_change_nothing(world, client_of, rows):
    draft(world)
    assert send(client_of("buyer"), rows).status_code in (200, 422)
    assert count(world, Collaboration.DRAFT) == 1


def test_another_firms_drafts_are_not_sent_by_naming_them(world, client_of):
    order = draft(world)
    client_of("supplier").post("/lists/orders/bulk/", {"act": "publish", "rows": str(order.pk), "query": "side=buyer"})
    assert count(world, Collaboration.DRAFT) == 1
