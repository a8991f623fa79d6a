"""A half-written form is not lost or saved by surprise."""

import pytest

from apps.orders.models import PurchaseOrder
from tests.world import as_person, in_days, published

from .conftest import Screen

pytestmark = pytest.mark.browser


def orders_now(world) -> int:
    with as_person(world, "buyer"):
        return PurchaseOrder.objects.count()


def test_enter_moves_on_leaving_warns_and_another_supplier_asks(screen_of, world):
    screen: Screen = screen_of("buyer")
    page = screen.page
    screen.go(f"/orders/new/?relation={world.relation.pk}")
    page.select_option("select.part", str(world.part.pk))
    page.fill("input.qty", "7")
    page.press("input.qty", "Enter")
    assert page.evaluate("document.activeElement.name") == "date", "it moved on"
    assert orders_now(world) == 0, "nothing was saved"
    page.select_option("#relation", str(world.other_relation.pk))
    page.wait_for_selector("#lose[open]")
    page.click("[data-act='keep-choice']")
    assert (page.input_value("input.qty"), page.input_value("#relation")) == ("7", str(world.relation.pk))
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("setTimeout(() => (location.href = '/orders/'), 0)")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.input_value("input.qty") == "7"
    page.select_option("#relation", str(world.other_relation.pk))
    page.click("[data-act='lose']")
    page.wait_for_url(f"**relation={world.other_relation.pk}")


def test_what_was_refused_is_still_unsaved_and_another_supplier_asks(screen_of, world):
    """Planted before: after a refusal another supplier took three written lines away without a word."""
    screen: Screen = screen_of("buyer")
    page = screen.page
    screen.go(f"/orders/new/?relation={world.relation.pk}")
    page.select_option("select.part", str(world.part.pk))
    page.fill("input.qty", "1e3")
    page.fill("input[name=date]", str(in_days(9)))
    page.click("button[value=publish]")
    page.wait_for_selector("[aria-invalid=true]")
    page.select_option("#relation", str(world.other_relation.pk))
    page.wait_for_selector("#lose[open]")
    page.click("[data-act='keep-choice']")
    assert (page.input_value("input.qty"), page.input_value("#relation")) == ("1e3", str(world.relation.pk))
    screen.complaints[:] = [c for c in screen.complaints if "422" not in c]  # the refusal that was meant


def test_accept_all_asks_before_typed_changes_are_lost(screen_of, world):
    order = published(world)
    screen: Screen = screen_of("supplier")
    screen.go(f"/orders/{order.pk}/")
    screen.page.fill("input.qty", "60")
    screen.page.click("[data-act='accept-all']")
    screen.page.wait_for_selector("#accept-all[open]")
    screen.page.click("#accept-all .btn.primary")
    screen.page.wait_for_selector(".note:has-text('has been sent')")
    with as_person(world, "buyer"):
        assert PurchaseOrder.objects.get(pk=order.pk).status == "confirmed"
