"""Bad input over the API: place, value, rule, remedy; 4xx; nothing half-written."""

import pytest

from apps.orders.models import PurchaseOrder
from apps.orders.selectors import order_with_lines
from tests.world import as_person, in_days, published


def new_order(world, **changes):
    line = {"part": world.part.pk, "quantity": "100", "requested_date": str(in_days(10))}
    line |= changes.pop("line", {})
    return {"relation": world.relation.pk, "receiving_site": world.site.pk, "lines": [line], **changes}


def order_count(world):
    with as_person(world, "buyer"):
        return PurchaseOrder.objects.count()


@pytest.mark.parametrize(
    ("changes", "place", "status"),
    [
        ({"line": {"unit": "XYZ"}}, "unit", 422),
        ({"line": {"quantity": "0"}}, "lines[0].quantity", 422),
        ({"line": {"quantity": "-5"}}, "lines[0].quantity", 422),
        ({"line": {"quantity": "0.5"}}, "lines[0].quantity", 422),
        ({"line": {"quantity": "NaN"}}, "lines[0].quantity", 400),
        ({"line": {"quantity": "1e400"}}, "lines[0].quantity", 400),
        ({"line": {"quantity": "many"}}, "lines[0].quantity", 400),
        ({"line": {"requested_date": "2020-01-01"}}, "lines[0].requested_date", 422),
        ({"line": {"requested_date": "2026-02-30"}}, "lines[0].requested_date", 400),
        ({"order_date": "2020-01-01"}, "order_date", 422),
        ({"lines": []}, "lines", 422),
        ({"number": "x" * 41}, "number", 400),
        ({"relation": 10**30}, "relation", 400),
    ],
)
def test_a_bad_value_is_named_with_its_place_rule_and_remedy(world, api_of, changes, place, status):
    response = api_of("buyer").post("/api/orders/", new_order(world, **changes))
    assert response.status_code == status, response.content
    assert response.headers["content-type"] == "application/problem+json"
    error = response.json()["errors"][0]
    assert error["place"] == place
    assert error["rule"]
    assert error["remedy"]
    assert order_count(world) == 0


@pytest.mark.parametrize(
    ("field", "foreign", "code"),
    [
        ("relation", lambda w: w.other_relation.pk, "unknown_part"),
        ("relation", lambda w: 999999, "unknown_relation"),
        ("receiving_site", lambda w: w.supplier_site.pk, "unknown_site"),
        ("part", lambda w: w.other_part.pk, "unknown_part"),
    ],
)
def test_another_firms_id_in_any_field_is_unknown(world, api_of, field, foreign, code):
    value = {field: foreign(world)}
    body = new_order(world, line=value) if field == "part" else new_order(world, **value)
    response = api_of("buyer").post("/api/orders/", body)
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert order_count(world) == 0


def test_the_strangers_relation_is_not_usable(world, api_of):
    response = api_of("stranger").post("/api/orders/", new_order(world))
    assert (response.status_code, response.json()["code"]) == (403, "act_missing")


def test_malformed_json_is_a_400(world, api_of):
    response = api_of("buyer").client.post("/api/orders/", "{no json", content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "parse_error")


def test_an_answer_to_the_other_sides_line_is_refused(world, api_of):
    order = published(world)
    with as_person(world, "buyer"):
        line = order_with_lines(order.pk).shown_lines[0].schedule[0]
    body = {"lines": [{"schedule_line": line.pk, "parts": [{"quantity": "100", "delivery_date": str(in_days(10))}]}]}
    response = api_of("buyer").post(f"/api/orders/{order.pk}/answer/", body)
    assert (response.status_code, response.json()["code"]) == (403, "act_missing")
    response = api_of("stranger").post(f"/api/orders/{order.pk}/answer/", body)
    assert (response.status_code, response.json()["code"]) == (404, "unknown_order")
    response = api_of("supplier").post(
        f"/api/orders/{order.pk}/answer/", {"lines": [{**body["lines"][0], "schedule_line": 999}]}
    )
    assert (response.status_code, response.json()["code"]) == (422, "unknown_line")


def test_over_the_tolerance_tells_the_most(world, api_of):
    order = published(world)
    with as_person(world, "buyer"):
        line = order_with_lines(order.pk).shown_lines[0].schedule[0]
    part = {"quantity": "111", "delivery_date": str(in_days(10))}
    body = {"lines": [{"schedule_line": line.pk, "parts": [part], "reason": "other"}]}
    problem = api_of("supplier").post(f"/api/orders/{order.pk}/answer/", body).json()
    assert problem["code"] == "over_confirmed"
    assert problem["facts"] == {"most": "110.000000"}


def test_texts_follow_the_language_asked_for(world, api_of):
    response = api_of("buyer").client.post(
        "/api/orders/", new_order(world, lines=[]), content_type="application/json", headers={"accept-language": "ko"}
    )
    assert response.json()["title"] == "발주에 납기 일정이 없습니다."


def test_a_unit_of_another_kind_is_refused(world, api_of):
    line = {"part": world.part.pk, "quantity": "1", "requested_date": str(in_days(3)), "unit": "KGM"}
    body = {"relation": world.relation.pk, "receiving_site": world.site.pk, "lines": [line]}
    answer = api_of("buyer").post("/api/orders/", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "mixed_units")
    assert answer.json()["errors"][0]["value"] == "KGM → H87"
