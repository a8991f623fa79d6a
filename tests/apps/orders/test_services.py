"""The rules of orders, one act after the other."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.events.models import DomainEvent
from apps.orders import exceptions as wrong
from apps.orders import selectors, services
from apps.orders.models import Confirmation, PurchaseOrder, ScheduleLine
from apps.tenancy.checks import WrongSide
from apps.tenancy.history import history_of
from tests.world import as_person, draft, in_days, published


def schedule_of(order):
    return list(ScheduleLine.objects.filter(order_id=order.pk).order_by("pk"))


def answer(world, order, parts, *, line=0, reason="", who="supplier"):
    with as_person(world, who):
        item = schedule_of(order)[line]
        answers = [services.Answer(item.pk, [services.Part(Decimal(q), in_days(d)) for q, d in parts], reason)]
        return services.answer_order(order_id=order.pk, answers=answers)


def test_a_draft_belongs_to_the_buyer_alone(world):
    order = draft(world)
    with as_person(world, "supplier"):
        assert not PurchaseOrder.objects.filter(pk=order.pk).exists()
        assert not PurchaseOrder._base_manager.filter(pk=order.pk).exists()
        assert not ScheduleLine._base_manager.filter(order_id=order.pk).exists()
        assert selectors.search(order.number) == []


def test_publishing_shows_it_and_starts_the_clock(world):
    order = published(world)
    with as_person(world, "supplier"):
        seen = PurchaseOrder.objects.get(pk=order.pk)
        assert (seen.status, seen.unanswered_count) == ("published", 1)
        assert (seen.answer_due_at - seen.published_at).total_seconds() == 24 * 3600
        assert list(DomainEvent.objects.values_list("event", flat=True)) == ["order.published"]


def test_an_answer_as_requested_is_confirmed_by_rule(world):
    order = answer(world, published(world), [(100, 10)])
    with as_person(world, "buyer"):
        line = schedule_of(order)[0]
        assert (line.status, line.confirmed_quantity, line.confirmed_date) == ("confirmed", 100, in_days(10))
        assert line.first_confirmed_date == line.otif_base_date == in_days(10)
        assert Confirmation.objects.get().is_automatic


def test_within_tolerance_and_window_is_confirmed_with_a_reason(world):
    # Tolerance 10 %, at most 3 days early, never late.
    order = answer(world, published(world), [(110, 7)], reason="capacity")
    assert order.status == "confirmed"


def test_a_later_day_is_proposed_to_the_buyer(world):
    order = answer(world, published(world), [(100, 11)], reason="material")
    with as_person(world, "buyer"):
        line = schedule_of(order)[0]
        assert (order.status, line.confirmed_quantity, line.confirmed_date) == ("change_proposed", 0, None)
        done = services.accept_proposals(order_id=order.pk)
        line.refresh_from_db()
        assert (done.status, line.confirmed_quantity, line.first_confirmed_date) == ("confirmed", 100, in_days(11))
        assert done.promised_date == in_days(11)


def test_a_split_covers_the_line_on_its_last_day(world):
    order = answer(world, published(world), [(60, 8), (40, 15)], reason="tooling")
    with as_person(world, "buyer"):
        services.accept_proposals(order_id=order.pk)
        line = schedule_of(order)[0]
        assert (line.confirmed_quantity, line.confirmed_date) == (100, in_days(15))
        assert Confirmation.objects.filter(state="accepted").count() == 2


def test_a_shortage_stays_visible(world):
    order = answer(world, published(world), [(70, 10)], reason="material")
    with as_person(world, "buyer"):
        services.accept_proposals(order_id=order.pk)
        assert schedule_of(order)[0].unconfirmed_quantity == 30


def test_a_declined_proposal_waits_for_an_answer_again(world):
    order = answer(world, published(world), [(100, 20)], reason="material")
    with as_person(world, "buyer"):
        declined = services.decline_proposals(order_id=order.pk)
        assert declined.status == "acknowledged"  # who made an offer has read the order
    with as_person(world, "buyer"), pytest.raises(wrong.WrongState):
        services.rewrite_order(order_id=order.pk, lines=[services.OrderLine(world.part.pk, Decimal(1), in_days(10))])
    order = answer(world, order, [(100, 10)])
    assert order.status == "confirmed"
    with as_person(world, "buyer"):
        assert sorted(Confirmation.objects.values_list("state", flat=True)) == ["accepted", "declined"]


def test_an_empty_answer_rejects_the_line(world):
    assert answer(world, published(world), [], reason="capacity").status == "rejected"


def test_beyond_the_tolerance_is_refused(world):
    order = published(world)
    with pytest.raises(wrong.OverConfirmed) as caught:
        answer(world, order, [(60, 10), (51, 10)], reason="other")
    assert caught.value.facts == {"most": Decimal("110.000000")}
    with as_person(world, "buyer"):
        assert not Confirmation.objects.exists()


def test_a_change_without_a_reason_is_refused(world):
    with pytest.raises(wrong.ReasonMissing):
        answer(world, published(world), [(100, 12)])


def test_a_day_in_the_past_is_refused(world):
    with pytest.raises(wrong.DateInThePast):
        answer(world, published(world), [(100, -1)], reason="other")


def test_the_buyer_does_not_confirm_and_the_supplier_does_not_publish(world):
    order = published(world)
    with pytest.raises(WrongSide):
        answer(world, order, [(100, 10)], who="buyer")
    with as_person(world, "supplier"), pytest.raises(WrongSide):
        services.cancel_order(order_id=order.pk)


def test_a_second_answer_to_the_same_line_is_refused(world):
    order = answer(world, published(world), [(100, 10)])
    with pytest.raises(wrong.AnsweredAlready):
        answer(world, order, [(100, 10)])


def test_the_stranger_finds_no_such_order(world):
    order = published(world)
    with as_person(world, "stranger"), pytest.raises(wrong.UnknownOrder):
        services.acknowledge_order(order_id=order.pk)


def test_opening_twice_changes_nothing_the_second_time(world):
    order = published(world)
    with as_person(world, "supplier"):
        services.acknowledge_order(order_id=order.pk)
        services.acknowledge_order(order_id=order.pk)
        assert DomainEvent.objects.filter(event="order.acknowledged").count() == 1


def test_a_confirmed_order_is_not_cancelled(world):
    order = answer(world, published(world), [(100, 10)])
    with as_person(world, "buyer"), pytest.raises(wrong.WrongState):
        services.cancel_order(order_id=order.pk)


def test_an_unanswered_order_is_cancelled_and_both_hear_of_it(world):
    order = published(world)
    with as_person(world, "buyer"):
        assert services.cancel_order(order_id=order.pk).status == "cancelled"
    with as_person(world, "supplier"):
        assert DomainEvent.objects.filter(event="order.cancelled", subject=f"order-{order.pk}").count() == 1


def test_an_order_with_any_number_of_lines_takes_ten_statements_at_most(world):
    def statements(lines):
        with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
            services.draft_order(relation_id=world.relation.pk, receiving_site_id=world.site.pk, lines=lines)
        return len([q for q in queries if "SAVEPOINT" not in q["sql"]])

    line = services.OrderLine(world.part.pk, Decimal(5), in_days(3))
    assert statements([line] * 5) == statements([line] * 50) == 7


def test_history_tells_who_did_what_and_hides_the_draft_from_the_supplier(world):
    order = answer(world, published(world), [(100, 10)])
    with as_person(world, "supplier"):
        changes = history_of(PurchaseOrder, order.pk, "status")
        assert [change.facts["status"] for change in changes] == ["confirmed", "published"]
        assert changes[0].user_id == world.people["supplier"].pk
    with as_person(world, "buyer"):
        assert [c.facts["status"] for c in history_of(PurchaseOrder, order.pk, "status")] == [
            "confirmed",
            "published",
            "draft",
        ]
    with as_person(world, "stranger"):
        assert history_of(PurchaseOrder, order.pk, "status") == []


def test_a_reminder_goes_out_once_a_day(world):
    from django.utils import timezone

    order = published(world)
    with as_person(world, "buyer"):
        PurchaseOrder.objects.filter(pk=order.pk).update(answer_due_at=timezone.now())
    with as_person(world, "supplier"):
        assert services.remind_unanswered(order_id=order.pk)
        assert not services.remind_unanswered(order_id=order.pk)


def test_a_row_shows_both_dates_of_the_line_that_slips_most(world):
    order = published(world, quantities=(100, 40))
    answer(world, order, [(100, 10)])
    order = answer(world, order, [(40, 14)], line=1, reason="material")
    assert (order.requested_date, order.promised_date) == (in_days(10), in_days(14))
    assert order.due_date == in_days(10)
