"""Write an event into the outbox; mark notifications as read."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from apps.tenancy.scope import atomic, require_scope

from .models import DomainEvent, Notification
from .registry import event_types


def emit(event: str, *, subject: Any, label: str) -> DomainEvent:
    """One outbox row in the transaction of the act; the relay does the rest.

    Args:
        event: a name that an app's events.py declares.
        subject: the shared or private row that the event is about; its kind and id are published, nothing else.
        label: how people call the subject.

    Raises:
        KeyError: no app declares the event.
    """
    row = _event(event, subject, label)
    row.save(force_insert=True)
    return row


def emit_all(events: Iterable[tuple[str, Any, str]]) -> None:
    """Several outbox rows, given as (event, subject, label), in one statement."""
    DomainEvent.objects.bulk_create(_event(*event) for event in events)


def _event(event: str, subject: Any, label: str) -> DomainEvent:
    kind = event_types()[event]
    scope = require_scope()
    is_shared = hasattr(subject, "buyer_id")
    sides = (
        {"buyer_id": subject.buyer_id, "supplier_id": subject.supplier_id}
        if is_shared
        else {"organization_id": subject.organization_id}
    )
    name = kind.name.split(".")[0]
    return DomainEvent(
        event=event,
        subject=f"{name}-{subject.pk}",
        label=label,
        actor_organization_id=scope.organization_id,
        actor_id=scope.user_id,
        **sides,
    )


@atomic
def mark_read(*, notification_id: int | None = None) -> int:
    """Mark one of the person's notifications, or all of them, as read.

    Returns:
        How many were unread before.
    """
    scope = require_scope()
    rows = Notification.objects.filter(organization_id=scope.organization_id, user_id=scope.user_id, read_at=None)
    if notification_id is not None:
        rows = rows.filter(pk=notification_id)
    return rows.update(read_at=timezone.now())
