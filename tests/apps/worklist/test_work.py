"""Work by the line: what stops a line stands first with the order that causes it, and the act is done there."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.events.models import DomainEvent
from apps.inventory import services as inventory
from apps.orders import services
from apps.orders.exceptions import NothingToAnswer, OfferChanged, OfferGone, RemindedToday
from apps.orders.models import Confirmation, PurchaseOrder, ScheduleLine
from apps.partners import relations
from apps.planning.services import Planned, publish_plan
from apps.tower.stops import planned_needs, stops_of
from apps.tower.today import buyer_context
from apps.tower.turns import DECIDE, ORDER, PULL_IN, WAIT
from apps.worklist.offers import offers
from apps.worklist.work import with_details, work
from tests.apps.worklist.room import offered
from tests.chain import announced, confirmed, received, schedule_of
from tests.world import as_if, as_person, in_days, published


def needed(world, quantity, *, stock=0, days=5):
    with as_person(world, "receiver"):
        inventory.count_stock(site_id=world.site.pk, counted=[inventory.Counted(world.part.pk, Decimal(stock))])
    with as_person(world, "buyer"):
        wanted = quantity if isinstance(quantity, dict) else {days: quantity}
        planned = [Planned(world.part.part_id, in_days(on), Decimal(amount)) for on, amount in wanted.items()]
        publish_plan(site_id=world.site.pk, kind="demand", rows=planned)


def rows(world):
    with as_person(world, "buyer"):
        found = sorted(work(), key=lambda row: (row.stop_on is None, row.stop_on, row.order))
        with_details(found)
        return found


def test_nothing_is_listed_where_all_is_well(world, client_of):
    confirmed(world)
    assert rows(world) == []
    assert "All is well" in client_of("buyer").get("/work/lines/").content.decode()


def test_the_order_that_stops_the_line_stands_first_with_its_pieces_and_whose_turn_it_is(world):
    late = confirmed(world, days=4, on=in_days(9))
    published(world, days=20)
    needed(world, 60)
    first, second = rows(world)
    assert first.found.order.pk == late.pk
    assert (first.turn, first.stop_on, first.cause.quantity) == (PULL_IN, in_days(5), 60)
    assert (second.turn, second.stop_on) == (WAIT, None)
    assert second.found.waits_since is not None


def test_a_line_that_comes_in_parts_lacks_all_of_them_in_one_row(world):
    order = published(world, days=4)
    with as_person(world, "supplier"):
        parts = [services.Part(Decimal(60), in_days(9)), services.Part(Decimal(40), in_days(12))]
        services.answer_order(order_id=order.pk, answers=[services.Answer(schedule_of(order)[0].pk, parts, "material")])
    with as_person(world, "buyer"):
        services.accept_proposals(order_id=order.pk)
    needed(world, 100)
    (row,) = [row for row in rows(world) if row.line is not None]
    assert (row.stop_on, row.cause.quantity) == (in_days(5), 100)


def test_a_supplier_is_reminded_of_one_line_while_the_buyer_decides_on_another(world):
    order = published(world, quantities=(100, 50))
    with as_person(world, "supplier"):
        part = services.Part(Decimal(100), in_days(15))
        services.answer_order(order_id=order.pk, answers=[services.Answer(schedule_of(order)[0].pk, [part], "material")])
    with as_person(world, "buyer"):
        services.remind_supplier(order_id=order.pk)
    with as_person(world, "supplier"):
        overdue = {"answer_due_at": timezone.now() - timedelta(hours=1), "status": "acknowledged"}
        as_if(PurchaseOrder.objects.filter(pk=order.pk), **overdue)
        assert services.remind_unanswered(order_id=order.pk) is False, "the buyer did, today"


def test_pieces_that_nobody_ordered_are_a_row_of_their_own(world, client_of):
    needed(world, 60, stock=10)
    (row,) = rows(world)
    assert (row.turn, row.line, row.cause.quantity) == (ORDER, None, 50)
    page = client_of("buyer").get("/work/lines/").content.decode()
    assert "Nothing is ordered" in page
    assert "−50" in page


def test_every_cause_of_every_stop_has_its_row(world):
    for days, on in ((3, 9), (4, 12)):
        confirmed(world, days=days, on=in_days(on))
    needed(world, 350)
    with as_person(world, "buyer"):
        causes = [cause for need in stops_of(planned_needs()) for cause in need.causes]
    assert sum(row.cause.quantity for row in rows(world) if row.cause) == sum(cause.quantity for cause in causes) == 350


def test_a_part_that_is_covered_and_stops_again_has_a_row_for_each_stop(world):
    """The bug: only its first stop had rows, so that the order by which it stops the second time stood nowhere."""
    first, second = (confirmed(world, days=days, on=in_days(on)) for days, on in ((2, 6), (7, 12)))
    needed(world, {3: 60, 8: 100, 15: 90}, stock=50)
    found = rows(world)
    assert [(row.found and row.found.order.pk, row.stop_on, row.cause.quantity) for row in found] == [
        (first.pk, in_days(3), 10),
        (second.pk, in_days(8), 10),
    ], "by the fifteenth both have come"
    needed(world, {3: 60, 8: 100, 15: 120, 16: 5}, stock=50)
    last = rows(world)[-1]
    assert (last.line, last.stop_on, last.cause.quantity, last.turn) == (None, in_days(15), 30, ORDER)
    assert len({row.key for row in rows(world)}) == 3
    with as_person(world, "buyer"):
        assert buyer_context("")["counts"]["work"] == 3


def test_what_is_missing_more_on_a_later_day_names_the_orders_of_that_day(world):
    """Never covered in between: who looks at the first day alone does not see what comes too late for the second."""
    first, second = (confirmed(world, days=days, on=in_days(on)) for days, on in ((2, 9), (5, 9)))
    needed(world, {3: 60, 6: 100}, stock=0)
    assert [(row.found.order.pk, row.stop_on, row.cause.quantity) for row in rows(world)] == [
        (first.pk, in_days(3), 60),
        (second.pk, in_days(6), 60),
    ]


def test_what_is_offered_waits_for_the_buyer_and_is_accepted_from_the_list(world, client_of):
    line = offered(world)
    (row,) = rows(world)
    assert row.turn == DECIDE
    client = client_of("buyer")
    answer = client.post(f"/work/{line.pk}/accept/?view=ours&seen={row.found.seen}")
    assert answer.headers["Location"] == "/work/lines/?view=ours"
    with as_person(world, "buyer"):
        assert ScheduleLine.objects.get(pk=line.pk).confirmed_date == in_days(15)
    assert rows(world)[0].turn == PULL_IN  # agreed, and still later than it was asked for


def test_who_decides_second_is_told_what_stands(world):
    line = offered(world)
    with as_person(world, "buyer"):
        assert services.accept_offers(schedule_line_ids=[line.pk]) == {}
        refused = services.decline_offers(schedule_line_ids=[line.pk])[line.pk]
        assert isinstance(refused, OfferGone)
        assert "Confirmed, 100 on" in str(refused.message)
        assert ScheduleLine.objects.get(pk=line.pk).status == "confirmed"


def test_an_offer_that_replaced_the_one_read_is_not_accepted(world):
    line = offered(world)
    seen = rows(world)[0].found.seen
    with as_person(world, "buyer"):
        services.decline_offers(schedule_line_ids=[line.pk])
    with as_person(world, "supplier"):
        part = services.Part(Decimal(100), in_days(30))
        services.answer_order(order_id=line.order_id, answers=[services.Answer(line.pk, [part], "material")])
    with as_person(world, "buyer"):
        refused = services.accept_offers(schedule_line_ids=[line.pk], seen={line.pk: seen})
        assert isinstance(refused[line.pk], OfferChanged)
        assert ScheduleLine.objects.get(pk=line.pk).status == "change_proposed"


@pytest.mark.parametrize("name", ["work", "offers"])
@pytest.mark.parametrize("sends_what_was_read", [True, False])
def test_of_chosen_rows_no_offer_is_taken_that_replaced_the_one_read(world, client_of, name, sends_what_was_read):
    """The bug: the list sent ids alone, so that whatever stood there by then became agreed."""
    line, client = offered(world), client_of("buyer")
    (value,) = re.findall(
        r'name="row" value="([\d.]+)"', client.get(f"/work/{'lines' if name == 'work' else name}/").content.decode()
    )
    with as_person(world, "buyer"):
        services.decline_offers(schedule_line_ids=[line.pk])
    with as_person(world, "supplier"):
        part = services.Part(Decimal(100), in_days(30))
        services.answer_order(order_id=line.order_id, answers=[services.Answer(line.pk, [part], "material")])
    sent = value if sends_what_was_read else line.pk
    answer = client.post(f"/lists/{name}/bulk/", {"row": [sent], "act": "accept", "query": ""}, follow=True)
    assert str(OfferChanged.title) in answer.content.decode() or str(OfferChanged.rule) in answer.content.decode()
    with as_person(world, "buyer"):
        assert ScheduleLine.objects.get(pk=line.pk).status == "change_proposed"


@pytest.mark.parametrize("act", ["accept_offers", "decline_offers"])
def test_many_offers_are_decided_by_as_many_statements_as_few(world, act):
    """Of several orders; ten statements, what is locked and told included, and one a kind of event."""
    counted = []
    for count in (2, 7):
        ids = [offered(world).pk for _ in range(count)]
        with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
            assert getattr(services, act)(schedule_line_ids=ids) == {}
        counted.append(len([q for q in queries if "SAVEPOINT" not in q["sql"]]))
    assert counted[0] == counted[1] <= 11


def test_of_many_the_refused_are_named_and_the_rest_is_done_or_nothing(world, client_of, api_of):
    taken, left, other = (offered(world) for _ in range(3))
    with as_person(world, "buyer"):
        services.accept_offers(schedule_line_ids=[taken.pk])
        number = taken.order.number
    client = client_of("buyer")
    read = re.findall(r'name="row" value="(\d+\.\d+)"', client.get("/work/offers/").content.decode())
    assert sorted(int(value.partition(".")[0]) for value in read) == sorted([left.pk, other.pk])
    for mode, state in (("whole", "change_proposed"), ("", "confirmed")):
        chosen = {"row": [f"{taken.pk}.1", *read], "act": "accept", "mode": mode, "query": "view=ours"}
        page = client.get(client.post("/lists/work/bulk/", chosen).headers["Location"]).content.decode()
        assert f"{number}-10" in page
        with as_person(world, "buyer"):
            assert ScheduleLine.objects.get(pk=left.pk).status == state
    body = {"lines": [{"schedule_line": left.pk}], "all_or_none": True}
    told = api_of("buyer").post("/api/offers/decline/", body).json()
    assert (told["done"], told["refused"][0]["code"]) == ([], "offer_gone")


def test_a_change_that_the_supplier_asks_for_is_decided_with_the_offers(world):
    asked = [confirmed(world) for _ in range(2)]
    with as_person(world, "supplier"):
        for order in asked:
            change = services.Change(
                schedule_of(order)[0].pk, Decimal(60), in_days(10), [services.Part(Decimal(30), in_days(14))]
            )
            services.request_changes(order_id=order.pk, changes=[change], reason="tooling")
    with as_person(world, "buyer"):
        taken, left = (schedule_of(order)[0] for order in asked)
        assert services.accept_offers(schedule_line_ids=[taken.pk]) == {}
        assert services.decline_offers(schedule_line_ids=[left.pk]) == {}
        taken.refresh_from_db()
        left.refresh_from_db()
        assert (taken.confirmed_quantity, taken.confirmed_date, taken.otif_base_date) == (90, in_days(14), in_days(10))
        assert (left.confirmed_quantity, left.confirmed_date) == (100, in_days(10))
        assert Confirmation.objects.filter(schedule_line=taken, state="accepted").count() == 2
        assert {order.open_change_side for order in (taken.order, left.order)} == {""}


def test_a_supplier_is_reminded_once_a_day_and_only_of_what_waits_for_it(world, client_of):
    order = published(world)
    client = client_of("buyer")
    with as_person(world, "buyer"):
        line = schedule_of(order)[0].pk
    assert client.post(f"/work/{line}/remind/").status_code == 302
    with as_person(world, "buyer"), pytest.raises(RemindedToday):
        services.remind_supplier(order_id=order.pk)
    with as_person(world, "buyer"):
        assert DomainEvent.objects.filter(event="order.reminded", subject=f"order-{order.pk}").count() == 1
    done = confirmed(world)
    with as_person(world, "buyer"), pytest.raises(NothingToAnswer):
        services.remind_supplier(order_id=done.pk)


def test_a_row_names_the_last_act_and_who_is_called(world, client_of):
    published(world)
    with as_person(world, "supplier"):
        relations.add_contact(relation_id=world.relation.pk, name="Kim", phone="041-555-0142")
    page = client_of("buyer").get("/work/lines/").content.decode()
    assert 'href="tel:041-555-0142"' in page
    assert "Order sent" in page


def test_nobody_else_sees_or_decides_it(world, client_of):
    line = offered(world)
    for who in ("supplier", "stranger"):
        with as_person(world, who):
            assert work() == []
    assert client_of("stranger").post(f"/work/{line.pk}/accept/").status_code == 403
    with as_person(world, "stranger"):
        assert line.pk in services.accept_offers(schedule_line_ids=[line.pk])
    with as_person(world, "buyer"):
        assert ScheduleLine.objects.get(pk=line.pk).status == "change_proposed"


def test_what_is_announced_today_comes_once(world):
    """Neither as the line that it is of nor, before it has left, as goods in the supplier's stock."""
    order = confirmed(world, days=4)
    announced(world, order, days=4)
    needed(world, 150)
    with as_person(world, "buyer"):
        (need,) = stops_of(planned_needs())
    assert sum(sum(days) for days in need.coming.values()) == 100
    assert [row.cause.quantity for row in rows(world)] == [50]


