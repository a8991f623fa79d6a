"""A block copied from a spreadsheet falls into the fields of a grid; what no field takes is told, and nothing is sent."""

import pytest

from apps.masterdata.models import PartnerPart
from apps.tenancy.scope import unscoped
from tests.apps.production.made import gearbox, laid
from tests.chain import confirmed, schedule_of
from tests.world import SYSTEM, as_person, in_days, published

pytestmark = pytest.mark.browser
PASTE = """(field, text) => {
  const data = new DataTransfer()
  data.setData("text", text)
  field.focus()
  return field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
}"""


def paste(page, field: str, *rows: str) -> None:
    page.locator(field).first.evaluate(PASTE, "\r\n".join(rows) + "\r\n")


def values(page, field: str) -> list[str]:
    return page.locator(field).evaluate_all("fields => fields.map(field => field.value)")


def test_lines_of_a_new_order_come_from_a_sheet(screen_of, world):
    screen = screen_of("buyer")
    screen.go(f"/orders/new/?relation={world.relation.pk}")
    page, day = screen.page, in_days(40)
    rows = (f"brk-2210\t1,200\t{day:%Y.%m.%d}", f"CBL-100\t2.5\t{day:%Y%m%d}", f"NOPE\t7\t{day:%d %B}")
    paste(page, "select[name=part]", *rows)
    parts = [str(world.part.pk), str(world.second_part.pk), ""]
    assert values(page, "#new-lines select[name=part]") == parts
    assert values(page, "#new-lines input[name=quantity]") == ["1,200", "2.5", "7"]
    assert values(page, "#new-lines input[name=date]") == [str(day), str(day), ""]
    assert "2, " in page.locator("#toasts .toast").inner_text()
    assert "NOPE" in page.locator("#toasts .toast").inner_text()
    assert page.locator("#new-lines select[name=part]").first.evaluate(PASTE, "one word"), "as browsers paste it"


def test_a_pasted_number_is_a_part_s_number_and_never_the_key_of_a_row(screen_of, world):
    # The later part has the earlier one's key for its number; no part has the later one's key.
    with unscoped(reason=SYSTEM):
        PartnerPart.objects.filter(pk=world.second_part.pk).update(buyer_number=str(world.part.pk))
    screen = screen_of("buyer")
    screen.go(f"/orders/new/?relation={world.relation.pk}")
    paste(screen.page, "select[name=part]", f"{world.part.pk}\t5", f"{world.second_part.pk}\t6")
    assert values(screen.page, "#new-lines select[name=part]") == [str(world.second_part.pk), ""]
    assert f"“{world.second_part.pk}”" in screen.page.locator("#toasts .toast").inner_text()


def test_a_pasted_day_that_is_none_leaves_the_one_that_stood(screen_of, world):
    screen = screen_of("buyer")
    screen.go(f"/orders/new/?relation={world.relation.pk}")
    day = str(in_days(40))
    screen.page.fill("#new-lines input[name=date]", day)
    paste(screen.page, "select[name=part]", f"BRK-2210\t5\t{in_days(40).year}-13-05")
    assert values(screen.page, "#new-lines input[name=date]") == [day]
    assert "-13-05" in screen.page.locator("#toasts .toast").inner_text()
    screen.complaints[:] = [c for c in screen.complaints if "does not conform" not in c]


def test_a_long_sheet_makes_no_more_lines_than_an_order_has(screen_of, world):
    screen = screen_of("buyer")
    screen.go(f"/orders/new/?relation={world.relation.pk}")
    paste(screen.page, "#new-lines input[name=quantity]", *["5"] * 203)
    assert values(screen.page, "#new-lines input[name=quantity]") == ["5"] * 200
    assert "3, " in screen.page.locator("#toasts .toast").inner_text(), "the rows too many"


def test_an_answer_comes_from_a_sheet_a_row_a_line(screen_of, world):
    order = published(world, quantities=(100, 50, 20))
    with as_person(world, "supplier"):
        first, second, third = schedule_of(order)
    screen = screen_of("supplier")
    screen.go(f"/orders/{order.pk}/")
    page, day = screen.page, in_days(15)
    paste(page, f"[name=quantity-{second.pk}]", f"40\t{day}\tcapacity", f"\t{day}\tMaterial late", "9")
    assert values(page, f"[name=quantity-{first.pk}], [name=quantity-{second.pk}], [name=quantity-{third.pk}]") == [
        *("100", "40", "20")
    ]
    assert values(page, f"[name=date-{second.pk}], [name=date-{third.pk}]") == [str(day), str(day)]
    assert values(page, f"[name=reason-{second.pk}], [name=reason-{third.pk}]") == ["capacity", "material"]
    assert "1, " in page.locator("#toasts .toast").inner_text(), "a row too many"


