"""What the supplier offers instead of a change that the buyer asks for: what stood stands until the buyer accepts it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from apps.orders import exceptions as wrong
from apps.orders import services, tasks
from apps.orders.models import ChangeRequest, Confirmation, PurchaseOrder, ScheduleLine
from apps.orders.services import Answer, Change, Part
from apps.supplying.asked import asks
from apps.tenancy.checks import WrongSide
from apps.worklist.offers import offers, within
from tests.chain import confirmed, schedule_of
from tests.world import as_if, as_person, in_days

from .test_changes import ask, dates, line_of
from .test_ways import agree


def countered(world, *parts, quantity=100, days=5, **options):
    """A confirmed line (100 in ten days) of which the buyer wants another day or quantity, and what is offered instead."""
    order = confirmed(world, **options)
    asked = ask(world, "buyer", order, quantity, days)
    offer(world, order, *(parts or [(100, 7)]))
    with as_person(world, "buyer"):
        return order, asked, ChangeRequest.objects.get(state="open", schedule_line__order=order)


def offer(world, order, *parts, reason="capacity", **options):
    with as_person(world, "supplier"):
        given = [Part(Decimal(n), in_days(day)) for n, day in parts]
        answers = [Answer(schedule_of(order)[0].pk, given, reason, "two shifts")]
        return services.counter_changes(order_id=order.pk, answers=answers, **options)


def test_what_was_confirmed_stands_until_the_buyer_says_yes(world):
    order, asked, found = countered(world)
    assert dates(line_of(world, order)) == (in_days(10), in_days(10), in_days(10), in_days(10))
    assert (found.side, found.is_counter, found.answers_to_id, found.parts) == (
        "supplier",
        True,
        asked.pk,
        [(100, in_days(7))],
    )
    with as_person(world, "buyer"):
        asked.refresh_from_db()
        assert asked.state == "countered"
        assert PurchaseOrder.objects.get(pk=order.pk).open_change_side == "supplier"
        done = services.accept_change(change_id=found.pk)
    assert (done.revision, done.open_change_side, done.amount) == (2, "", 10_000)
    line = line_of(world, order)
    assert dates(line) == (in_days(5), in_days(7), in_days(10), in_days(7)), "the buyer's wish, and what was agreed of it"
    assert (line.requested_quantity, line.confirmed_quantity) == (100, 100)


def test_in_parts_and_less_than_was_asked_for(world):
    order, _asked, _found = countered(world, (60, 6), (50, 12), quantity=130, days=6)
    with as_person(world, "buyer"):
        assert services.accept_offers(schedule_line_ids=[line.pk for line in schedule_of(order)], seen={}) == {}
        parts = Confirmation.objects.filter(state="accepted").order_by("delivery_date")
        assert list(parts.values_list("quantity", "delivery_date")) == [(60, in_days(6)), (50, in_days(12))]
        assert PurchaseOrder.objects.get(pk=order.pk).amount == 13_000
    line = line_of(world, order)
    assert (line.requested_quantity, line.confirmed_quantity, line.confirmed_date) == (130, 110, in_days(12))


def test_more_than_the_buyer_wants_any_more_leaves_the_quantity_that_was_requested(world):
    order, _asked, found = countered(world, (90, 10), quantity=50, days=10)
    with as_person(world, "buyer"):
        services.accept_change(change_id=found.pk)
    line = line_of(world, order)
    assert (line.requested_quantity, line.confirmed_quantity) == (100, 90)


@pytest.mark.parametrize("how", ["decline", "decline_many", "withdraw", "expire"])
def test_what_comes_to_nothing_leaves_what_stood(world, how):
    order, _asked, found = countered(world)
    with as_person(world, "supplier" if how == "withdraw" else "buyer"):
        if how == "decline":
            services.reject_change(change_id=found.pk)
        elif how == "decline_many":
            assert services.decline_offers(schedule_line_ids=[found.schedule_line_id], seen={}) == {}
        elif how == "withdraw":
            services.withdraw_change(change_id=found.pk)
    if how == "expire":
        with as_person(world, "buyer"):
            as_if(ChangeRequest.objects.all(), answer_due_at=timezone.now() - timedelta(minutes=1))
        tasks.expire_changes(organization_id=world.supplier.pk)
    line = line_of(world, order)
    assert (line.status, dates(line)) == ("confirmed", (in_days(10),) * 4)
    assert ask(world, "buyer", order, 100, 6).state == "open", "the buyer may ask again"


def test_the_very_change_that_is_asked_for_is_a_yes(world):
    order = confirmed(world)
    asked = ask(world, "buyer", order, 100, 5)
    offer(world, order, (100, 5), reason="")
    with as_person(world, "buyer"):
        asked.refresh_from_db()
        assert (asked.state, ChangeRequest.objects.filter(state="open").exists()) == ("accepted", False)
    assert line_of(world, order).confirmed_date == in_days(5)


@pytest.mark.parametrize(
    ("parts", "reason", "error"),
    [
        ([(100, 10)], "capacity", wrong.NothingChanged),
        ([(100, 7)], "", wrong.ReasonMissing),
        ([(111, 7)], "capacity", wrong.OverConfirmed),
        ([(100, -1)], "capacity", wrong.DateInThePast),
        ([(0, 7)], "capacity", wrong.InvalidQuantity),
    ],
)
def test_what_breaks_a_rule_is_refused_and_the_change_still_waits(world, parts, reason, error):
    order = confirmed(world)
    asked = ask(world, "buyer", order, 100, 5)
    with pytest.raises(error) as told:
        offer(world, order, *parts, reason=reason)
    assert told.value.place.startswith("lines[0]")
    with as_person(world, "buyer"):
        asked.refresh_from_db()
        assert (asked.state, ChangeRequest.objects.count()) == ("open", 1)


def test_where_lines_are_not_negotiated_a_change_is_accepted_or_refused(world):
    agree(world, "simple")
    order = confirmed(world)
    ask(world, "buyer", order, 100, 5)
    with pytest.raises(wrong.AsItIs):
        offer(world, order, (100, 7))


def test_what_was_taken_back_or_answered_is_not_countered(world):
    order = confirmed(world)
    with pytest.raises(wrong.ChangeAnswered):
        offer(world, order, (100, 7))
    change = ask(world, "buyer", order, 100, 5)
    with as_person(world, "buyer"):
        services.withdraw_change(change_id=change.pk)
    with pytest.raises(wrong.ChangeAnswered):
        offer(world, order, (100, 7))
    with as_person(world, "buyer"), pytest.raises(WrongSide):
        services.counter_changes(order_id=order.pk, answers=[Answer(schedule_of(order)[0].pk, [])])
    with as_person(world, "stranger"), pytest.raises(wrong.UnknownOrder):
        services.counter_changes(order_id=order.pk, answers=[Answer(1, [])])


def test_all_lines_of_an_order_or_none(world):
    order = confirmed(world, quantities=(100, 40))
    with as_person(world, "buyer"):
        first, second = schedule_of(order)
        changes = [Change(first.pk, Decimal(100), in_days(5)), Change(second.pk, Decimal(40), in_days(5))]
        services.request_changes(order_id=order.pk, changes=changes, reason="demand")
    good, bad = (Answer(pk, [Part(Decimal(40), in_days(day))], "capacity") for pk, day in ((first.pk, 7), (second.pk, -1)))
    with as_person(world, "supplier"):
        with pytest.raises(wrong.DateInThePast) as told, transaction.atomic():
            services.counter_changes(order_id=order.pk, answers=[good, bad])
        assert told.value.place == "lines[1].delivery_date"
        assert ChangeRequest.objects.filter(state="open", side="buyer").count() == 2
        assert set(services.answer_lines(answers=[good, bad])) == {second.pk}, "across orders the rest is done"
        assert PurchaseOrder.objects.get(pk=order.pk).open_change_side == "both"


def test_the_supplier_alone_moves_neither_what_stands_nor_the_base(world):
    """The database itself: an open counter-proposal of one's own opens no door."""
    order, _asked, _found = countered(world)
    for column in ("requested_date", "otif_base_date"):
        with as_person(world, "supplier"), pytest.raises(DatabaseError), transaction.atomic():
            ScheduleLine.objects.filter(order=order).update(**{column: in_days(7)})


