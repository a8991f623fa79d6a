"""Small things that an eye found and no rule of `faults.js` looks for."""

import pytest

from apps.accounts.models import User
from apps.tenancy.scope import unscoped
from tests import world as worlds
from tests.apps.worklist.room import offered

pytestmark = pytest.mark.browser

NUMBER = """() => {
  const note = document.querySelector(".tile .sub")
  note.style.width = "120px"
  note.innerHTML = '<b class="t-warn">15</b>품목 수(사업장별), 현재 발주 기준, 계획이 닿는 기간'
  const range = document.createRange()
  range.selectNodeContents(note.firstChild)
  return range.getClientRects().length
}"""
ABOVE = """id => {
  const dialog = document.getElementById(id)
  dialog.showModal()
  const [words, field] = [dialog.querySelector("p"), dialog.querySelector(".field")]
  return field.getBoundingClientRect().top - words.getBoundingClientRect().bottom
}"""
WRAPPED = """() => {
  const acts = document.querySelector("td > .acts")
  acts.style.width = "190px"
  const places = [...acts.children].map(act => act.getBoundingClientRect())
  const [row, first, last] = [acts.closest("td").getBoundingClientRect(), places[0], places.at(-1)]
  return { lines: new Set(places.map(p => p.top)).size, indent: last.left - first.left, gap: last.top - first.bottom,
    above: first.top - row.top, below: row.bottom - last.bottom }
}"""


def test_a_number_of_the_first_page_never_breaks(screen_of, world):
    """The bug: in Korean 15 stood as "1" above "5" beside words that took the width."""
    with unscoped(reason=worlds.SYSTEM):
        User.objects.update(language="ko")
    screen = screen_of("buyer", language="ko")
    screen.go("/")
    assert screen.page.evaluate(NUMBER) == 1


def test_the_reason_of_a_dialog_stands_apart_from_the_question(screen_of, world):
    offered(world)
    screen = screen_of("buyer")
    screen.go("/work/lines/")
    screen.page.locator("[name=row]").check()
    assert screen.page.evaluate(ABOVE, "ask-close") >= 8


def test_buttons_of_a_row_that_wrap_stand_at_the_left_and_apart(screen_of, world):
    """The bug: the last of three stood alone, indented, at the edge of the row."""
    offered(world)
    screen = screen_of("buyer")
    screen.go("/work/offers/")
    found = screen.page.evaluate(WRAPPED)
    assert (found["lines"], found["indent"]) == (2, 0)
    assert min(found["gap"], found["above"], found["below"]) >= 4
