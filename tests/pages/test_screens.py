"""Every page over the example cluster in several widths: no axe violation, no complaint, and nothing that `faults.js` finds
in its tables, cards and forms, those of its dialogs too. Two figures without a gap read as one: 1,488 and 8.5 hours were
"1,4888.5 hours" once.

A page is opened once, on a phone and in one wider window; languages, themes and windows take turns from page to page.
`make screens` opens each in both languages, in all widths and both themes. The pictures lie in artifacts/pages, and how
much was examined is said at the end.
"""

import os
from collections import Counter
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from apps.accounts.models import User
from apps.tenancy.scope import unscoped
from tests import world as worlds
from tests.example import example_cluster

from . import examined
from .conftest import Screen, open_screen
from .pages import PAGES, Example
from .touching import GLUED, PLANTED, examine

pytestmark = [pytest.mark.browser, pytest.mark.long]
PICTURES = Path("artifacts/pages")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SIZES = {1440: 900, 768: 1024, 390: 844}
LANGUAGES, THEMES = ("ko", "en"), ("light", "dark")
EVERY_LOOK = bool(os.environ.get("DURE_EVERY_LOOK"))
LOOKS = [
    (page, language)
    for number, page in enumerate(PAGES)
    for language in (LANGUAGES if EVERY_LOOK else LANGUAGES[number % 2 :][:1])
]


@pytest.fixture(scope="module")
def example(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), example_cluster():
        with unscoped(reason=worlds.SYSTEM):
            found = Example.find()
        yield found


def sizes_of(page: tuple) -> dict[int, int]:
    """The wider window changes every four pages, when language and theme have taken their turns."""
    left_out = list(SIZES)[PAGES.index(page) // 4 % 2]
    return {width: height for width, height in SIZES.items() if EVERY_LOOK or width != left_out}


def themes_at(page: tuple, width: int) -> tuple[str, ...]:
    """Which themes this page wears in this width; of four pages in a row each pair of language and theme comes once."""
    turn = PAGES.index(page) // 2 + list(SIZES).index(width)
    return THEMES if EVERY_LOOK else THEMES[turn % 2 :][:1]


def look(screen: Screen, picture: str) -> tuple[list[str], Counter[str]]:
    """What is wrong with the page as it stands, and how much was examined; leaves a picture of it."""
    screen.page.screenshot(path=str(PICTURES / f"{picture}.png"))
    result = Axe().run(screen.page, options=RULES)
    faults = [result.generate_report()] if result.response["violations"] else []
    found, seen = examine(screen.page)
    return [f"{picture}: {fault}" for fault in [*faults, *found]], seen


@pytest.mark.parametrize(("page", "language"), LOOKS, ids=[f"{page[0]}-{language}" for page, language in LOOKS])
def test_a_page_in_its_looks(browser, address, example, page, language):
    name, person, path = page
    faults, seen = [], Counter()
    with unscoped(reason=worlds.SYSTEM):
        user, path = example.open(person, path)
        if user is not None:
            User.objects.filter(pk=user.pk).update(language=language)
    screen = open_screen(browser, address, user, language=language)
    PICTURES.mkdir(parents=True, exist_ok=True)
    try:
        screen.go(path) if user is None else screen.go_live(path)
        assert screen.page.get_attribute("html", "lang") == language
        for width, height in sizes_of(page).items():
            screen.page.set_viewport_size({"width": width, "height": height})
            for theme in themes_at(page, width):
                screen.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
                found, more = look(screen, f"{name}-{width}-{theme}-{language}")
                faults += found
                seen += more
    finally:
        screen.page.goto("about:blank")
        screen.page.context.close()
    examined.note(f"{name}-{language}", seen)
    assert not faults, "\n".join(faults)
    assert not screen.complaints


def kinds(found: list[str]) -> set[str]:
    return {fault.split(" ")[0].rstrip(":") for fault in found}


def test_figures_that_are_glued_together_are_found(screen_of):
    """The scorecard of `phone-tables.png`: no value had its name, and two figures read as one."""
    screen = screen_of("buyer", width=390, height=844)
    screen.go("/orders/")
    found, before = examine(screen.page)
    assert found == []
    screen.page.evaluate(GLUED)
    found, seen = examine(screen.page)
    assert kinds(found) == {"touch", "bare"}
    assert "touch (0 px): 1,488 | 8.5 시간" in found
    assert seen["headless"] == before["headless"] + 1


def test_a_text_that_is_cut_or_covered_and_a_field_without_a_name_are_found(screen_of):
    screen = screen_of("buyer", width=390, height=844)
    screen.go("/orders/")
    screen.page.evaluate(PLANTED)
    assert kinds(examine(screen.page)[0]) == {"cut", "low", "the", "overlap", "touch", "unnamed", "zoomed"}
