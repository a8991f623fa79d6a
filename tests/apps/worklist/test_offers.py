"""What suppliers want instead: old and new, how far from the terms, and what it does to the stock; decided on the list."""

import html
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.dates import day_text
from apps.orders import services
from apps.orders.models import ScheduleLine
from apps.orders.services import Part
from apps.planning.services import Planned, publish_plan
from apps.tower.effects import left_of
from apps.tower.needs import needs
from apps.worklist.exceptions import NotWithin
from apps.worklist.offer_list import OfferList
from apps.worklist.offers import offers, within
from tests.apps.worklist.room import offered
from tests.apps.worklist.test_work import needed
from tests.chain import schedule_of
from tests.world import as_if, as_person, in_days, published


def answered(world, *parts, days=10, reason="material"):
    """An order for 100 pieces, answered with (quantity, days from now)."""
    order = published(world, days=days)
    with as_person(world, "supplier"):
        line = schedule_of(order)[0]
        wanted = [Part(Decimal(quantity), in_days(day)) for quantity, day in parts]
        services.answer_order(order_id=order.pk, answers=[services.Answer(line.pk, wanted, reason)])
    return line


def only(world):
    with as_person(world, "buyer"):
        (row,) = offers()
        return row


def test_what_all_chosen_offers_do_together_is_told_before_they_are_accepted(world, client_of):
    """The bug: each line told its own effect alone, under which no line stopped that stops by both."""
    lines = [offered(world) for _ in range(2)]  # a hundred each for the tenth day, offered for the fifteenth
    needed(world, 100, stock=0, days=12)
    client = client_of("buyer")
    page = client.get("/work/offers/").content.decode()
    assert page.count("does not stop") == 2, "each alone"
    assert 'hx-get="/work/offers/together/" hx-trigger="told"' in page
    told = client.get("/work/offers/together/", {"row": [f"{line.pk}.7" for line in lines]}).content.decode()
    assert "2 lines" in told
    assert "1 part is worse off by it." in told
    assert f'<s class="mute">does not stop</s> → <b class="t-bad">{day_text(in_days(12))}</b>' in told
    assert "0 → −100" in told, "the lowest stock"
    alone = client.get("/work/offers/together/", {"offer": f"{lines[0].pk}.7"}).content.decode()
    assert "No part is worse off by it." in alone
    assert "Lines" not in client.get("/work/offers/together/").content.decode()
    for who in ("supplier", "stranger"):
        assert (
            world.part.buyer_number
            not in client_of(who).get("/work/offers/together/", {"row": lines[0].pk}).content.decode()
        )


def test_old_and_new_stand_beside_each_other_with_their_difference(world):
    answered(world, (60, 10), (30, 14))
    row = only(world)
    assert (row.old_quantity, row.new_quantity, row.days_later) == (100, 90, 4)
    assert (row.is_short, row.in_window, row.is_within, row.effect) == (True, False, False, None)


def test_the_effect_is_the_stop_as_it_stands_and_with_the_offer(world):
    answered(world, (40, 4), (60, 14), days=4)
    needed(world, 50, days=6)
    row = only(world)
    assert (row.effect.stop, row.effect.offered_stop, row.effect.is_worse) == (None, 6, True)
    assert (row.effect.least, row.effect.offered_least) == (0, -10)
    with as_person(world, "buyer"):
        assert services.accept_offers(schedule_line_ids=[row.line.id]) == {}
    with as_person(world, "buyer"):
        (need,) = needs(parts=[world.part.part_id]).values()
        assert need.stop == 6  # what was reckoned before is what the outlook says after


def test_an_offer_that_helps_is_said_to_help(world):
    """Seven days earlier than asked for lies outside the window, so that somebody decides."""
    answered(world, (100, 3), days=10)
    needed(world, 50, days=6)
    row = only(world)
    assert (row.effect.stop, row.effect.offered_stop, row.effect.is_worse) == (6, None, False)


