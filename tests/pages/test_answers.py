"""A sales person answers ten orders on a phone with one thumb: every tap is counted."""

from collections import Counter

import pytest

from apps.accounts.models import User
from apps.orders.models import ScheduleLine
from apps.supplying.asked import asks
from apps.tenancy.scope import unscoped
from tests.world import SYSTEM, as_person, published

pytestmark = pytest.mark.browser
MOST_TAPS = 25


class Thumb:
    """Taps what is seen, as high as a finger needs it, and counts; a question of the browser costs another tap."""

    def __init__(self, page) -> None:
        self.page, self.taps = page, 0
        page.on("dialog", self._yes)

    def _yes(self, dialog) -> None:
        self.taps += 1
        dialog.accept()

    def tap(self, what) -> None:
        assert what.bounding_box()["height"] >= 44
        what.tap()
        self.taps += 1


def test_ten_orders_are_answered_with_few_taps(screen_of, world):
    orders = [published(world, days=6 + n) for n in range(10)]
    with as_person(world, "supplier"):
        wanted = {row.line.order_id: row.later[0] for row in asks()}
    screen = screen_of("supplier", width=390, height=844, has_touch=True, is_mobile=True)
    thumb, page = Thumb(screen.page), screen.page
    screen.go("/")
    thumb.tap(page.locator("nav.side a[data-go=answers]"))
    for order in orders[:3]:
        row = page.locator("tbody tr", has_text=order.number)
        thumb.tap(row.locator("summary"))
        thumb.tap(row.locator("[data-act=later]").first)
        thumb.tap(row.get_by_role("button", name="Capacity"))
        page.wait_for_selector("main > .note.t-ok")
        assert page.locator("tbody tr", has_text=order.number).count() == 0
    thumb.tap(page.get_by_role("button", name="accept 7 as requested"))
    page.wait_for_selector("text=All is answered")
    assert thumb.taps <= MOST_TAPS
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with as_person(world, "supplier"):
        lines = list(ScheduleLine.objects.all())
        assert Counter(line.status for line in lines) == {"confirmed": 7, "change_proposed": 3}
        offered = {line.order_id: line.proposed_date for line in lines if line.proposed_date}
        assert offered == {order.pk: wanted[order.pk] for order in orders[:3]}


def test_the_answer_file_is_found_and_pressed_on_a_phone(screen_of, world):
    published(world, quantities=(10, 20, 30, 40, 50, 60))
    with unscoped(reason=SYSTEM):
        User.objects.update(language="ko")
    screen = screen_of("supplier", language="ko", width=390, height=844, has_touch=True, is_mobile=True)
    for address in ("/", "/orders/?view=unanswered", "/supplying/answers/"):
        screen.go(address)
        part = screen.page.locator("section[aria-labelledby=answer-file-title]")
        assert part.is_visible(), (address, screen.page.inner_text("main")[:300])
        for link in part.locator("a.btn").all():
            box = link.bounding_box()
            assert box["height"] >= 44
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    with screen.page.expect_download() as download:
        part.get_by_role("link", name="회신할 납기 일정 Excel 파일").tap()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_a_line_is_split_on_its_row(screen_of, world):
    order = published(world)
    screen = screen_of("supplier", width=390, height=844, has_touch=True, is_mobile=True)
    page = screen.page
    screen.go("/supplying/answers/")
    page.locator("summary", has_text="Another answer").tap()
    page.locator(".portion .qty").fill("60")
    page.locator("[data-act=add-portion]").tap()
    assert page.locator(".portion .qty").nth(1).input_value() == "40"
    page.locator("[data-act=later]").nth(1).tap()
    page.get_by_role("button", name="Material late").tap()
    page.wait_for_selector("text=All is answered")
    with as_person(world, "supplier"):
        (line,) = ScheduleLine.objects.filter(order_id=order.pk)
        assert [int(part.quantity) for part in line.confirmations.order_by("delivery_date")] == [60, 40]


def test_the_split_that_nobody_typed_in_takes_what_the_others_leave(screen_of, world):
    """The bug: 40 in the second of two portions left the first at 100, and the answer was refused far below."""
    published(world)
    screen = screen_of("supplier", width=390, height=844, has_touch=True, is_mobile=True)
    page = screen.page
    screen.go("/supplying/answers/")
    page.locator("summary", has_text="Another answer").tap()
    amounts = page.locator(".portion .qty")
    page.locator("[data-act=add-portion]").tap()
    amounts.nth(1).fill("40")
    assert amounts.nth(0).input_value() == "60"
    amounts.nth(0).fill("70")
    assert [amounts.nth(n).input_value() for n in range(2)] == ["70", "40"], "what was typed stays"


def test_a_refused_answer_is_brought_into_view(screen_of, world):
    for day in range(5, 12):
        published(world, days=day)
    screen = screen_of("supplier", width=390, height=844, has_touch=True, is_mobile=True)
    page = screen.page
    screen.go("/supplying/answers/")
    row = page.locator("tbody tr").last
    row.locator("summary").tap()
    row.locator(".qty").fill("500")
    row.get_by_role("button", name="Capacity").tap()
    page.wait_for_selector(".row-error")
    assert page.evaluate("document.activeElement.matches('tr:has(.row-error) input')")
    box = page.locator(".row-error").first.bounding_box()
    assert 52 < box["y"] < 844 - 60 - box["height"], "between the bars"
    screen.complaints.clear()  # the refusal is what was asked for


def test_what_is_typed_on_one_row_outlives_the_answer_of_another(screen_of, world):
    """The bug: all rows are fields of one form, and what was typed in the others went with the one that was sent."""
    sent, left = published(world, days=6), published(world, days=7)
    screen = screen_of("supplier")
    page = screen.page
    screen.go("/supplying/answers/")
    other = page.locator("tbody tr", has_text=left.number)
    other.locator("summary").click()
    other.locator(".qty").fill("61")
    row = page.locator("tbody tr", has_text=sent.number)
    row.locator("summary").click()
    row.locator("[data-act=later]").first.click()
    row.get_by_role("button", name="Capacity").click()
    page.wait_for_selector("main > .note.t-ok")
    assert page.locator("tbody tr", has_text=sent.number).count() == 0
    assert other.locator(".qty").input_value() == "61"
    assert other.locator(".qty").is_visible()
    other.get_by_role("button", name="Capacity").click()
    page.wait_for_selector("text=All is answered")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.includes(':draft:'))") == []
