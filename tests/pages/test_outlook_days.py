"""A day of the outlook's row opens exactly what stands behind it: by a click, and by keys with one stop of the tab key."""

import pytest

from apps.common.dates import day_text
from tests.pages.test_live_demand import count, publish
from tests.world import in_days

pytestmark = pytest.mark.browser


@pytest.fixture
def outlook(screen_of, world):
    publish(world, 100)
    count(world, 40)
    screen = screen_of("buyer")
    screen.go("/tower/outlook/?side=buyer")
    return screen.page


def test_a_click_on_a_day_opens_that_day(outlook, world):
    outlook.locator(".days-strip i").nth(2).click()
    outlook.wait_for_url(f"**/tower/needs/{world.part.part_id}/{world.site.pk}/?day={in_days(2)}#behind")
    assert day_text(in_days(2)) in outlook.inner_text("#behind-title")


def test_keys_come_to_the_day_that_is_short_walk_and_open(outlook, world):
    outlook.locator(".days-strip").first.focus()
    spot = outlook.locator(".days-strip i:focus")
    assert spot.get_attribute("class") == "x"
    assert "lasts" in spot.get_attribute("aria-label")
    assert outlook.locator(".days-strip [tabindex='0'], .days-strip[tabindex='0']").count() == 0
    outlook.keyboard.press("ArrowLeft")
    outlook.keyboard.press("End")
    assert "unknown" in outlook.locator(".days-strip i:focus").get_attribute("aria-label")
    outlook.keyboard.press("Home")
    outlook.keyboard.press("ArrowRight")
    outlook.keyboard.press("Enter")
    outlook.wait_for_url(f"**/tower/needs/{world.part.part_id}/{world.site.pk}/?day={in_days(1)}#behind")


def test_a_day_that_is_short_names_the_order_or_that_there_is_none(outlook, world):
    outlook.locator(".days-strip .x").click()
    outlook.wait_for_selector("#behind:has-text('Why it is short then')")
    assert "Nothing ordered" in outlook.inner_text("#behind")
