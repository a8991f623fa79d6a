"""What is due as a calendar: read by the same library that other programs use, and nothing of another firm in it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from apps.deliveries import due, services
from apps.tenancy.roles import Side
from tests.chain import announced, confirmed, received
from tests.world import as_person, in_days


def events_of(world, who: str, side: Side):
    with as_person(world, who):
        return list(Calendar.from_ical(due.due_calendar(side)).walk("VEVENT"))


def test_each_side_reads_what_comes_and_what_was_promised(world):
    announced(world, confirmed(world), days=2)
    confirmed(world, days=9)
    confirmed(world, days=9)
    for who, side, words in (
        ("buyer", Side.BUYER, "2 lines promised by"),
        ("supplier", Side.SUPPLIER, "2 lines to ship to"),
    ):
        first, second = events_of(world, who, side)
        assert first["DTSTART"].dt == in_days(2)
        assert str(second["SUMMARY"]).startswith(words)
        assert second["DTSTART"].dt == in_days(9)


def test_the_link_of_a_promised_day_shows_its_orders_and_no_others(world, client_of):
    for days in (9, 9, 12):
        confirmed(world, days=days)
    for who, side in (("buyer", Side.BUYER), ("supplier", Side.SUPPLIER)):
        link = str(events_of(world, who, side)[0]["URL"]).split("/orders/")[1]
        assert client_of(who).get(f"/orders/{link}").content.decode().count('<tr id="order-') == 2


def test_an_event_keeps_its_identity_and_goes_when_the_delivery_has_come_or_is_cancelled(world):
    first, second = announced(world, confirmed(world)), announced(world, confirmed(world))
    before = events_of(world, "buyer", Side.BUYER)
    assert [event["UID"] for event in before] == [event["UID"] for event in events_of(world, "buyer", Side.BUYER)]
    received(world, first)
    with as_person(world, "supplier"):
        services.cancel_shipment(shipment_id=second.pk)
    left = {str(event["UID"]) for event in events_of(world, "buyer", Side.BUYER)}
    assert not [uid for uid in left if uid.startswith("delivery-")]


@pytest.mark.parametrize("who", ["stranger", "supplier"])
def test_nobody_reads_what_is_due_at_another_firm(world, who):
    announced(world, confirmed(world))
    assert events_of(world, who, Side.BUYER) == []


def test_it_costs_two_statements_however_much_is_due(world, client_of):

    counts = []
    for _ in range(2):
        announced(world, confirmed(world))
        confirmed(world, days=5)
        with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
            due.due_calendar(Side.BUYER)
        counts.append(len(queries))
    assert counts == [2, 2]
    answer = client_of("buyer").get("/deliveries/due.ics?side=buyer")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