def planned(world, *demand, stock=0):
    """(quantity, days from now) that a plan needs, of a stock that was counted."""
    needed(world, 1, stock=stock)
    with as_person(world, "buyer"):
        wanted = [Planned(world.part.part_id, in_days(day), Decimal(quantity)) for quantity, day in demand]
        publish_plan(site_id=world.site.pk, kind="demand", rows=wanted)


@pytest.mark.parametrize(
    ("asked", "parts", "missing", "words"),
    [
        (8, [(20, 8)], (80, 15), "as before, but 80 EA more missing, most on {day}"),
        (8, [(100, 12)], (50, 8), "as before, but 50 EA more missing, most on {day}"),  # as deep, and longer
        (8, [(60, 5), (20, 8)], (20, 15), "as before, but 20 EA more missing, most on {day}"),  # a gain, then a loss
        (15, [(100, 8)], (-50, 8), "as before, 50 EA fewer missing"),
        (8, [(100, 15)], (50, 8), "as before, but 50 EA more missing, most on {day}"),
    ],
)
def test_where_the_stop_stays_it_is_said_what_is_more_or_fewer_missing(world, client_of, asked, parts, missing, words):
    """The bug: "as before" was said of an offer that left the day of the stop, and took pieces from the days after it."""
    answered(world, *parts, days=asked)
    planned(world, (50, 4), (80, 15))
    row = only(world)
    more, index = missing
    effect = row.effect
    assert (effect.stop, effect.offered_stop, effect.missing, row.more_missing) == (4, 4, missing, more)
    assert (effect.is_worse, effect.is_sooner) == (more > 0, False)
    client = client_of("buyer")
    told = words.format(day=day_text(in_days(index)))
    tone = "t-bad" if more > 0 else "t-ok"
    assert f'<small class="why listed {tone}">{told}</small>' in client.get("/work/offers/").content.decode()
    assert told in client.get(f"/orders/{row.found.order.pk}/").content.decode()
    assert (told in client.get("/work/offers/?view=worse").content.decode()) is (more > 0)


def test_where_no_day_differs_all_is_as_before(world, client_of):
    """More pieces after the last day that plans know change none of its days."""
    answered(world, (100, 20), days=16)
    planned(world, (50, 4), (80, 15))
    row = only(world)
    assert (row.effect.missing, row.more_missing, row.effect.is_worse) == (None, 0, False)
    assert '<small class="why listed ">as before</small>' in client_of("buyer").get("/work/offers/").content.decode()


def test_what_leaves_more_missing_of_a_line_that_stops_anyway_is_not_taken_with_all_within_tolerance(world):
    with as_person(world, "buyer"):
        as_if(type(world.relation).objects.filter(pk=world.relation.pk), freeze_days=20, late_days=8)
    answered(world, (100, 8), days=6)
    planned(world, (50, 4), (80, 15))
    with as_person(world, "buyer"):
        (row,) = known = offers()
        assert (row.is_within, row.effect.stop, row.effect.offered_stop) == (True, 4, 4)
        assert within(known) == []


def test_nothing_is_said_of_stock_that_nobody_looked_at(world):
    answered(world, (100, 14))
    assert only(world).effect is None


@pytest.mark.parametrize(("gone", "left"), [(0, [40, 60]), (10, [30, 60]), (40, [60]), (70, [30]), (100, [])])
def test_the_earliest_parts_are_gone_first(gone, left):
    parts = [Part(Decimal(60), in_days(9)), Part(Decimal(40), in_days(3))]
    assert [part.quantity for part in left_of(parts, Decimal(gone))] == left


def test_all_within_tolerance_are_accepted_in_one_act_and_the_result_is_kept(world, client_of):
    """In the fence what keeps window and quantity needs a yes all the same."""
    with as_person(world, "buyer"):
        as_if(type(world.relation).objects.filter(pk=world.relation.pk), freeze_days=20)
    inside = [answered(world, (100, 9)), answered(world, (105, 10))]
    outside = answered(world, (100, 15))
    client = client_of("buyer")
    with as_person(world, "buyer"):
        shown = OfferList({}).within
        assert {row.line.id for row in shown} == {line.pk for line in inside}
        assert all(row.is_frozen for row in shown)
        sent = [f"{row.line.id}.{row.found.seen}" for row in shown]
    page = client.get("/work/offers/").content.decode()
    assert "Accept all within tolerance (2)" in page
    result = client.post("/work/offers/within/", {"offer": sent})
    assert client.get(result.headers["Location"]).status_code == 200
    with as_person(world, "buyer"):
        states = dict(ScheduleLine.objects.values_list("pk", "status"))
        assert {states[line.pk] for line in inside} == {"confirmed"}
        assert states[outside.pk] == "change_proposed"


