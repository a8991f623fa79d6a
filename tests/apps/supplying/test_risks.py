"""What is at risk and why: past its day, promised later than needed, not covered by stock and planned production."""

import re
from decimal import Decimal

import pytest

from apps.deliveries import services as deliveries
from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.orders.models import ScheduleLine
from apps.production.models import Told
from apps.supplying.risks import risks
from tests.apps.supplying.room import waiting
from tests.chain import announced, confirmed, schedule_of
from tests.world import as_if, as_person, in_days, written_as_if


def line_of(world, order):
    with as_person(world, "supplier"):
        return schedule_of(order)[0]


def rows_of(world):
    with as_person(world, "supplier"):
        return {row.line.id: row for row in risks()}


@pytest.fixture
def stocked(world):
    """120 pieces at the supplier's site."""
    with as_person(world, "supplier"):
        counted = [inventory.Counted(world.part.pk, Decimal(120))]
        inventory.count_stock(site_id=world.supplier_site.pk, counted=counted)


def test_a_promise_that_has_passed_and_one_that_is_later_than_needed(world):
    late, later = line_of(world, confirmed(world)), line_of(world, confirmed(world, on=in_days(14)))
    with as_person(world, "supplier"):
        as_if(ScheduleLine.objects.filter(pk=late.pk), confirmed_date=in_days(-2), requested_date=in_days(-2))
        as_if(type(late.order).objects.filter(pk=late.order_id), due_date=in_days(-2))
    rows = rows_of(world)
    assert {pk: row.reasons for pk, row in rows.items()} == {late.pk: ["late"], later.pk: ["later"]}
    assert (rows[late.pk].days_late, rows[later.pk].days_later) == (2, 4)


def test_stock_covers_the_first_line_and_production_the_next(world, stocked):
    first, second = line_of(world, confirmed(world, days=5)), line_of(world, confirmed(world, days=8))
    rows = rows_of(world)
    assert {pk: row.reasons for pk, row in rows.items()} == {second.pk: ["short"]}
    assert (rows[second.pk].cover.missing, rows[second.pk].cover.stock) == (80, 120)
    with as_person(world, "supplier"):
        told = {"partner_part": world.part, "kind": "planned", "precision": "exact"}
        written_as_if(Told(organization=world.supplier, day=in_days(7), quantity=Decimal(50), **told))
    assert rows_of(world)[second.pk].cover.missing == 30
    with as_person(world, "supplier"):
        written_as_if(Told(organization=world.supplier, day=in_days(6), quantity=Decimal(30), **told))
    assert rows_of(world) == {}
    assert first.pk != second.pk


def test_what_is_announced_and_has_not_left_covers_no_other_line(world, stocked):
    """The bug: 100 of 120 pieces stood packed for one customer's line and were reckoned for the next as well."""
    going, second = confirmed(world, days=5), line_of(world, confirmed(world, days=8))
    shipment = announced(world, going)
    cover = rows_of(world)[second.pk].cover
    assert (cover.stock, cover.missing) == (20, 80)
    with as_person(world, "supplier"):
        deliveries.depart(shipment_id=shipment.pk)
    cover = rows_of(world)[second.pk].cover
    assert (cover.stock, cover.missing) == (20, 80), "out of the stock, and not taken off twice"


def test_earlier_orders_take_the_stock_first_and_the_page_says_so(world, stocked, client_of):
    """The bug: "80 EA not covered: stock 120" stood beside an order of 100."""
    first = line_of(world, confirmed(world, days=5))
    second = line_of(world, confirmed(world, days=8))
    cover = rows_of(world)[second.pk].cover
    assert (cover.stock, cover.earlier, cover.left, cover.missing) == (120, 100, 20, 80)
    page = client_of("supplier").get("/supplying/risks/").content.decode()
    assert "80 EA not covered: stock after what is announced 120, planned 0 by then, of it 100 for earlier orders" in page
    assert "so 20 are left" in page
    assert first.pk not in rows_of(world)


def test_what_is_on_its_way_is_not_late_and_asks_no_act(world, client_of):
    """The bug: a line whose rest had left the supplier stood as late, with a button that asks for another day."""
    order = confirmed(world)
    late = line_of(world, order)
    shipment = announced(world, order, days=2)
    with as_person(world, "supplier"):
        as_if(ScheduleLine.objects.filter(pk=late.pk), confirmed_date=in_days(-2), requested_date=in_days(-2))
        as_if(type(late.order).objects.filter(pk=late.order_id), due_date=in_days(-2))
    assert rows_of(world)[late.pk].reasons == ["late"], "it has not left yet"
    with as_person(world, "supplier"):
        deliveries.depart(shipment_id=shipment.pk)
    row = rows_of(world)[late.pk]
    assert (row.reasons, row.arrives) == (["on_way"], in_days(2))
    client = client_of("supplier")
    page = client.get("/supplying/risks/").content.decode()
    assert "On its way, arrives" in page
    assert "Nothing to do here" in page
    assert "day late" not in page
    assert f"/orders/{late.order_id}/change/" not in page
    assert "EA" not in client.get("/supplying/risks/?view=late").content.decode().partition("<tbody")[2]


