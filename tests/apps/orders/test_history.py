"""The history of an order tells deeds: who, which line, what was, what is, and why."""

import re
from decimal import Decimal

import pytest

from apps.orders import services
from apps.orders.models import ChangeRequest
from tests.chain import confirmed, schedule_of
from tests.world import as_person, in_days, published

pytestmark = pytest.mark.usefixtures("committed")  # an act is a transaction of its own


def log_of(client_of, who, order):
    page = client_of(who).get(f"/orders/{order.pk}/").content.decode()
    log = page[page.index('<ol class="log">') :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", log[: log.index("</ol>")]))


@pytest.mark.parametrize("reader", ["buyer", "supplier"])
def test_an_accepted_change_tells_old_new_and_reason(world, client_of, reader):
    order = confirmed(world)
    with as_person(world, "buyer"):
        change = services.Change(schedule_of(order)[0].pk, Decimal(250), in_days(20))
        services.request_changes(order_id=order.pk, changes=[change], reason="demand", comment="new model")
        pk = ChangeRequest.objects.get().pk
    with as_person(world, "supplier"):
        services.accept_change(change_id=pk)
    text = log_of(client_of, reader, order)
    for told in (
        "10 · Requested quantity: 100 → 250",
        "Value: 10,000 → 25,000",
        "Asked for: quantity: 250",
        "Asked for: reason: Demand changed",
        "Asked for: comment: new model",
        "Request: Awaits an answer → Accepted",
    ):
        assert told in text, text


def test_an_order_written_anew_tells_what_was_changed_and_by_whom(world, client_of):
    order = published(world)
    with as_person(world, "buyer"):
        line = services.OrderLine(world.part.pk, Decimal(70), in_days(10))
        services.rewrite_order(order_id=order.pk, lines=[line], note="by the gate")
    text = log_of(client_of, "supplier", order)
    assert "· Hanbit" in text
    assert "Requested quantity: 100 → 70" in text
    assert "Note to the supplier: — → by the gate" in text


def test_states_of_one_transaction_all_stand_in_the_log(world, client_of):
    """ "Send to supplier" writes and sends in one request: both are told."""
    body = {"relation": world.relation.pk, "site": world.site.pk, "part": [world.part.pk], "quantity": ["5"]}
    sent = client_of("buyer").post("/orders/new/", body | {"date": [in_days(9).isoformat()], "act": "publish"})
    page = client_of("buyer").get(sent.headers["location"]).content.decode()
    log = page[page.index('<ol class="log">') :]
    assert "New, unread" in log
    assert "Draft" in log


def test_an_act_over_several_lines_is_told_once(world, client_of):
    """Planted before: three lines for another day wrote "Request" and "Answer" three times, and the value step by step."""
    wanted = [services.OrderLine(world.part.pk, Decimal(n), in_days(10)) for n in (10, 20, 30)]
    with as_person(world, "buyer"):
        order = services.draft_order(relation_id=world.relation.pk, receiving_site_id=world.site.pk, lines=wanted)
        services.publish_order(order_id=order.pk)
    with as_person(world, "supplier"):
        answers = [
            services.Answer(line.pk, [services.Part(line.requested_quantity, in_days(20))], "material", "steel is late")
            for line in schedule_of(order)
        ]
        services.answer_order(order_id=order.pk, answers=answers)
    text = log_of(client_of, "buyer", order)
    assert text.count("Change proposed") == 1
    assert text.count("Answer: reason: Material") == 1, text
    assert "10, 20, 30 · Answer: comment: steel is late" in text, text
    assert text.count("Offered date") == 1


def test_another_part_of_a_line_is_told_with_both_parts(world, client_of):
    order = published(world)
    with as_person(world, "buyer"):
        line = services.OrderLine(world.second_part.pk, Decimal(100), in_days(10))
        services.rewrite_order(order_id=order.pk, lines=[line])
    text = log_of(client_of, "supplier", order)
    assert f"10 · Part: {world.part} → {world.second_part}" in text, text


def test_a_line_written_later_is_told(world, client_of):
    order = published(world)
    with as_person(world, "buyer"):
        lines = [services.OrderLine(world.part.pk, Decimal(100), in_days(10))]
        lines.append(services.OrderLine(world.second_part.pk, Decimal(7), in_days(11)))
        services.rewrite_order(order_id=order.pk, lines=lines)
    text = log_of(client_of, "supplier", order)
    assert "20 · Requested quantity: 7" in text, text
    assert f"20 · Part: {world.second_part}" in text, text


def test_a_split_answer_tells_each_portion_with_its_day(world, client_of):
    order = published(world)
    with as_person(world, "supplier"):
        parts = [services.Part(Decimal(50), in_days(10)), services.Part(Decimal(50), in_days(18))]
        services.answer_order(order_id=order.pk, answers=[services.Answer(schedule_of(order)[0].pk, parts, "capacity")])
    text = log_of(client_of, "buyer", order)
    assert text.count("10 · Answer: 50 · ") == 2, text
