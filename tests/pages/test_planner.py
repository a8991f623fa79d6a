"""A planner's work in the browser, in Korean: material is handed out, proposals become drafts, a minimum is kept."""

from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.consigned.models import ConsignmentNote
from apps.inventory import services as inventory
from apps.inventory.models import StockBalance
from apps.orders.models import PurchaseOrder, ScheduleLine
from apps.planning import services as planning
from apps.planning.models import SafetyStock
from apps.planning.services import Planned
from apps.tenancy.scope import unscoped
from tests import world as worlds
from tests.apps.consigned.given import into, received, steel
from tests.world import as_person, in_days

pytestmark = pytest.mark.browser
D = Decimal


def ko(text: str) -> str:
    with translation.override("ko"):
        return gettext(text)


@pytest.fixture
def planner(screen_of, committed, world):
    with unscoped(reason=worlds.SYSTEM):
        User.objects.update(language="ko")
    return screen_of("buyer", language="ko")


def short(world):
    """A bracket of which a hundred lie there, and thirty days need ten each."""
    with as_person(world, "buyer"):
        rows = [Planned(world.part.part_id, in_days(n), D(10)) for n in range(30)]
        planning.publish_plan(site_id=world.site.pk, kind="demand", rows=rows)
    with as_person(world, "receiver"):
        inventory.count_stock(site_id=world.site.pk, counted=[inventory.Counted(world.part.pk, D(100))])


def press(screen, text: str) -> None:
    screen.page.get_by_role("button", name=ko(text), exact=True).click()


def test_material_is_handed_out_and_stays_the_planners_until_it_is_settled(planner, world):
    material = steel(world)
    into(world, material)
    page = planner.page
    planner.go("/material/?side=buyer")
    page.get_by_role("link", name=ko("Hand out material"), exact=True).click()
    page.locator("input.qty").first.fill("120")
    press(planner, "It has left")
    page.wait_for_url("**/material/notes/*/")
    with as_person(world, "buyer"):
        note = ConsignmentNote.objects.get()
        assert [line.quantity for line in note.lines.all()] == [120]
    received(world, note)
    planner.go(f"/material/parts/{material.pk}/")
    assert "120" in page.inner_text("#material-figures")
    with as_person(world, "buyer"):
        laid = StockBalance.objects.get(part=material.part, organization=world.buyer)
        assert laid.quantity == 880
    planner.go("/stock/")
    assert "880" in page.inner_text("main")


def test_proposals_are_looked_at_chosen_and_written_as_drafts(planner, world):
    short(world)
    planner.go("/tower/outlook/?side=buyer")
    planner.page.get_by_role("link", name=ko("Order proposals")).click()
    boxes = planner.page.locator("input[name=offer]")
    offered = boxes.count()
    assert offered >= 2
    for n in range(offered):
        boxes.nth(n).set_checked(n == 0)
    press(planner, "Write chosen ones as drafts")
    planner.page.wait_for_url("**/orders/**")
    with as_person(world, "buyer"):
        order = PurchaseOrder.objects.get()
        assert order.is_draft
        (line,) = ScheduleLine.objects.all()
    assert order.number in planner.page.inner_text("main")
    assert line.requested_quantity > 0
    planner.go("/tower/proposals/")
    assert planner.page.locator("input[name=offer]").count() == offered - 1  # what is drafted is not proposed again


def test_minimum_and_maximum_are_kept_and_colour_the_days_below(planner, world):
    short(world)
    path = f"/tower/needs/{world.part.part_id}/{world.site.pk}/"
    planner.go(path)
    page = planner.page
    assert page.locator("#grid td.tight").count() == 0
    page.locator("#rule summary").click()
    page.get_by_label(ko("Minimum"), exact=True).fill("40")
    page.get_by_label(ko("Maximum"), exact=True).fill("30")
    page.locator("#rule button").click()
    page.wait_for_selector("main [role=alert], main .note.t-bad, .toast")
    with as_person(world, "buyer"):
        assert not SafetyStock.objects.exists()  # the maximum was below the minimum
    page.locator("#rule summary").click()
    page.get_by_label(ko("Minimum"), exact=True).fill("40")
    page.get_by_label(ko("Maximum"), exact=True).fill("300")
    page.locator("#rule button").click()
    page.wait_for_selector("#grid td.tight")
    with as_person(world, "buyer"):
        rule = SafetyStock.objects.get()
    assert (rule.minimum, rule.maximum) == (40, 300)