def test_the_buyer_decides_in_its_table_and_not_with_all_inside_the_tolerance(world, client_of):
    order, _asked, found = countered(world, (100, 8))
    with as_person(world, "supplier"):
        assert asks() == []
    with as_person(world, "buyer"):
        (row,) = offers()
        assert (row.is_counter, row.is_within, row.new_day, row.old_day) == (True, False, in_days(8), in_days(10))
        assert within([row]) == []
    page = client_of("buyer").get("/work/offers/").content.decode()
    assert "instead of our change" in page
    assert "we asked for" in page
    done = client_of("buyer").post(f"/work/{found.schedule_line_id}/accept/?to=offers&seen={found.pk}")
    assert done.status_code == 302
    assert line_of(world, order).confirmed_date == in_days(8)


def test_the_page_takes_days_parts_and_a_reason_and_both_firms_read_it(world, client_of):
    order = confirmed(world)
    ask(world, "buyer", order, 100, 5)
    line, to, client = line_of(world, order), f"/orders/{order.pk}/counter/", client_of("supplier")
    assert f'href="{to}"' in client.get(f"/orders/{order.pk}/").content.decode()
    assert f'name="quantity-{line.pk}"' in client.get(to).content.decode()
    fields = {f"quantity-{line.pk}": ["60", "40"], f"date-{line.pk}": [in_days(5), in_days(8)], "comment": "two shifts"}
    page = client.post(to, fields)
    assert (page.status_code, "must name its reason" in page.content.decode()) == (422, True)
    assert client.post(to, {f"quantity-{line.pk}": ["100"], f"date-{line.pk}": [in_days(5)]}).status_code == 422, "as asked"
    assert client.post(to, fields | {f"reason-{line.pk}": "capacity"}).status_code == 302
    for who in ("buyer", "supplier"):
        page = client_of(who).get(f"/orders/{order.pk}/").content.decode()
        assert "Counter-proposal" in page
        assert "two shifts" in page
    assert "Answered by a counter-proposal" in page, "its history says what became of the request"
    assert client_of("buyer").get(to).status_code == 403
    assert client_of("stranger").get(to).status_code == 404


