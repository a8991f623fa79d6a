"""What is hardly meant is asked about wherever it is typed, and all that is wrong is told at once at its field."""

from decimal import Decimal

import pytest

from apps.deliveries.models import ShipmentNotice
from apps.masterdata.models import PartnerPart
from apps.orders.models import ChangeRequest, Confirmation, PurchaseOrder
from tests.chain import confirmed, schedule_of
from tests.world import as_person, in_days, published

FAR = "2099-01-01"


def answer_of(world, order, **fields):
    with as_person(world, "supplier"):
        line = schedule_of(order)[0]
    return {f"{name}-{line.pk}": value for name, value in fields.items()}


def part(world, **fields):
    return {"relation": world.relation.pk, "number": "NEW-1", "name": "새 부품", "unit": "H87", **fields}


def test_a_price_of_fourteen_digits_is_asked_about_in_the_parts_dialog(world, client_of):
    client, price = client_of("buyer-admin"), "12345678901234"
    page = client.post("/parts/", part(world, unit_price=price))
    assert page.status_code == 422
    assert "confirmed on purpose" in page.content.decode()
    assert '<input type="checkbox" name="confirmed"' in page.content.decode()
    with as_person(world, "buyer"):
        assert not PartnerPart.objects.filter(buyer_number="NEW-1").exists()
    assert client.post("/parts/", part(world, unit_price=price, confirmed="on")).status_code == 302
    with as_person(world, "buyer"):
        assert PartnerPart.objects.get(buyer_number="NEW-1").unit_price == Decimal(price)


def test_nobody_is_asked_about_a_price_that_may_well_be(world, client_of):
    assert client_of("buyer-admin").post("/parts/", part(world, unit_price="1250")).status_code == 302


def test_a_price_of_fourteen_digits_is_asked_about_in_the_api_of_parts(world, api_of):
    api = api_of("buyer-admin")
    own = api.post("/api/parts/", {"number": "NEW-2", "name": "새 부품"}).json()["id"]
    body = {"relation": world.relation.pk, "part": own, "unit_price": "12345678901234"}
    refused = api.post("/api/partner-parts/", body)
    assert (refused.status_code, refused.json()["errors"][0]["place"]) == (422, "unit_price")
    assert api.post("/api/partner-parts/", body | {"confirmed": True}).status_code == 201


def test_an_answer_for_2099_is_asked_about_and_goes_when_it_is_meant(world, client_of):
    order = published(world)
    body = answer_of(world, order, quantity=["100"], date=[FAR], reason="material")
    page = client_of("supplier").post(f"/orders/{order.pk}/", body)
    assert page.status_code == 422
    assert 'name="confirmed"' in page.content.decode()
    assert client_of("supplier").post(f"/orders/{order.pk}/", body | {"confirmed": "on"}).status_code == 302
    with as_person(world, "buyer"):
        assert Confirmation.objects.get().delivery_date.year == 2099


def test_a_wish_for_2099_is_asked_about_and_goes_when_it_is_meant(world, client_of):
    order = confirmed(world)
    body = answer_of(world, order, quantity=["100"], date=[FAR]) | {"reason": "demand"}
    page = client_of("buyer").post(f"/orders/{order.pk}/change/", body)
    assert page.status_code == 422
    assert 'name="confirmed"' in page.content.decode()
    assert client_of("buyer").post(f"/orders/{order.pk}/change/", body | {"confirmed": "on"}).status_code == 302
    with as_person(world, "buyer"):
        assert ChangeRequest.objects.get().delivery_date.year == 2099


MANY = "100000000000"


def test_a_hundred_thousand_million_pieces_are_asked_about_in_a_new_order(world, client_of, api_of):
    body = {"relation": world.relation.pk, "site": world.site.pk, "act": "draft"}
    body |= {"part": [world.part.pk], "quantity": [MANY], "date": [str(in_days(9))]}
    page = client_of("buyer").post("/orders/new/", body)
    assert page.status_code == 422
    assert 'name="confirmed"' in page.content.decode()
    line = {"part": world.part.pk, "quantity": MANY, "requested_date": str(in_days(9))}
    order = {"relation": world.relation.pk, "receiving_site": world.site.pk, "lines": [line]}
    refused = api_of("buyer").post("/api/orders/", order)
    assert (refused.json()["code"], refused.json()["errors"][0]["place"]) == ("high_quantity", "lines[0].quantity")
    with as_person(world, "buyer"):
        assert not PurchaseOrder.objects.exists()
    assert client_of("buyer").post("/orders/new/", body | {"confirmed": "on"}).status_code == 302
    assert api_of("buyer").post("/api/orders/", order | {"confirmed": True}).status_code == 201


def test_a_wish_for_a_hundred_thousand_million_pieces_is_asked_about(world, api_of):
    order = confirmed(world)
    with as_person(world, "supplier"):
        line = schedule_of(order)[0].pk
    wish = {"schedule_line": line, "quantity": MANY, "delivery_date": str(in_days(10))}
    body, api = {"lines": [wish], "reason": "demand"}, api_of("buyer")
    assert api.post(f"/api/orders/{order.pk}/changes/", body).json()["code"] == "high_quantity"
    assert api.post(f"/api/orders/{order.pk}/changes/", body | {"confirmed": True}).status_code == 200


