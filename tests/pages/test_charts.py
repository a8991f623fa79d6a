"""A chart answers a pointer, a finger and the keys with the values of its column, and lies under its labels."""

import pytest

from tests.chain import announced, confirmed, received
from tests.world import in_days

pytestmark = pytest.mark.browser


@pytest.fixture
def scored(screen_of, world):
    received(world, announced(world, confirmed(world, on=in_days(0))))
    screen = screen_of("buyer")
    screen.go_live(f"/tower/scorecards/{world.relation.pk}/?target=90")
    return screen.page


def test_a_column_says_its_values_to_pointer_finger_and_keys(scored):
    spots = scored.locator(".chart .spot")
    assert spots.count() == 12
    this_month = spots.nth(11).get_attribute("aria-label")
    assert this_month.startswith(f"{in_days(0):%Y-%m}")
    spots.nth(11).hover()
    assert scored.inner_text(".chart-say") == this_month
    scored.mouse.move(5, 5)
    assert scored.locator(".chart-say").count() == 0
    spots.nth(3).click()
    assert scored.inner_text(".chart-say") == spots.nth(3).get_attribute("aria-label")
    scored.mouse.move(5, 5)

    spots.nth(0).focus()
    for key, place in (("ArrowRight", 1), ("End", 11), ("ArrowLeft", 10), ("Home", 0)):
        scored.keyboard.press(key)
        assert scored.inner_text(".chart-say") == spots.nth(place).get_attribute("aria-label")
        assert scored.evaluate("document.querySelectorAll('.chart .spot[tabindex=\"0\"]').length") == 1
    scored.keyboard.press("Escape")
    assert scored.locator(".chart-say").count() == 0


def test_points_stand_over_their_labels_at_every_width(scored):
    for width in (1440, 768, 390):
        scored.set_viewport_size({"width": width, "height": 900})
        apart = scored.evaluate(
            """() => {
              const middle = node => { const { left, right } = node.getBoundingClientRect(); return (left + right) / 2 }
              const labels = [...document.querySelectorAll(".chart-labels text")].map(middle)
              const spots = [...document.querySelectorAll(".chart .spot rect")].map(middle)
              return Math.max(...labels.map((x, n) => x ? Math.abs(x - spots[n]) : 0))
            }"""
        )
        assert apart < 1.5, width


def test_a_relation_without_lines_says_so_instead_of_drawing(screen_of, world):
    screen = screen_of("buyer")
    screen.go(f"/tower/scorecards/{world.relation.pk}/")
    assert "No line was due in these months." in screen.page.inner_text("#trend")
    assert screen.page.locator("#trend .spot").count() == 0
