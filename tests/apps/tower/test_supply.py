"""What the outlook of a part counts, and on which day: orders are supply, and nothing claims a demand that nobody knows."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.tower.supply import HORIZON_DAYS, commitments, outlooks
from tests.chain import announced, confirmed, decided, received, schedule_of
from tests.world import as_person, in_days, published


def outlook(world, part=None):
    with as_person(world, "buyer"):
        return outlooks(parts=[(part or world.part).pk])[(part or world.part).pk]


def count(world, quantity, who="receiver", site=None):
    with as_person(world, who):
        counted = [inventory.Counted(world.part.pk, Decimal(quantity))]
        inventory.count_stock(site_id=(site or world.site).pk, counted=counted)


def series(found, name):
    return {day: getattr(item, name) for day, item in enumerate(found.days) if getattr(item, name)}


def shape(found):
    return {name: series(found, name) for name in ("shipped", "confirmed", "ordered", "behind") if series(found, name)}


def test_an_order_nobody_answered_is_ordered_and_nothing_is_missing(world):
    published(world)
    count(world, 30)
    found = outlook(world)
    assert shape(found) == {"ordered": {10: 100}}
    assert (found.behind_in_days, found.gap, found.stock, found.late) == (None, 0, 30, [])


@pytest.mark.parametrize("late_by", [0, 4])
def test_ordering_more_never_makes_anything_worse(world, late_by):
    confirmed(world, on=in_days(10 + late_by) if late_by else None)
    count(world, 30)
    before = outlook(world)
    for days in (1, 10, 27):
        published(world, quantities=(1200,), days=days)
    after = outlook(world)
    assert (after.behind_in_days, after.gap, after.late) == (before.behind_in_days, before.gap, before.late)
    assert [day.on_hand for day in after.days] == [day.on_hand for day in before.days]


def test_a_later_promise_is_behind_from_the_requested_day_and_names_its_order(world):
    order = confirmed(world, on=in_days(14))
    found = outlook(world)
    assert shape(found) == {"confirmed": {14: 100}, "behind": dict.fromkeys(range(10, 14), 100)}
    assert (found.behind_in_days, found.gap) == (10, 100)
    cause = found.late[0]
    assert (cause.order_number, cause.position, cause.quantity) == (order.number, 10, 100)
    assert (cause.requested, cause.expected, cause.kind) == (in_days(10), in_days(14), "confirmed")


def test_a_split_answer_arrives_in_parts_and_the_first_part_ships_first(world):
    order = published(world)
    with as_person(world, "supplier"):
        parts = [orders.Part(Decimal(60), in_days(8)), orders.Part(Decimal(40), in_days(10))]
        orders.answer_order(order_id=order.pk, answers=[orders.Answer(schedule_of(order)[0].pk, parts, "capacity")])
    assert shape(outlook(world)) == {"confirmed": {8: 60, 10: 40}}
    announced(world, order, quantity=70, days=2)
    assert shape(outlook(world)) == {"shipped": {2: 70}, "confirmed": {10: 30}}


def test_received_goods_are_stock_only_when_inspection_let_them_pass(world):
    order = confirmed(world)
    receipt = received(world, announced(world, order))
    found = outlook(world)
    assert (found.stock, found.inspection, shape(found)) == (0, 100, {})
    decided(world, receipt, ("accepted", 90), ("rejected", 10))
    found = outlook(world)
    assert (found.stock, found.blocked, shape(found)) == (90, 10, {"confirmed": {10: 10}})
    assert found.behind_in_days is None


def test_a_promise_that_has_passed_has_no_valid_day_and_is_missing_today(world):
    order = confirmed(world, days=2)
    announced(world, order, quantity=40, days=1)
    with as_person(world, "buyer"):
        later = outlooks(parts=[world.part.pk], today=in_days(5))[world.part.pk]
    assert series(later, "shipped") == {0: 40}
    assert (later.behind_in_days, later.gap, later.undated) == (0, 60, 60)
    assert {(late.kind, late.expected, late.quantity) for late in later.late} == {
        ("shipped", in_days(5), 40),
        ("confirmed", None, 60),
    }


def test_cancelled_rejected_and_closed_lines_bring_nothing(world):
    order = published(world)
    with as_person(world, "supplier"):
        orders.answer_order(order_id=order.pk, answers=[orders.Answer(schedule_of(order)[0].pk, [], "capacity")])
    short = confirmed(world)
    with as_person(world, "buyer"):
        orders.close_short(order_id=short.pk, schedule_line_ids=[schedule_of(short)[0].pk], reason="demand")
        assert world.part.pk not in outlooks()


def test_lines_in_another_unit_of_the_same_kind_are_converted(world):
    lines = [orders.OrderLine(world.second_part.pk, Decimal(250), in_days(5), unit="CMT")]
    with as_person(world, "buyer"):
        order = orders.draft_order(relation_id=world.relation.pk, receiving_site_id=world.site.pk, lines=lines)
        orders.publish_order(order_id=order.pk)
    assert series(outlook(world, world.second_part), "ordered") == {5: Decimal("2.5")}


def test_stock_that_nobody_looked_at_is_stale(world):
    published(world)
    assert outlook(world).is_stale
    count(world, 0)
    assert not outlook(world).is_stale


def test_the_outlook_of_all_parts_costs_three_statements(world):
    confirmed(world, quantities=(100,) * 20)
    with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
        found = outlooks()
    assert len(queries) == 3
    assert len(found[world.part.pk].days) == HORIZON_DAYS


@pytest.mark.parametrize("who", ["stranger", "supplier"])
def test_a_supplier_sees_no_outlook_of_its_customer(world, who):
    published(world)
    count(world, 30)
    with as_person(world, who):
        assert outlooks() == {}


def test_a_suppliers_own_stock_stands_against_its_customers_orders(world):
    confirmed(world, quantities=(60,), days=5)
    published(world, quantities=(50,), days=9)
    count(world, 500)  # the customer's stock is not the supplier's
    count(world, 80, who="supplier", site=world.supplier_site)
    with as_person(world, "supplier"):
        found = commitments()[world.part.pk]
    assert series(found, "demand") == {5: 60, 9: 50}
    assert (found.stock, found.to_ship, found.behind_in_days) == (80, 110, 9)
    assert found.days[0].cover.days == Decimal("9.4")
    with as_person(world, "stranger"):
        assert commitments() == {}
