"""Change requests of both sides and the buyer's counter-proposals: the four dates each keep their rule."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.events.models import DomainEvent
from apps.orders import exceptions as wrong
from apps.orders import services, tasks
from apps.orders.models import ChangeRequest, Confirmation
from apps.tenancy.checks import WrongSide
from tests.chain import announced, confirmed, received, schedule_of
from tests.world import as_if, as_person, in_days, published


def ask(world, who, order, quantity, days, *, reason="demand"):
    with as_person(world, who):
        change = services.Change(schedule_of(order)[0].pk, Decimal(quantity), in_days(days))
        services.request_changes(order_id=order.pk, changes=[change], reason=reason)
        return ChangeRequest.objects.order_by("-pk")[0]


def line_of(world, order):
    with as_person(world, "buyer"):
        return schedule_of(order)[0]


def dates(line):
    return (line.requested_date, line.confirmed_date, line.first_confirmed_date, line.otif_base_date)


def propose(world, days):
    order = published(world)
    with as_person(world, "supplier"):
        answer = services.Answer(schedule_of(order)[0].pk, [services.Part(Decimal(100), in_days(days))], "material")
        return services.answer_order(order_id=order.pk, answers=[answer])


def test_the_buyers_change_moves_the_request_and_the_otif_base(world):
    order = confirmed(world)
    change = ask(world, "buyer", order, 100, 20)
    assert change.state == "open"
    with as_person(world, "supplier"):
        assert services.accept_change(change_id=change.pk).revision == 2
    assert dates(line_of(world, order)) == (in_days(20), in_days(20), in_days(10), in_days(20))
    with as_person(world, "buyer"):
        assert sorted(Confirmation.objects.values_list("state", flat=True)) == ["accepted", "superseded"]


def test_the_suppliers_change_moves_neither(world):
    order = confirmed(world)
    change = ask(world, "supplier", order, 100, 20, reason="material")
    with as_person(world, "buyer"):
        found = services.accept_change(change_id=change.pk)
    assert (found.revision, found.promised_date) == (1, in_days(20))
    assert dates(line_of(world, order)) == (in_days(10), in_days(20), in_days(10), in_days(10))


def test_within_the_window_and_outside_the_fence_it_is_accepted_by_rule(world):
    order = confirmed(world)
    change = ask(world, "supplier", order, 105, 8, reason="capacity")
    assert (change.state, change.is_automatic) == ("accepted", True)
    assert line_of(world, order).confirmed_quantity == 105


def test_inside_the_fence_it_needs_the_buyers_yes(world):
    order = confirmed(world, days=3)
    assert ask(world, "supplier", order, 100, 2, reason="capacity").state == "open"


def test_inside_the_fence_only_the_exact_answer_is_confirmed_by_rule(world):
    order = published(world, days=3)
    with as_person(world, "supplier"):
        answer = services.Answer(schedule_of(order)[0].pk, [services.Part(Decimal(100), in_days(2))], "capacity")
        assert services.answer_order(order_id=order.pk, answers=[answer]).status == "change_proposed"


def test_a_counter_proposal_keeps_the_first_request(world):
    order = propose(world, 20)
    change = ask(world, "buyer", order, 100, 15)
    assert change.is_counter
    assert line_of(world, order).status == "acknowledged"
    with as_person(world, "supplier"):
        assert services.accept_change(change_id=change.pk).status == "confirmed"
    assert dates(line_of(world, order)) == (in_days(10), in_days(15), in_days(15), in_days(15))


def test_a_new_answer_ends_the_counter_proposal(world):
    order = propose(world, 20)
    change = ask(world, "buyer", order, 100, 15)
    with as_person(world, "supplier"):
        answer = services.Answer(schedule_of(order)[0].pk, [services.Part(Decimal(100), in_days(17))], "material")
        found = services.answer_order(order_id=order.pk, answers=[answer])
        change.refresh_from_db()
    assert (change.state, found.status, found.open_change_side) == ("rejected", "change_proposed", "")


def test_a_refused_change_leaves_what_stood(world):
    order = confirmed(world)
    before = dates(line_of(world, order))
    change = ask(world, "buyer", order, 50, 20)
    with as_person(world, "supplier"):
        assert services.reject_change(change_id=change.pk).open_change_side == ""
    assert dates(line_of(world, order)) == before


def test_one_answers_the_other_sides_request_and_withdraws_ones_own(world):
    change = ask(world, "buyer", confirmed(world), 100, 20)
    with as_person(world, "buyer"), pytest.raises(WrongSide):
        services.accept_change(change_id=change.pk)
    with as_person(world, "supplier"), pytest.raises(WrongSide):
        services.withdraw_change(change_id=change.pk)
    with as_person(world, "buyer"):
        services.withdraw_change(change_id=change.pk)
    with as_person(world, "supplier"), pytest.raises(wrong.ChangeAnswered):
        services.accept_change(change_id=change.pk)
    with as_person(world, "stranger"), pytest.raises(wrong.UnknownChange):
        services.reject_change(change_id=change.pk)


def test_an_answer_after_the_deadline_is_refused_and_the_request_expires(world):
    order = confirmed(world)
    change = ask(world, "buyer", order, 100, 20)
    with as_person(world, "buyer"):
        as_if(ChangeRequest.objects.all(), answer_due_at=timezone.now() - timedelta(minutes=1))
    with as_person(world, "supplier"), pytest.raises(wrong.AnswerTooLate):
        services.accept_change(change_id=change.pk)
    tasks.expire_changes(organization_id=world.buyer.pk)
    tasks.expire_changes(organization_id=world.buyer.pk)
    with as_person(world, "buyer"):
        change.refresh_from_db()
        assert change.state == "expired"
        assert DomainEvent.objects.filter(event="order.change_expired").count() == 1
    assert line_of(world, order).confirmed_date == in_days(10)


def test_a_line_has_one_open_request(world):
    order = confirmed(world)
    ask(world, "buyer", order, 100, 20)
    with pytest.raises(wrong.ChangeOpen):
        ask(world, "supplier", order, 100, 30, reason="material")


@pytest.mark.parametrize(
    ("who", "quantity", "days", "error"),
    [
        ("buyer", 100, 10, wrong.NothingChanged),
        ("buyer", 0, 12, wrong.InvalidQuantity),
        ("buyer", 100, -1, wrong.DateInThePast),
        ("supplier", 111, 12, wrong.OverConfirmed),
        ("buyer", 39, 12, wrong.QuantityOnItsWay),
    ],
)
def test_a_wish_that_cannot_be_kept_is_refused(world, who, quantity, days, error):
    order = confirmed(world)
    announced(world, order, quantity=40)
    with pytest.raises(error):
        ask(world, who, order, quantity, days)


def test_an_unanswered_line_is_not_changed(world):
    with pytest.raises(wrong.WrongState):
        ask(world, "buyer", published(world), 50, 12)


def test_the_rest_of_a_line_is_closed_short(world):
    order = confirmed(world)
    shipment = announced(world, order, quantity=60)
    pk = line_of(world, order).pk
    with as_person(world, "buyer"), pytest.raises(wrong.OnItsWay):
        services.close_short(order_id=order.pk, schedule_line_ids=[pk], reason="demand")
    received(world, shipment)
    with as_person(world, "buyer"):
        found = services.close_short(order_id=order.pk, schedule_line_ids=[pk], reason="demand")
    assert (found.closure, found.fulfilment, found.due_date) == ("closed_short", "partly_received", None)
    with as_person(world, "buyer"), pytest.raises(wrong.AlreadyClosed):
        services.close_short(order_id=order.pk, schedule_line_ids=[pk], reason="demand")
    with pytest.raises(wrong.AlreadyClosed):
        announced(world, order, quantity=1)


def offer(world, *parts):
    """A published order of 100 for which the supplier offers these parts: (quantity, days from now)."""
    order = published(world)
    with as_person(world, "supplier"):
        given = [services.Part(Decimal(quantity), in_days(days)) for quantity, days in parts]
        return services.answer_order(
            order_id=order.pk, answers=[services.Answer(schedule_of(order)[0].pk, given, "material")]
        )


def standing(world, order):
    line = line_of(world, order)
    with as_person(world, "buyer"):
        rows = Confirmation.objects.filter(schedule_line=line, state__in=("proposed", "accepted")).order_by("delivery_date")
        return line.status, line.proposed_date, [(row.quantity, row.delivery_date) for row in rows]


@pytest.mark.parametrize("ending", ["withdraw_change", "reject_change", "expire"])
def test_a_counter_proposal_that_comes_to_nothing_brings_the_split_offer_back(world, ending):
    order = offer(world, (60, 20), (40, 25))
    before = standing(world, order)
    assert before[2] == [(60, in_days(20)), (40, in_days(25))]
    change = ask(world, "buyer", order, 100, 15)
    assert standing(world, order)[1:] == before[1:]
    if ending == "expire":
        with as_person(world, "buyer"):
            as_if(ChangeRequest.objects.all(), answer_due_at=timezone.now() - timedelta(minutes=1))
            assert services.expire_change(change_id=change.pk)
    else:
        with as_person(world, "buyer" if ending == "withdraw_change" else "supplier"):
            getattr(services, ending)(change_id=change.pk)
    assert standing(world, order) == before
    with as_person(world, "buyer"):
        assert services.accept_proposals(order_id=order.pk).status == "confirmed"
    assert line_of(world, order).confirmed_quantity == 100


def test_a_counter_proposal_may_itself_be_split(world):
    order = offer(world, (60, 20), (40, 25))
    with as_person(world, "buyer"):
        more = [services.Part(Decimal(30), in_days(18))]
        change = services.Change(schedule_of(order)[0].pk, Decimal(70), in_days(15), more)
        services.request_changes(order_id=order.pk, changes=[change], reason="demand")
        asked = ChangeRequest.objects.get()
    assert asked.parts == [(70, in_days(15)), (30, in_days(18))]
    assert (asked.quantity, asked.delivery_date) == (100, in_days(18))
    with as_person(world, "supplier"):
        services.accept_change(change_id=asked.pk)
    status, proposed, parts = standing(world, order)
    assert (status, proposed, parts) == ("confirmed", None, [(70, in_days(15)), (30, in_days(18))])
    assert line_of(world, order).confirmed_date == in_days(18)


def test_a_counter_proposal_that_repeats_the_split_offer_is_refused(world):
    order = offer(world, (60, 20), (40, 25))
    with as_person(world, "buyer"), pytest.raises(wrong.NothingChanged):
        more = [services.Part(Decimal(40), in_days(25))]
        change = services.Change(schedule_of(order)[0].pk, Decimal(60), in_days(20), more)
        services.request_changes(order_id=order.pk, changes=[change], reason="demand")


def test_the_value_of_an_order_follows_an_accepted_change(world):
    order = confirmed(world, quantities=(100, 40))
    change = ask(world, "buyer", order, 250, 20)
    with as_person(world, "supplier"):
        found = services.accept_change(change_id=change.pk)
        found.refresh_from_db()
    assert (found.quantity, found.amount) == (250, (250 + 40) * 100)


def test_a_split_counter_proposal_by_page_and_by_api(world, client_of, api_of):
    order = offer(world, (60, 20), (40, 25))
    pk = line_of(world, order).pk
    page = client_of("buyer").get(f"/orders/{order.pk}/change/").content.decode()
    assert 'data-head="Requested"' in page  # a phone shows no head of the table
    assert 'data-head="What stands"' in page
    assert re.findall(r'inputmode="decimal" value="(\d+)"', page) == ["100"], "what was asked for"
    body = {
        f"quantity-{pk}": ["50", "50"],
        f"date-{pk}": [in_days(15).isoformat(), in_days(16).isoformat()],
        "reason": "demand",
    }
    assert client_of("buyer").post(f"/orders/{order.pk}/change/", body).status_code == 302
    seen = api_of("supplier").get(f"/api/orders/{order.pk}/").json()["lines"][0]["schedule"][0]
    assert [part["quantity"] for part in seen["open_changes"][0]["parts"]] == ["50", "50"]
    assert [answer["quantity"] for answer in seen["answers"]] == ["60", "40"]
    api_of("buyer").post(f"/api/changes/{seen['open_changes'][0]['id']}/withdraw/")
    line = {"schedule_line": pk, "quantity": "70", "delivery_date": in_days(15).isoformat()}
    line["more"] = [{"quantity": "30", "delivery_date": in_days(19).isoformat()}]
    body = {"lines": [line], "reason": "demand"}
    answer = api_of("buyer").post(f"/api/orders/{order.pk}/changes/", body)
    assert answer.status_code == 200, answer.content
    shown = client_of("supplier").get(f"/orders/{order.pk}/").content.decode()
    assert 'value="60"' in shown, "the offer that stands is what the supplier's table shows"
    untouched = {f"quantity-{pk}": ["60", "40"], f"date-{pk}": [in_days(20).isoformat(), in_days(25).isoformat()]}
    assert client_of("supplier").post(f"/orders/{order.pk}/", untouched).status_code == 422


def test_a_rejection_shows_its_reason_on_both_sides(world, client_of, api_of):
    order = published(world)
    with as_person(world, "supplier"):
        no = services.Answer(schedule_of(order)[0].pk, [], "capacity", "the press is down")
        services.answer_order(order_id=order.pk, answers=[no])
    for who in ("buyer", "supplier"):
        page = client_of(who).get(f"/orders/{order.pk}/").content.decode()
        assert "the press is down" in page
        assert "Capacity" in page
    schedule = api_of("buyer").get(f"/api/orders/{order.pk}/").json()["lines"][0]["schedule"][0]
    assert (schedule["rejected_reason"], schedule["rejected_comment"]) == ("capacity", "the press is down")


def counter_form(client, order):
    """The days with which the fields of an order's change page begin, and the lines that are ticked there."""
    page = client.get(f"/orders/{order.pk}/change/").content.decode()
    days = re.findall(r'name="date-(\d+)" value="([\d-]+)"', page)
    return {int(pk): day for pk, day in days}, re.findall(r'name="line" value="(\d+)"\s*(checked)?', page)


