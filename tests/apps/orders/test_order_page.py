"""The page of one order says what is true of all its lines: which were refused, what was said, what came of a refusal."""

import re
from decimal import Decimal

import pytest

from apps.orders import services
from apps.orders.models import PurchaseOrder, ScheduleLine
from tests.chain import confirmed, schedule_of
from tests.world import as_person, in_days, published


def head(client, order) -> list[str]:
    """The words of the states beside the order's number."""
    page = client.get(f"/orders/{order.pk}/").content.decode()
    acts = page.split('<div class="head">')[1].split('<div class="split">')[0].split('<div class="acts">')[1]
    return [
        " ".join(re.sub(r"<[^>]+>", " ", words).split())
        for words in re.findall(r'class="status[^>]*>(.*?)</span>', acts, re.S)
    ]


def partly_refused(world):
    """An order of three lines, the second of them refused."""
    order = published(world, quantities=(100, 50, 20))
    with as_person(world, "supplier"):
        first, second, third = schedule_of(order)
        full = [services.Answer(row.pk, [services.Part(row.requested_quantity, in_days(10))]) for row in (first, third)]
        services.answer_order(order_id=order.pk, answers=[*full, services.Answer(second.pk, [], "tooling", "no tool")])
    return order, second


@pytest.mark.parametrize("who", ["buyer", "supplier"])
def test_an_order_of_which_one_line_was_refused_is_not_headed_as_refused(world, client_of, who):
    """The bug: one refused line of several headed the whole order "Rejected", though the others are on their way."""
    order, _line = partly_refused(world)
    assert head(client_of(who), order) == ["Confirmed", "Rejected: 1 of 3 lines"]
    whole = published(world)
    with as_person(world, "supplier"):
        services.answer_order(order_id=whole.pk, answers=[services.Answer(schedule_of(whole)[0].pk, [], "tooling")])
    assert head(client_of(who), whole) == ["Rejected"]


def test_what_was_refused_is_ordered_anew_from_its_order_and_both_name_each_other(world, client_of):
    """The bug: the page of a refused order had no way on, and neither order said that the other is."""
    order, line = partly_refused(world)
    buyer, supplier = client_of("buyer"), client_of("supplier")
    assert f"/orders/{order.pk}/again/" in buyer.get(f"/orders/{order.pk}/").content.decode()
    assert f"/orders/{order.pk}/again/" not in supplier.get(f"/orders/{order.pk}/").content.decode()
    to = buyer.post(f"/orders/{order.pk}/again/").headers["Location"]
    with as_person(world, "buyer"):
        (fresh,) = ScheduleLine.objects.filter(replaces=line.pk).select_related("order")
        number = PurchaseOrder.objects.get(pk=order.pk).number
    assert to == f"/orders/{fresh.order_id}/edit/"

    def told(client, pk):
        page = client.get(f"/orders/{pk}/").content.decode()
        found = re.findall(r'<small class="anew">(.*?)</small>', page, re.S)
        return [" ".join(re.sub(r"<[^>]+>", " ", words).split()) for words in found]

    assert told(buyer, order.pk) == [f"Ordered anew by {fresh.order.number}-10"]
    assert told(buyer, fresh.order_id) == [f"Ordered instead of {number}-20"]
    assert f"/orders/{order.pk}/again/" not in buyer.get(f"/orders/{order.pk}/").content.decode(), "once is enough"
    assert told(supplier, order.pk) == [], "a draft is nobody's but its buyer's"
    page = buyer.post(f"/orders/{order.pk}/again/", follow=True).content.decode()
    assert "Nothing of this order waits to be ordered anew." in page
    with as_person(world, "buyer"):
        assert ScheduleLine.objects.filter(replaces=line.pk).count() == 1
        services.publish_order(order_id=fresh.order_id)
    assert told(supplier, order.pk) == [f"Ordered anew by {fresh.order.number}-10"]
    assert supplier.post(f"/orders/{order.pk}/again/").status_code in (403, 404)
    assert client_of("stranger").post(f"/orders/{order.pk}/again/").status_code in (403, 404)


@pytest.mark.usefixtures("committed")  # an act is a transaction of its own
@pytest.mark.parametrize("who", ["buyer", "supplier"])
def test_what_the_two_firms_said_stands_beside_the_lines_the_latest_first(world, client_of, who):
    order, _line = partly_refused(world)
    with as_person(world, "buyer"):
        first = schedule_of(PurchaseOrder.objects.get(pk=order.pk))[0]
        change = services.Change(first.pk, Decimal(100), in_days(6))
        services.request_changes(order_id=order.pk, changes=[change], reason="line_stop", comment="by Friday, please")
    page = client_of(who).get(f"/orders/{order.pk}/").content.decode()
    thread = page.split('id="thread"')[1].split("</section>")[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", thread).split())
    assert re.search(r"Reasons and comments 2 ", words)
    assert words.index("10 · Line stops “by Friday, please”") < words.index("20 · Tool repair “no tool”")


def test_of_an_order_of_which_nobody_said_anything_that_is_said_and_a_draft_has_no_thread(world, client_of):
    page = client_of("buyer").get(f"/orders/{confirmed(world).pk}/").content.decode()
    assert "Nobody has said anything about this order yet." in page


def test_the_counter_page_shows_what_was_requested_beside_what_was_confirmed(world, client_of):
    """The bug: who answers a wish for another day did not see which one was asked for first."""
    order = confirmed(world, days=10, on=in_days(12))
    with as_person(world, "buyer"):
        change = services.Change(schedule_of(order)[0].pk, Decimal(100), in_days(7))
        services.request_changes(order_id=order.pk, changes=[change], reason="demand")
    page = client_of("supplier").get(f"/orders/{order.pk}/counter/").content.decode()
    cells = re.findall(r'data-head="(Requested|What stands|What is asked of us)">(.*?)</td>', page, re.S)
    assert [name for name, _cell in cells] == ["Requested", "What stands", "What is asked of us"]
    assert "+2d" in cells[1][1]
