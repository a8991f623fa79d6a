"""What a plan, a count or an answer does to the page that the other firm has open: there without a reload."""

from decimal import Decimal

import pytest

from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.planning import services as planning
from apps.planning import showing
from apps.planning.services import Planned
from tests.chain import schedule_of
from tests.world import as_person, in_days, published

pytestmark = pytest.mark.browser


def publish(world, quantity, days=3):
    with as_person(world, "buyer"):
        row = Planned(world.part.part_id, in_days(days), Decimal(quantity))
        planning.publish_plan(site_id=world.site.pk, kind="demand", rows=[row])


def show(world, *levels):
    with as_person(world, "buyer"):
        showing.show_levels(levels={world.relation.pk: levels})


def count(world, quantity):
    with as_person(world, "receiver"):
        row = inventory.Counted(world.part.pk, Decimal(quantity))
        inventory.count_stock(site_id=world.site.pk, counted=[row])


def test_a_suppliers_open_pages_follow_the_customers_plan_and_lose_what_is_withdrawn(screen_of, world, relay):
    show(world, 1)
    publish(world, 501)
    listed, part = screen_of("supplier"), screen_of("supplier")
    listed.go_live("/tower/customers/")
    part.go_live(f"/tower/customers/{world.part.pk}/{world.site.pk}/")
    for screen in (listed, part):
        screen.page.wait_for_selector("main:has-text('501')")
        screen.page.evaluate("window.mark = 1")
    publish(world, 777)
    for screen in (listed, part):
        screen.page.wait_for_selector("main:has-text('777')")
        assert screen.page.evaluate("window.mark") == 1, "it came without a reload"
    listed.page.hover("#list-customers")  # what is withdrawn goes at once, also where somebody is at work
    show(world)
    part.page.wait_for_selector("main:has-text('does not show this any more')")
    listed.page.wait_for_selector("main:has-text('No customer shows you its demand yet')")
    # What asks for a page that is not shown any more is answered so, and by nothing else.
    assert all("404" in complaint for complaint in part.complaints)
    part.complaints.clear()
    for screen in (listed, part):
        assert "777" not in screen.page.inner_text("main")
        assert screen.page.evaluate("window.mark") == 1


def test_a_buyers_open_outlook_follows_plans_counts_and_answers(screen_of, world, relay):
    publish(world, 100)
    count(world, 40)
    buyer, need = screen_of("buyer"), screen_of("buyer")
    buyer.go_live("/tower/outlook/?side=buyer")
    need.go_live(f"/tower/needs/{world.part.part_id}/{world.site.pk}/")
    for screen in (buyer, need):
        screen.page.wait_for_selector("main:has-text('stops in 3 days')")
    count(world, 500)
    for screen in (buyer, need):
        screen.page.wait_for_selector("main:has-text('Enough for 4 days known')")
    publish(world, 600, days=2)
    for screen in (buyer, need):
        screen.page.wait_for_selector("main:has-text('stops in 2 days')")
    order = published(world, quantities=(100,), days=2)
    for screen in (buyer, need):
        screen.page.wait_for_selector("main:has-text('Enough for 3 days known')")
    with as_person(world, "supplier"):
        (line,) = schedule_of(order)
        late = [orders.Part(line.requested_quantity, in_days(9))]
        orders.answer_order(order_id=order.pk, answers=[orders.Answer(line.pk, late, "material")])
    with as_person(world, "buyer"):
        orders.accept_proposals(order_id=order.pk)
    for screen in (buyer, need):
        screen.page.wait_for_selector("main:has-text('stops in 2 days')")
        assert order.number in screen.page.inner_text("main")