def test_a_counter_proposal_begins_with_what_was_asked_for_and_sent_as_it_is_asks_for_it(world, client_of):
    """The bug: it began with the offer, so that nothing but a refusal came of sending it."""
    order, client = propose(world, 15), client_of("buyer")
    pk = line_of(world, order).pk
    assert counter_form(client, order) == ({pk: in_days(10).isoformat()}, [])
    typed = {f"quantity-{pk}": "100", f"date-{pk}": in_days(10).isoformat(), "reason": "demand"}
    assert client.post(f"/orders/{order.pk}/change/", typed).status_code == 302
    with as_person(world, "buyer"):
        asked = ChangeRequest.objects.get()
    assert (asked.is_counter, asked.parts) == (True, [(100, in_days(10))])


@pytest.mark.parametrize("quantities", [["100"], ["60", "40"]])
def test_a_counter_proposal_that_is_the_offer_is_refused_at_its_row(world, client_of, quantities):
    """In however many portions; the words say that it is the offer, and what to do."""
    order = propose(world, 15)
    pk = line_of(world, order).pk
    typed = {f"quantity-{pk}": quantities, f"date-{pk}": [in_days(15).isoformat()] * len(quantities), "reason": "demand"}
    answer = client_of("buyer").post(f"/orders/{order.pk}/change/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="error-{pk}-quantity"' in page
    assert "Accept the offer, or change the quantity or the day." in page
    with as_person(world, "buyer"):
        assert not ChangeRequest.objects.exists()


def test_of_an_order_with_several_offers_the_ticked_or_retyped_ones_are_countered(world, client_of):
    order = published(world, quantities=(100, 50, 30))
    with as_person(world, "supplier"):
        lines = schedule_of(order)
        answers = [
            services.Answer(line.pk, [services.Part(line.requested_quantity, in_days(15))], "material") for line in lines
        ]
        services.answer_order(order_id=order.pk, answers=answers)
    client, first = client_of("buyer"), in_days(10).isoformat()
    days, boxes = counter_form(client, order)
    assert (days, boxes) == ({line.pk: first for line in lines}, [(str(line.pk), "") for line in lines])
    ticked, typed_over, _left = lines
    typed = {f"quantity-{line.pk}": f"{line.requested_quantity.normalize():f}" for line in lines}
    typed |= {f"date-{line.pk}": first for line in lines} | {"reason": "demand", "line": [ticked.pk]}
    typed[f"date-{typed_over.pk}"] = in_days(12).isoformat()
    assert client.post(f"/orders/{order.pk}/change/", typed).status_code == 302
    with as_person(world, "buyer"):
        asked = dict(ChangeRequest.objects.values_list("schedule_line_id", "delivery_date"))
    assert asked == {ticked.pk: in_days(10), typed_over.pk: in_days(12)}
