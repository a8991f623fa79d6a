"""Every list of the example cluster as a phone shows it: a row is a card, each value carries its head, nothing touches.
Its tools (filter, display, saved views, export) open as sheets that name themselves and lie inside the window."""

from collections import Counter

import pytest

from apps.tenancy.scope import unscoped
from tests import world as worlds
from tests.example import example_cluster
from tests.rooms import shown
from tests.world import in_days

from . import examined
from .conftest import open_screen
from .pages import Example
from .touching import FAULTS, examine

pytestmark = pytest.mark.browser
# Whether all of the sheet can be seen: inside the window, and nothing of the frame over it.
SHEET = """() => {
  const sheet = document.querySelector(".tool[open] .sheet")
  const { left, right, top, bottom } = sheet.getBoundingClientRect()
  const middle = (left + right) / 2
  const hits = [top + 8, bottom - 8].map(y => document.elementFromPoint(middle, y)?.closest(".sheet") === sheet)
  const title = sheet.querySelector("h3")?.textContent.trim()
  return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight && hits.every(Boolean) && Boolean(title)
}"""
ADDRESSES = [(room.readers.get(name, "buyer"), address) for room in shown() for name, address in room.listed.items()]


@pytest.fixture(scope="module")
def example(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), example_cluster():
        with unscoped(reason=worlds.SYSTEM):
            found = Example.find()
        yield found, found.spots["scorecard"].path.strip("/").rpartition("/")[2]


def sheets(page) -> tuple[list[str], Counter]:
    """What is wrong with the tools of a list, each opened as a finger opens it."""
    faults, seen = [], Counter()
    for tool in page.query_selector_all("details.tool"):
        name = tool.query_selector("summary").get_attribute("aria-label")
        tool.query_selector("summary").click()
        page.wait_for_selector(".tool[open] .sheet :is(a, button, label)")
        found = page.evaluate(FAULTS, ".tool[open] .sheet")
        faults += [f"{name}: {fault}" for fault in found["faults"]]
        if not page.evaluate(SHEET):
            faults.append(f"{name}: not all of the sheet can be seen, or it does not name itself")
        seen.update(found["examined"] | {"sheets": 1})
        page.keyboard.press("Escape")
    return faults, seen


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_value_of_every_list_carries_its_head_and_none_touches_the_next(browser, address, example, language):
    found, relation = example
    faults, seen = [], Counter()
    for reader in dict.fromkeys(who for who, _where in ADDRESSES):
        screen = open_screen(browser, address, found.people[reader], width=390, height=844, language=language)
        try:
            for where in (where for who, where in ADDRESSES if who == reader):
                cluster = found.spots["cluster"].path.strip("/").rpartition("/")[2]
                screen.go(where.format(relation=relation, month=f"{in_days(-30):%Y-%m}", cluster=cluster))
                wrong, more = examine(screen.page)
                tools, inside = sheets(screen.page)
                seen += more + inside
                faults += [f"{where}: {fault}" for fault in wrong + tools]
        finally:
            screen.page.goto("about:blank")
            screen.page.context.close()
        assert not screen.complaints
    examined.note(f"lists-{language}", seen)
    assert not faults, "\n".join(faults)
    assert seen["headless"] > 8
    assert seen["sheets"] >= 3 * len(ADDRESSES)
