"""On a phone and a tablet no value touches the next one, no text is cut off and nothing scrolls sideways, in both languages.

Two figures without a gap read as one: 1,488 and 8.5 hours were "1,4888.5 hours" once.
"""

import pytest

from apps.accounts.models import User
from apps.tenancy.scope import unscoped
from tests import world as worlds

from .conftest import open_screen
from .test_screens import FIRST_PAGES, PAGES, example  # noqa: F401  a fixture

pytestmark = pytest.mark.browser
WIDTHS = {390: 844, 768: 1024}
FAULTS = """() => {
  const found = []
  const hidden = ".vh, dialog, svg, option, select"
  const boxes = cell => {
    const all = [], walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const node = walker.currentNode, style = getComputedStyle(node.parentElement)
      if (!node.data.trim() || style.visibility !== "visible" || node.parentElement.closest(hidden)) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const end = node.parentElement.closest(".cut")?.getBoundingClientRect().right ?? Infinity
      for (const { left, right, top, bottom } of range.getClientRects())
        if (right - left > 1 && bottom - top > 1)
          all.push([{ left, right: Math.min(right, end), top, bottom }, node.data.trim()])
    }
    return all
  }
  for (const row of document.querySelectorAll("tbody tr, dl.facts, .tiles")) {
    const cells = [...row.children].map(boxes)
    for (let i = 0; i < cells.length; i++) for (let j = i + 1; j < cells.length; j++)
      for (const [a, one] of cells[i]) for (const [b, two] of cells[j]) {
        const across = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
        const gap = Math.max(a.left, b.left) - Math.min(a.right, b.right)
        if (across > 3 && gap < 4) found.push(`touch (${Math.round(gap)} px): ${one} | ${two}`)
      }
  }
  for (const part of document.querySelectorAll("main *")) {
    const style = getComputedStyle(part), own = [...part.childNodes].some(node => node.nodeType === 3 && node.data.trim())
    if (!own || part.closest(hidden) || style.textOverflow === "ellipsis") continue
    const isCut = ["hidden", "clip"].includes(style.overflowX) || part.matches(".btn, .status")
    if (isCut && part.scrollWidth > part.clientWidth + 1) found.push(`cut: ${part.textContent.trim().slice(0, 60)}`)
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways")
  return [...new Set(found)]
}"""
PLANTED = """() => {
  const main = document.querySelector("main")
  const table = "<table><tbody><tr><td>1,488</td><td>8.5</td></tr></tbody></table>"
  main.insertAdjacentHTML("beforeend", table + "<p>cut off</p><p>wide</p>")
  main.querySelector(":scope > table").style.width = "1px"
  const [cut, wide] = [...main.querySelectorAll(":scope > p")].slice(-2)
  for (const cell of main.querySelectorAll(":scope > table td")) Object.assign(cell.style, { padding: "0", width: "1px" })
  Object.assign(cut.style, { width: "20px", overflow: "hidden", whiteSpace: "nowrap" })
  wide.style.width = "900px"
}"""
# Without figures side by side; other tests look at them.
PLAIN = {"sign-in", "reset", "reset-sent", "settings", "password", "styleguide", "search", "order-new", "delivery-new"}
PLAIN |= {"training-new-federation", "training-new-contract"}


def test_no_value_touches_the_next_and_no_text_is_cut_off(browser, address, example):  # noqa: F811
    """Each page in one language, the next one in the other: both languages in both widths over all kinds of pages."""
    faults = {}
    for number, (name, person, path) in enumerate(p for p in [*FIRST_PAGES, *PAGES] if p[0] not in PLAIN):
        language, user = ("ko", "en")[number % 2], example.people.get(person)
        if user is not None:
            with unscoped(reason=worlds.SYSTEM):
                User.objects.filter(pk=user.pk).update(language=language)
        screen = open_screen(browser, address, user, width=390, height=844, language=language)
        screen.go(example.paths.get(path, path))
        for width, height in WIDTHS.items():
            screen.page.set_viewport_size({"width": width, "height": height})
            if found := screen.page.evaluate(FAULTS):
                faults[f"{name} {width} {language}"] = found
        screen.page.goto("about:blank")
        screen.page.context.close()
    assert not faults, "\n".join(f"{page}: {fault}" for page, found in faults.items() for fault in found)


def test_two_figures_side_by_side_are_found(screen_of):
    """The measurement itself: cells without a gap, a text that is cut, a page that is too wide."""
    screen = screen_of("buyer", width=390, height=844)
    screen.go("/orders/")
    assert not screen.page.evaluate(FAULTS)
    screen.page.evaluate(PLANTED)
    kinds = {fault.split(" ")[0].rstrip(":") for fault in screen.page.evaluate(FAULTS)}
    assert kinds == {"touch", "cut", "the"}
