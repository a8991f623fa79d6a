"""Every awkward table goes through the screen of a person: rows and sheet found, columns known, or refused by name."""

import re

import pytest

from tests.apps.exchange.test_standards import EXPECTED, FOLDER, SURE

pytestmark = pytest.mark.browser
PURIS = [path.relative_to(FOLDER).as_posix() for path in sorted((FOLDER / "puris").glob("*.xlsx"))]


def look_at(page, name: str) -> None:
    """To its columns: a table of which nothing is unsure is checked at once, and its columns are a click away."""
    page.set_input_files("input[type=file]", FOLDER / name)
    page.click("button:has-text('Look at it')")
    page.wait_for_selector("#what-title, a[href='?show=columns'], [role=alert]")
    if page.locator("a[href='?show=columns']").count():
        page.click("a[href='?show=columns']")
        page.wait_for_selector("#columns-title")


def chosen(page) -> dict[str, str]:
    """Field → column that stands chosen for it."""
    picked = "nodes => nodes.map(node => [node.name.slice(7), node.value]).filter(pair => pair[1])"
    return dict(page.eval_on_selector_all("select[name^=column-]", picked))


@pytest.mark.parametrize("name", [*sorted(EXPECTED), *PURIS])
def test_a_table_is_looked_at(screen_of, name):
    kind, wanted = SURE.get(name, ("", {}))
    screen = screen_of("supplier" if kind == "answers" else "buyer")
    screen.go("/imports/")
    page = screen.page
    look_at(page, name)
    assert page.locator("[role=alert]").count() == 0, page.inner_text("main")
    rows = EXPECTED.get(name, {}).get("data_rows")
    if rows is not None:
        found = re.search(r"([\d,]+) rows? found", page.inner_text("main"))
        assert found
        assert int(found[1].replace(",", "")) == rows
    if kind and page.input_value("#kind") != kind:
        page.select_option("#kind", kind)
        page.click("button:has-text('Apply')")
        page.wait_for_selector("#columns-title")
    assert {field: chosen(page).get(field) for field in wanted} == wanted
