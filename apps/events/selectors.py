"""Reads of the outbox and the inbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet, Sum

from apps.tenancy.models import localized
from apps.tenancy.scope import require_scope

from .models import DomainEvent, MemberActivity, Notification
from .registry import EventType, event_types


def events_after(position: int, *, limit: int = 200) -> list[DomainEvent]:
    """Published events of the scope's firm after a position, oldest first; at most `limit`."""
    rows = DomainEvent.objects.filter(position__gt=position).order_by("position")
    return list(rows[:limit])


def last_position() -> int:
    return DomainEvent.objects.aggregate(last=Max("position"))["last"] or 0


def unread_count() -> int:
    scope = require_scope()
    rows = Notification.objects.filter(organization_id=scope.organization_id, user_id=scope.user_id, read_at=None)
    return rows.count()


def notifications() -> QuerySet[Notification]:
    """The person's inbox in this firm, newest first; events and firms joined: listing costs one query."""
    scope = require_scope()
    rows = Notification.objects.filter(organization_id=scope.organization_id, user_id=scope.user_id)
    return rows.select_related("event", "event__buyer", "event__supplier").order_by("-pk")


@dataclass(frozen=True)
class InboxEntry:
    """One line of the inbox, in the reader's language."""

    id: int
    text: str
    kind: EventType
    subject_id: int
    created_at: datetime
    is_read: bool


def inbox_entry(notification: Notification) -> InboxEntry:
    event = notification.event
    kind = event_types()[event.event]
    return InboxEntry(
        id=notification.pk,
        text=str(kind.text).format(label=event.label, partner=partner_name(event)),
        kind=kind,
        subject_id=int(event.subject.rpartition("-")[2]),
        created_at=event.created_at,
        is_read=notification.read_at is not None,
    )


def partner_name(event: Any) -> str:
    own = require_scope().organization_ids
    partner = event.supplier if event.buyer_id in own else event.buyer
    return localized(partner.legal_name, partner.name_en) if partner else ""


def activity_by_organization() -> dict[int, dict[str, Any]]:
    """Per firm of the own clusters: number of acts and the time of the last one; one query."""
    rows = MemberActivity.objects.values("organization_id").annotate(acts=Sum("count"), last=Max("last_at"))
    return {row["organization_id"]: {"acts": row["acts"], "last_at": row["last"]} for row in rows}