def test_what_is_shipped_comes_from_a_sheet(screen_of, world):
    order = confirmed(world, quantities=(100, 50))
    with as_person(world, "supplier"):
        first, second = schedule_of(order)
    screen = screen_of("supplier")
    screen.go("/deliveries/new/")
    page = screen.page
    paste(page, f"[name=quantity-{first.pk}]", "60\tL-1\t3", "\tL-2\t")
    assert values(page, f"[name=quantity-{first.pk}], [name=lot-{first.pk}], [name=packages-{first.pk}]") == [
        "60",
        "L-1",
        "3",
    ]
    assert values(page, f"[name=lot-{second.pk}]") == ["L-2"]
    assert page.locator("#toasts .toast").count() == 0


COUNTED = """() => {
  window.hinted = 0
  const find = Element.prototype.querySelector
  Element.prototype.querySelector = function (selector) {
    if (selector === "[data-hint=quantity]") window.hinted += 1
    return find.call(this, selector)
  }
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def test_a_pasted_block_is_looked_at_once_and_not_once_a_field(screen_of, world):
    """The bug: each of the 400 fields that it fills looked at all 200 rows again, twice."""
    with unscoped(reason=SYSTEM):
        PartnerPart.objects.filter(pk=world.part.pk).update(pack_size=7)
    screen = screen_of("buyer")
    screen.go(f"/orders/new/?relation={world.relation.pk}")
    page = screen.page
    page.evaluate(COUNTED)
    paste(page, "select[name=part]", *["BRK-2210\t5"] * 200)
    page.evaluate(TWO_FRAMES)
    assert 200 <= page.evaluate("window.hinted") <= 2 * 200
    told = page.locator("#new-lines [data-hint=quantity]").all_inner_texts()
    assert len(told) == 200
    assert all(told), "and what it says is said of each row"


def test_heads_that_are_pasted_along_say_which_column_is_which(screen_of, world):
    screen = screen_of("buyer")
    screen.go(f"/orders/new/?relation={world.relation.pk}")
    page, day = screen.page, in_days(40)
    paste(page, "input[name=quantity]", "납기일\t비고\t수량\tPart No.", f"{day}\tx\t1,200\tBRK-2210", f"{day}\t\t7\tCBL-100")
    assert values(page, "#new-lines select[name=part]") == [str(world.part.pk), str(world.second_part.pk)]
    assert values(page, "#new-lines input[name=quantity]") == ["1,200", "7"]
    assert values(page, "#new-lines input[name=date]") == [str(day)] * 2
    assert "“x”" in page.locator("#toasts .toast").inner_text(), "what has no column is told"


def test_whole_rows_that_are_pasted_into_the_quantity_fall_into_their_columns(screen_of, world):
    screen = screen_of("buyer")
    screen.go(f"/orders/new/?relation={world.relation.pk}")
    page, day = screen.page, in_days(40)
    paste(page, "input[name=quantity]", f"BRK-2210\t5\t{day}", f"CBL-100\t6\t{day}")
    assert values(page, "#new-lines select[name=part]") == [str(world.part.pk), str(world.second_part.pk)]
    assert values(page, "#new-lines input[name=quantity]") == ["5", "6"]
    assert page.locator("#toasts .toast").count() == 0
    paste(page, "input[name=quantity]", f"8\t{day}", "9\t")
    assert values(page, "#new-lines input[name=quantity]") == ["8", "9"]


def test_a_column_of_counts_falls_down_from_its_field(screen_of, world):
    _box, shaft, housing = gearbox(world)
    laid(world, (shaft, 50, ""), (housing, 7, ""))
    screen = screen_of("supplier")
    screen.go("/production/count/")
    page = screen.page
    fields = "input[name^=good-]"
    rows = page.locator(fields).count()
    paste(page, fields, *(str(n) for n in range(90, 91 + rows)))
    assert values(page, fields) == [str(n) for n in range(90, 90 + rows)]
    assert f"“{90 + rows}”" in page.locator("#toasts .toast").inner_text(), "one too many"
    assert page.locator("#count [data-count]").inner_text() == str(rows) != "0"
