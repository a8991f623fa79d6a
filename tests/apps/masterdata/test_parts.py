"""Parts and what is agreed of them: changed, ended, taken up again, and priced by days."""

import random
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.utils import timezone

from apps.masterdata import parts, prices, selectors, services
from apps.masterdata.exceptions import (
    DuplicatePart,
    NoSuchPart,
    PartEnded,
    PriceEndsBeforeStart,
    PriceInForce,
    PriceOverlaps,
    UnitInUse,
)
from apps.masterdata.models import PartnerPart, PartPrice
from apps.orders.services import acknowledge_order
from apps.tenancy.checks import WrongSide
from tests.world import as_if, as_person, draft, published

TODAY = timezone.localdate()
DAY = timedelta(days=1)


def agreed(world, who="buyer"):
    with as_person(world, who):
        return selectors.partner_part(world.part.pk)


def price(world, amount, start, end=None, who="buyer"):
    with as_person(world, who):
        until = end and TODAY + end * DAY
        part, first = world.part.pk, TODAY + start * DAY
        return prices.set_price(partner_part_id=part, price=Decimal(amount), valid_from=first, valid_until=until)


def days(world):
    with as_person(world, "supplier"):
        rows = PartPrice.objects.order_by("valid_from")
        return [((r.valid_from - TODAY).days, r.valid_until and (r.valid_until - TODAY).days, int(r.price)) for r in rows]


def test_a_changed_number_and_name_go_on_to_what_is_agreed(world):
    with as_person(world, "buyer"):
        parts.change_part(part_id=world.part.part_id, number="BRK-9", name_en="Caliper bracket", revision="B")
    found = agreed(world, "supplier")
    assert (found.buyer_number, found.name_en, found.supplier_number) == ("BRK-9", "Caliper bracket", "S-BRK-2210")


def test_a_number_that_another_part_has_is_refused_whole(world):
    with as_person(world, "buyer"), pytest.raises(DuplicatePart):
        parts.change_part(part_id=world.part.part_id, number="CBL-100", name="x")
    assert agreed(world).name == "브래킷"


def test_the_unit_of_an_agreed_part_stays(world):
    with as_person(world, "buyer"), pytest.raises(UnitInUse):
        parts.change_part(part_id=world.part.part_id, unit="KGM")
    with as_person(world, "buyer"):
        free = services.create_part(number="X-1", name="새 품목")
        assert parts.change_part(part_id=free.pk, unit="KGM").unit == "KGM"


def test_the_buyer_changes_terms_and_the_supplier_its_own_number(world):
    with as_person(world, "buyer"):
        parts.change_partner_part(partner_part_id=world.part.pk, pack_size=Decimal(40), lead_time_days=9)
    with as_person(world, "supplier"):
        parts.number_part(partner_part_id=world.part.pk, supplier_number="D-7")
    found = agreed(world)
    assert (found.pack_size, found.lead_time_days, found.supplier_number) == (40, 9, "D-7")
    with as_person(world, "supplier"), pytest.raises(WrongSide):
        parts.change_partner_part(partner_part_id=world.part.pk, lead_time_days=1)
    with as_person(world, "buyer"), pytest.raises(WrongSide):
        parts.number_part(partner_part_id=world.part.pk, supplier_number="B-1")


def test_a_strangers_part_is_not_there(world):
    for act in (lambda pk: parts.end_partner_part(partner_part_id=pk), selectors.partner_part):
        with as_person(world, "stranger"), pytest.raises(NoSuchPart):
            act(world.part.pk)


def test_an_ended_part_is_not_ordered_and_open_orders_go_on(world):
    order = published(world)
    with as_person(world, "buyer"):
        parts.end_part(part_id=world.part.part_id)
        assert world.part.pk not in {p.pk for p in selectors.parts_to_order(relation_id=world.relation.pk, day=TODAY)}
    with pytest.raises(PartEnded) as caught:
        draft(world)
    assert caught.value.place == "lines[0].part"
    with as_person(world, "supplier"):
        acknowledge_order(order_id=order.pk)
    with as_person(world, "buyer"), pytest.raises(PartEnded):
        parts.resume_partner_part(partner_part_id=world.part.pk)
    with as_person(world, "buyer"):
        parts.resume_part(part_id=world.part.part_id)
    assert draft(world)


def test_what_was_ended_with_one_supplier_stays_so_when_the_part_is_taken_up_again(world):
    with as_person(world, "buyer"):
        parts.end_partner_part(partner_part_id=world.part.pk)
        parts.end_part(part_id=world.part.part_id)
        parts.resume_part(part_id=world.part.part_id)
        assert PartnerPart.objects.get(pk=world.part.pk).ended_at is not None


def test_a_new_price_ends_the_open_one_on_the_day_before(world):
    price(world, 110, 0)
    price(world, 120, 30)
    assert days(world) == [(0, 29, 110), (30, None, 120)]


@pytest.mark.parametrize(
    ("start", "end", "error"),
    [(10, 5, PriceEndsBeforeStart), (5, None, PriceOverlaps), (5, 30, PriceOverlaps), (30, 40, PriceOverlaps)],
)
def test_a_price_that_contradicts_another_is_refused_and_changes_none(world, start, end, error):
    price(world, 110, 0)
    price(world, 120, 30)
    with pytest.raises(error):
        price(world, 130, start, end)
    assert days(world) == [(0, 29, 110), (30, None, 120)]


