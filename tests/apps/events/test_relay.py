"""The outbox: in order, once, to the right groups, and into the right inboxes."""

import asyncio
import json
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from django.utils import timezone

from apps.events import relay as relays
from apps.events.models import DomainEvent, MemberActivity, Notification
from apps.events.selectors import inbox_entry
from apps.events.services import emit_to
from apps.orders import services, tasks
from apps.orders.models import ChangeRequest
from apps.tenancy.scope import require_scope
from tests.chain import confirmed, schedule_of
from tests.world import as_if, as_person, in_days, published


class Layer:
    """Stands in for the channel layer and keeps what is sent."""

    def __init__(self):
        self.sent = []

    async def group_send(self, group, message):
        self.sent.append((group, json.loads(message["text"])))


def publish(monkeypatch):
    """One batch by a relay of its own."""
    layer = Layer()
    monkeypatch.setattr(relays, "get_channel_layer", lambda: layer)

    async def once():
        async with await psycopg.AsyncConnection.connect(
            relays.system_dsn(), autocommit=True, row_factory=relays.namedtuple_row
        ) as connection:
            return await relays.Relay(relays.system_dsn()).publish_batch(connection)

    return asyncio.run(once()), layer.sent


def test_both_firms_hear_type_and_id_and_nothing_else(committed, world, monkeypatch):
    order = published(world)
    count, sent = publish(monkeypatch)
    assert count == 1
    body = {"id": 1, "event": "order.published", "subject": f"order-{order.pk}"}
    assert sorted(sent, key=lambda item: item[0]) == [
        (f"organization.{world.buyer.pk}", {**body, "inbox": False, "own": True}),
        (f"organization.{world.supplier.pk}", {**body, "inbox": True, "own": False}),
    ]
    assert publish(monkeypatch) == (0, [])


