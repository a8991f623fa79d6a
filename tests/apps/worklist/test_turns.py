"""Whose turn it is, and since when: goods on the road, drafts, what was asked for, what was declined."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.deliveries import services as deliveries
from apps.events.registry import event_types
from apps.orders import services
from apps.orders.models import ChangeRequest, Confirmation, PurchaseOrder, ScheduleLine
from apps.tower.turns import COMING, DECIDE, DUE, ORDER, PULL_IN, SEND, WAIT
from apps.worklist.lists import WorkList
from apps.worklist.words import ACTS
from tests.apps.worklist.room import offered
from tests.apps.worklist.test_waiting import buttons
from tests.apps.worklist.test_work import needed, rows
from tests.chain import announced, confirmed, schedule_of
from tests.world import as_if, as_person, draft, in_days


def test_goods_on_the_road_are_not_to_be_pulled_in(world, client_of):
    """The bug: a delivery that will come too late was told to be pulled in, though nobody can any more."""
    order = confirmed(world, days=4, on=in_days(9))
    shipment = announced(world, order, days=9)
    needed(world, 60)
    (row,) = rows(world)
    assert (row.turn, row.is_ours, row.cause.quantity, row.shipment.pk) == (COMING, False, 60, shipment.pk)
    page = client_of("buyer").get("/work/lines/").content.decode()
    assert f'href="/deliveries/{shipment.pk}/"' in page
    assert f"{shipment.number} arrives on" in page
    with as_person(world, "supplier"):
        deliveries.depart(shipment_id=shipment.pk)
    with as_person(world, "receiver"):
        deliveries.arrive(shipment_id=shipment.pk)
    (row,) = rows(world)
    assert (row.turn, row.is_ours) == (COMING, True), "at the gate: ours to receive"
    assert "Receive" in client_of("buyer").get("/work/lines/").content.decode()


def test_of_a_line_of_which_some_is_on_the_road_the_rest_is_pulled_in(world):
    announced(world, confirmed(world, days=4, on=in_days(9)), quantity=40, days=8)
    needed(world, 100)
    (row,) = rows(world)
    assert (row.turn, row.cause.quantity, row.shipment) == (PULL_IN, 100, None)


def test_what_lies_in_a_draft_is_said_to_lie_there_and_is_sent_from_the_list(world, client_of):
    """The bug: the row said that nothing was ordered, and somebody wrote the order once more."""
    order = draft(world, days=4)
    needed(world, 60)
    (row,) = rows(world)
    assert (row.turn, [line.order_id for line in row.drafts]) == (SEND, [order.pk])
    client = client_of("buyer")
    page = client.get("/work/lines/").content.decode()
    assert f'<a class="mono" href="/orders/{order.pk}/">{order.number}-10</a>' in page
    assert "Nothing is ordered" not in page
    answer = client.post(f"/work/{row.drafts[0].pk}/send/?view=ours")
    assert answer.headers["Location"] == "/work/lines/?view=ours"
    (row,) = rows(world)
    assert (row.turn, row.line.order_id) == (WAIT, order.pk), "it stays, and waits for the supplier"


@pytest.mark.parametrize("drafted", [{"quantities": (10,), "days": 4}, {"quantities": (100,), "days": 40}])
def test_a_draft_of_too_little_or_too_late_hides_no_order_that_is_missing(world, client_of, drafted):
    """The bug: a draft of ten pieces, or one for next month, took the button away that orders what the line needs."""
    draft(world, **drafted)
    needed(world, 60)
    (row,) = rows(world)
    assert (row.turn, len(row.drafts)) == (ORDER, 1)
    page = client_of("buyer").get("/work/lines/").content.decode()
    assert f'href="/tower/proposals/?part={world.part.part_id}"' in page
    assert f"/work/{row.drafts[0].pk}/send/" in page


def test_what_was_asked_for_stays_on_the_list_with_its_wish_until_it_is_answered(world, client_of):
    order = confirmed(world, days=4, on=in_days(9))
    needed(world, 60)
    with as_person(world, "buyer"):
        line = schedule_of(order)[0]
        wish = services.Change(line.pk, Decimal(100), in_days(4))
        services.request_changes(order_id=order.pk, changes=[wish], reason="demand", comment="line 3 stops")
    (row,) = rows(world)
    assert (row.turn, row.found.asked) == (WAIT, [services.Part(Decimal(100), in_days(4))])
    page = client_of("buyer").get("/work/lines/").content.decode()
    assert "we asked for" in page
    assert "line 3 stops" in page
    with as_person(world, "supplier"):
        services.reject_change(change_id=ChangeRequest.objects.get().pk)
    assert (rows(world)[0].turn, rows(world)[0].last.event) == (PULL_IN, "order.change_rejected")


def test_a_line_whose_offer_was_declined_waits_since_then(world):
    """The bug: it seemed to wait since its order was sent."""
    line = offered(world)
    with as_person(world, "buyer"):
        as_if(PurchaseOrder.objects.all(), published_at=timezone.now() - timedelta(days=9))
        services.decline_offers(schedule_line_ids=[line.pk])
    (row,) = rows(world)
    assert row.turn == WAIT
    assert row.found.waits_since > timezone.now() - timedelta(minutes=1)


def test_an_offer_whose_counter_was_taken_back_waits_for_us_since_then(world):
    line = offered(world)
    with as_person(world, "buyer"):
        as_if(Confirmation.objects.all(), created_at=timezone.now() - timedelta(days=9))
        wish = services.Change(line.pk, Decimal(100), in_days(12))
        services.request_changes(order_id=line.order_id, changes=[wish], reason="demand")
        services.withdraw_change(change_id=ChangeRequest.objects.get().pk)
    (row,) = rows(world)
    assert (row.turn, row.found.waits_since > timezone.now() - timedelta(minutes=1)) == (DECIDE, True)


def test_every_event_of_an_order_has_words_for_the_last_news():
    """The bug: of an order that was revised, or counted as confirmed when it was sent, nothing stood there."""
    said = {name for name in event_types() if name.startswith("order.")}
    assert said == set(ACTS)


def test_nothing_is_offered_to_be_pulled_in_where_no_earlier_day_is_needed_or_left(world, client_of):
    """The bug: a line promised for today was to be pulled in, and its form said that it cannot be. What should have come is
    asked for anew, by that name."""
    today, passed, later = (confirmed(world, days=4, on=in_days(9)) for _ in range(3))
    for order, on in ((today, 0), (passed, -1), (later, 3)):
        with as_person(world, "buyer"):
            as_if(ScheduleLine.objects.filter(order=order), requested_date=in_days(-4), confirmed_date=in_days(on))
            as_if(Confirmation.objects.filter(schedule_line__order=order), delivery_date=in_days(on))
    found = {row.line.order_id: row for row in rows(world)}
    assert {pk: (row.turn, row.is_ours) for pk, row in found.items()} == {
        today.pk: (DUE, False),
        passed.pk: (PULL_IN, True),
        later.pk: (PULL_IN, True),
    }
    client = client_of("buyer")
    assert [buttons(client, found[order.pk].key) for order in (today, passed, later)] == [
        [],
        ["Ask for a new day"],
        ["Pull in"],
    ]
    page = client.get("/work/lines/?view=theirs").content.decode()
    assert "Delivery is awaited" in page
    assert f'name="row" value="{found[today.pk].key}"' in page
    with as_person(world, "buyer"):
        assert WorkList({}).bulk()[0].fits(found[today.pk]) is False
    api = {row["schedule_line_id"]: row["turn"] for row in client.get("/api/work/").json()}
    assert api[found[today.pk].key] == "due"
