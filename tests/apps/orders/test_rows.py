"""A row of a list is one line of its order: part, quantity, days and state never come from different lines."""

import re
from decimal import Decimal

import pytest

from apps.orders import pages, rows, selectors, services
from apps.orders.models import PurchaseOrder, ScheduleLine
from apps.orders.services.shared import refresh_order
from apps.orders.statuses import awaits
from apps.tenancy.roles import Side
from tests.chain import announced, confirmed, decided, received, schedule_of, whole
from tests.world import as_if, as_person, draft, in_days, published


def two_parts(world):
    """A published order: 320 brackets in 12 days, 80 cables in 3."""
    with as_person(world, "buyer"):
        lines = [
            services.OrderLine(world.part.pk, Decimal(320), in_days(12)),
            services.OrderLine(world.second_part.pk, Decimal(80), in_days(3)),
        ]
        order = services.draft_order(relation_id=world.relation.pk, receiving_site_id=world.site.pk, lines=lines)
        return services.publish_order(order_id=order.pk)


def answer(world, order, *days):
    with as_person(world, "supplier"):
        given = [
            services.Answer(line.pk, [services.Part(line.requested_quantity, in_days(day))], "material")
            for line, day in zip(schedule_of(order), days, strict=False)
        ]
        return services.answer_order(order_id=order.pk, answers=given)


def rows_of(world, who, view):
    with as_person(world, who):
        side = Side.BUYER if who == "buyer" else Side.SUPPLIER
        found = list(selectors.of_view(selectors.order_rows(side), view, side).order_by("id"))
        return [pages.shown(row, side) for row in rows.with_lines(found, view)]


def words(row):
    return [str(label) for label, _icon, _tone in row["states"]]


def make_late(world, order, position):
    with as_person(world, "buyer"):
        lines = list(ScheduleLine.objects.filter(order=order).select_related("line").order_by("pk"))
        lines[position].confirmed_date = in_days(-2)
        lines[position].save()
        refresh_order(PurchaseOrder.objects.get(pk=order.pk), lines)


@pytest.mark.parametrize("view", ["all", "late", "open"])
def test_the_late_line_is_the_one_that_the_row_names(world, view):
    order = two_parts(world)
    answer(world, order, 11, 3)
    make_late(world, order, 1)
    (row,) = rows_of(world, "buyer", view)
    assert (row["part_number"], row["quantity"], row["unit"]) == ("CBL-100", 80, "MTR")
    assert (row["promised_date"], words(row), row["line_count"]) == (in_days(-2), ["Late"], 2)


def test_the_proposed_line_is_the_one_that_the_row_names_and_the_received_one_is_not(world):
    order = two_parts(world)
    answer(world, order, 12)
    with as_person(world, "supplier"):
        cable = schedule_of(order)[1]
        offer = services.Answer(cable.pk, [services.Part(Decimal(80), in_days(9))], "material")
        services.answer_order(order_id=order.pk, answers=[offer])
    (row,) = rows_of(world, "buyer", "change_proposed")
    assert (row["part_number"], row["quantity"], row["promised_date"]) == ("CBL-100", 80, in_days(9))
    assert (words(row), row["awaits"]) == (["You must answer"], "buyer")
    assert words(rows_of(world, "supplier", "all")[0]) == ["They must answer"]


def test_a_line_promised_later_than_needed_has_a_view(world):
    order = two_parts(world)
    answer(world, order, 12, 8)
    with as_person(world, "buyer"):
        services.accept_proposals(order_id=order.pk)
        assert selectors.counts(Side.BUYER)["later"] == 1
    confirmed(world)
    (row,) = rows_of(world, "buyer", "later")
    assert (row["id"], row["part_number"], row["requested_date"]) == (order.pk, "CBL-100", in_days(3))


@pytest.mark.parametrize("asker", ["buyer", "supplier"])
def test_who_must_answer_is_two_badges(world, client_of, api_of, asker):
    order = confirmed(world)
    other = "supplier" if asker == "buyer" else "buyer"
    with as_person(world, asker):
        change = services.Change(schedule_of(order)[0].pk, Decimal(90), in_days(20))
        services.request_changes(order_id=order.pk, changes=[change], reason="demand")
    for reader, word in ((asker, "They must answer"), (other, "You must answer")):
        first_page = [] if (reader, word) == ("supplier", "They must answer") else ["/"]  # a supplier's is its to-do
        for path in (*first_page, "/orders/", f"/orders/{order.pk}/"):
            page = client_of(reader).get(f"{path}?view=all").content.decode()
            assert word in page, (reader, path)
    assert api_of(asker).get("/api/orders/").json()["results"][0]["awaits"] == other
    found = api_of(asker).get(f"/api/orders/{order.pk}/").json()
    assert (found["awaits"], found["lines"][0]["schedule"][0]["awaits"]) == (other, other)


