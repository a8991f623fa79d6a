"""The first page of a buyer: a row says what is at stake, and who must act."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.deliveries import services as deliveries
from apps.inventory import services as inventory
from apps.orders import services
from apps.orders.models import Confirmation, ScheduleLine
from apps.planning.services import Planned, publish_plan
from apps.tenancy.roles import Side
from apps.tower.today import buyer_context, row_context
from tests.chain import announced, confirmed, schedule_of
from tests.world import as_if, as_person, in_days, published


def needed(world, quantity, *, days=5):
    """A plan that needs pieces of a part of which nothing lies here."""
    with as_person(world, "receiver"):
        inventory.count_stock(site_id=world.site.pk, counted=[inventory.Counted(world.part.pk, Decimal(0))])
    with as_person(world, "buyer"):
        planned = [Planned(world.part.part_id, in_days(days), Decimal(quantity))]
        publish_plan(site_id=world.site.pk, kind="demand", rows=planned)


def cells(client, order) -> list[str]:
    """What stands in the last two cells of an order's row, as it is read."""
    row = client.get("/").content.decode().split(f'id="order-{order.pk}"')[1].split("</tr>")[0]
    return [" ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", cell, flags=re.S).split()) for cell in row.split("<td")[-2:]]


def told(world) -> dict[int, tuple[str, str]]:
    with as_person(world, "buyer"):
        rows = buyer_context("")["rows"]
        return {row["id"]: (row["who"], row["turn"]) for row in rows}


def test_what_is_at_stake_is_said_in_the_words_of_the_row_and_not_of_the_head_alone(world, client_of):
    """The bug: the day on which the line stops, and the one from which the part is behind, stood under "Behind from", which
    reads as the day on which the order gets late."""
    stopping = confirmed(world, days=4, on=in_days(9))
    needed(world, 60)
    client = client_of("buyer")
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', client.get("/").content.decode().split('id="attention"')[1])
    assert heads[6:8] == ["What is at stake", "Status, who must act"]
    stake, state = cells(client, stopping)
    assert "Line stops in 5 days the cause" in stake
    assert state.endswith("We Pull in")


def test_a_part_that_is_only_behind_is_said_to_be_later_than_requested(world, client_of):
    behind = confirmed(world, days=4, on=in_days(9))
    assert "Later than requested: in 4 days the cause" in cells(client_of("buyer"), behind)[0]


def test_every_row_names_who_must_act_and_how(world, client_of):
    """The bug: a late line was late, and nobody knew whether to call or to wait."""
    asked, offered = published(world), published(world)
    over = confirmed(world, days=4, on=in_days(9))
    with as_person(world, "supplier"):
        part = services.Part(Decimal(100), in_days(15))
        services.answer_order(order_id=offered.pk, answers=[services.Answer(schedule_of(offered)[0].pk, [part], "material")])
    with as_person(world, "buyer"):
        as_if(ScheduleLine.objects.filter(order=over), requested_date=in_days(-4), confirmed_date=in_days(-1))
        as_if(Confirmation.objects.filter(schedule_line__order=over), delivery_date=in_days(-1))
    supplier = world.supplier.name
    assert told(world) == {
        asked.pk: (supplier, "Answer is awaited"),
        offered.pk: ("We", "Decide on the offer"),
        over.pk: ("We", "Ask for a new day"),
    }
    assert cells(client_of("buyer"), over)[1].endswith("We Ask for a new day")
    with as_person(world, "buyer"):
        row = row_context(over.pk, Side.BUYER)["row"]
        assert (row["who"], row["turn"]) == ("We", "Ask for a new day"), "as the page, fetched again"
    assert "Decide on the offer" not in client_of("supplier").get("/").content.decode()


def test_goods_on_the_road_are_the_suppliers_and_at_the_gate_ours(world):
    order = confirmed(world, days=4, on=in_days(9))
    shipment = announced(world, order, days=9)
    needed(world, 60)
    assert told(world) == {order.pk: (world.supplier.name, "On its way")}
    with as_person(world, "supplier"):
        deliveries.depart(shipment_id=shipment.pk)
    with as_person(world, "receiver"):
        deliveries.arrive(shipment_id=shipment.pk)
    assert told(world) == {order.pk: ("We", "Receive")}


def test_a_refused_line_waits_for_us(world):
    order = published(world)
    with as_person(world, "supplier"):
        services.answer_order(order_id=order.pk, answers=[services.Answer(schedule_of(order)[0].pk, [], "capacity")])
    assert told(world) == {order.pk: ("We", "")}


@pytest.mark.usefixtures("committed")
def test_more_rows_are_read_by_as_many_statements(world):
    counted = []
    for _time in range(2):
        for count in range(3):
            confirmed(world, days=4, on=in_days(9))
            announced(world, confirmed(world, days=4, on=in_days(9)), days=9 + count)
        needed(world, 900)
        with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
            buyer_context("")
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 22