def test_a_row_of_the_suppliers_list_is_countered_where_it_stands(world, client_of):
    order = confirmed(world)
    ask(world, "buyer", order, 100, 5)
    line, client = line_of(world, order), client_of("supplier")
    with as_person(world, "supplier"):
        seen = asks()[0].seen
    assert f"refuse-{line.pk}" in client.get("/supplying/answers/").content.decode()
    fields = {f"quantity-{line.pk}": ["100"], f"date-{line.pk}": [in_days(8)], "reason": "capacity"}
    assert client.post(f"/supplying/answers/{line.pk}/?view=all&seen={seen}", fields).status_code == 302
    with as_person(world, "buyer"):
        assert ChangeRequest.objects.get(state="open").side == "supplier"


def test_the_api_does_the_same(world, api_of):
    order = confirmed(world)
    asked = ask(world, "buyer", order, 100, 5)
    line = line_of(world, order)
    parts = [{"quantity": "100", "delivery_date": in_days(7).isoformat()}]
    body = {"lines": [{"schedule_line": line.pk, "parts": parts, "reason": "capacity"}]}
    assert api_of("buyer").post(f"/api/orders/{order.pk}/counter/", body).status_code == 403
    done = api_of("supplier").post(f"/api/orders/{order.pk}/counter/", body).json()
    (change,) = done["lines"][0]["schedule"][0]["open_changes"]
    assert (change["side"], change["is_counter"], change["answers_to_id"]) == ("supplier", True, asked.pk)
    assert done["awaits"] == "buyer"
    done = api_of("buyer").post(f"/api/changes/{change['id']}/accept/").json()
    assert done["lines"][0]["schedule"][0]["confirmed_date"] == in_days(7).isoformat()
