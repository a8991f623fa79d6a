"""The page of one order: what its lines do to the buyer's stock, and their deliveries, stand below them."""

import re
from decimal import Decimal

from apps.deliveries import services as deliveries
from apps.orders import services
from tests.apps.worklist.room import offered
from tests.apps.worklist.test_work import needed
from tests.chain import announced, confirmed, received, schedule_of
from tests.world import as_person, draft, in_days


def page_of(client, order):
    return client.get(f"/orders/{getattr(order, 'order_id', order.pk)}/").content.decode()


def test_the_buyer_reads_when_the_line_stops_and_what_is_missing_by_this_one(world, client_of):
    order = confirmed(world, days=4, on=in_days(9))
    needed(world, 60)
    page = page_of(client_of("buyer"), order)
    assert "Line stops in 5 days" in page
    assert "60 EA missing by this line" in page
    assert "Days of supply:" in page
    assert f'href="/tower/needs/{world.part.part_id}/{world.site.pk}/"' in page


def test_a_draft_shows_it_before_it_is_sent(world, client_of):
    order = draft(world)
    needed(world, 60)
    assert "Line stops in 5 days" in page_of(client_of("buyer"), order)


def test_an_offer_and_a_wish_show_what_becomes_of_the_stop(world, client_of):
    needed(world, 60, days=12)
    line = offered(world)  # asked for in ten days, offered in fifteen
    page = page_of(client_of("buyer"), line)
    assert re.search(r'href="/work/offers/"[^>]*>(?:(?!</a>).)*With what is offered', page, re.S)
    other = confirmed(world, days=20)
    with as_person(world, "buyer"):
        wish = services.Change(schedule_of(other)[0].pk, Decimal(100), in_days(11))
        services.request_changes(order_id=other.pk, changes=[wish], reason="demand")
    assert "With what we ask for" in page_of(client_of("buyer"), other)


def test_the_supplier_and_who_may_not_read_the_outlook_see_nothing_of_it(world, client_of):
    order = confirmed(world, days=4, on=in_days(9))
    needed(world, 60)
    for who in ("supplier",):
        page = page_of(client_of(who), order)
        assert "Line stops" not in page
        assert "Days of supply" not in page


def test_both_read_the_deliveries_of_each_line_with_their_papers(world, client_of):
    order = confirmed(world, quantities=(100, 40))
    shipment = announced(world, order, quantity=40)

    for who in ("buyer", "supplier"):
        page = page_of(client_of(who), order)
        assert page.count(f'href="/deliveries/{shipment.pk}/"') == 2
        assert page.count(f'href="/deliveries/{shipment.pk}/note.pdf"') == 2
        assert f"/deliveries/{shipment.pk}/receipt.pdf" not in page
    received(world, shipment)
    assert page_of(client_of("buyer"), order).count(f'href="/deliveries/{shipment.pk}/receipt.pdf"') == 2


def test_a_delivery_that_was_taken_back_is_not_among_them(world, client_of):
    order = confirmed(world)
    shipment = announced(world, order)
    with as_person(world, "supplier"):
        deliveries.cancel_shipment(shipment_id=shipment.pk)
    assert f"/deliveries/{shipment.pk}/" not in page_of(client_of("buyer"), order)


def test_of_what_is_done_nothing_is_said_of_stock(world, client_of):
    order = confirmed(world)
    received(world, announced(world, order))
    needed(world, 500)
    assert "Line stops" not in page_of(client_of("buyer"), order)
