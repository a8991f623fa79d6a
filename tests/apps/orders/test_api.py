from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.orders.models import PurchaseOrder
from tests.world import as_person, draft, in_days, published

# Statements of the door; a test runs inside a transaction of its own, so that the door is an inner one here.
DOOR = ("accounts_token_door", "SAVEPOINT", "SELECT set_config")


def test_the_whole_way_of_an_order(world, api_of):
    buyer, supplier = api_of("buyer"), api_of("supplier")
    line = {"part": world.part.pk, "quantity": "100", "requested_date": str(in_days(10))}
    body = {"relation": world.relation.pk, "receiving_site": world.site.pk, "lines": [line, {**line, "quantity": "40"}]}
    created = buyer.post("/api/orders/", body)
    assert created.status_code == 201
    order = created.json()
    assert (order["status"], order["amount"], order["contact_name"]) == ("draft", "14000", "Buyer")
    assert supplier.get(f"/api/orders/{order['id']}/").status_code == 404
    assert buyer.post(f"/api/orders/{order['id']}/publish/").json()["status"] == "published"
    assert supplier.post(f"/api/orders/{order['id']}/acknowledge/").json()["status"] == "acknowledged"
    first, second = (row["schedule"][0]["id"] for row in order["lines"])
    answers = [
        {"schedule_line": first, "parts": [{"quantity": "100", "delivery_date": str(in_days(10))}]},
        {"schedule_line": second, "parts": [{"quantity": "40", "delivery_date": str(in_days(13))}], "reason": "material"},
    ]
    assert supplier.post(f"/api/orders/{order['id']}/answer/", {"lines": answers}).json()["status"] == "change_proposed"
    done = buyer.post(f"/api/orders/{order['id']}/accept-proposals/").json()
    assert done["status"] == "confirmed"
    assert [row["schedule"][0]["confirmed_date"] for row in done["lines"]] == [str(in_days(10)), str(in_days(13))]


def test_a_row_of_the_list_says_exactly_this(world, api_of):
    order = published(world)
    row = api_of("supplier").get("/api/orders/").json()["results"][0]
    assert row.pop("answer_due_at")
    assert row.pop("line_id")
    assert row == {
        "id": order.pk,
        "number": "PO-00001",
        "order_date": str(in_days(0)),
        "status": "published",
        "fulfilment": "open",
        "closure": "open",
        "open_change_side": "",
        "line_count": 1,
        "unanswered_count": 1,
        "amount": "10000",
        "currency": "KRW",
        "requested_date": str(in_days(10)),
        "promised_date": None,
        "due_date": str(in_days(10)),
        "line_status": "published",
        "line_fulfilment": "open",
        "line_closure": "open",
        "line_due_date": str(in_days(10)),
        "line_change_side": "",
        "awaits": "supplier",
        "part_number": "BRK-2210",
        "part_name": "브래킷",
        "part_name_en": "Bracket",
        "quantity": "100",
        "rest": None,
        "unit": "H87",
        "buyer_id": world.buyer.pk,
        "supplier_id": world.supplier.pk,
        "partner_legal_name": "한빛",
        "partner_name_en": "Hanbit",
    }


@pytest.mark.parametrize("orders", [1, 30])
def test_a_list_costs_two_queries_beside_the_door(world, api_of, orders):
    for _ in range(orders):
        published(world)
    api = api_of("buyer")
    with CaptureQueriesContext(connection) as queries:
        assert len(api.get("/api/orders/").json()["results"]) == min(orders, 25)
    view = [q["sql"] for q in queries if not any(word in q["sql"] for word in DOOR)]
    assert len(view) == 2, view


@pytest.mark.parametrize("quantities", [(5,), (5,) * 30])
def test_one_order_costs_five_queries_however_long(world, api_of, quantities):
    order = published(world, quantities=quantities)
    api = api_of("buyer")
    with CaptureQueriesContext(connection) as queries:
        assert len(api.get(f"/api/orders/{order.pk}/").json()["lines"]) == len(quantities)
    assert len([q for q in queries if not any(word in q["sql"] for word in DOOR)]) <= 5


def test_views_and_partners_filter_the_list(world, api_of):
    draft(world)
    published(world)
    published(world, relation=world.other_relation, part=world.other_part)
    api = api_of("buyer")
    count = lambda **query: len(api.get("/api/orders/", **query).json()["results"])  # noqa: E731
    assert count() == 3
    assert (count(view="draft"), count(view="unanswered"), count(view="late")) == (1, 2, 0)
    assert count(partner=world.stranger.pk) == 1
    assert api.get("/api/orders/", view="nonsense").status_code == 400


def test_a_draft_can_be_deleted_and_a_published_order_cannot(world, api_of):
    api, order, sent = api_of("buyer"), draft(world), published(world)
    assert api.delete(f"/api/orders/{order.pk}/").status_code == 204
    assert api.delete(f"/api/orders/{sent.pk}/").json()["code"] == "wrong_state"
    with as_person(world, "buyer"):
        assert list(PurchaseOrder.objects.values_list("pk", flat=True)) == [sent.pk]


def test_own_numbers_are_unique_in_a_firm(world, api_of):
    line = {"part": world.part.pk, "quantity": "1", "requested_date": str(in_days(10))}
    body = {"relation": world.relation.pk, "receiving_site": world.site.pk, "number": "A-1", "lines": [line]}
    api = api_of("buyer")
    assert api.post("/api/orders/", body).status_code == 201
    assert api.post("/api/orders/", body).json()["code"] == "order_number_taken"


def test_quantities_are_exact_decimals(world, api_of):
    line = {"part": world.second_part.pk, "quantity": "0.125", "requested_date": str(in_days(10))}
    body = {"relation": world.relation.pk, "receiving_site": world.site.pk, "lines": [line]}
    order = api_of("buyer").post("/api/orders/", body).json()
    assert order["lines"][0]["schedule"][0]["requested_quantity"] == "0.125"
    assert Decimal(order["amount"]) == Decimal("12.5")
