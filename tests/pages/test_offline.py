"""What was typed outlives the connection, the page and the tab until the server has taken it, and goes with the sign-out.
What is sent without a connection waits where it is seen and is sent once. The shell opens offline and knows no firm."""

import json

import pytest

from apps.orders.models import Confirmation, ScheduleLine
from apps.tenancy.scope import unscoped
from tests.apps.production.made import gearbox, laid
from tests.chain import confirmed, schedule_of
from tests.world import SYSTEM, as_person, in_days, published

pytestmark = pytest.mark.browser
KEPT = "() => Object.entries(localStorage).filter(([name]) => name.startsWith('dure:'))"
FIRST = "tr[data-line]:nth-child(1)"


def forgive(screen):
    """What the browser says of requests without a connection is no fault of the page."""
    screen.complaints[:] = [c for c in screen.complaints if "ERR_INTERNET_DISCONNECTED" not in c and "ERR_FAILED" not in c]


def answers(order) -> list:
    with unscoped(reason=SYSTEM):
        return sorted(Confirmation.objects.filter(schedule_line__order=order).values_list("quantity", flat=True))


def split_first_line(page):
    page.fill(f"{FIRST} .qty", "80")
    page.click(f"{FIRST} [data-act=add-portion]")
    page.fill(f"{FIRST} .portion:nth-of-type(2) .date", str(in_days(14)))
    page.select_option(f"{FIRST} select.reason", "capacity")


def test_a_form_sent_without_a_connection_waits_and_is_sent_once(screen_of, world, relay):
    order = published(world, quantities=(100, 40))
    supplier = screen_of("supplier")
    supplier.go_live(f"/orders/{order.pk}/")
    split_first_line(supplier.page)
    supplier.page.context.set_offline(True)
    supplier.page.click("button:has-text('Send answer')")
    supplier.page.wait_for_selector("#waiting:has-text('waits here and is sent once')")
    assert [node.input_value() for node in supplier.page.query_selector_all(".qty")] == ["80", "20", "40"]
    assert answers(order) == []
    supplier.page.context.set_offline(False)
    supplier.page.wait_for_selector(".note:has-text('has been sent')")
    assert answers(order) == [20, 40, 80]
    supplier.page.reload()
    assert supplier.page.evaluate(KEPT) == []
    assert answers(order) == [20, 40, 80]
    forgive(supplier)


def test_a_form_that_waits_is_sent_from_another_page_too_and_can_be_called_back(screen_of, world, relay):
    first, second = published(world, quantities=(100,)), published(world, quantities=(100,))
    supplier = screen_of("supplier")
    page = supplier.page
    for order in (first, second):
        supplier.go_live(f"/orders/{order.pk}/")
        page.context.set_offline(True)
        page.click("button:has-text('Send answer')")
        page.wait_for_selector("#waiting:not([hidden])")
        if order is first:
            page.click("#waiting button")
            assert page.is_hidden("#waiting")
        # The tab is closed with the form in it.
        page.close()
        page.context.set_offline(False)
        page = supplier.page = page.context.new_page()
    supplier.go_live("/orders/")
    page.wait_for_selector(".toast:has-text('sent now that you are connected')")
    assert (answers(first), answers(second)) == ([], [100])
    assert page.evaluate(KEPT) == []
    forgive(supplier)


def test_what_was_typed_is_there_again_after_a_reload_and_can_be_discarded(screen_of, world):
    order = published(world, quantities=(100, 40))
    supplier = screen_of("supplier")
    page = supplier.page
    page.on("dialog", lambda dialog: dialog.accept())
    supplier.go_live(f"/orders/{order.pk}/")
    split_first_line(page)
    page.reload()
    page.wait_for_selector(".kept:has-text('What you typed here before is back')")
    assert [node.input_value() for node in page.query_selector_all(f"{FIRST} .qty")] == ["80", "20"]
    assert page.input_value(f"{FIRST} .portion:nth-of-type(2) .date") == str(in_days(14))
    assert page.input_value(f"{FIRST} select.reason") == "capacity"
    page.click(".kept [data-forget]")
    page.wait_for_selector("#live.on")
    assert [node.input_value() for node in page.query_selector_all(".qty")] == ["100", "40"]
    assert page.evaluate(KEPT) == []