def test_every_row_of_every_view_is_one_line_of_its_order(world):
    """The walk: all states of the chain, all views, both sides; each fact of a row is compared with its line."""
    draft(world)
    answer(world, two_parts(world), 12, 9)
    late = two_parts(world)
    answer(world, late, 12, 3)
    make_late(world, late, 0)
    whole(world)
    received(world, announced(world, confirmed(world, quantities=(10, 20)), quantity=10))
    published(world, quantities=(5, 7))
    asked = confirmed(world, quantities=(30, 40))
    with as_person(world, "supplier"):
        change = services.Change(schedule_of(asked)[1].pk, Decimal(40), in_days(25))
        services.request_changes(order_id=asked.pk, changes=[change], reason="material")
    examined = 0
    for who, side in (("buyer", Side.BUYER), ("supplier", Side.SUPPLIER)):
        for view in pages.TABS:
            found = rows_of(world, who, view)
            with as_person(world, who):
                for row in found:
                    line = ScheduleLine.objects.select_related("line__partner_part").get(pk=row["line_id"])
                    change = line.change_requests.filter(state="open").first()
                    assert line.order_id == row["id"]
                    assert row["part_number"] == line.line.partner_part.buyer_number
                    assert (row["quantity"], row["unit"]) == (line.requested_quantity, line.line.unit)
                    assert row["requested_date"] == line.requested_date
                    assert row["promised_date"] == (line.proposed_date or line.confirmed_date)
                    facts = {
                        "status": line.status,
                        "fulfilment": line.fulfilment,
                        "closure": line.closure,
                        "open_change_side": change.side if change else "",
                        "due_date": line.confirmed_date or line.requested_date,
                    }
                    assert row["states"] == pages.looks_of(facts, side)
                    assert row["awaits"] == awaits(line.status, facts["open_change_side"])
                    examined += 1
    assert examined > 30


def test_the_order_that_causes_a_shortage_stands_on_the_first_page(world, client_of):
    """Confirmed four days later than needed: its line stands first; a later order of the part does not stand there."""
    cause = confirmed(world, days=5, on=in_days(9))
    later = confirmed(world, days=20)
    page = client_of("buyer").get("/").content.decode()
    rows = page[page.index('id="attention"') : page.index('id="short-title"')]
    assert cause.number in rows
    assert "the cause" in rows
    assert later.number not in rows
    again = client_of("buyer").get(f"/?row={cause.pk}").content.decode()
    assert "the cause" in again
    assert cause.number in client_of("buyer").get("/orders/?view=later").content.decode()


@pytest.mark.parametrize("who", ["buyer", "supplier"])
def test_a_row_of_the_first_page_is_fetched_again_as_the_page_shows_it(world, client_of, who):
    """The bug: a supplier's row came back as a row of the list, with other columns, and without the act that stood there."""
    announced(world, late := confirmed(world, days=3))
    past = {"requested_date": in_days(-2)}
    with as_person(world, "buyer"):
        as_if(ScheduleLine.objects.filter(order=late.pk), confirmed_date=in_days(-2), **past)
        as_if(PurchaseOrder.objects.filter(pk=late.pk), due_date=in_days(-2), **past)
    asked, client = published(world), client_of(who)
    for order, view in ((late, "late"), (asked, "unanswered")):
        page = client.get(f"/?view={view}").content.decode()
        shown = re.search(rf'<tr id="order-{order.pk}".*?</tr>', page, re.DOTALL)[0]
        to = re.search(r'hx-get="([^"]+)"', shown)[1].replace("&amp;", "&")
        assert client.get(to).content.decode().strip() == shown, order.number
        assert ("It has left" in shown) is (who == "supplier" and view == "late")


@pytest.mark.parametrize("who", ["buyer", "supplier"])
def test_what_was_rejected_shows_as_the_rest_that_is_still_to_come(world, client_of, api_of, who):
    order = confirmed(world)
    with as_person(world, "supplier"):
        total = schedule_of(order)[0].requested_quantity
    decided(world, received(world, announced(world, order)), ("accepted", total - 50), ("rejected", 50))
    shown = " ".join(client_of(who).get("/orders/?view=all").content.decode().split())
    assert "50 to come" in shown
    (row,) = api_of(who).get("/api/orders/").json()["results"]
    assert row["rest"] == "50"
