"""What is read of many parts without their lines says of each what is said with them."""

import random
from dataclasses import fields
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.deliveries import services as deliveries
from apps.masterdata.models import PartnerPart
from apps.orders import services
from apps.orders.models import ScheduleLine
from apps.orders.services import Part
from apps.tower.needs import lined, needs
from apps.tower.offered import offered
from apps.tower.stops import more_as_proposed, planned_needs, stops_of
from tests.apps.tower.test_needs import count, planned
from tests.chain import announced, confirmed, schedule_of
from tests.world import as_if, as_person, in_days, published

D = Decimal


def act(world, chance: random.Random) -> None:
    """One order that waits, is answered in parts, offered otherwise, late, on its way, or asked otherwise when confirmed."""
    pieces, day = chance.randrange(20, 120), chance.randrange(1, 9)
    kind = chance.choice(("waits", "split", "offered", "late", "gone", "asked"))
    if kind in ("waits", "split", "offered"):
        order = published(world, quantities=(pieces,), days=day)
        if kind == "waits":
            return
        parts = [Part(D(pieces), in_days(day + chance.randrange(1, 6)))]
        if kind == "split":
            parts = [Part(D(10), in_days(day)), Part(D(pieces - 10), in_days(day + 2))]
        with as_person(world, "supplier"):
            services.answer_order(order_id=order.pk, answers=[services.Answer(schedule_of(order)[0].pk, parts, "material")])
        if kind == "split" and chance.random() < 0.5:
            with as_person(world, "buyer"):
                services.accept_proposals(order_id=order.pk)
        return
    order = confirmed(world, quantities=(pieces,), days=day)
    if kind == "late":
        with as_person(world, "buyer"):
            as_if(ScheduleLine.objects.filter(order=order), requested_date=in_days(-2))
    elif kind == "gone":
        shipment = announced(world, order, quantity=pieces // 2, days=day)
        with as_person(world, "supplier"):
            deliveries.depart(shipment_id=shipment.pk)
    else:
        with as_person(world, "supplier"):
            change = services.Change(schedule_of(order)[0].pk, D(pieces), in_days(day + 3))
            services.request_changes(order_id=order.pk, changes=[change], reason="capacity")


@pytest.mark.parametrize("seed", range(6))
def test_sums_say_what_lines_say(world, seed):
    chance = random.Random(seed)
    planned(world, *(chance.randrange(60) for _day in range(12)))
    count(world, chance.randrange(200))
    for _order in range(7):
        act(world, chance)
    with as_person(world, "buyer"):
        whole, brief = needs(), needs(with_lines=False)
        assert whole.keys() == brief.keys()
        for place, told in {need.place: need for need in lined(brief.values())}.items():
            for field in fields(told):
                assert getattr(told, field.name) == getattr(whole[place], field.name), field.name
        assert [(need.stop, need.shortages) for need in stops_of(planned_needs())] == [
            (need.stop, need.shortages) for need in whole.values() if need.stop is not None
        ]
        worse = sum(row.effect.stop is None and row.effect.offered_stop is not None for row in offered(whole).values())
        assert more_as_proposed(planned_needs()) == worse


def test_units_that_do_not_convert_are_named_without_lines_too(world):
    planned(world, 10)
    published(world, quantities=(5,))
    with as_person(world, "buyer"):
        as_if(PartnerPart.objects.filter(pk=world.part.pk), unit="KGM")
        place = (world.part.part_id, world.site.pk)
        assert needs(with_lines=False)[place].unfit == needs()[place].unfit != ""
        assert lined([needs(with_lines=False)[place]])[0].late == []


def test_lines_of_no_need_are_asked_by_no_statement(world):
    with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
        assert lined([]) == []
    assert not queries.captured_queries


def test_offers_that_could_make_no_line_stop_are_not_read(world):
    """The lowest day keeps more pieces than are offered otherwise."""
    planned(world, 10)
    count(world, 500)
    order = published(world, quantities=(100,), days=3)
    with as_person(world, "supplier"):
        answer = services.Answer(schedule_of(order)[0].pk, [Part(D(100), in_days(6))], "material")
        services.answer_order(order_id=order.pk, answers=[answer])
    with as_person(world, "buyer"):
        found = planned_needs()
        assert [need.offered for need in found] == [100]
        with CaptureQueriesContext(connection) as queries:
            assert more_as_proposed(found) == 0
    assert not queries.captured_queries
