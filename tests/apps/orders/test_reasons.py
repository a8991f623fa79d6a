"""Reasons are of a side: that a line stops, or that a part is needed earlier, no supplier can say."""

from decimal import Decimal

import pytest

from apps.orders import services
from apps.orders.exceptions import ReasonMissing, ReasonOfBuyers
from apps.orders.models import ChangeRequest, Confirmation
from apps.orders.services import Answer, Change, Part
from tests.chain import confirmed, schedule_of
from tests.world import as_person, in_days, published

from .test_changes import ask


@pytest.mark.parametrize("reason", ["line_stop", "needed"])
def test_a_supplier_asks_for_no_change_with_a_buyers_reason(world, api_of, client_of, reason):
    """The bug: the forms of a supplier did not offer it, and its programs could send it."""
    order = confirmed(world)
    with as_person(world, "supplier"):
        (line,) = schedule_of(order)
    sent = {"schedule_line": line.pk, "quantity": "100", "delivery_date": in_days(20).isoformat()}
    for language, rule, remedy in (
        ("en", "is a reason of the firm that buys", "Choose one of these: Material late, Tool repair,"),
        ("ko", "구매하는 업체의 사유", "자재 지연"),
    ):
        answer = api_of("supplier").client.post(
            f"/api/orders/{order.pk}/changes/",
            {"lines": [sent], "reason": reason},
            content_type="application/json",
            headers={"Accept-Language": language},
        )
        told = answer.json()
        assert (answer.status_code, told["code"]) == (422, "reason_of_buyers")
        (error,) = told["errors"]
        assert (error["place"], error["value"]) == ("reason", reason)
        assert rule in error["rule"]
        assert remedy in error["remedy"]
        assert told["facts"]["reasons"].startswith("material, tooling, ")
    with as_person(world, "supplier"), pytest.raises(ReasonOfBuyers):
        change = Change(line.pk, Decimal(100), in_days(20))
        services.request_changes(order_id=order.pk, changes=[change], reason=reason)
    typed = {f"quantity-{line.pk}": "100", f"date-{line.pk}": in_days(20).isoformat(), "reason": reason}
    page = client_of("supplier").post(f"/orders/{order.pk}/change/", typed)
    assert page.status_code == 422
    assert 'aria-describedby="reason_error"' in page.content.decode(), "at its field"
    with as_person(world, "buyer"):
        assert not ChangeRequest.objects.exists()
    assert ask(world, "buyer", order, 100, 5, reason=reason).reason == reason, "who buys may say so"


def test_nor_does_it_answer_or_counter_with_one(world, api_of):
    asked, changed = published(world), confirmed(world)
    ask(world, "buyer", changed, 100, 5)
    with as_person(world, "supplier"):
        for order, act, place in ((asked, "answer", "lines[0].reason"), (changed, "counter", "lines[0].reason")):
            (line,) = schedule_of(order)
            parts = [{"quantity": "100", "delivery_date": in_days(15).isoformat()}]
            body = {"lines": [{"schedule_line": line.pk, "parts": parts, "reason": "line_stop"}]}
            told = api_of("supplier").post(f"/api/orders/{order.pk}/{act}/", body).json()
            assert (told["code"], told["errors"][0]["place"]) == ("reason_of_buyers", place)
        (line,) = schedule_of(asked)
        refused = services.answer_lines(answers=[Answer(line.pk, [Part(Decimal(100), in_days(15))], "needed")])[line.pk]
        assert isinstance(refused, ReasonOfBuyers)
        assert not Confirmation.objects.filter(schedule_line=line).exists()


def test_a_reason_that_is_none_is_not_kept(world):
    order = published(world)
    with as_person(world, "supplier"):
        answer = Answer(schedule_of(order)[0].pk, [Part(Decimal(100), in_days(15))], "weather")
        with pytest.raises(ReasonMissing):
            services.answer_order(order_id=order.pk, answers=[answer])
