"""The history of an order tells deeds: who, which line, what was, what is, and why."""

import re
from decimal import Decimal

import pytest

from apps.orders import services
from apps.orders.history import KEYS, SILENT, TOLD
from apps.orders.models import ChangeRequest
from tests.chain import confirmed, schedule_of
from tests.world import as_person, in_days, published


def log_of(client_of, who, order):
    page = client_of(who).get(f"/orders/{order.pk}/").content.decode()
    log = page[page.index('<ol class="log">') :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", log[: log.index("</ol>")]))


@pytest.mark.parametrize("reader", ["buyer", "supplier"])
def test_an_accepted_change_tells_old_new_and_reason(world, client_of, reader):
    order = confirmed(world)
    with as_person(world, "buyer"):
        change = services.Change(schedule_of(order)[0].pk, Decimal(250), in_days(20))
        services.request_changes(order_id=order.pk, changes=[change], reason="demand", comment="new model")
        pk = ChangeRequest.objects.get().pk
    with as_person(world, "supplier"):
        services.accept_change(change_id=pk)
    text = log_of(client_of, reader, order)
    for told in (
        "10 · Requested quantity: 100 → 250",
        "Value: 10,000 → 25,000",
        "Asked for: quantity: 250",
        "Asked for: reason: Demand changed",
        "Asked for: comment: new model",
        "Request: Awaits an answer → Accepted",
    ):
        assert told in text, text


def test_an_order_written_anew_tells_what_was_changed_and_by_whom(world, client_of):
    order = published(world)
    with as_person(world, "buyer"):
        line = services.OrderLine(world.part.pk, Decimal(70), in_days(10))
        services.rewrite_order(order_id=order.pk, lines=[line], note="by the gate")
    text = log_of(client_of, "supplier", order)
    assert "· Hanbit" in text
    assert "Requested quantity: 100 → 70" in text
    assert "Note to the supplier: — → by the gate" in text


def test_states_of_one_transaction_all_stand_in_the_log(world, client_of):
    """ "Send to supplier" writes and sends in one request: both are told."""
    body = {"relation": world.relation.pk, "site": world.site.pk, "part": [world.part.pk], "quantity": ["5"]}
    sent = client_of("buyer").post("/orders/new/", body | {"date": [in_days(9).isoformat()], "act": "publish"})
    page = client_of("buyer").get(sent.headers["location"]).content.decode()
    log = page[page.index('<ol class="log">') :]
    assert "New, unread" in log
    assert "Draft" in log


def test_every_column_is_told_or_silent_on_purpose():
    examined = 0
    for model, told in TOLD.items():
        names = {field.name for field in model._meta.concrete_fields}
        assert names <= set(told) | SILENT[model], (model, names - set(told) - SILENT[model])
        assert set(told) | (SILENT[model] - KEYS) <= names, model
        assert not set(told) & SILENT[model], model
        examined += len(names)
    assert examined > 60
