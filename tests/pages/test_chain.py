"""The whole chain between two firms, walked by three people in Korean: the buyer at a desk, the supplier on a phone, the
receiver on a tablet (and the inspector who takes the tablet over). Each step leaves a picture in artifacts/chain."""

from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.deliveries.models import HandlingUnit, ShipmentNotice
from apps.inventory.models import StockBalance
from apps.orders.models import PurchaseOrder, ScheduleLine
from apps.quality.models import InspectionLot
from apps.tenancy.scope import unscoped
from tests import world as worlds
from tests.world import in_days

pytestmark = pytest.mark.browser
PICTURES = Path("artifacts/chain")
PHONE, TABLET = {"width": 390, "height": 844, "has_touch": True}, {"width": 768, "height": 1024, "has_touch": True}


def ko(text: str) -> str:
    with translation.override("ko"):
        return gettext(text)


class Walk:
    """Numbers the pictures, and finds things by their Korean words."""

    def __init__(self) -> None:
        self.step = 0
        PICTURES.mkdir(parents=True, exist_ok=True)
        for old in PICTURES.glob("*.png"):
            old.unlink()

    def picture(self, screen, name: str) -> None:
        self.step += 1
        assert screen.page.get_attribute("html", "lang") == "ko"
        assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
        screen.page.screenshot(path=str(PICTURES / f"{self.step:02d}-{name}.png"))

    def press(self, screen, text: str) -> None:
        screen.page.get_by_role("button", name=ko(text), exact=True).click()

    def follow(self, screen, text: str) -> None:
        screen.page.get_by_role("link", name=ko(text), exact=True).click()


@pytest.fixture
def people(screen_of, committed, world):
    with unscoped(reason=worlds.SYSTEM):
        User.objects.update(language="ko")
    options = {"theme": "light", "language": "ko"}
    return {
        "buyer": screen_of("buyer", **options),
        "supplier": screen_of("supplier", **PHONE, **options),
        "receiver": screen_of("receiver", **TABLET, **options),
        "inspector": screen_of("inspector", **TABLET, **options),
    }


def test_an_order_becomes_a_receipt_and_an_inspection_result(people, relay, world):
    buyer, supplier, receiver, inspector = people.values()
    walk = Walk()
    order_id = write_order(walk, buyer, world)
    propose_another_day(walk, supplier, order_id)
    counter(walk, buyer, order_id)
    accept_the_counter(walk, supplier, order_id)
    buyer.page.locator(f"#order-{order_id}").get_by_text(ko("Confirmed")).first.wait_for()
    walk.picture(buyer, "buyer-sees-confirmed-live")
    ship(walk, supplier, order_id)
    receive(walk, receiver)
    inspect(walk, inspector)
    look_back(walk, buyer, supplier, order_id)
    check(order_id)


def write_order(walk, buyer, world) -> int:
    buyer.go_live(f"/orders/new/?relation={world.relation.pk}")
    page = buyer.page
    page.locator("select.part").select_option(str(world.part.pk))
    page.locator("input[name=quantity]").fill("100")
    page.locator("input[name=date]").fill(in_days(10).isoformat())
    walk.picture(buyer, "buyer-writes-order")
    walk.press(buyer, "Send to supplier")
    page.wait_for_url("**/orders/*/")
    walk.picture(buyer, "buyer-has-sent")
    return int(page.url.rstrip("/").rpartition("/")[2])


def propose_another_day(walk, supplier, order_id) -> None:
    supplier.go_live("/")
    walk.picture(supplier, "supplier-today")
    supplier.go_live(f"/orders/{order_id}/")
    supplier.page.locator("input.date").fill(in_days(14).isoformat())
    supplier.page.locator("select.reason").select_option("material")
    walk.picture(supplier, "supplier-proposes")
    walk.press(supplier, "Send answer")
    supplier.page.get_by_text(ko("They must answer")).first.wait_for()


def counter(walk, buyer, order_id) -> None:
    # The buyer's page has followed live.
    buyer.page.locator(f"#order-{order_id}").get_by_text(ko("You must answer")).first.wait_for()
    walk.picture(buyer, "buyer-sees-proposal-live")
    walk.follow(buyer, "Counter-proposal")
    buyer.page.locator("input.date").fill(in_days(12).isoformat())
    buyer.page.locator("select[name=reason]").select_option("demand")
    walk.picture(buyer, "buyer-counters")
    walk.press(buyer, "Send")
    buyer.page.wait_for_url(f"**/orders/{order_id}/")
    buyer.page.wait_for_selector("#live.on")
    walk.picture(buyer, "buyer-has-countered")