def test_prices_with_a_gap_stand_beside_each_other(world):
    price(world, 120, 30)
    price(world, 110, 0, 9)
    assert days(world) == [(0, 9, 110), (30, None, 120)]


def test_only_a_price_that_has_not_begun_is_taken_back(world):
    begun, coming = price(world, 110, 0), price(world, 120, 30)
    with as_person(world, "buyer"):
        prices.withdraw_price(price_id=coming.pk)
    with as_person(world, "buyer"), pytest.raises(PriceInForce):
        prices.withdraw_price(price_id=begun.pk)
    with pytest.raises(WrongSide):
        price(world, 1, 50, who="supplier")


def test_a_price_goes_on_until_the_next_one_where_the_one_between_is_taken_back(world):
    price(world, 110, 0)
    between = price(world, 120, 10, 20)
    last = price(world, 130, 30)
    with as_person(world, "buyer"):
        prices.withdraw_price(price_id=between.pk)
    assert days(world) == [(0, 29, 110), (30, None, 130)]
    with as_person(world, "buyer"):
        prices.withdraw_price(price_id=last.pk)
    assert days(world) == [(0, None, 110)]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_set_and_taken_back_one_price_holds_on_a_day(world, seed):
    rng = random.Random(seed)
    for _act in range(25):
        with as_person(world, "buyer"):
            coming = list(PartPrice.objects.filter(valid_from__gt=TODAY))
        if coming and rng.random() < 0.4:
            with as_person(world, "buyer"):
                prices.withdraw_price(price_id=rng.choice(coming).pk)
        else:
            first = rng.randint(0, 30)
            with suppress(PriceOverlaps):
                price(world, 100, first, rng.choice([None, first + rng.randint(1, 9)]))
        there = days(world)
        assert all(end is not None and end < after[0] for (_start, end, _p), after in pairwise(there))


def test_an_order_takes_the_price_of_its_day(world):
    def unit_price(order):
        with as_person(world, "buyer"):
            return order.lines.get().unit_price

    assert unit_price(draft(world)) == 100
    price(world, 110, 0)
    price(world, 120, 30)
    assert unit_price(draft(world)) == 110


def test_a_price_in_another_currency_than_the_relations_does_not_hold(world):
    price(world, 110, 0)
    with as_person(world, "buyer"):
        as_if(PartPrice.objects.all(), currency="USD")
    assert agreed(world).price_now == 100


def test_in_the_browser(world, client_of):
    client = client_of("buyer")
    made = client.post("/parts/", {"number": "NEW-1", "name": "신규", "unit": "H87"})
    own = made["Location"]
    assert own.startswith("/parts/own/")
    assert "Not agreed with a supplier yet" in client.get(own).content.decode()
    body = {"relation": world.relation.pk, "supplier_number": "D-1", "lead_time_days": "5", "unit_price": "2500000000"}
    asked = client.post(f"{own}agree/", body)
    assert asked.status_code == 422
    assert 'type="checkbox" name="confirmed"' in asked.content.decode()
    assert client.post(f"{own}agree/", body | {"unit_price": "250"}).status_code == 302
    with as_person(world, "buyer"):
        part = PartnerPart.objects.get(buyer_number="NEW-1")
    path = f"/parts/{part.pk}/"
    body = {"price": "300", "valid_from": TODAY.isoformat()}
    assert client.post(f"{path}prices/", body).status_code == 302
    assert client.post(f"{path}prices/", body).status_code == 422
    page = client_of("supplier").get(path).content.decode()
    assert "300 KRW" in page
    assert "Set the price" not in page
    assert client_of("supplier").post(path, {"supplier_number": "D-2"}).status_code == 302
    assert "300 KRW" in client.get(f"/orders/new/?relation={world.relation.pk}").content.decode()
    assert "has ended" in client.post(f"{path}end/", follow=True).content.decode()
    assert "NEW-1" not in client.get(f"/orders/new/?relation={world.relation.pk}").content.decode()
    assert client_of("stranger").get(path).status_code == 404
    assert client_of("supplier").get(own).status_code == 404


def test_over_the_api(world, api_of):
    buyer, supplier = api_of("buyer"), api_of("supplier")
    changed = buyer.put(f"/api/parts/{world.part.part_id}/", {"revision": "C"}).json()
    assert (changed["revision"], changed["number"]) == ("C", "BRK-2210")
    path = f"/api/partner-parts/{world.part.pk}/"
    assert buyer.put(path, {"pack_size": "40", "minimum_quantity": None}).json()["pack_size"] == "40"
    assert supplier.post(f"{path}supplier-number/", {"supplier_number": "D-3"}).json()["supplier_number"] == "D-3"
    assert supplier.put(path, {"pack_size": "1"}).status_code == 403
    made = buyer.post(
        "/api/part-prices/", {"partner_part": world.part.pk, "price": "120", "valid_from": (TODAY + DAY).isoformat()}
    )
    assert made.status_code == 201
    assert [row["price"] for row in supplier.get("/api/part-prices/").json()["results"]] == ["120"]
    assert api_of("stranger").get("/api/part-prices/").json()["results"] == []
    assert buyer.delete(f"/api/part-prices/{made.json()['id']}/").status_code == 204
    assert buyer.post(f"{path}end/").json()["ended_at"]
    assert buyer.post(f"{path}resume/").json()["ended_at"] is None
    assert buyer.post(f"/api/parts/{world.part.part_id}/end/").json()["ended_at"]
    assert buyer.post(f"/api/parts/{world.part.part_id}/resume/").json()["ended_at"] is None
