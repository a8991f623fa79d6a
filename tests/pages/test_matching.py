"""All rows that match are chosen on one page, and sent in one act."""

import pytest

from apps.orders.models import PurchaseOrder
from tests.world import as_person, draft

pytestmark = pytest.mark.browser


def test_a_whole_list_is_chosen_and_sent_by_four_clicks(screen_of, world):
    for _n in range(30):
        draft(world)
    screen = screen_of("buyer")
    screen.go("/orders/?view=draft")
    page = screen.page
    page.check("[data-all]")
    assert page.inner_text("[data-chosen]") == "25"
    page.check("text=All 30 that match")
    assert page.inner_text("[data-chosen]") == "30"
    assert page.inner_text("[data-bulk-act=publish] [data-fitting]") == "30"
    page.click("[data-bulk-act=publish]")
    assert "Orders that are sent: 30." in page.inner_text("#ask-publish")
    page.click("#ask-publish button[name=act]")
    page.wait_for_selector("text=Done: 30.")
    with as_person(world, "buyer"):
        assert not PurchaseOrder.objects.filter(is_draft=True).exists()


def test_one_row_that_is_left_out_leaves_the_other_pages_out(screen_of, world):
    for _n in range(30):
        draft(world)
    screen = screen_of("buyer")
    screen.go("/orders/?view=draft")
    page = screen.page
    page.check("[data-all]")
    page.check("text=All 30 that match")
    page.locator("[name=row]").first.uncheck()
    assert page.inner_text("[data-chosen]") == "24"
    assert not page.locator("[data-matching]").is_visible()