def accept_the_counter(walk, supplier, order_id) -> None:
    supplier.go_live("/inbox/")
    walk.picture(supplier, "supplier-inbox")
    supplier.go_live(f"/orders/{order_id}/")
    walk.picture(supplier, "supplier-sees-counter")
    walk.press(supplier, "Accept")
    supplier.page.get_by_text(ko("Confirmed"), exact=True).first.wait_for()
    walk.picture(supplier, "supplier-has-accepted")


def ship(walk, supplier, order_id) -> None:
    walk.follow(supplier, "Ship")
    page = supplier.page
    page.locator("input.qty").fill("60")
    page.locator("input.lot").fill("L-2601")
    page.locator("input.count-in").fill("2")
    page.locator("#arrival").fill(in_days(0).isoformat())
    walk.picture(supplier, "supplier-ships")
    walk.press(supplier, "Announce delivery")
    page.wait_for_url("**/deliveries/*/")
    walk.picture(supplier, "supplier-has-announced")
    for paper in ("note.pdf", "labels.pdf"):
        answer = page.request.get(page.url + paper)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.body().startswith(b"%PDF-")
    supplier.page.once("dialog", lambda dialog: dialog.accept())
    walk.press(supplier, "It has left")
    page.get_by_text(ko("On its way"), exact=True).first.wait_for()
    walk.picture(supplier, "supplier-has-left")


def receive(walk, receiver) -> None:
    with unscoped(reason=worlds.SYSTEM):
        first, second = HandlingUnit.objects.order_by("pk")
    receiver.go_live("/deliveries/")
    page = receiver.page
    page.locator("#scan").fill(first.plate)
    walk.picture(receiver, "receiver-scans")
    page.locator("#scan").press("Enter")
    page.wait_for_url("**package=*")
    boxes = page.locator("table.receive input[type=checkbox]")
    assert [boxes.nth(i).is_checked() for i in range(2)] == [True, False]
    page.locator("input[data-scan]").fill(f"https://elsewhere.example/deliveries/scan/?q={second.plate}")
    page.locator("input[data-scan]").press("Enter")
    assert boxes.nth(1).is_checked()
    row = page.locator(f'tr[data-plate="{second.plate}"]')
    row.locator("input.qty").nth(0).fill("28")
    row.locator("input.qty").nth(1).fill("2")
    page.locator("input[name=rest_later]").uncheck()
    walk.picture(receiver, "receiver-has-both-packages")
    walk.press(receiver, "Book receipt")
    page.get_by_text(ko("Received"), exact=True).first.wait_for()
    walk.picture(receiver, "receiver-has-booked")


def inspect(walk, inspector) -> None:
    inspector.go_live("/inspections/")
    walk.picture(inspector, "inspector-list")
    inspector.page.locator("a.key").first.click()
    page = inspector.page
    page.locator("input[name=quantity-accepted]").fill("53")
    page.locator("input[name=quantity-rejected]").fill("5")
    walk.press(inspector, "Record decision")
    page.locator(".row-error").get_by_text(ko("Choose or write what is wrong with the parts.")).wait_for()
    walk.picture(inspector, "inspector-forgot-the-defect")
    inspector.complaints[:] = [c for c in inspector.complaints if "422" not in c]  # the refusal that was meant
    page.locator("select[name=defect-rejected]").select_option("surface")
    walk.press(inspector, "Record decision")
    page.wait_for_selector("#live.on")
    page.locator(".log, .facts").first.wait_for()
    walk.picture(inspector, "inspector-has-decided")


def look_back(walk, buyer, supplier, order_id) -> None:
    buyer.page.locator(f"#order-{order_id}").get_by_text(ko("Partly received")).first.wait_for()
    walk.picture(buyer, "buyer-sees-receipt-live")
    supplier.go_live("/inbox/")
    supplier.page.locator("#list-inbox tbody tr").first.wait_for()
    walk.picture(supplier, "supplier-inbox-after")
    supplier.go_live(f"/orders/{order_id}/")
    walk.picture(supplier, "supplier-order-after")
    buyer.go_live("/")
    walk.picture(buyer, "buyer-today-after")


def check(order_id) -> None:
    """What the four of them did, in the documents."""
    with unscoped(reason=worlds.SYSTEM):
        line = ScheduleLine.objects.get(order_id=order_id)
        order = PurchaseOrder.objects.get(pk=order_id)
        assert (line.requested_date, line.first_confirmed_date) == (in_days(10), in_days(12))
        assert line.otif_base_date == line.confirmed_date == in_days(12)
        assert (line.shipped_quantity, line.received_quantity, line.rejected_quantity) == (58, 58, 5)
        assert (order.status, order.fulfilment, order.closure) == ("confirmed", "partly_received", "open")
        assert ShipmentNotice.objects.get().status == "received"
        assert InspectionLot.objects.get().status == "decided"
        stock = dict(StockBalance.objects.filter(quantity__gt=0).values_list("status", "quantity"))
        assert stock == {"available": 53, "blocked": 5}