def test_a_count_typed_against_another_figure_of_the_ledger_is_marked_and_not_filled_in(screen_of, world):
    _box, shaft, housing = gearbox(world)
    laid(world, (shaft, 50, ""), (housing, 7, ""))
    supplier = screen_of("supplier")
    page = supplier.page
    page.on("dialog", lambda dialog: dialog.accept())
    supplier.go_live("/production/count/")
    page.click("[data-act=same-all]")
    laid(world, (shaft, 30, ""))
    supplier.go_live("/production/count/")
    page.wait_for_selector(".kept")
    row = "tr:has(b:text-is('{}'))"
    assert page.input_value(f"{row.format('HSG-9')} .qty") == "7"
    assert page.input_value(f"{row.format('SHF-9')} .qty") == ""
    said = page.inner_text(f"{row.format('SHF-9')} .row-error")
    assert ": 50, when 50 stood beside it. Now 30 stands there" in said
    supplier.go_live("/production/count/")
    assert page.inner_text(f"{row.format('SHF-9')} .row-error") == said, "until something else is typed"
    page.fill(f"{row.format('SHF-9')} .qty", "31")
    supplier.go_live("/production/count/")
    assert page.input_value(f"{row.format('SHF-9')} .qty") == "31"
    assert page.locator(".row-error").count() == 0


def test_nothing_is_said_to_be_back_where_every_figure_has_moved(screen_of, world):
    _box, shaft, _housing = gearbox(world)
    laid(world, (shaft, 50, ""))
    supplier = screen_of("supplier")
    page = supplier.page
    page.on("dialog", lambda dialog: dialog.accept())
    supplier.go_live("/production/count/")
    page.click("[data-act=same-all]")
    laid(world, (shaft, 30, ""))
    supplier.go_live("/production/count/")
    assert page.locator(".row-error").count() == 1
    assert page.locator(".kept").count() == 0


def test_what_was_typed_under_one_due_day_outlives_a_look_at_another(screen_of, world):
    orders = [confirmed(world, days=days) for days in (10, 12)]
    with as_person(world, "supplier"):
        (soon,), (late,) = map(schedule_of, orders)
    supplier = screen_of("supplier")
    page = supplier.page
    page.on("dialog", lambda dialog: dialog.accept())
    supplier.go_live("/deliveries/new/")
    page.fill(f"[name=lot-{soon.pk}]", "L-7")
    page.click(".tabs a:not([aria-current]) >> nth=0")
    page.wait_for_selector(f"[name=lot-{late.pk}]")
    page.wait_for_selector("#live.on")
    assert page.locator(".kept").count() == 0
    page.go_back()
    page.wait_for_selector(".kept:has-text('What you typed here before is back')")
    assert page.input_value(f"[name=lot-{soon.pk}]") == "L-7"


def test_a_refused_form_stays_kept_until_it_is_taken(screen_of, world):
    order = published(world, quantities=(100, 40))
    supplier = screen_of("supplier")
    page = supplier.page
    supplier.go_live(f"/orders/{order.pk}/")
    page.fill(f"{FIRST} .qty", "80")
    page.click("button:has-text('Send answer')")
    page.wait_for_selector(".row-error:has-text('Choose a reason.')")
    assert [json.loads(value)["now"] for name, value in page.evaluate(KEPT) if ":draft:" in name]
    page.select_option(f"{FIRST} select.reason", "capacity")
    page.click("button:has-text('Send answer')")
    page.wait_for_selector(".note:has-text('has been sent')")
    assert page.evaluate(KEPT) == []
    supplier.complaints[:] = [c for c in supplier.complaints if "422" not in c]


@pytest.mark.parametrize("act", ["accept", "counter"])
def test_what_was_pressed_on_a_lower_row_without_a_connection_is_sent_for_that_row(screen_of, world, relay, act):
    """The bug: one form holds the buttons of all rows, and what waited was sent by the first of them."""
    upper, lower = published(world, days=6), published(world, days=7)
    supplier = screen_of("supplier")
    page = supplier.page
    supplier.go_live("/supplying/answers/")
    row = page.locator("tbody tr", has_text=lower.number)
    page.context.set_offline(True)
    page.wait_for_selector("#live:not(.on)")
    if act == "counter":
        row.locator("summary").click()
        row.locator(".qty").fill("60")
        row.get_by_role("button", name="Capacity").click()
    else:
        row.get_by_role("button", name="as requested").click()
    page.wait_for_selector(f"#waiting:has-text('{lower.number}')" if act == "accept" else "#waiting:not([hidden])")
    page.context.set_offline(False)
    page.wait_for_selector("main > .note.t-ok")
    assert (answers(upper), answers(lower)) == ([], [100] if act == "accept" else [60])
    assert page.evaluate(KEPT) == []
    forgive(supplier)


