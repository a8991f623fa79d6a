"""What a buyer is told to order, and how it becomes drafts in one act."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.calendars.services import keep_calendar
from apps.masterdata.models import PartnerPart
from apps.orders.models import PurchaseOrder, ScheduleLine
from apps.orders.services import publish_order
from apps.planning import showing
from apps.planning.services import Planned, publish_plan
from apps.planning.stocking import keep_stock_rule
from apps.tenancy.bases import sides_of
from apps.tower.needs import needs
from apps.tower.ordering import Chosen, draft, offers
from tests.chain import confirmed
from tests.world import as_if, as_person, in_days, published

from .test_needs import count, need, planned

D = Decimal


def told(world):
    with as_person(world, "buyer"):
        return [(o.part.pk, o.proposal.quantity, o.proposal.needed_on, o.proposal.is_late) for o in offers()]


def terms(world, **values):
    with as_person(world, "buyer"):
        keep_calendar(weekdays=[1, 2, 3, 4, 5, 6, 7], has_holidays=False)
        as_if(PartnerPart.objects.filter(pk=world.part.pk), **values)


def test_a_part_that_falls_short_is_proposed_with_pack_and_lead_time_and_drafted_once(world, db):
    terms(world, lead_time_days=3, pack_size=D(25))
    planned(world, *[10] * 20)
    count(world, 100)
    # Short from day 10 on; a week takes 70 of it, then the rest.
    assert told(world) == [(world.part.pk, 75, in_days(10), False), (world.part.pk, 25, in_days(17), False)]
    with as_person(world, "buyer"):
        first, second = offers()
        assert (first.proposal.arrives, first.proposal.order_by) == (in_days(10), in_days(7))
        rows = [Chosen(o.part.pk, o.need.site_id, o.proposal.arrives, o.proposal.quantity) for o in (first, second)]
        (order,) = draft(rows)
        assert order.is_draft
        assert PurchaseOrder.objects.count() == 1
    assert told(world) == []
    with as_person(world, "supplier"):
        assert PurchaseOrder.objects.count() == 0


def test_the_safety_stock_is_kept_and_what_is_ordered_counts(world, db):
    terms(world, lead_time_days=0)
    planned(world, *[10] * 10)
    count(world, 100)
    assert told(world) == []
    with as_person(world, "buyer"):
        keep_stock_rule(part_id=world.part.part_id, site_id=world.site.pk, safety=D(30))
    assert told(world) == [(world.part.pk, 30, in_days(7), False)]
    published(world, quantities=(30,), days=7)
    assert told(world) == []


def test_a_lead_time_that_does_not_reach_is_said(world, db):
    terms(world, lead_time_days=9)
    planned(world, *[10] * 5)
    count(world, 20)
    assert told(world) == [(world.part.pk, 30, in_days(2), True)]


def test_what_is_ordered_and_has_no_valid_day_is_said_and_not_chosen(world, db, client_of):
    terms(world, lead_time_days=3)
    planned(world, *[10] * 20)
    count(world, 50)
    order = published(world, quantities=(500,), days=1)
    with as_person(world, "buyer"):
        as_if(ScheduleLine.objects.all(), requested_date=in_days(-1))
    page = client_of("buyer").get("/tower/proposals/").content.decode()
    assert "500 EA are ordered already, without a valid day" in page
    assert order.number in page
    assert 'name="offer"' in page
    assert " checked>" not in page


def test_what_nobody_knows_is_not_proposed(world, db):
    terms(world, lead_time_days=1)
    planned(world, 50)
    assert told(world) == []  # never counted
    count(world, 0)
    assert told(world) != []
    with as_person(world, "buyer"):
        as_if(PartnerPart.objects.filter(pk=world.part.pk), ended_at="2026-01-01T00:00:00Z")
    assert told(world) == []


def test_chosen_proposals_become_drafts_on_the_page(world, db, client_of):
    terms(world, lead_time_days=3)
    planned(world, *[10] * 20)
    count(world, 100)
    browser = client_of("buyer")
    page = browser.get("/tower/proposals/")
    assert "below zero from" in page.content.decode()
    keys = [row["offer"].key for row in page.context["offers"]]
    assert len(keys) == 2
    assert browser.post("/tower/proposals/", {}).status_code == 422
    assert browser.post("/tower/proposals/", {"offer": ["1_2_x"]}).status_code == 422
    assert browser.post("/tower/proposals/", {"offer": [keys[0].rpartition("_")[0] + "_0"]}).status_code == 422
    assert browser.post("/tower/proposals/", {"offer": keys}).status_code == 302
    assert "Nothing to order" in browser.get("/tower/proposals/").content.decode()
    path = f"/tower/needs/{world.part.part_id}/{world.site.pk}/"
    assert "lie in drafts: they count here when they are sent" in browser.get(path).content.decode()
    assert browser.post(f"{path}safety/", {"safety": "15"}).status_code == 302
    assert 'value="15"' in browser.get(path).content.decode()


def test_of_one_part_nothing_of_another_is_proposed_or_chosen(world, db, client_of):
    """The bug: who wanted to order the part of one row of work ordered with it what stood chosen of others."""
    terms(world, lead_time_days=3)
    with as_person(world, "buyer"):
        as_if(PartnerPart.objects.filter(pk=world.second_part.pk), lead_time_days=3)
        rows = [Planned(part.part_id, in_days(n), D(10)) for part in (world.part, world.second_part) for n in range(20)]
        publish_plan(site_id=world.site.pk, kind="demand", rows=rows)
    for part in (world.part, world.second_part):
        count(world, 100, part)
    browser, path = client_of("buyer"), f"/tower/proposals/?part={world.part.part_id}"

    def keys(page):
        return [row["offer"].key for row in page.context["offers"]]

    every, page = keys(browser.get("/tower/proposals/")), browser.get(path)
    own = [key for key in every if key.startswith(f"{world.part.pk}_")]
    assert keys(page) == own
    assert 0 < len(own) < len(every)
    html = page.content.decode()
    assert "CBL-100" not in html
    assert f'action="{path}"' in html
    assert keys(browser.post(path, {})) == own, "it stays with its part where nothing was chosen"
    assert browser.post(path, {"offer": own}).status_code == 302
    assert "Nothing to order of this part" in browser.get(path).content.decode()
    assert len(keys(browser.get("/tower/proposals/"))) == len(every) - len(own)
    assert [browser.get(f"/tower/proposals/?part={wrong}").status_code for wrong in ("x", "999999")] == [404, 404]


def test_proposals_cost_as_many_statements_however_many_days(world, db):
    counts = []
    for days in (3, 30):
        planned(world, *[10] * days)
        count(world, 0)
        with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
            offers()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def ruled(world, **rule):
    with as_person(world, "buyer"):
        given = {name: value if isinstance(value, bool) else D(value) for name, value in rule.items()}
        keep_stock_rule(part_id=world.part.part_id, site_id=world.site.pk, **given)


def test_below_the_minimum_it_is_ordered_up_to_the_maximum_and_said_so(world, db, client_of):
    terms(world, lead_time_days=3, pack_size=D(12))
    planned(world, *[10] * 20)
    count(world, 100)
    ruled(world, minimum=40, maximum=120, is_up_to_maximum=True)
    assert told(world)[0] == (world.part.pk, 84, in_days(6), False)  # 30 are left then, and no whole pack more fits
    page = client_of("buyer").get("/tower/proposals/").content.decode()
    assert "below the minimum of 40 from" in page
    assert "ordered up to the maximum of 120 EA" in page


def test_a_part_that_nobody_plans_is_ordered_by_its_minimum_alone(world, db, client_of):
    terms(world, lead_time_days=3)
    count(world, 30)
    ruled(world, minimum=40, maximum=100)
    assert told(world) == []  # a minimum is shown; what nobody plans is not ordered by it
    ruled(world, minimum=40, maximum=100, is_up_to_maximum=True)
    assert told(world) == [(world.part.pk, 70, in_days(0), True)]
    assert "by stock alone: no demand known" in client_of("buyer").get("/tower/proposals/").content.decode()
    published(world, quantities=(20,), days=0)
    assert told(world) == []  # it comes today


def second_supplier(world, **values):
    """The stranger delivers the part too."""
    with as_person(world, "buyer"):
        terms_of = {"buyer_number": "BRK-2210", "name": "브래킷", "unit": "H87", **values}
        return PartnerPart.objects.create(**sides_of(world.other_relation), part=world.part.part, **terms_of)


def test_shares_decide_who_delivers_by_what_is_ordered_already(world, db, client_of):
    terms(world, lead_time_days=1)
    other = second_supplier(world, lead_time_days=2)
    planned(world, *[10] * 40)
    count(world, 30)
    assert {part for part, *_rest in told(world)} == {world.part.pk}  # no shares are said: the shortest lead time
    with as_person(world, "buyer"):
        showing.split_part(part_id=world.part.part_id, shares_given={world.part.pk: D("0.25"), other.pk: D("0.75")})
    found = told(world)
    assert [part for part, *_rest in found] == [other.pk, world.part.pk, other.pk, other.pk, other.pk, world.part.pk]
    assert "its share is 75 %" in client_of("buyer").get("/tower/proposals/").content.decode()
    published(world, quantities=(900,), days=55)  # the first has its share for long
    assert {part for part, *_rest in told(world)} == {other.pk}


def test_an_order_that_comes_a_little_later_is_named_and_never_nothing_ordered(world, db, client_of):
    terms(world, lead_time_days=1)
    planned(world, *[10] * 12)
    count(world, 50)
    order = published(world, quantities=(500,), days=8)
    found = need(world)
    assert found.stop == 5
    assert [(cause.quantity, cause.late.order_number, cause.was_asked_late) for cause in found.causes] == [
        (10, order.number, True)
    ]
    browser = client_of("buyer")
    page = browser.get("/tower/proposals/").content.decode()
    assert f"500 EA of {order.number} come too late on" in page
    assert " checked>" not in page
    for path in ("/tower/outlook/", f"/tower/needs/{world.part.part_id}/{world.site.pk}/"):
        shown = browser.get(path).content.decode()
        assert order.number in shown
        assert "othing ordered" not in shown


@pytest.mark.parametrize(("asked", "was_asked_late"), [(8, True), (3, False)])
def test_of_two_orders_that_come_on_one_day_each_is_named_with_its_own(world, db, asked, was_asked_late):
    """Both were told as the first of them: one order of 500 that nobody made, or one and 300 that nobody ordered."""
    planned(world, *[0] * 5, 500, *[0] * 6)
    count(world, 0)
    first = confirmed(world, on=in_days(8), quantities=(200,), days=asked)
    second = confirmed(world, quantities=(300,), days=8)
    found = need(world)
    assert (found.stop, found.gap) == (5, 500)
    assert [(cause.quantity, cause.late and cause.late.order_number, cause.was_asked_late) for cause in found.causes] == [
        (200, first.number, was_asked_late),
        (300, second.number, True),
    ]


def test_what_is_drafted_or_ordered_up_to_the_maximum_is_not_proposed_again(world, db):
    terms(world, lead_time_days=21)
    count(world, 50)
    ruled(world, minimum=100, maximum=500, is_up_to_maximum=True)
    assert told(world) == [(world.part.pk, 450, in_days(0), True)]
    with as_person(world, "buyer"):
        (offer,) = offers()
        chosen = Chosen(offer.part.pk, offer.need.site_id, offer.proposal.arrives, offer.proposal.quantity)
        (order,) = draft([chosen])
    assert told(world) == []
    with as_person(world, "buyer"):
        publish_order(order_id=order.pk)
    assert told(world) == []


def test_what_is_ordered_and_comes_far_beyond_counts_for_the_maximum(world, db):
    terms(world, lead_time_days=21)
    count(world, 50)
    ruled(world, minimum=100, maximum=500, is_up_to_maximum=True)
    published(world, quantities=(400,), days=90)
    assert told(world) == []


def test_an_order_for_a_later_week_hides_nothing(world, db, client_of):
    terms(world, lead_time_days=1)
    planned(world, *[10] * 20)
    count(world, 50)
    published(world, quantities=(50,), days=10)  # it would only move the gap
    found = need(world)
    assert [(cause.quantity, cause.late) for cause in found.causes] == [(10, None)]
    page = client_of("buyer").get("/tower/proposals/").content.decode()
    assert "come too late" not in page
    assert " checked>" in page


def test_a_proposal_names_the_order_that_the_outlook_names(world, db, client_of):
    terms(world, lead_time_days=1)
    planned(world, *[0] * 10, 130)
    count(world, 0)
    order = confirmed(world, on=in_days(14))  # 100 asked for day 10
    later = published(world, quantities=(500,), days=12)
    with as_person(world, "buyer"):
        (offer,) = offers()
        (found,) = [row for row in needs().values() if row.stop is not None]
    assert offer.cause == found.causes[0].late
    assert offer.cause.order_number == order.number
    page = client_of("buyer").get("/tower/proposals/").content.decode()
    assert f"100 EA of {order.number} come too late on" in page
    assert later.number not in page
    assert " checked>" not in page  # a hundred of them would be ordered twice


def test_shares_count_what_was_asked_for_and_has_come_at_every_site(world, db):
    terms(world, lead_time_days=1)
    other = second_supplier(world, lead_time_days=1)
    planned(world, *[10] * 10)
    count(world, 30)
    with as_person(world, "buyer"):
        showing.split_part(part_id=world.part.part_id, shares_given={world.part.pk: D("0.5"), other.pk: D("0.5")})
    assert told(world)[0][0] == world.part.pk
    confirmed(world, quantities=(400,))
    come = {"shipped_quantity": 400, "received_quantity": 400, "received_on": in_days(-20)}
    with as_person(world, "buyer"):
        as_if(ScheduleLine.objects.all(), **come, requested_date=in_days(-20))
        assert {o.part.pk for o in offers()} == {other.pk}
        as_if(ScheduleLine.objects.all(), requested_date=in_days(-120))
        assert offers()[0].part.pk == world.part.pk  # of long ago


def test_a_program_drafts_what_is_proposed_by_its_keys(world, db, api_of):
    terms(world, lead_time_days=3, pack_size=D(25))
    planned(world, *[10] * 20)
    count(world, 100)
    buyer = api_of("buyer")
    first, second = buyer.get(f"/api/proposals/?part={world.part.part_id}").json()
    told = [first[name] for name in ("quantity", "arrives", "is_late", "is_usual")]
    assert told == ["75", str(in_days(10)), False, True]
    assert "below zero" in first["why"]
    keys = [first["key"], second["key"]]
    answer = buyer.post("/api/proposals/", {"keys": ["nothing", *keys, "x_y"]})
    assert answer.status_code == 422
    assert [error["place"] for error in answer.json()["errors"]] == ["keys[0]", "keys[3]"]
    assert buyer.post("/api/proposals/", {"keys": [keys[0], keys[0]]}).json()["code"] == "not_a_proposal"
    assert buyer.post("/api/proposals/", {"keys": []}).status_code == 400
    with as_person(world, "buyer"):
        assert not PurchaseOrder.objects.exists()
    answer = buyer.post("/api/proposals/", {"keys": keys})
    assert answer.status_code == 201
    (made,) = answer.json()
    with as_person(world, "buyer"):
        order = PurchaseOrder.objects.get(pk=made["id"])
        assert (order.is_draft, order.number, order.relation_id) == (True, made["number"], world.relation.pk)
    assert buyer.get("/api/proposals/").json() == []


def test_only_who_writes_orders_drafts_proposals_and_only_own_ones(world, db, api_of):
    terms(world, lead_time_days=3)
    planned(world, *[10] * 20)
    count(world, 100)
    (key,) = {row["key"] for row in api_of("buyer").get("/api/proposals/").json()[:1]}
    assert api_of("receiver").post("/api/proposals/", {"keys": [key]}).status_code == 403
    for name in ("supplier", "stranger"):
        assert api_of(name).get("/api/proposals/").json() == []
        assert api_of(name).post("/api/proposals/", {"keys": [key]}).status_code == 403
    with as_person(world, "buyer"):
        assert not PurchaseOrder.objects.exists()
