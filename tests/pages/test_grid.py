"""The curve of a part stands under its columns, however wide the screen and however far the grid is scrolled."""

from decimal import Decimal

import pytest

from apps.inventory import services as inventory
from tests.chain import confirmed
from tests.world import as_person, in_days

pytestmark = pytest.mark.browser
WIDTHS = (1440, 768, 390)
# How far each step of the curve stands from the edges of the column of its day, in pixels of the screen.
STEPS = """day => {
  const head = document.querySelectorAll("table.grid thead th")[day + 1].getBoundingClientRect()
  const path = document.querySelector(".chart-lines path:not(.wished)"), { a, e } = path.getScreenCTM()
  const steps = []
  let x = 0, y = path.getAttribute("d").match(/^M0,([-\\d.]+)/)[1]
  for (const [, way, to] of path.getAttribute("d").matchAll(/([HV])([-\\d.]+)/g))
    if (way === "H") x = Number(to)
    else if (to !== y) {
      steps.push(Math.round(x * a + e - head.left))
      y = to
    }
  return steps
}"""


@pytest.mark.parametrize("who", ["buyer", "supplier"])
def test_the_stock_changes_at_the_edge_of_the_column_of_its_day(screen_of, world, who):
    day = 14
    for counter, site in (("supplier", world.supplier_site), ("receiver", world.site)):
        with as_person(world, counter):
            inventory.count_stock(site_id=site.pk, counted=[inventory.Counted(world.part.pk, Decimal(500))])
    confirmed(world, on=in_days(day))
    screen = screen_of(who)
    screen.go_live(f"/tower/parts/{world.part.pk}/")
    for width in WIDTHS:
        screen.page.set_viewport_size({"width": width, "height": 900})
        for end in ("0", "1e6"):
            screen.page.evaluate(f"document.querySelector('#grid .scroll').scrollLeft = {end}")
            assert screen.page.evaluate(STEPS, day) == [0], (width, end)
