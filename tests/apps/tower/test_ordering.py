"""What a buyer is told to order, and how it becomes drafts in one act."""

from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.calendars.services import keep_calendar
from apps.masterdata.models import PartnerPart
from apps.orders.models import PurchaseOrder, ScheduleLine
from apps.planning.services import keep_safety_stock
from apps.tower.ordering import Chosen, draft, offers
from tests.world import as_if, as_person, in_days, published

from .test_needs import count, planned

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
        keep_safety_stock(part_id=world.part.part_id, site_id=world.site.pk, quantity=D(30))
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
    assert browser.post(f"{path}safety/", {"quantity": "15"}).status_code == 302
    assert 'value="15"' in browser.get(path).content.decode()


def test_proposals_cost_as_many_statements_however_many_days(world, db):
    counts = []
    for days in (3, 30):
        planned(world, *[10] * days)
        count(world, 0)
        with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
            offers()
        counts.append(len(queries))
    assert counts[0] == counts[1]