@pytest.mark.parametrize("act", ["answer", "changes"])
def test_programs_confirm_a_far_day_too(world, api_of, act):
    order = published(world) if act == "answer" else confirmed(world)
    with as_person(world, "supplier"):
        line = schedule_of(order)[0].pk
    wish = {"quantity": "100", "delivery_date": FAR}
    lines = [{"schedule_line": line, "parts": [wish], "reason": "material"}]
    body = {"lines": lines} if act == "answer" else {"lines": [{"schedule_line": line, **wish}], "reason": "material"}
    api = api_of("supplier")
    refused = api.post(f"/api/orders/{order.pk}/{act}/", body)
    assert refused.json()["code"] == "far_date"
    assert api.post(f"/api/orders/{order.pk}/{act}/", body | {"confirmed": True}).status_code == 200


def test_what_cannot_be_read_and_what_breaks_a_rule_are_told_together_in_a_new_order(world, client_of):
    """Refused before only for the quantity; the past day of the other line came after that was mended."""
    body = {"relation": world.relation.pk, "site": world.site.pk, "act": "draft"}
    body |= {"part": [world.part.pk] * 2, "quantity": ["ten", "5"], "date": [str(in_days(9)), str(in_days(-9))]}
    page = client_of("buyer").post("/orders/new/", body).content.decode()
    assert "A quantity is a number." in page
    assert "today or a later day" in page
    with as_person(world, "buyer"):
        assert not PurchaseOrder.objects.exists()


def test_what_cannot_be_read_and_what_breaks_a_rule_are_told_together_in_an_answer(world, client_of):
    order = published(world, quantities=(100, 50))
    with as_person(world, "supplier"):
        first, second = schedule_of(order)
    body = {f"quantity-{first.pk}": "ten", f"date-{first.pk}": str(in_days(10)), f"reason-{first.pk}": "material"}
    body |= {f"quantity-{second.pk}": "9999", f"date-{second.pk}": str(in_days(-9)), f"reason-{second.pk}": ""}
    page = client_of("supplier").post(f"/orders/{order.pk}/", body).content.decode()
    for told in (
        "A quantity is a number.",
        "today or a later day",
        "requested quantity plus its tolerance",
        "must name its reason",
    ):
        assert told in page, told
    with as_person(world, "supplier"):
        assert not Confirmation.objects.exists()


def test_a_line_stands_once_in_an_answer(world, api_of):
    order = published(world)
    with as_person(world, "supplier"):
        line = schedule_of(order)[0]
    wanted = [{"quantity": "100", "delivery_date": str(line.requested_date)}]
    lines = [{"schedule_line": line.pk, "parts": wanted}] * 2
    assert api_of("supplier").post(f"/api/orders/{order.pk}/answer/", {"lines": lines}).status_code == 409


def leaving(world, order, **days):
    with as_person(world, "supplier"):
        line = schedule_of(order)[0].pk
    body = {"place": f"{world.relation.pk}-{world.site.pk}", f"quantity-{line}": "5", f"lot-{line}": "A"}
    return body | {f"packages-{line}": ""} | {name: str(day) for name, day in days.items()}


@pytest.mark.parametrize(("departure", "arrival"), [(in_days(0), FAR), (in_days(-400), in_days(2)), ("2020-01-01", FAR)])
def test_days_of_a_delivery_that_are_hardly_meant_are_asked_about_at_their_fields(world, client_of, departure, arrival):
    body = leaving(world, confirmed(world), departure=departure, arrival=arrival)
    page = client_of("supplier").post("/deliveries/new/", body)
    assert page.status_code == 422
    text = page.content.decode()
    assert ('id="arrival-error"' in text, 'id="departure-error"' in text) == (arrival == FAR, departure != in_days(0))
    assert 'name="confirmed"' in text
    assert f'value="{arrival}"' in text
    assert client_of("supplier").post("/deliveries/new/", body | {"confirmed": "on"}).status_code == 302
    with as_person(world, "buyer"):
        assert str(ShipmentNotice.objects.get().planned_arrival_on) == str(arrival)


@pytest.mark.parametrize(
    ("departure", "arrival", "words"),
    [
        (in_days(-9), in_days(-1), "today or a later day"),
        (in_days(3), in_days(2), "day of departure or later"),
    ],
)
def test_an_arrival_that_cannot_be_is_refused_at_its_field_and_not_asked_about(world, client_of, departure, arrival, words):
    body = leaving(world, confirmed(world), departure=departure, arrival=arrival, confirmed="on")
    page = client_of("supplier").post("/deliveries/new/", body)
    text = page.content.decode()
    assert page.status_code == 422
    assert words in text[text.index('id="arrival-error"') :][:600]
    assert 'name="confirmed"' not in text


def test_programs_confirm_odd_days_of_a_delivery_too(world, api_of):
    api, order = api_of("supplier"), confirmed(world)
    with as_person(world, "supplier"):
        line = schedule_of(order)[0].pk
    body = {"lines": [{"schedule_line": line, "quantity": "5"}], "planned_departure_on": "2020-01-01"}
    body["planned_arrival_on"] = FAR
    refused = api.post("/api/shipments/", body)
    assert refused.status_code == 422
    assert [error["place"] for error in refused.json()["errors"]] == ["planned_departure_on", "planned_arrival_on"]
    done = api.post("/api/shipments/", body | {"confirmed": True})
    assert done.status_code == 201
    leave = f"/api/shipments/{done.json()['id']}/depart/"
    assert api.post(leave, {"at": "2020-01-01T09:00:00+09:00"}).json()["code"] == "long_ago"
    assert api.post(leave, {"at": "2020-01-01T09:00:00+09:00", "confirmed": True}).status_code == 200