def test_positions_follow_the_order_of_events_without_gaps(committed, world, monkeypatch):
    for _ in range(5):
        published(world)
    publish(monkeypatch)
    published(world)
    publish(monkeypatch)
    with as_person(world, "buyer"):
        assert list(DomainEvent.objects.order_by("id").values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_people_who_hold_the_act_are_told_and_nobody_else(committed, world, monkeypatch):
    order = published(world)
    publish(monkeypatch)
    with as_person(world, "supplier"):
        told = list(Notification.objects.values_list("user_id", flat=True))
        entry = inbox_entry(Notification.objects.select_related("event__buyer", "event__supplier").get())
    assert told == [world.people["supplier"].pk]
    assert (entry.text, entry.subject_id) == (f"New order {order.number} from Hanbit", order.pk)
    for name in ("buyer", "stranger"):
        with as_person(world, name):
            assert not Notification.objects.exists()


def test_coordinators_get_counts_of_acts(committed, world, monkeypatch):
    published(world)
    published(world)
    publish(monkeypatch)
    with as_person(world, "coordinator"):
        rows = MemberActivity.objects.values_list("organization_id", "event", "count")
        assert list(rows) == [(world.buyer.pk, "order.published", 2)]
    with as_person(world, "supplier"):
        assert set(MemberActivity.objects.values_list("organization_id", flat=True)) <= {world.buyer.pk, world.supplier.pk}


def test_an_act_that_several_firms_are_told_of_counts_once(committed, world, monkeypatch):
    with as_person(world, "coordinator"):
        own = require_scope().organization_id
        for subject in (1, 2):
            firms = [world.buyer.pk, world.supplier.pk, own]
            emit_to("run.progressed", organization_ids=firms, subject_id=subject, label="Run", actor_id=own)
    publish(monkeypatch)
    with as_person(world, "coordinator"):
        rows = MemberActivity.objects.filter(event="run.progressed").values_list("organization_id", "count")
        assert list(rows) == [(own, 2)]


def test_a_relay_killed_before_the_commit_loses_and_doubles_nothing(committed, world, monkeypatch):
    published(world)

    class Killed(Exception):
        pass

    class DyingLayer(Layer):
        async def group_send(self, group, message):
            raise Killed

    monkeypatch.setattr(relays, "get_channel_layer", DyingLayer)

    async def once():
        async with await psycopg.AsyncConnection.connect(
            relays.system_dsn(), autocommit=True, row_factory=relays.namedtuple_row
        ) as connection:
            await relays.Relay(relays.system_dsn()).publish_batch(connection)

    with pytest.raises(Killed):
        asyncio.run(once())
    count, sent = publish(monkeypatch)
    assert (count, len(sent)) == (1, 2)
    with as_person(world, "supplier"):
        assert Notification.objects.count() == 1


def test_an_act_that_is_rolled_back_leaves_no_event(world):
    from django.db import transaction

    with as_person(world, "buyer"), transaction.atomic():
        order = published(world)
        assert DomainEvent.objects.filter(subject=f"order-{order.pk}").exists()
        transaction.set_rollback(True)
    with as_person(world, "buyer"):
        assert not DomainEvent.objects.exists()


def test_the_catch_up_answers_what_was_missed(committed, world, monkeypatch, api_of):
    order = published(world)
    with as_person(world, "supplier"):
        services.acknowledge_order(order_id=order.pk)
    publish(monkeypatch)
    page = api_of("buyer").get("/api/events/", after=1).json()
    expected = {"id": 2, "event": "order.acknowledged", "subject": f"order-{order.pk}"}
    assert page == {"results": [expected], "last": 2, "is_complete": True}
    assert api_of("stranger").get("/api/events/", after=0).json()["results"] == []
    assert api_of("buyer").get("/api/events/", after="x").status_code == 400


def test_rules_name_acts_that_exist():
    from apps.events.registry import event_types
    from apps.tenancy.permissions import all_acts

    rules = json.loads(relays.Relay("").rules)
    assert {rule["act"] for rule in rules} <= set(all_acts())
    assert all(name == kind.name and str(kind.text) for name, kind in event_types().items())


def test_the_inbox_lists_in_one_query_and_is_read(committed, world, monkeypatch, api_of):
    published(world)
    published(world)
    publish(monkeypatch)
    api = api_of("supplier")
    rows = api.get("/api/notifications/").json()["results"]
    assert [row["is_read"] for row in rows] == [False, False]
    assert api.post(f"/api/notifications/{rows[0]['id']}/read/").status_code == 204
    assert [row["is_read"] for row in api.get("/api/notifications/").json()["results"]] == [True, False]
    assert api_of("stranger").post(f"/api/notifications/{rows[0]['id']}/read/").status_code == 404
    assert api.post("/api/notifications/read-all/").status_code == 204
    assert all(row["is_read"] for row in api.get("/api/notifications/").json()["results"])


def test_the_other_side_is_told_whoever_asked(committed, world, monkeypatch):
    order = confirmed(world)
    publish(monkeypatch)
    for asker, told, day in (("buyer", "supplier", 20), ("supplier", "buyer", 25)):
        with as_person(world, asker):
            change = services.Change(schedule_of(order)[0].pk, Decimal(100), in_days(day))
            services.request_changes(order_id=order.pk, changes=[change], reason="other")
        publish(monkeypatch)
        with as_person(world, told):
            newest = Notification.objects.order_by("-pk")[0]
            assert (newest.event.event, newest.user_id) == ("order.change_requested", world.people[told].pk)
            open_change = ChangeRequest.objects.get(state="open")
            services.reject_change(change_id=open_change.pk)


def test_who_asked_is_told_that_nobody_answered(committed, world, monkeypatch):
    order = confirmed(world)
    with as_person(world, "buyer"):
        change = services.Change(schedule_of(order)[0].pk, Decimal(100), in_days(20))
        services.request_changes(order_id=order.pk, changes=[change], reason="demand")
        as_if(ChangeRequest.objects.all(), answer_due_at=timezone.now() - timedelta(minutes=1))
    tasks.expire_changes(organization_id=world.buyer.pk)
    publish(monkeypatch)
    with as_person(world, "buyer"):
        newest = Notification.objects.order_by("-pk")[0]
        assert (newest.event.event, newest.user_id) == ("order.change_expired", world.people["buyer"].pk)
