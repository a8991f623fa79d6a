"""What suppliers propose beside the outlook: it counts what was asked for, and says what becomes of it if offers hold."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.dates import day_text
from apps.orders import services
from apps.orders.services import Part
from apps.tower import need_rows
from apps.tower.needs import needs
from apps.tower.offered import offered
from tests.apps.tower.test_needs import count, planned
from tests.chain import confirmed, schedule_of
from tests.world import as_person, in_days, published

D = Decimal


def propose(world, *parts, quantity=100, days=3):
    """An order, answered with (quantity, days from now)."""
    order = published(world, quantities=(quantity,), days=days)
    with as_person(world, "supplier"):
        line = schedule_of(order)[0]
        wanted = [Part(D(n), in_days(day)) for n, day in parts]
        services.answer_order(order_id=order.pk, answers=[services.Answer(line.pk, wanted, "material")])
    return order


def row_of(world):
    with as_person(world, "buyer"):
        known = needs()
        (row,) = (row for row in need_rows.rows(known, offered(known)) if row.part.pk == world.part.part_id)
        return row


@pytest.fixture
def short_if_it_holds(world):
    planned(world, 20, 20, 20, 20, 20, 20, 20)
    count(world, 80)
    return propose(world, (100, 6))


def test_the_outlook_counts_what_was_asked_for_and_marks_the_days_that_an_offer_makes_short(world, short_if_it_holds):
    row = row_of(world)
    assert row.stop is None
    assert [index for index, (tone, _words) in enumerate(need_rows.strip(row.item, row.offered)) if " p" in tone] == [4, 5]
    assert [words for words, _icon, _tone in row.states][1] == "As proposed, the line stops in 4 days"


@pytest.mark.parametrize("parts", [[(100, 3)], [(100, 4)]])
def test_an_offer_that_leaves_enough_marks_nothing(world, parts):
    planned(world, 20, 20, 20, 20, 20, 20, 20)
    count(world, 80)
    propose(world, *parts, days=3)
    row = row_of(world)
    assert len(row.states) == 1
    assert not any(" p" in tone for tone, _words in need_rows.strip(row.item, row.offered))


def test_a_line_that_stops_anyway_is_said_to_have_more_missing(world, client_of):
    planned(world, 20, 20, 20, 20, 20, 20, 20)
    count(world, 40)
    propose(world, (100, 6))
    row = row_of(world)
    assert (row.stop, row.offered.effect.offered_stop, row.offered.effect.missing) == (2, 2, (80, 5))
    assert [words for words, _icon, _tone in row.states][1] == "As proposed, 80 EA more missing in 5 days"
    assert "1 more as proposed" not in client_of("buyer").get("/").content.decode()


def test_less_is_marked_as_later_is(world):
    planned(world, 20, 20, 20, 20, 20, 20, 20)
    count(world, 80)
    propose(world, (30, 3))
    assert row_of(world).offered.effect.offered_stop == 5


def test_a_change_that_a_supplier_asks_for_of_a_confirmed_line_counts_alike(world):
    planned(world, 20, 20, 20, 20, 20, 20, 20)
    count(world, 80)
    order = confirmed(world, days=3)
    assert row_of(world).offered is None
    with as_person(world, "supplier"):
        change = services.Change(schedule_of(order)[0].pk, D(100), in_days(6))
        services.request_changes(order_id=order.pk, changes=[change], reason="material")
    assert row_of(world).offered.effect.offered_stop == 4


def test_once_declined_nothing_is_left_of_an_offer(world, short_if_it_holds):
    with as_person(world, "buyer"):
        services.decline_proposals(order_id=short_if_it_holds.pk)
    assert row_of(world).offered is None


def test_once_accepted_the_line_stops_as_was_said(world, short_if_it_holds):
    with as_person(world, "buyer"):
        services.accept_proposals(order_id=short_if_it_holds.pk)
    row = row_of(world)
    assert (row.stop, row.offered) == (4, None)


def test_first_page_list_and_page_of_the_part_say_the_same(world, short_if_it_holds, client_of):
    buyer = client_of("buyer")
    assert "1 more as proposed" in buyer.get("/").content.decode()
    order = f'href="/orders/{short_if_it_holds.pk}/"'
    for path in ("/tower/outlook/?side=buyer", f"/tower/needs/{world.part.part_id}/{world.site.pk}/"):
        shown = buyer.get(path).content.decode()
        assert "As proposed, the line stops in 4 days" in shown
        assert "instead of 100 on" in shown.split(order)[1]
    assert "if offers hold" in shown
    offers = buyer.get("/work/offers/").content.decode()
    assert day_text(in_days(4)) in offers


def test_what_is_offered_costs_no_statement_where_nothing_is_and_three_however_many(world, db):
    planned(world, 20, 20)
    count(world, 80)
    for offers, most in ((0, 0), (1, 3), (4, 3)):
        for _ in range(offers):
            propose(world, (90, 6))
        with as_person(world, "buyer"):
            known = needs()
            with CaptureQueriesContext(connection) as queries:
                offered(known)
        assert len(queries) <= most
