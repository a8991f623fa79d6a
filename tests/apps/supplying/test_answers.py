"""All that waits for a supplier, across orders: accepted, answered otherwise or refused, line by line, many in one act."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.orders import selectors, services
from apps.orders.models import Confirmation, PurchaseOrder, ScheduleLine
from apps.orders.services import Answer, Part
from apps.supplying import cells
from apps.supplying.asked import CHANGE, COUNTER, NEW, asks
from apps.tenancy.checks import WrongSide
from apps.tenancy.roles import Side
from tests.apps.supplying.room import waiting
from tests.chain import confirmed, schedule_of
from tests.world import as_if, as_person, in_days, published


def seen_of(world) -> dict[int, int]:
    with as_person(world, "supplier"):
        return {row.line.id: row.seen for row in asks()}


def changed(world, quantity=90, days=12):
    """A confirmed line of which the buyer wants something else."""
    order = confirmed(world)
    with as_person(world, "buyer"):
        line = schedule_of(order)[0]
        change = services.Change(line.pk, Decimal(quantity), in_days(days))
        services.request_changes(order_id=order.pk, changes=[change], reason="demand")
    return line


def countered(world):
    """A line on which a later day was offered, and the buyer asks for an earlier one."""
    line = waiting(world)
    with as_person(world, "supplier"):
        services.answer_lines(answers=[Answer(line.pk, [Part(Decimal(100), in_days(15))], "material")])
    with as_person(world, "buyer"):
        change = services.Change(line.pk, Decimal(100), in_days(12))
        services.request_changes(order_id=line.order_id, changes=[change], reason="demand")
    return line


def state_of(world, line) -> tuple[str, str, Decimal, object]:
    with as_person(world, "supplier"):
        row = ScheduleLine.objects.select_related("order").get(pk=line.pk)
        return row.order.status, row.status, row.confirmed_quantity, row.confirmed_date


def test_the_list_holds_new_lines_counters_and_changes_with_what_stood(world):
    new, counter, change = waiting(world), countered(world), changed(world)
    with as_person(world, "supplier"):
        rows = {row.line.id: row for row in asks()}
        assert {pk: row.kind for pk, row in rows.items()} == {new.pk: NEW, counter.pk: COUNTER, change.pk: CHANGE}
        assert rows[counter.pk].asked == [Part(Decimal(100), in_days(12))]
        assert rows[counter.pk].stands == [Part(Decimal(100), in_days(15))]
        assert rows[change.pk].stands == [Part(Decimal(100), in_days(10))]


def test_lines_of_all_kinds_are_accepted_in_one_act(world):
    lines = [waiting(world), countered(world), changed(world)]
    seen = seen_of(world)
    with as_person(world, "supplier"):
        assert services.accept_asked(schedule_line_ids=[line.pk for line in lines], seen=seen) == {}
        assert asks() == []
    assert [state_of(world, line)[1:] for line in lines] == [
        ("confirmed", 100, in_days(10)),
        ("confirmed", 100, in_days(12)),
        ("confirmed", 90, in_days(12)),
    ]
    with as_person(world, "buyer"):
        order = PurchaseOrder.objects.get(pk=lines[2].order_id)
        assert (order.amount, order.open_change_side, order.unanswered_count) == (9000, "", 0)
        assert Confirmation.objects.filter(schedule_line=lines[2], state="accepted").count() == 1


def test_fifty_lines_take_no_more_statements_than_two(world):
    def cost(lines):
        with as_person(world, "supplier"), CaptureQueriesContext(connection) as found:
            assert services.accept_asked(schedule_line_ids=[line.pk for line in lines]) == {}
        return len(found)

    few = [waiting(world) for _n in range(2)]
    orders = [published(world, quantities=(10,) * 10) for _n in range(5)]
    with as_person(world, "supplier"):
        many = [line for order in orders for line in schedule_of(order)]
    assert cost(many) <= cost(few) <= 16


def test_each_line_has_its_own_answer_and_what_breaks_a_rule_is_named_the_rest_done(world):
    kept, split, refused, wrong = [waiting(world) for _n in range(4)]
    answers = [
        Answer(kept.pk, [Part(Decimal(100), in_days(10))]),
        Answer(split.pk, [Part(Decimal(40), in_days(14)), Part(Decimal(60), in_days(10))], "capacity"),
        Answer(refused.pk, [], "tooling", "no tool"),
        Answer(wrong.pk, [Part(Decimal(100), in_days(14))]),
    ]
    with as_person(world, "supplier"):
        told = services.answer_lines(answers=answers)
    assert {pk: error.code for pk, error in told.items()} == {wrong.pk: "reason_missing"}
    with as_person(world, "supplier"):
        again = services.answer_lines(answers=answers)
    assert again[wrong.pk].place.startswith("answers[3]"), "the place counts what was sent, not what was left to do"
    assert [state_of(world, line)[1] for line in (kept, split, refused, wrong)] == [
        *("confirmed", "change_proposed", "rejected"),
        "published",
    ]


def test_a_refused_change_leaves_what_was_promised_and_a_refused_counter_the_offer(world):
    change, counter = changed(world), countered(world)
    with as_person(world, "supplier"):
        assert services.answer_lines(answers=[Answer(change.pk, []), Answer(counter.pk, [])]) == {}
    assert state_of(world, change)[1:] == ("confirmed", 100, in_days(10))
    assert state_of(world, counter)[1] == "change_proposed"


def test_a_change_of_what_is_confirmed_is_countered_and_what_was_promised_stands(world):
    line = changed(world)
    with as_person(world, "supplier"):
        assert services.answer_lines(answers=[Answer(line.pk, [Part(Decimal(90), in_days(13))], "material")]) == {}
        assert asks() == []
    assert state_of(world, line)[1:] == ("confirmed", 100, in_days(10))


def test_a_counter_is_answered_anew(world):
    line = countered(world)
    with as_person(world, "supplier"):
        told = services.answer_lines(answers=[Answer(line.pk, [Part(Decimal(100), in_days(13))], "material")])
    assert told == {}
    assert state_of(world, line)[:2] == ("change_proposed", "change_proposed")


def test_the_second_person_sees_the_first_answer(world, client_of):
    line = waiting(world)
    seen = seen_of(world)[line.pk]
    with as_person(world, "supplier"):
        services.answer_lines(answers=[Answer(line.pk, [Part(Decimal(70), in_days(15))], "material")])
        told = services.accept_asked(schedule_line_ids=[line.pk], seen={line.pk: seen})
    assert told[line.pk].code == "answered_already"
    assert "Change proposed, 70" in told[line.pk].words
    page = client_of("supplier").post(f"/supplying/answers/{line.pk}/accept/?view=all&seen={seen}", follow=True)
    assert "Somebody was faster" in page.content.decode()


def test_what_was_written_anew_since_is_not_promised(world):
    line = waiting(world)
    seen = seen_of(world)
    with as_person(world, "buyer"):
        wanted = services.OrderLine(world.part.pk, Decimal(500), in_days(10))
        services.rewrite_order(order_id=line.order_id, lines=[wanted])
    with as_person(world, "supplier"):
        told = services.accept_asked(schedule_line_ids=[line.pk], seen=seen)
    assert told[line.pk].code == "ask_changed"
    assert state_of(world, line)[1] == "published"


def test_a_day_that_has_passed_cannot_be_promised(world):
    line = waiting(world)
    with as_person(world, "supplier"):
        as_if(ScheduleLine.objects.filter(pk=line.pk), requested_date=in_days(-1))
        assert asks()[0].is_past
        assert services.accept_asked(schedule_line_ids=[line.pk])[line.pk].code == "date_in_the_past"


def test_others_answer_nothing(world, client_of):
    line = waiting(world)
    with as_person(world, "stranger"):
        assert asks() == []
        assert services.accept_asked(schedule_line_ids=[line.pk])[line.pk].code == "unknown_line"
    with as_person(world, "buyer"), pytest.raises(WrongSide):
        services.accept_asked(schedule_line_ids=[line.pk])
    assert client_of("stranger").post(f"/supplying/answers/{line.pk}/accept/").status_code == 404
    assert client_of("stranger").post(f"/supplying/answers/{line.pk}/", {"reason": "other"}).status_code == 404
    assert client_of("supplier-quality").post(f"/supplying/answers/{line.pk}/accept/").status_code == 403


def test_beside_the_hour_of_the_answer_stands_when_it_was_asked_and_no_bare_age(world):
    waiting(world)
    with as_person(world, "supplier"):
        (row,) = asks()
        assert re.search(r"<small class=\"why\">asked just now</small>", cells.due(row))


def test_a_row_takes_another_day_split_and_reason(world, client_of):
    line = waiting(world)
    to, client = f"/supplying/answers/{line.pk}/?view=all&seen={seen_of(world)[line.pk]}", client_of("supplier")
    fields = {f"quantity-{line.pk}": ["60", "x"], f"date-{line.pk}": [in_days(10), in_days(14)], "reason": "material"}
    page = client.post(to, fields)
    assert page.status_code == 422
    assert 'value="x"' in page.content.decode()
    assert client.post(to, fields | {f"quantity-{line.pk}": ["60", "40"]}).status_code == 302
    with as_person(world, "buyer"):
        assert list(Confirmation.objects.values_list("quantity", "reason").order_by("pk")) == [
            (60, "material"),
            (40, "material"),
        ]


def test_all_of_one_customer_are_accepted_with_one_act(world, client_of):
    lines = [waiting(world) for _n in range(3)]
    client = client_of("supplier")
    assert "accept 3 as requested" in " ".join(client.get("/supplying/answers/").content.decode().split())
    sent = [f"{pk}.{seen}" for pk, seen in seen_of(world).items()]
    assert client.post("/supplying/answers/accept/", {"line": sent}).headers["Location"] == "/supplying/answers/"
    assert {state_of(world, line)[1] for line in lines} == {"confirmed"}
    kept = client.post("/supplying/answers/accept/", {"line": sent}).headers["Location"]
    assert "Somebody was faster" in client.get(kept).content.decode()


def test_the_api_does_the_same(world, api_of):
    first, second = [waiting(world) for _n in range(2)]
    api = api_of("supplier")
    rows = api.get("/api/to-answer/").json()
    assert {row["schedule_line_id"] for row in rows} == {first.pk, second.pk}
    seen = {row["schedule_line_id"]: row["seen"] for row in rows}
    lines = [{"schedule_line": first.pk, "seen": seen[first.pk]}, {"schedule_line": second.pk, "seen": 1}]
    nothing = api.post("/api/to-answer/accept/", {"lines": lines, "all_or_none": True}).json()
    assert (nothing["done"], [row["code"] for row in nothing["refused"]]) == ([], ["ask_changed"])
    done = api.post("/api/to-answer/accept/", {"lines": lines}).json()
    assert done["done"] == [first.pk]
    parts = [{"quantity": "100", "delivery_date": in_days(14).isoformat()}]
    reply = {"lines": [{"schedule_line": second.pk, "parts": parts, "reason": "capacity"}]}
    assert api.post("/api/to-answer/reply/", reply).json() == {"done": [second.pk], "refused": []}
    assert api_of("buyer").post("/api/to-answer/reply/", reply).status_code == 403


def test_a_proposal_on_one_line_leaves_the_other_lines_of_its_order_to_answer(world, client_of):
    order = published(world, quantities=(100, 60, 40))
    client = client_of("supplier")
    with as_person(world, "supplier"):
        offered, second, third = schedule_of(order)
        services.answer_lines(answers=[Answer(offered.pk, [Part(Decimal(100), in_days(15))], "material")])
        assert {row.line.id for row in asks()} == {second.pk, third.pk}
        assert selectors.counts(Side.SUPPLIER)["unanswered"] == 1
        assert selectors.next_to_answer() == order
        as_if(PurchaseOrder.objects.filter(pk=order.pk), answer_due_at=timezone.now() - timedelta(hours=1))
        assert list(selectors.overdue_answers()) == [order]
        assert services.remind_unanswered(order_id=order.pk)
    assert order.number in client.get("/orders/?view=unanswered").content.decode()
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert re.findall(r'name="quantity-(\d+)"', page) == [str(second.pk), str(third.pk)]
    assert f'id="line-{offered.pk}"' in page, "what is answered stands below"
    assert "You must answer" in page
    assert f"/orders/{order.pk}/acknowledge/" in page, "the lines left are opened with their page"
    chosen = {"row": [order.pk], "act": "confirm", "query": ""}
    assert "Done: 1." in client.post("/lists/orders/bulk/", chosen, follow=True).content.decode()
    assert [state_of(world, line)[1] for line in (offered, second, third)] == ["change_proposed", "confirmed", "confirmed"]


def test_the_rest_of_an_order_is_answered_on_its_page_and_nothing_goes_with_it(world, client_of):
    order = published(world, quantities=(100, 60))
    with as_person(world, "supplier"):
        offered, rest = schedule_of(order)
        services.answer_lines(answers=[Answer(offered.pk, [Part(Decimal(100), in_days(15))], "material")])
    assert state_of(world, rest)[1] == "published", "one line's answer is no word about the others"
    fields = {f"quantity-{rest.pk}": "60", f"date-{rest.pk}": in_days(10).isoformat()}
    assert client_of("supplier").post(f"/orders/{order.pk}/", fields).status_code == 302
    assert [state_of(world, line)[1] for line in (offered, rest)] == ["change_proposed", "confirmed"]
