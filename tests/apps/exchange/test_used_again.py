"""A cancelled delivery gives its number to the next one: rows and undo tell the two apart."""

from decimal import Decimal

import pytest

from apps.deliveries import services as deliveries
from apps.deliveries.models import ShipmentNotice
from apps.exchange.exceptions import ActedSince
from apps.exchange.incoming import loading
from tests.chain import confirmed, schedule_of
from tests.world import as_person, in_days

from .tables import csv, loaded, received, states

HEAD = "납품번호,발주번호,행번호,납품수량,도착예정일,상태"


def row(order, quantity, state="", line=10):
    return f"DN-1,{order.number},{line},{quantity},{in_days(2)},{state}"


def announce(order, quantity):
    lines = [deliveries.Shipped(schedule_of(order)[0].pk, Decimal(quantity))]
    return deliveries.announce_shipment(lines=lines, planned_arrival_on=in_days(2), number="DN-1")


def cancel(shipment):
    deliveries.cancel_shipment(shipment_id=shipment.pk)


def told(made):
    return [(one["column"], one["value"], one["code"]) for found in made.rows.order_by("place") for one in found.faults]


def test_an_undo_cancels_no_delivery_that_was_announced_by_hand_under_the_same_number(world):
    order = confirmed(world)
    with as_person(world, "supplier"):
        made = loaded(csv(HEAD, row(order, 60)))
        cancel(ShipmentNotice.objects.get())
        again = announce(order, 60)
    with as_person(world, "supplier"), pytest.raises(ActedSince):
        loading.take_back(import_id=made.pk)
    with as_person(world, "supplier"):
        assert ShipmentNotice.objects.get(pk=again.pk).status == "announced"


def test_a_file_of_a_cancelled_delivery_and_the_one_under_its_number_loads_again(world):
    order = confirmed(world)
    with as_person(world, "supplier"):
        cancel(announce(order, 60))
        cancelled = csv(HEAD, row(order, 60, "취소"))
        assert states(received(cancelled)) == ["same"]
        both = received(csv(HEAD, row(order, 60, "취소"), row(order, 40)))
        assert states(both) == ["same", "new"]
        loading.load(import_id=both.pk)
        for rows in ([row(order, 60, "취소"), row(order, 40, "출발 예정")], [row(order, 40), row(order, 60, "Cancelled")]):
            assert states(received(csv(HEAD, *rows))) == ["same", "same"]
        assert states(received(cancelled)) == ["same"], "the one that lives is not what it says"
        loading.take_back(import_id=both.pk)
        assert set(ShipmentNotice.objects.values_list("status", flat=True)) == {"cancelled"}


def test_a_row_that_says_cancelled_announces_nothing_and_cancels_nothing(world):
    order = confirmed(world, quantities=(100, 50))
    with as_person(world, "supplier"):
        made = received(csv(HEAD, row(order, 60, "취소")))
        assert told(made) == [("상태", "취소", "none_cancelled")]
        announce(order, 60)
        made = received(csv(HEAD, row(order, 60, "취소"), row(order, 60)))
        assert (states(made), told(made)) == (["error", "same"], [("상태", "취소", "none_cancelled")])
