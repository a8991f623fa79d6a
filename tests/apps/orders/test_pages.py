"""Query counts of the pages, and what they say."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.orders.exceptions import DateInThePast
from apps.orders.models import ChangeRequest
from apps.orders.statuses import Closure
from tests.apps.worklist.test_work import needed
from tests.chain import announced, confirmed, schedule_of
from tests.world import as_person, draft, in_days, published

DOOR = ("accounts_door", "SAVEPOINT", "SELECT set_config")


def queries_of(client, path):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200
    return response, [q["sql"] for q in queries if not any(word in q["sql"] for word in DOOR)]


@pytest.mark.parametrize("orders", [1, 12])
@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 12),
        ("/orders/", 5),
        ("/deliveries/", 4),
        ("/inspections/", 4),
        ("/stock/", 6),
        ("/tower/outlook/", 7),
        ("/inbox/", 3),
        ("/parts/", 4),
        ("/members/", 6),
        ("/search/?q=PO", 3),
    ],
)
def test_a_page_costs_the_same_for_few_and_for_many(world, client_of, path, most, orders):
    for _ in range(orders):
        published(world)
    _response, found = queries_of(client_of("buyer"), path)
    assert len(found) <= most, found


@pytest.mark.parametrize("quantities", [(5,), (5,) * 40])
def test_an_order_costs_the_same_however_long(world, client_of, quantities):
    order = published(world, quantities=quantities)
    _response, found = queries_of(client_of("supplier"), f"/orders/{order.pk}/")
    assert len(found) <= 14, found


@pytest.mark.parametrize("quantities", [(5,), (5,) * 40])
def test_what_stands_beside_its_lines_costs_the_same_however_long(world, client_of, quantities):
    """For the buyer the state of the parts at the site comes with it (`tower.needs`), and for both the deliveries."""
    order = confirmed(world, quantities=quantities)
    announced(world, order)
    needed(world, 900)
    _response, found = queries_of(client_of("supplier"), f"/orders/{order.pk}/")
    assert len(found) <= 15, found
    _response, found = queries_of(client_of("buyer"), f"/orders/{order.pk}/")
    assert len(found) <= 22, found


def test_the_supplier_sees_no_draft_and_the_buyer_does(world, client_of):
    order = draft(world)
    assert order.number in client_of("buyer").get("/orders/").content.decode()
    assert order.number not in client_of("supplier").get("/orders/").content.decode()


def test_a_draft_says_that_its_supplier_does_not_see_it_yet(world, client_of):
    shared = f"Seen by your firm and {world.supplier}, nobody else."
    page = client_of("buyer").get(f"/orders/{draft(world).pk}/").content.decode()
    assert "Seen by your firm alone, until you send it" in page
    assert shared not in page
    assert shared in client_of("buyer").get(f"/orders/{published(world).pk}/").content.decode()


def test_the_counts_beside_the_navigation(world, client_of):
    published(world)
    assert client_of("buyer").get("/counts/").json() == {"inbox": 0, "attention": 0, "expected": 0, "material": 0}
    assert client_of("supplier").get("/counts/").json() == {"inbox": 0, "asked": 1, "attention": 1, "material": 0}
    assert client_of("coordinator").get("/counts/").json() == {"inbox": 0}


def test_every_answer_carries_a_strict_policy(world, client_of):
    policy = client_of("buyer").get("/").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "connect-src 'self' ws://testserver;" in policy


def test_an_unsafe_redirect_after_switching_the_language_is_not_followed(client_of):
    response = client_of("buyer").post("/language/", {"language": "ko", "next": "//evil.example/"})
    assert response.headers["location"] == "/"


def test_broken_forms_come_back_with_what_was_typed(world, client_of):
    body = {
        "relation": world.relation.pk,
        "site": world.site.pk,
        "part": ["x"],
        "quantity": ["many"],
        "date": ["2026-13-01"],
    }
    response = client_of("buyer").post("/orders/new/", body)
    assert response.status_code == 422
    assert 'value="many"' in response.content.decode()


def test_the_rest_is_closed_on_the_order_of_the_address_whatever_its_lines_are_numbered(world, client_of):
    """The number of a chosen line once took the place of the order's own."""
    published(world, quantities=(100, 100))  # so that lines and orders are numbered apart
    order = confirmed(world, quantities=(100, 100))
    with as_person(world, "buyer"):
        chosen = [line.pk for line in schedule_of(order)]
    assert order.pk not in chosen
    fields = {"line": chosen, "reason": "demand"}
    answer = client_of("buyer").post(f"/orders/{order.pk}/close-short/", fields, follow=True)
    assert answer.redirect_chain == [(f"/orders/{order.pk}/", 302)]
    assert f"The rest of {order.number} has been closed." in answer.content.decode()
    with as_person(world, "buyer"):
        assert {line.closure for line in schedule_of(order)} == {Closure.SHORT}


@pytest.mark.parametrize("line", ["", "x", "9" * 5000, "²"])
def test_a_line_that_is_none_is_asked_for_again(world, client_of, line):
    order = confirmed(world)
    answer = client_of("buyer").post(f"/orders/{order.pk}/close-short/", {"line": line, "reason": "demand"}, follow=True)
    assert answer.redirect_chain == [(f"/orders/{order.pk}/", 302)]
    assert "Choose the lines and a reason." in answer.content.decode()


def test_a_missing_reason_stands_at_its_field_beside_all_that_is_wrong_with_the_days(world, client_of):
    order = confirmed(world)
    with as_person(world, "buyer"):
        (line,) = schedule_of(order)
    typed = {f"quantity-{line.pk}": "100", f"date-{line.pk}": in_days(-1).isoformat(), "reason": ""}
    answer = client_of("buyer").post(f"/orders/{order.pk}/change/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r'<select id="reason"[^>]*aria-invalid="true"', page)
    assert str(DateInThePast.rule) in page
    with as_person(world, "buyer"):
        assert not ChangeRequest.objects.exists()