def test_a_restored_draft_ticks_the_lines_that_were_ticked_and_no_others(screen_of, world):
    """The bug: a field that was filled in again ticked its row, so that one press would have asked about all lines."""
    for days in (20, 21, 22):
        confirmed(world, days=days)
    buyer = screen_of("buyer")
    page = buyer.page
    page.on("dialog", lambda dialog: dialog.accept())
    with as_person(world, "buyer"):
        lines = ScheduleLine.objects.order_by("pk").values_list("pk", flat=True)
        address = "/work/ask/?" + "&".join(f"row={pk}" for pk in lines)
    buyer.go_live(address)
    ticks = page.locator("[name=line]")
    ticks.nth(0).uncheck()
    ticks.nth(1).check()
    ticks.nth(2).uncheck()
    page.fill("#comment", "by truck")
    buyer.go_live(address)
    page.wait_for_selector(".kept:has-text('is back')")
    assert [ticks.nth(n).is_checked() for n in range(3)] == [False, True, False]
    assert page.input_value("#comment") == "by truck"


def test_what_was_sent_from_the_page_that_refused_it_first_is_not_offered_again(screen_of, world):
    """That page has an address of its own: what was kept for the list meant a row that is answered now."""
    orders = [published(world) for _ in range(2)]
    supplier = screen_of("supplier")
    page = supplier.page
    supplier.go_live("/supplying/answers/")
    row = page.locator("tbody tr", has_text=orders[0].number)
    row.locator("summary").click()
    for quantity, said in (("x", ".row-error"), ("80", "main > .note.t-ok")):
        row.locator(".qty").fill(quantity)
        row.get_by_role("button", name="Capacity").click()
        page.wait_for_selector(said)
    assert answers(orders[0]) == [80]
    assert page.locator(".kept").count() == 0
    assert page.evaluate(KEPT) == []
    supplier.complaints[:] = [c for c in supplier.complaints if "422" not in c]


def test_signing_out_forgets_it_and_secrets_are_never_kept(screen_of, world):
    buyer = screen_of("buyer")
    page = buyer.page
    page.on("dialog", lambda dialog: dialog.accept())
    buyer.go_live("/account/password/")
    for field in page.query_selector_all("main [type=password]"):
        field.fill("a-secret-that-is-long-enough")
    assert page.evaluate(KEPT) == []
    buyer.go_live("/orders/new/?relation=" + str(world.relation.pk))
    page.fill("#note", "please by noon")
    assert "please by noon" in str(page.evaluate(KEPT))
    buyer.go_live("/account/settings/")
    page.click("main button:has-text('Sign out')")
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate(KEPT) == []


def test_the_shell_opens_without_a_connection_and_holds_nothing_of_a_firm(screen_of, world):
    published(world)
    buyer = screen_of("buyer", service_workers="allow")
    page = buyer.page
    buyer.go_live("/orders/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    buyer.go_live("/orders/")
    page.context.set_offline(True)
    page.goto(buyer.address + "/parts/")
    assert "No connection" in page.inner_text("main")
    kept = page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async name =>"
        " (await (await caches.open(name)).keys()).map(request => new URL(request.url).pathname)))).flat()"
    )
    assert sorted(kept) == [
        "/offline/",
        "/static/web/app.js",
        "/static/web/forms.js",
        "/static/web/icon-192.png",
        "/static/web/ui.css",
    ]
    assert "Hanbit" not in page.content()
    page.context.set_offline(False)
    manifest = page.request.get(buyer.address + "/manifest.webmanifest").json()
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        assert page.request.get(buyer.address + icon["src"]).headers["content-type"] == "image/png"
    forgive(buyer)
