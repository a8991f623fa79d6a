"""The history of an order tells deeds: who, which line, what was, what is, and why."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.common.dates import day_text
from apps.orders import services, tasks
from apps.orders.models import ChangeRequest, PurchaseOrder
from tests.chain import confirmed, schedule_of
from tests.world import as_if, as_person, draft, in_days, published

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
    assert [text.count(f"Answer: {n} · {day_text(in_days(20))}") for n in (10, 20, 30)] == [1, 1, 1]
    assert "Offered date" not in text, "the answers say the day"


def test_each_deed_is_told_once(world, client_of):
    """Planted before: the confirmed quantity and day beside the answer, and an accepted request as an answer once more."""
    order = confirmed(world)
    text = log_of(client_of, "buyer", order)
    assert f"10 · Answer: 100 · {day_text(in_days(10))}" in text, text
    assert "Confirmed date" not in text
    assert "Confirmed quantity" not in text
    with as_person(world, "buyer"):
        change = services.Change(schedule_of(order)[0].pk, Decimal(250), in_days(20))
        services.request_changes(order_id=order.pk, changes=[change], reason="demand", comment="new model")
        pk = ChangeRequest.objects.get().pk
    with as_person(world, "supplier"):
        services.accept_change(change_id=pk)
    text = log_of(client_of, "buyer", order)
    assert f"Confirmed date: {day_text(in_days(10))} → {day_text(in_days(20))}" in text, text
    assert [text.count(words) for words in ("Answer:", "Demand changed", "new model")] == [1, 1, 1], text


def test_an_offer_that_the_buyer_takes_or_declines_is_told_part_by_part(world, client_of):
    """Planted before: a split offer once taken read as all on its last day, a declined one as a day that is gone."""
    orders = [published(world), published(world)]
    for order, answer in zip(orders, (services.accept_proposals, services.decline_proposals), strict=True):
        with as_person(world, "supplier"):
            parts = [services.Part(Decimal(60), in_days(10)), services.Part(Decimal(40), in_days(18))]
            services.answer_order(order_id=order.pk, answers=[services.Answer(schedule_of(order)[0].pk, parts, "capacity")])
        with as_person(world, "buyer"):
            answer(order_id=order.pk)
    for order, word in zip(orders, ("Accepted", "Declined"), strict=True):
        text = log_of(client_of, "supplier", order)
        for quantity, days in ((60, 10), (40, 18)):
            assert text.count(f"Offer: {quantity} · {day_text(in_days(days))} → {word}") == 1, text
        assert all(words not in text for words in ("Offered date", "Confirmed date", "Confirmed quantity")), text


def test_a_counter_proposal_in_parts_is_told_with_its_days_and_numbers_as_people_read_them(world, client_of):
    order = published(world)
    with as_person(world, "supplier"):
        late = [services.Part(Decimal(100), in_days(18))]
        services.answer_order(order_id=order.pk, answers=[services.Answer(schedule_of(order)[0].pk, late, "capacity")])
    with as_person(world, "buyer"):
        rest = [services.Part(Decimal(40), in_days(15))]
        change = services.Change(schedule_of(order)[0].pk, Decimal(60), in_days(12), rest)
        services.request_changes(order_id=order.pk, changes=[change], reason="demand")
    told = f"in parts: 60 · {day_text(in_days(12))}, 40 · {day_text(in_days(15))}"
    text = log_of(client_of, "buyer", order)
    assert told in text, text
    assert text.index("Counter-proposal made") < text.index("Asked for"), text
    with as_person(world, "buyer"):
        services.withdraw_change(change_id=ChangeRequest.objects.get().pk)
    text = log_of(client_of, "buyer", order)
    assert text.index("Request withdrawn") < text.index("Counter-proposal made") < text.index("Change proposed"), text


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


@pytest.mark.parametrize("start", [draft, published])
def test_a_removed_line_is_told_with_its_part_its_quantity_and_who_removed_it(world, client_of, start):
    """The line that was removed, not the last one: what stood after it kept its position and is said to be unchanged."""
    order = start(world, quantities=(10, 20, 30))
    with as_person(world, "buyer"):
        lines = [services.OrderLine(world.part.pk, Decimal(n), in_days(10)) for n in (10, 30)]
        services.rewrite_order(order_id=order.pk, lines=lines)
        assert list(order.lines.order_by("position").values_list("position", flat=True)) == [10, 30]
    text = log_of(client_of, "buyer", order)
    entry = text[: text.index("Draft")] if start is draft else text[: text.index("New, unread")]
    assert f"20 · Removed: {world.part} · 20 · {day_text(in_days(10))}" in text, text
    assert "Buyer" in entry, "who removed it"
    assert "Requested quantity" not in text
    if start is published:
        assert "20 · Removed" in log_of(client_of, "supplier", order)
        with as_person(world, "buyer"):
            lines.append(services.OrderLine(world.second_part.pk, Decimal(7), in_days(11)))
            services.rewrite_order(order_id=order.pk, lines=lines)
        text = log_of(client_of, "supplier", order)
        assert "40 · Requested quantity: 7" in text, text
        assert text.count("Removed") == 1


def test_a_line_removed_from_a_draft_is_never_told_to_the_supplier(world, client_of):
    order = draft(world, quantities=(10, 20))
    with as_person(world, "buyer"):
        services.rewrite_order(order_id=order.pk, lines=[services.OrderLine(world.part.pk, Decimal(10), in_days(10))])
        services.publish_order(order_id=order.pk)
    assert "Removed" in log_of(client_of, "buyer", order)
    assert "Removed" not in log_of(client_of, "supplier", order)


def test_a_split_answer_tells_each_portion_with_its_day(world, client_of):
    order = published(world)
    with as_person(world, "supplier"):
        parts = [services.Part(Decimal(50), in_days(10)), services.Part(Decimal(50), in_days(18))]
        services.answer_order(order_id=order.pk, answers=[services.Answer(schedule_of(order)[0].pk, parts, "capacity")])
    text = log_of(client_of, "buyer", order)
    assert text.count("10 · Answer: 50 · ") == 2, text


def titles_of(client_of, order):
    """The titles of its entries, newest first."""
    page = client_of("buyer").get(f"/orders/{order.pk}/").content.decode()
    log = page[page.index('<ol class="log">') :]
    entries = log[: log.index("</ol>")].split("<li")[1:]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]*>?", " ", entry[entry.index(">") + 1 :])).strip() for entry in entries]


def test_each_title_says_what_was_done_whatever_state_the_order_is_in(world, client_of):
    """Planted before: a short closure was "Confirmed", a refusal beside an open offer "Changed"."""
    order = published(world, quantities=(10, 20, 30))
    with as_person(world, "buyer"):
        first, second, third = schedule_of(order)
    with as_person(world, "supplier"):
        late = [services.Part(Decimal(10), in_days(30))]
        services.answer_order(order_id=order.pk, answers=[services.Answer(first.pk, late, "capacity")])
    with as_person(world, "supplier"):
        services.answer_order(order_id=order.pk, answers=[services.Answer(second.pk, [], "material")])
    with as_person(world, "supplier"):
        asked = [services.Part(Decimal(30), in_days(10))]
        services.answer_order(order_id=order.pk, answers=[services.Answer(third.pk, asked)])
    with as_person(world, "buyer"):
        services.request_changes(
            order_id=order.pk, changes=[services.Change(third.pk, Decimal(30), in_days(15))], reason="demand"
        )
    with as_person(world, "supplier"):
        services.accept_change(change_id=ChangeRequest.objects.get().pk)
    with as_person(world, "buyer"):
        services.close_lines(schedule_line_ids=[third.pk], reason="demand")
    titles = titles_of(client_of, order)
    wanted = ("Closed short", "Request accepted", "Change requested", "Confirmed", "Rejected", "Change proposed")
    assert all(f" {word} · " in title for title, word in zip(titles, wanted, strict=False)), titles


@pytest.mark.parametrize("reader", ["buyer", "supplier"])
def test_a_reminder_is_told_with_who_sent_it_and_the_lines_that_waited(world, client_of, reader):
    """The bug: nothing said that the supplier had been reminded, for a reminder changes no row."""
    order = published(world, quantities=(100, 40))
    with as_person(world, "supplier"):
        first, second = schedule_of(order)
        answer = services.Answer(first.pk, [services.Part(Decimal(100), in_days(10))])
        services.answer_order(order_id=order.pk, answers=[answer])
    with as_person(world, "buyer"):
        services.remind_supplier(order_id=order.pk)
    with as_person(world, "supplier"):
        late = [services.Part(Decimal(40), in_days(18))]
        services.answer_order(order_id=order.pk, answers=[services.Answer(second.pk, late, "capacity")])
    text = log_of(client_of, reader, order)
    who = world.people["buyer"].name if reader == "buyer" else "Hanbit"
    assert f"Supplier reminded · {who} 20 · Answer awaited: 40 · {day_text(in_days(10))}" in text, text
    assert text.count("Answer awaited") == 1, "of the line that was answered nobody was reminded"
    assert text.index("Change proposed") < text.index("Supplier reminded"), "the latest first"


def test_a_reminder_of_a_change_tells_what_is_asked_for_and_one_by_the_clock_is_nobodys(world, client_of):
    order = confirmed(world)
    with as_person(world, "buyer"):
        rest = [services.Part(Decimal(40), in_days(15))]
        change = services.Change(schedule_of(order)[0].pk, Decimal(60), in_days(12), rest)
        services.request_changes(order_id=order.pk, changes=[change], reason="demand")
        services.remind_supplier(order_id=order.pk)
    asked = f"60 · {day_text(in_days(12))}, 40 · {day_text(in_days(15))}"
    assert f"10 · Answer awaited: {asked}" in log_of(client_of, "supplier", order)
    overdue = published(world)
    with as_person(world, "buyer"):
        as_if(PurchaseOrder.objects.filter(pk=overdue.pk), answer_due_at=timezone.now() - timedelta(hours=1))
    tasks.remind_unanswered(organization_id=world.supplier.pk)
    assert f"Supplier reminded · — 10 · Answer awaited: 100 · {day_text(in_days(10))}" in log_of(client_of, "buyer", overdue)
