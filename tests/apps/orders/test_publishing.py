"""Many drafts are sent in one act: as far as they may be, each refusal named, or all or none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.events.models import DomainEvent
from apps.orders import services
from apps.orders.exceptions import DateInThePast, RelationStopped, UnknownOrder, WrongState
from apps.orders.models import Confirmation, PurchaseOrder, ScheduleLine
from apps.partners import relations
from apps.tenancy.checks import WrongSide
from apps.ui.models import BulkResult
from tests.apps.orders.test_ways import agree
from tests.world import as_if, as_person, draft, in_days, published


def publish(world, *orders):
    with as_person(world, "buyer"):
        return services.publish_orders(order_ids=[order.pk for order in orders])


def states(world, *orders):
    with as_person(world, "buyer"):
        return [PurchaseOrder.objects.get(pk=order.pk).status for order in orders]


def refused_ones(world):
    """A draft whose day has passed, and what was sent before."""
    passed, sent = draft(world), published(world)
    with as_person(world, "buyer"):
        as_if(ScheduleLine.objects.filter(order=passed), requested_date=in_days(-1))
    return passed, sent


@pytest.mark.parametrize(("way", "most"), [("full", 7), ("none", 8)])
def test_fifty_are_sent_by_as_many_statements_as_two(world, way, most):
    """Locks and what is told included; where they count as confirmed no calendar is asked, and two more write that."""
    if way != "full":
        agree(world, way)
    counted = []
    for count in (2, 50):
        orders = [draft(world) for _ in range(count)]
        with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
            assert services.publish_orders(order_ids=[order.pk for order in orders]) == {}
        counted.append(len([q for q in queries if "SAVEPOINT" not in q["sql"]]))
    assert counted == [most, most]


def test_what_may_not_be_sent_is_named_and_the_rest_is_sent(world):
    passed, sent = refused_ones(world)
    first, second = draft(world), draft(world, relation=world.other_relation, part=world.other_part)
    with as_person(world, "buyer"):
        relations.suspend(relation_id=world.other_relation.pk)
    refused = publish(world, first, passed, second, sent)
    assert {pk: type(error) for pk, error in refused.items()} == {
        passed.pk: DateInThePast,
        second.pk: RelationStopped,
        sent.pk: WrongState,
    }
    assert states(world, first, passed, second, sent) == ["published", "draft", "draft", "published"]
    with as_person(world, "supplier"):
        order = PurchaseOrder.objects.get(pk=first.pk)
        assert order.answer_due_at > order.published_at
        assert ScheduleLine.objects.get(order=order).over_tolerance == world.relation.over_tolerance
        assert order.terms_id is not None


def test_all_or_none_leaves_all_of_them_drafts_and_keeps_what_was_said(world, client_of):
    passed, _sent = refused_ones(world)
    first, client = draft(world), client_of("buyer")
    chosen = {"row": [first.pk, passed.pk], "act": "publish", "query": "view=draft"}
    page = client.get(client.post("/lists/orders/bulk/", chosen | {"mode": "whole"}).headers["Location"])
    assert passed.number in page.content.decode()
    assert states(world, first, passed) == ["draft", "draft"]
    client.post("/lists/orders/bulk/", chosen)
    assert states(world, first, passed) == ["published", "draft"]
    with as_person(world, "buyer"):
        kept = BulkResult.objects.order_by("-pk")[0]
    told = {label: words for _pk, label, words, _said in kept.rows}
    assert told[first.number] == ""
    assert told[passed.number]


def test_of_two_ways_of_working_each_is_told_as_it_is(world):
    agree(world, "none")
    counted, asked = draft(world, quantities=(5, 7)), draft(world, relation=world.other_relation, part=world.other_part)
    assert publish(world, counted, asked) == {}
    assert states(world, counted, asked) == ["confirmed", "published"]
    with as_person(world, "buyer"):
        told = dict(DomainEvent.objects.order_by("pk").values_list("subject", "event"))
        assert told[f"order-{counted.pk}"] == "order.sent_confirmed"
        assert told[f"order-{asked.pk}"] == "order.published"
        rows = Confirmation.objects.filter(schedule_line__order=counted.pk).values_list("quantity", "state")
        assert sorted(rows) == [(5, "accepted"), (7, "accepted")]


def test_nobody_else_sends_them(world, api_of):
    waiting, sent = draft(world), published(world)
    for who in ("supplier", "stranger"):
        with as_person(world, who):
            assert isinstance(services.publish_orders(order_ids=[waiting.pk])[waiting.pk], UnknownOrder)
    with as_person(world, "supplier"), pytest.raises(WrongSide):
        services.publish_orders(order_ids=[sent.pk])
    assert api_of("receiver").post("/api/orders/publish/", {"orders": [waiting.pk]}).status_code == 403
    assert states(world, waiting) == ["draft"]


def test_over_the_api_what_is_refused_is_named_or_nothing_is_done(world, api_of):
    passed, _sent = refused_ones(world)
    first, api = draft(world), api_of("buyer")
    body = {"orders": [first.pk, passed.pk]}
    told = api.post("/api/orders/publish/", body | {"all_or_none": True}).json()
    assert (told["done"], [row["order"] for row in told["refused"]]) == ([], [passed.pk])
    told = api.post("/api/orders/publish/", body).json()
    assert (told["done"], told["refused"][0]["code"]) == ([first.pk], DateInThePast.code)
    assert api.post("/api/orders/publish/", {"orders": []}).status_code == 400
