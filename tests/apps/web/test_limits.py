"""Somebody else holds what a request needs: the answer comes in time and in words, and everything else goes on."""

import pytest

from apps.orders.models import PurchaseOrder
from apps.tenancy.scope import unscoped
from tests.world import SYSTEM, draft


@pytest.mark.parametrize(("language", "words"), [("en", "Somebody else is changing"), ("ko", "다른 사람이")])
def test_a_row_that_somebody_keeps_locked_is_answered_in_words(committed, world, client_of, api_of, language, words):
    order, program = draft(world), api_of("buyer").client
    browser = client_of("buyer")
    browser.raise_request_exception = program.raise_request_exception = False
    browser.post("/language/", {"language": language})
    with unscoped(reason=SYSTEM):
        assert PurchaseOrder.objects.select_for_update().get(pk=order.pk)
        page = browser.post(f"/orders/{order.pk}/publish/")
        assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
        assert words in page.content.decode()
        assert browser.get("/orders/").status_code == 200
        if language == "en":
            answer = program.post(f"/api/orders/{order.pk}/publish/", "{}", content_type="application/json")
            assert (answer.status_code, answer.json()["code"]) == (503, "busy")
            assert answer.json()["errors"][0]["remedy"]
    assert browser.post(f"/orders/{order.pk}/publish/").status_code == 302
