"""What nobody has opened yet is written anew; odd numbers and days are asked about; errors stand at their fields."""

import re
from decimal import Decimal

import pytest

from apps.events.models import DomainEvent
from apps.orders import exceptions as wrong
from apps.orders import services
from apps.orders.models import PurchaseOrder
from tests.chain import schedule_of
from tests.world import as_person, draft, in_days, published


def lines_of(world, *wanted):
    return [services.OrderLine(world.part.pk, Decimal(quantity), in_days(days)) for quantity, days in wanted]


@pytest.mark.parametrize("start", [draft, published])
def test_an_order_that_nobody_has_opened_is_written_anew(world, start):
    order = start(world, quantities=(10, 20, 30))
    kept = None
    for wanted in ([(11, 12), (21, 13)], [(12, 14), (22, 15), (32, 16), (42, 17)]):
        with as_person(world, "buyer"):
            services.rewrite_order(order_id=order.pk, lines=lines_of(world, *wanted), note="by the gate")
            found, lines = PurchaseOrder.objects.get(pk=order.pk), schedule_of(order)
        kept = kept or lines[0].pk
        assert [(line.requested_quantity, line.requested_date) for line in lines] == [(q, in_days(d)) for q, d in wanted]
        assert (found.line_count, found.note, lines[0].pk) == (len(wanted), "by the gate", kept)
        assert (found.quantity, found.amount) == (wanted[0][0], sum(q for q, _ in wanted) * 100)
    assert found.revision == (3 if start is published else 1)
    with as_person(world, "supplier"):
        assert len(schedule_of(order)) == (4 if start is published else 0)
        told = DomainEvent.objects.filter(event="order.rewritten").count()
    assert told == (2 if start is published else 0)


def test_an_order_that_the_supplier_has_opened_is_not_written_anew(world, client_of):
    order = published(world)
    assert f"/orders/{order.pk}/edit/" in client_of("buyer").get(f"/orders/{order.pk}/").content.decode()
    with as_person(world, "supplier"):
        services.acknowledge_order(order_id=order.pk)
    with as_person(world, "buyer"), pytest.raises(wrong.WrongState):
        services.rewrite_order(order_id=order.pk, lines=lines_of(world, (5, 5)))
    assert f"/orders/{order.pk}/edit/" not in client_of("buyer").get(f"/orders/{order.pk}/").content.decode()


def test_by_page_and_by_api(world, client_of, api_of):
    order = draft(world)
    page = client_of("buyer").get(f"/orders/{order.pk}/edit/").content.decode()
    assert 'value="100"' in page
    body = {"part": [world.part.pk], "quantity": ["70"], "date": [in_days(11).isoformat()], "note": "n", "act": "draft"}
    assert client_of("buyer").post(f"/orders/{order.pk}/edit/", body).status_code == 302
    line = {"part": world.part.pk, "quantity": "71", "requested_date": in_days(12).isoformat()}
    answer = api_of("buyer").put(f"/api/orders/{order.pk}/", {"lines": [line]})
    assert answer.status_code == 200, answer.content
    assert answer.json()["amount"] == "7100"
    assert api_of("supplier").put(f"/api/orders/{order.pk}/", {"lines": [line]}).status_code in (403, 404)


def new(world, client_of, quantity, day, **more):
    body = {"relation": world.relation.pk, "site": world.site.pk, "part": [world.part.pk] * len(quantity)}
    body |= {"quantity": quantity, "date": day, "act": "draft"} | more
    return client_of("buyer").post("/orders/new/", body)


def test_every_error_of_the_form_stands_at_its_field_at_once(world, client_of):
    page = new(world, client_of, ["", "-5", "5"], [in_days(9).isoformat(), in_days(9).isoformat(), "2020-01-01"])
    assert page.status_code == 422
    fields = re.findall(r"<(?:input|select)[^>]*aria-invalid[^>]*>", page.content.decode())
    assert [re.search(r'name="(\w+)"', field)[1] for field in fields] == ["quantity", "quantity", "date"]
    page = new(world, client_of, ["1.5", "-5", "5"], [in_days(9).isoformat(), in_days(9).isoformat(), "2020-01-01"])
    fields = re.findall(r"<(?:input|select)[^>]*aria-invalid[^>]*>", page.content.decode())
    assert [re.search(r'name="(\w+)"', field)[1] for field in fields] == ["quantity", "quantity", "date"]
    assert all(f'id="{name}"' in page.content.decode() for name in re.findall(r'aria-describedby="(\S+)"', "".join(fields)))


def test_a_number_with_an_exponent_is_asked_about(world, client_of):
    page = new(world, client_of, ["1e3"], [in_days(9).isoformat()])
    assert page.status_code == 422
    assert "Did you mean 1,000?" in page.content.decode()


def test_a_day_far_ahead_is_confirmed_on_purpose(world, client_of, api_of):
    page = new(world, client_of, ["5"], ["2099-12-31"])
    assert page.status_code == 422
    assert 'name="confirmed"' in page.content.decode()
    assert new(world, client_of, ["5"], ["2099-12-31"], confirmed="on").status_code == 302
    line = {"part": world.part.pk, "quantity": "5", "requested_date": "2099-12-31", "unit_price": "99999999999999"}
    body = {"relation": world.relation.pk, "receiving_site": world.site.pk, "lines": [line]}
    refused = api_of("buyer").post("/api/orders/", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "far_date")
    assert [error["place"] for error in refused.json()["errors"]] == ["lines[0].requested_date", "lines[0].unit_price"]
    assert api_of("buyer").post("/api/orders/", body | {"confirmed": True}).status_code == 201


def test_accept_all_as_requested_sends_what_was_requested_whatever_was_typed(world, client_of):
    order = published(world, quantities=(10, 20))
    with as_person(world, "supplier"):
        pks = [line.pk for line in schedule_of(order)]
    typed = {f"quantity-{pk}": ["3", "4"] for pk in pks} | {f"date-{pk}": [in_days(30).isoformat()] * 2 for pk in pks}
    assert client_of("supplier").post(f"/orders/{order.pk}/", typed | {"act": "accept-all"}).status_code == 302
    with as_person(world, "buyer"):
        assert [(line.status, line.confirmed_quantity) for line in schedule_of(order)] == [
            ("confirmed", 10),
            ("confirmed", 20),
        ]


def test_a_day_in_the_past_reddens_the_day_and_not_the_quantity(world, client_of):
    order = published(world)
    with as_person(world, "supplier"):
        pk = schedule_of(order)[0].pk
    typed = {f"quantity-{pk}": ["100"], f"date-{pk}": ["2020-01-01"], f"reason-{pk}": "material"}
    page = client_of("supplier").post(f"/orders/{order.pk}/", typed).content.decode()
    (field,) = re.findall(r"<input[^>]*aria-invalid[^>]*>", page)
    assert 'type="date"' in field
