"""Write an event into the outbox; mark notifications as read."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connections
from django.utils import timezone

from apps.tenancy.scope import atomic, require_scope

from .mail import send_news
from .models import DomainEvent, Notification
from .registry import event_types

MAIL_WITHIN = timedelta(days=1)


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


def emit_to(event: str, *, organization_ids: Iterable[int], subject_id: int, label: str, actor_id: int) -> None:
    """One private outbox row for each of several firms, about something that all of them may see; one statement.

    Args:
        actor_id: the firm that acted, or for which a program did.
    """
    kind, scope = event_types()[event], require_scope()
    # By hand: the ORM would read the new rows back, and the policies show a firm its own events only.
    with connections[scope.alias].cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_domainevent"
            " (event, subject, label, organization_id, actor_organization_id, actor_id, created_at)"
            " SELECT %s, %s, %s, firm, %s, %s, now() FROM unnest(%s::bigint[]) firm",
            [event, f"{kind.name.split('.')[0]}-{subject_id}", label, actor_id, scope.user_id, list(organization_ids)],
        )


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
def mail_news() -> int:
    """Send the person what is new and unread by mail, in their language; safe to repeat.

    What was read meanwhile, is older than a day, or is not wanted by mail is passed over.

    Returns:
        How many notifications the mail told of; 0 when none was sent.

    Raises:
        OSError, SMTPException: the mail server did not take it; nothing is marked.
    """
    scope = require_scope()
    mine = Notification.objects.filter(organization_id=scope.organization_id, user_id=scope.user_id, mailed_at=None)
    rows = list(
        mine.select_for_update(of=("self",), skip_locked=True)
        .select_related("event", "event__buyer", "event__supplier", "user", "organization")
        .order_by("pk")
    )
    now = timezone.now()
    fresh = [row for row in rows if row.read_at is None and row.created_at > now - MAIL_WITHIN and row.user.wants_mail]
    if fresh:
        send_news(fresh[0].user, fresh[0].organization, fresh)
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=now)
    return len(fresh)


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