def test_a_wanted_day_inside_the_fence_is_said_to_lie_there(world):
    """The bug: only the day that stands was looked at."""
    with as_person(world, "buyer"):
        as_if(type(world.relation).objects.filter(pk=world.relation.pk), freeze_days=5)
    answered(world, (100, 3), days=10)
    assert only(world).is_frozen


def test_offers_within_tolerance_are_reckoned_together(world, client_of):
    """Each of them leaves enough, both together stop the line: one is taken, the other is left and named."""
    with as_person(world, "buyer"):
        as_if(type(world.relation).objects.filter(pk=world.relation.pk), freeze_days=20, late_days=8)
    lines = [answered(world, (100, day), days=4) for day in (8, 9)]
    needed(world, 150, stock=50, days=6)
    with as_person(world, "buyer"):
        known = offers()
        assert not any(row.effect.is_worse for row in known)
        taken = within(known)
        assert [row.line.id for row in taken] == [lines[0].pk]
        sent = [f"{row.line.id}.{row.found.seen}" for row in known]
    client = client_of("buyer")
    assert "Accept all within tolerance (1)" in client.get("/work/offers/").content.decode()
    result = client.get(client.post("/work/offers/within/", {"offer": sent}).headers["Location"]).content.decode()
    assert str(NotWithin.rule) in html.unescape(result)
    with as_person(world, "buyer"):
        states = dict(ScheduleLine.objects.values_list("pk", "status"))
        assert [states[line.pk] for line in lines] == ["confirmed", "change_proposed"]
        assert needs(parts=[world.part.part_id]).popitem()[1].stop is None


def test_what_stopped_being_within_tolerance_since_the_page_was_read_is_left(world, client_of):
    """Planted: stock was counted anew between the page and the click."""
    with as_person(world, "buyer"):
        as_if(type(world.relation).objects.filter(pk=world.relation.pk), freeze_days=20, late_days=8)
    line = answered(world, (100, 8), days=4)
    needed(world, 50, stock=50, days=6)
    with as_person(world, "buyer"):
        (row,) = within(offers())
    needed(world, 50, stock=20, days=6)
    client_of("buyer").post("/work/offers/within/", {"offer": [f"{row.line.id}.{row.found.seen}"]})
    with as_person(world, "buyer"):
        assert ScheduleLine.objects.get(pk=line.pk).status == "change_proposed"


def test_many_offers_are_reckoned_by_as_many_statements_as_few(world):
    """The bug: of an order in another unit than the part's the own part was read line by line."""
    counted = []
    with as_person(world, "buyer"):
        as_if(type(world.part).objects.filter(pk=world.part.pk), unit="SET", base_factor=Decimal(2))
    needed(world, 500, days=20)
    for count in (1, 4):
        for _ in range(count):
            answered(world, (100, 15))
        with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
            assert all(row.effect is not None for row in offers())
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_an_offer_is_declined_on_its_row(world, client_of):
    line = offered(world)
    answer = client_of("buyer").post(f"/work/{line.pk}/decline/?to=offers&seen={only(world).found.seen}")
    assert answer.headers["Location"] == "/work/offers/?"
    with as_person(world, "buyer"):
        assert (offers(), ScheduleLine.objects.get(pk=line.pk).status) == ([], "acknowledged")
    assert client_of("receiver").post(f"/work/{line.pk}/decline/").status_code == 403


def test_the_other_side_and_strangers_see_no_offers_to_decide(world, client_of):
    offered(world)
    for who in ("supplier", "stranger"):
        with as_person(world, who):
            assert offers() == []
