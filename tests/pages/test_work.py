"""Work by the line in the browser: how many clicks it takes, and what is said before and after."""

import re

import pytest

from apps.orders.models import ChangeRequest, ScheduleLine
from tests.apps.worklist.room import offered
from tests.apps.worklist.test_asking import late_lines
from tests.apps.worklist.test_work import needed
from tests.world import as_person, in_days

pytestmark = pytest.mark.browser


class Hand:
    """Clicks, and counts them."""

    def __init__(self, page):
        self.page, self.clicks = page, 0

    def click(self, selector, **options):
        self.clicks += 1
        self.page.click(selector, **options)


def test_three_lines_are_pulled_in_by_four_clicks_with_the_reason_that_fits(screen_of, world):
    """The bug: the reason had to be chosen, though the page knows it, and so five were needed at least."""
    lines = late_lines(world, 3)
    late_lines(world, 2, days=11, on=14)
    needed(world, 250)
    buyer = screen_of("buyer")
    buyer.go("/work/lines/")
    hand, row = Hand(buyer.page), "#list-work tbody tr:nth-child({}) [name=row]"
    hand.click(row.format(1))
    hand.click(row.format(3), modifiers=["Shift"])
    assert buyer.page.inner_text("[data-chosen]") == "3"
    hand.click("[data-bulk-act=pull_in]")
    assert buyer.page.input_value("#reason") == "line_stop"
    assert buyer.page.locator("tr[data-ask]").count() == 3, "no other than the chosen ones stand between them and the answer"
    hand.click("button:has-text('Ask for the chosen lines')")
    buyer.page.wait_for_selector("text=Done: 3. Not possible: 0.")
    assert hand.clicks == 4
    asked = buyer.page.inner_text("tbody tr:first-child td:nth-child(2)")
    assert re.search(r"asked: 100 \S+ · .* → 100 \S+ · .*; answer by ", asked)
    with as_person(world, "buyer"):
        found = {row.schedule_line_id: (row.delivery_date, row.reason) for row in ChangeRequest.objects.all()}
        assert found == {line.pk: (in_days(4), "line_stop") for line in lines}
    buyer.page.click("a:has-text('What waits for the suppliers')")
    buyer.page.wait_for_selector("#list-work tbody tr:nth-child(3)")


def test_the_reason_follows_what_is_ticked_until_somebody_chooses_one_and_one_request_reckons_all_rows(screen_of, world):
    late_lines(world, 2), late_lines(world, 1, days=11, on=14)
    needed(world, 150)
    buyer = screen_of("buyer")
    buyer.go("/work/lines/")
    buyer.page.click("#list-work tbody tr:nth-child(1) a:has-text('Pull in')")
    reason = lambda: buyer.page.input_value("#reason")  # noqa: E731
    assert reason() == "line_stop"
    buyer.page.check("tr[data-ask]:nth-child(3) [name=line]")
    assert reason() == "needed", "true of both"
    buyer.page.uncheck("tr[data-ask]:nth-child(3) [name=line]")
    assert reason() == "line_stop"
    sent: list[str] = []
    buyer.page.on("request", lambda request: sent.append(request.url) if "effect" in request.url else None)
    buyer.page.check("tr[data-ask]:nth-child(2) [name=line]")
    buyer.page.wait_for_selector("#joint:has-text('2 lines')")
    assert "does not stop" in buyer.page.inner_text("#joint"), "each alone does not do"
    assert len(sent) == 1
    buyer.page.select_option("#reason", "quality")
    buyer.page.uncheck("tr[data-ask]:nth-child(2) [name=line]")
    assert reason() == "quality"


def test_what_many_offers_do_together_is_read_before_the_yes_and_what_was_done_after_it(screen_of, world):
    lines = [offered(world) for _ in range(2)]
    needed(world, 100, days=12)
    buyer = screen_of("buyer")
    buyer.go("/work/offers/")
    hand = Hand(buyer.page)
    hand.click("[data-all]")
    hand.click("[data-bulk-act=accept]")
    buyer.page.wait_for_selector("#ask-accept .told:has-text('1 part is worse off by it.')")
    assert "2 lines" in buyer.page.inner_text("#ask-accept .told")
    hand.click("#ask-accept button[name=act]")
    buyer.page.wait_for_selector("text=Done: 2. Not possible: 0.")
    assert hand.clicks == 3
    assert "→" in buyer.page.inner_text("tbody tr:first-child td:nth-child(2)")
    with as_person(world, "buyer"):
        days = ScheduleLine.objects.filter(pk__in=[line.pk for line in lines]).values_list("confirmed_date", flat=True)
        assert set(days) == {in_days(15)}