def overdue(world, line):
    with as_person(world, "supplier"):
        as_if(ScheduleLine.objects.filter(pk=line.pk), confirmed_date=in_days(-2), requested_date=in_days(-2))
        as_if(type(line.order).objects.filter(pk=line.order_id), due_date=in_days(-2))


def acts_at(client, to="/supplying/risks/") -> dict[str, str]:
    """What the rows of a list offer to do, and where each act leads."""
    body = client.get(to).content.decode().partition("<tbody")[2].partition("</tbody>")[0]
    found = re.findall(r'<a class="btn slim" href="([^"]+)">(?:<svg.*?</svg>)?\s*([^<]+?)\s*</a>', body, re.DOTALL)
    return {words: to for to, words in found}


def test_a_late_line_that_waits_for_an_answer_is_to_be_answered(world, client_of):
    """The bug: nothing was promised, and there was "nothing to do", of a line that stood in the list of lines to answer."""
    overdue(world, waiting(world))
    client = client_of("supplier")
    assert acts_at(client) == {"Answer": "/supplying/answers/"}
    assert "Nothing to do here" not in client.get("/supplying/risks/").content.decode()


def test_what_a_customer_wants_to_change_is_answered_and_not_left(world):
    order = confirmed(world)
    line = line_of(world, order)
    announced(world, order, quantity=60)
    with as_person(world, "buyer"):
        change = orders.Change(line.pk, Decimal(90), in_days(12))
        orders.request_changes(order_id=order.pk, changes=[change], reason="demand")
    overdue(world, line)
    assert rows_of(world)[line.pk].to_do == "answer"


def test_a_late_line_that_is_announced_in_full_is_to_leave(world, client_of):
    """The bug: "ask for a change", though the goods stood packed and only their departure was not told."""
    order = confirmed(world)
    shipment = announced(world, order)
    overdue(world, line_of(world, order))
    client = client_of("supplier")
    to = f"/deliveries/{shipment.pk}/"
    assert acts_at(client) == {"It has left": to}
    assert "It has left" in client.get(to).content.decode()
    assert acts_at(client, "/?view=late") == {"It has left": to}
    with as_person(world, "supplier"):
        deliveries.depart(shipment_id=shipment.pk)
    assert acts_at(client) == {}


def test_of_two_deliveries_the_one_that_stands_still_is_to_leave(world):
    order = confirmed(world)
    gone, stands = announced(world, order, quantity=60), announced(world, order, quantity=40, days=4)
    line = line_of(world, order)
    with as_person(world, "supplier"):
        deliveries.depart(shipment_id=gone.pk)
    overdue(world, line)
    row = rows_of(world)[line.pk]
    assert (row.to_do, row.leaves.pk) == ("depart", stands.pk)


def test_stock_below_nothing_is_named_as_what_is_left_of_it(world, client_of):
    """The bug: the list said "stock -80" where 120 were counted and 200 announced."""
    with as_person(world, "supplier"):
        inventory.count_stock(site_id=world.supplier_site.pk, counted=[inventory.Counted(world.part.pk, Decimal(120))])
    for _n in range(2):
        announced(world, confirmed(world, days=5))
    confirmed(world, days=8)
    assert "stock after what is announced −80" in client_of("supplier").get("/supplying/risks/").content.decode()


def test_what_is_reported_of_today_is_not_planned_any_more(world, stocked):
    """The bug: 30 pieces of today's 50 lay in the stock that was counted, and came again from the plan."""
    confirmed(world, days=5)
    second = line_of(world, confirmed(world, days=8))
    with as_person(world, "supplier"):
        told = {"organization": world.supplier, "partner_part": world.part, "precision": "exact", "day": in_days(0)}
        written_as_if(Told(kind="planned", quantity=Decimal(50), **told))
        written_as_if(Told(kind="made", quantity=Decimal(30), **told))
    cover = rows_of(world)[second.pk].cover
    assert (cover.planned, cover.missing) == (20, 60)


def test_stock_that_nobody_counted_says_nothing(world):
    confirmed(world, days=5)
    assert rows_of(world) == {}


def test_page_and_api_say_why(world, stocked, client_of, api_of):
    confirmed(world, days=5)
    line = line_of(world, confirmed(world, days=8))
    page = client_of("supplier").get("/supplying/risks/").content.decode()
    assert "80 EA not covered: stock after what is announced 120, planned 0 by then" in page
    (row,) = api_of("supplier").get("/api/at-risk/").json()
    assert (row["schedule_line_id"], row["reasons"], row["missing"]) == (line.pk, ["short"], "80")
    assert api_of("stranger").get("/api/at-risk/").json() == []
