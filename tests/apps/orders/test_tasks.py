"""The worker's entries: each opens its own scope and may run twice."""

from datetime import timedelta

from django.utils import timezone

from apps.accounts import tasks as account_tasks
from apps.accounts.models import IdempotentRequest
from apps.events.models import DomainEvent
from apps.orders import tasks
from apps.orders.models import PurchaseOrder
from apps.tenancy.scope import unscoped
from tests.world import SYSTEM, as_person, published


def test_suppliers_are_reminded_of_overdue_answers_once_a_day(committed, world, monkeypatch):
    late, early = published(world), published(world)
    with as_person(world, "buyer"):
        PurchaseOrder.objects.filter(pk=late.pk).update(answer_due_at=timezone.now() - timedelta(minutes=1))
    handed_on = []
    monkeypatch.setattr(tasks.remind_unanswered, "delay", lambda **arguments: handed_on.append(arguments))
    tasks.remind_all_unanswered()
    assert handed_on == [{"organization_id": world.supplier.pk}]
    for _ in range(2):
        tasks.remind_unanswered(organization_id=world.supplier.pk)
    with as_person(world, "buyer"):
        subjects = DomainEvent.objects.filter(event="order.reminded").values_list("subject", flat=True)
        assert list(subjects) == [f"order-{late.pk}"]
    assert early.pk != late.pk


def test_idempotency_keys_go_after_a_day(committed, world):
    with unscoped(reason=SYSTEM):
        for key, hours in (("old", 25), ("new", 1)):
            row = IdempotentRequest.objects.create(
                organization=world.buyer, user=world.people["buyer"], key=key, digest=b"x" * 32
            )
            IdempotentRequest.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(hours=hours))
    account_tasks.purge_expired()
    with as_person(world, "buyer"):
        assert list(IdempotentRequest.objects.values_list("key", flat=True)) == ["new"]