def test_goods_that_have_come_need_no_act(world):
    order = confirmed(world, on=in_days(12))
    received(world, announced(world, order))
    assert rows(world) == []


def test_the_first_page_leads_to_both_lists_with_the_counts_that_they_have(world, client_of):
    published(world, quantities=(100, 50))
    offered(world)
    confirmed(world, days=4, on=in_days(9))
    needed(world, 160)
    with as_person(world, "buyer"):
        counts = buyer_context("late")["counts"]
        assert (counts["work"], counts["offers"]) == (len(work()), len(offers())) == (5, 1)
    page = client_of("buyer").get("/").content.decode()
    assert re.search(r'href="/work/lines/">[^<]*<b>5</b>', page)
    assert 'href="/work/offers/"' in page.split('id="figures"')[1].split("</section>")[0]


def test_more_below_the_orders_of_the_first_page_leads_to_all_work(world, client_of, monkeypatch):
    """The bug: it led to all open orders, which are others; those of a view stay in their list."""
    monkeypatch.setattr("apps.tower.today.SHOWN", 1)
    for _order in range(3):
        published(world)
    client = client_of("buyer")
    leads = (
        ("/", "/work/lines/", "All of it by the line: 3"),
        ("/?view=unanswered", "/orders/?view=unanswered", "2 more orders"),
    )
    for path, to, words in leads:
        more = client.get(path).content.decode().split('<p class="more">')[1].split("</p>")[0]
        assert re.findall(r'href="([^"]*)"', more) == [to]
        assert words in more


def test_one_entry_of_the_navigation_is_the_page_that_is_open(world, client_of):
    """Planted before: on the page of proposals the list of work was marked as open too, whose address begins all others."""
    for path in ("/work/lines/", "/work/offers/"):
        side = client_of("buyer").get(path).content.decode().split("</nav>")[0]
        assert side.count('aria-current="page"') == 1
