"""What the outlook of a part counts, and on which day; checked against a plain reference over the documents."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.tower.supply import HORIZON_DAYS, outlooks
from tests.chain import announced, confirmed, decided, received, schedule_of
from tests.world import as_person, in_days, published


def outlook(world, part=None):
    with as_person(world, "buyer"):
        return outlooks(part_id=(part or world.part).pk)[(part or world.part).pk]


def count(world, quantity):
    with as_person(world, "receiver"):
        inventory.count_stock(site_id=world.site.pk, counted=[inventory.Counted(world.part.pk, Decimal(quantity))])


def series(found, name):
    return {day: getattr(item, name) for day, item in enumerate(found.days) if getattr(item, name)}


def test_an_order_nobody_answered_is_demand_without_arrival(world):
    published(world)
    count(world, 30)
    found = outlook(world)
    assert (series(found, "demand"), series(found, "arrivals")) == ({10: 100}, {})
    assert (found.line_stop, found.gap, found.stock) == (10, 70, 30)


def test_a_confirmed_order_arrives_when_it_was_promised(world):
    confirmed(world, on=in_days(14))
    found = outlook(world)
    assert (series(found, "demand"), series(found, "arrivals")) == ({10: 100}, {14: 100})
    assert (found.line_stop, found.gap) == (10, 100)


def test_a_split_answer_arrives_in_parts_and_the_first_part_ships_first(world):
    order = published(world)
    with as_person(world, "supplier"):
        parts = [orders.Part(Decimal(60), in_days(8)), orders.Part(Decimal(40), in_days(10))]
        orders.answer_order(order_id=order.pk, answers=[orders.Answer(schedule_of(order)[0].pk, parts, "capacity")])
    assert series(outlook(world), "arrivals") == {8: 60, 10: 40}
    announced(world, order, quantity=70, days=2)
    assert series(outlook(world), "arrivals") == {2: 70, 10: 30}


def test_received_goods_are_stock_only_when_inspection_let_them_pass(world):
    order = confirmed(world)
    receipt = received(world, announced(world, order))
    found = outlook(world)
    assert (found.stock, found.inspection, series(found, "arrivals")) == (0, 100, {})
    decided(world, receipt, ("accepted", 90), ("rejected", 10))
    found = outlook(world)
    assert (found.stock, found.blocked, series(found, "arrivals")) == (90, 10, {10: 10})
    assert found.line_stop is None


def test_what_is_missing_of_the_past_is_wanted_today_and_has_no_valid_day(world):
    order = confirmed(world, days=2)
    announced(world, order, quantity=40, days=1)
    with as_person(world, "buyer"):
        later = outlooks(part_id=world.part.pk, today=in_days(5))[world.part.pk]
    assert (series(later, "demand"), series(later, "arrivals")) == ({0: 100}, {0: 40})
    assert later.line_stop == 0


def test_cancelled_rejected_and_closed_lines_want_nothing(world):
    order = published(world)
    with as_person(world, "supplier"):
        orders.answer_order(order_id=order.pk, answers=[orders.Answer(schedule_of(order)[0].pk, [], "capacity")])
    short = confirmed(world)
    with as_person(world, "buyer"):
        orders.close_short(order_id=short.pk, schedule_line_ids=[schedule_of(short)[0].pk], reason="demand")
        assert world.part.pk not in outlooks() or not series(outlooks()[world.part.pk], "demand")


def test_lines_in_another_unit_of_the_same_kind_are_converted(world):
    lines = [orders.OrderLine(world.second_part.pk, Decimal(250), in_days(5), unit="CMT")]
    with as_person(world, "buyer"):
        order = orders.draft_order(relation_id=world.relation.pk, receiving_site_id=world.site.pk, lines=lines)
        orders.publish_order(order_id=order.pk)
    assert series(outlook(world, world.second_part), "demand") == {5: Decimal("2.5")}


def test_stock_that_nobody_looked_at_is_stale(world):
    published(world)
    assert outlook(world).is_stale
    count(world, 0)
    assert not outlook(world).is_stale


def test_the_outlook_of_all_parts_costs_five_statements(world):
    confirmed(world, quantities=(100,) * 20)
    with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
        found = outlooks()
    assert len(queries) == 5
    assert len(found[world.part.pk].days) == HORIZON_DAYS


@pytest.mark.parametrize("who", ["stranger", "supplier"])
def test_a_supplier_sees_no_outlook_of_its_customer(world, who):
    published(world)
    count(world, 30)
    with as_person(world, who):
        assert outlooks() == {}
