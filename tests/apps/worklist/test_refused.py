"""A line that a supplier refused: it waits for the buyer until the part is ordered anew or is not wanted any more."""

from decimal import Decimal

import pytest

from apps.orders import services
from apps.orders.models import PurchaseOrder, ScheduleLine
from apps.tenancy.roles import Side
from apps.tower.today import buyer_context, row_context
from apps.tower.turns import AGAIN, ORDER, PULL_IN, SEND, WAIT
from tests.apps.worklist.test_work import needed, rows
from tests.chain import confirmed, schedule_of
from tests.world import as_if, as_person, draft, in_days, published


def refused(world, **options):
    order = published(world, **options)
    with as_person(world, "supplier"):
        line = schedule_of(order)[0]
        answer = services.Answer(line.pk, [], "capacity", "No press is free")
        services.answer_order(order_id=order.pk, answers=[answer])
    return line


def figures(world):
    with as_person(world, "buyer"):
        return buyer_context("")["counts"]["work"]


def test_a_refused_line_waits_for_us_says_why_and_is_ordered_anew_from_the_list(world, client_of):
    """The bug: it vanished from work and from the first page, and nobody brought the pieces."""
    line = refused(world)
    (row,) = rows(world)
    assert (row.turn, row.is_ours, row.is_late, row.key) == (AGAIN, True, False, line.pk)
    assert row.found.waits_since is not None
    client = client_of("buyer")
    page = client.get("/work/lines/?view=refused").content.decode()
    assert "refused: Capacity" in page
    assert "No press is free" in page
    assert "Refused <small>" in page, "its own news, not those of other lines of the order"
    answer = client.post(f"/work/{line.pk}/again/")
    with as_person(world, "buyer"):
        (drafted,) = PurchaseOrder.objects.filter(is_draft=True)
    assert answer.headers["Location"] == f"/orders/{drafted.pk}/edit/"
    (row,) = rows(world)
    assert (row.turn, [one.order_id for one in row.drafts]) == (SEND, [drafted.pk])
    assert drafted.number in client.get("/work/lines/").content.decode()
    client.post(f"/work/{row.drafts[0].pk}/send/")
    assert [(row.turn, row.line.order_id) for row in rows(world)] == [(WAIT, drafted.pk)]


def test_only_the_refused_line_is_ordered_anew(world):
    order = published(world, quantities=(100, 40))
    with as_person(world, "supplier"):
        first, second = schedule_of(order)
        kept = services.Answer(second.pk, [services.Part(Decimal(40), in_days(10))])
        answers = [services.Answer(first.pk, [], "capacity"), kept]
        services.answer_order(order_id=order.pk, answers=answers)
    assert [(row.turn, row.key) for row in rows(world)] == [(AGAIN, first.pk)]
    with as_person(world, "buyer"):
        copied = services.copy_order(order_id=order.pk, refused=[first.pk])
        assert [line.requested_quantity for line in schedule_of(copied.order)] == [100]


def test_other_orders_of_the_part_do_not_stand_in_for_it(world):
    """The bug: the next week's order, sent as ever, hid what was refused."""
    confirmed(world, days=20)
    line = refused(world)
    confirmed(world, days=17)
    draft(world, days=20)
    assert [(row.turn, row.key) for row in rows(world)] == [(AGAIN, line.pk)]


def test_what_was_ordered_anew_and_cancelled_stands_again_and_what_is_refused_again_stands_once(world):
    line = refused(world)
    with as_person(world, "buyer"):
        first = services.copy_order(order_id=line.order_id, refused=[line.pk]).order
        services.publish_order(order_id=first.pk)
        services.cancel_order(order_id=first.pk)
    assert [(row.turn, row.key) for row in rows(world)] == [(AGAIN, line.pk)]
    with as_person(world, "buyer"):
        second = services.copy_order(order_id=line.order_id, refused=[line.pk]).order
        services.publish_order(order_id=second.pk)
    with as_person(world, "supplier"):
        (again,) = schedule_of(second)
        services.answer_order(order_id=second.pk, answers=[services.Answer(again.pk, [], "capacity")])
    assert [(row.turn, row.key) for row in rows(world)] == [(AGAIN, again.pk)]


def test_who_does_without_it_closes_it(world, client_of):
    line = refused(world)
    client = client_of("buyer")
    answer = client.post("/lists/work/bulk/", {"row": [line.pk], "act": "close", "query": "", "reason-close": "demand"})
    assert answer.status_code == 302, answer.content
    assert rows(world) == []
    with as_person(world, "buyer"):
        line.refresh_from_db()
    assert (line.closed_short_reason, line.status) == ("demand", "rejected")


def test_a_month_after_its_day_it_is_over(world):
    line = refused(world)
    for days, left in ((-30, 1), (-31, 0)):
        with as_person(world, "buyer"):
            as_if(ScheduleLine.objects.filter(pk=line.pk), requested_date=in_days(days))
        assert len(rows(world)) == left


def test_where_the_line_stops_by_it_both_are_one_row(world, client_of):
    line = refused(world, days=4)
    needed(world, 60)
    (row,) = rows(world)
    assert (row.turn, row.cause.quantity, row.is_refused) == (ORDER, 60, True)
    assert [found.id for found in row.refusals] == [line.pk]
    page = client_of("buyer").get("/work/lines/?view=refused").content.decode()
    assert "Nothing is ordered" in page
    assert "refused: Capacity" in page
    assert figures(world) == 1


@pytest.mark.parametrize("others", [0, 1])
def test_the_first_page_shows_it_and_counts_what_the_list_shows(world, others):
    line = refused(world)
    late = [confirmed(world, days=4, on=in_days(9), part=world.second_part) for _n in range(others)]
    needed(world, 0)
    with as_person(world, "buyer"):
        context = buyer_context("")
        assert line.order_id in {row["id"] for row in context["rows"]}
        assert row_context(line.order_id, Side.BUYER)["row"]["line_id"] == line.pk
    assert [row.turn for row in rows(world)] == [*[PULL_IN] * len(late), AGAIN]
    assert context["counts"]["work"] == 1 + others


def test_a_line_that_was_not_refused_is_not_ordered_anew(world, client_of):
    order = confirmed(world)
    with as_person(world, "buyer"):
        (line,) = schedule_of(order)
    page = client_of("buyer").post(f"/work/{line.pk}/again/", follow=True).content.decode()
    assert "Confirmed" in page
    with as_person(world, "buyer"):
        assert not PurchaseOrder.objects.filter(is_draft=True).exists()


def test_a_draft_that_was_rewritten_to_another_part_replaces_nothing(world):
    line = refused(world)
    with as_person(world, "buyer"):
        anew = services.copy_order(order_id=line.order_id, refused=[line.pk]).order
        other = services.OrderLine(world.second_part.pk, Decimal(5), in_days(20))
        services.rewrite_order(order_id=anew.pk, lines=[other])
    assert [(row.turn, row.key) for row in rows(world)] == [(AGAIN, line.pk)]
    with as_person(world, "buyer"):
        services.publish_order(order_id=anew.pk)
    assert (AGAIN, line.pk) in [(row.turn, row.key) for row in rows(world)]


def test_a_supplier_orders_nothing_anew(world, client_of):
    line, drafted = refused(world), draft(world)
    assert client_of("supplier").post(f"/work/{line.pk}/again/").status_code in (403, 404)
    assert client_of("stranger").post(f"/work/{line.pk}/again/").status_code in (403, 404)
    with as_person(world, "buyer"):
        assert [order.pk for order in PurchaseOrder.objects.filter(is_draft=True)] == [drafted.pk]
