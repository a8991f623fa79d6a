"""Every page over the example cluster in several widths: no axe violation, no complaint, no value that touches the next,
no text cut off, no sideways scroll, nothing too low for a finger. Two figures without a gap read as one: 1,488 and 8.5
hours were "1,4888.5 hours" once.

A page is opened once, on a phone and in one wider window; languages, themes and windows take turns from page to page.
`make screens` opens each in both languages, in all widths and both themes. The pictures lie in artifacts/pages.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from apps.accounts.models import User
from apps.tenancy.scope import unscoped
from tests import world as worlds
from tests.example import example_cluster

from .conftest import Screen, open_screen
from .pages import PAGES, Example
from .touching import FAULTS, PLANTED

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


def measured(screen: Screen) -> list[str]:
    """What touches, is cut off or too low; in narrow windows as a finger finds it."""
    is_touched = screen.page.viewport_size["width"] < max(SIZES)
    device = screen.page.context.new_cdp_session(screen.page)
    device.send("Emulation.setTouchEmulationEnabled", {"enabled": is_touched})
    found = screen.page.evaluate(FAULTS)
    device.detach()
    return found


def look(screen: Screen, picture: str) -> list[str]:
    """What is wrong with the page as it stands; leaves a picture of it."""
    screen.page.screenshot(path=str(PICTURES / f"{picture}.png"))
    result = Axe().run(screen.page, options=RULES)
    faults = [result.generate_report()] if result.response["violations"] else []
    return [f"{picture}: {fault}" for fault in [*faults, *measured(screen)]]


@pytest.mark.parametrize(("page", "language"), LOOKS, ids=[f"{page[0]}-{language}" for page, language in LOOKS])
def test_a_page_in_its_looks(browser, address, example, page, language):
    name, person, path = page
    faults = []
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
                faults += look(screen, f"{name}-{width}-{theme}-{language}")
    finally:
        screen.page.goto("about:blank")
        screen.page.context.close()
    assert not faults, "\n".join(faults)
    assert not screen.complaints


def test_two_figures_side_by_side_are_found(screen_of):
    """The measurement itself: cells without a gap, a text that is cut, a page that is too wide, a button that is too low."""
    screen = screen_of("buyer", width=390, height=844)
    screen.go("/orders/")
    assert not measured(screen)
    screen.page.evaluate(PLANTED)
    kinds = {fault.split(" ")[0].rstrip(":") for fault in measured(screen)}
    assert kinds == {"touch", "cut", "low", "the", "bare"}
