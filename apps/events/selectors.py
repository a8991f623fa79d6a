"""Reads of the outbox and the inbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import JSONObject

from apps.common.particles import settled
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


def unpublished() -> tuple[datetime | None, int]:
    """When the event was written that waits longest for the relay, and how many wait; for the system job."""
    found = DomainEvent.objects.filter(position=None).aggregate(oldest=Min("created_at"), depth=Count("pk"))
    return found["oldest"], found["depth"]


def last_events(subjects: Iterable[str]) -> dict[str, DomainEvent]:
    """The last thing that happened to each subject ("order-17"); one statement."""
    rows = DomainEvent.objects.filter(subject__in=list(subjects)).order_by("subject", "-pk").distinct("subject")
    return {row.subject: row for row in rows}


def last_times(event: str, subjects: Iterable[str]) -> dict[str, datetime]:
    """When an event happened last to each subject; one statement."""
    rows = DomainEvent.objects.filter(event=event, subject__in=list(subjects)).order_by()
    return dict(rows.values_list("subject").annotate(last=Max("created_at")))


def moments(event: str, *, subject: str) -> ArraySubquery:
    """Each time that an event happened to a subject and whose act it was, the first time first: a column for a statement
    that reads something else; `moments_read` reads it."""
    rows = DomainEvent.objects.filter(subject=subject, event=event).order_by("pk")
    return ArraySubquery(rows.values(told=JSONObject(at="created_at", user="actor_id")))


def moments_read(column: Iterable[dict[str, Any]]) -> list[tuple[datetime, int | None]]:
    """Moments, each with the person who acted; None where a program did."""
    return [(datetime.fromisoformat(told["at"]), told["user"]) for told in column]


def happened_since(start: datetime, event: str, *, subject: str) -> bool:
    return DomainEvent.objects.filter(subject=subject, event=event, created_at__gte=start).exists()


def unread_count() -> int:
    """What the bell says: unread entries that leave something to do, each subject once."""
    scope = require_scope()
    asking = [name for name, kind in event_types().items() if kind.asks]
    rows = Notification.objects.filter(organization_id=scope.organization_id, user_id=scope.user_id, read_at=None)
    return rows.filter(event__event__in=asking).values("event__subject").distinct().count()


def badges() -> dict[str, int]:
    return {"inbox": unread_count()}


def notifications() -> QuerySet[Notification]:
    """The person's inbox in this firm, newest first; events and firms joined: listing costs one query."""
    scope = require_scope()
    rows = Notification.objects.filter(organization_id=scope.organization_id, user_id=scope.user_id)
    return rows.select_related("event", "event__buyer", "event__supplier").order_by("-pk")


def people_to_mail(*, before: datetime) -> list[tuple[int, int]]:
    """(user, organization) of those who have notifications from before that time that nobody mailed; for the system job."""
    rows = Notification.objects.filter(mailed_at=None, created_at__lt=before)
    return list(rows.order_by().values_list("user_id", "organization_id").distinct())


@dataclass(frozen=True)
class InboxEntry:
    """One line of the inbox, in the reader's language."""

    id: int
    text: str
    kind: EventType
    subject_id: int
    created_at: datetime
    is_read: bool
    partner: str = ""


def inbox_entry(notification: Notification) -> InboxEntry:
    event = notification.event
    kind, partner = event_types()[event.event], partner_name(event)
    return InboxEntry(
        id=notification.pk,
        text=settled(kind.told(event.label, partner)),
        kind=kind,
        subject_id=int(event.subject.rpartition("-")[2]),
        created_at=event.created_at,
        is_read=notification.read_at is not None,
        partner=partner,
    )


def partner_name(event: Any) -> str:
    own = require_scope().organization_ids
    partner = event.supplier if event.buyer_id in own else event.buyer
    return localized(partner.legal_name, partner.name_en) if partner else ""


def last_acts() -> QuerySet[MemberActivity]:
    """What firms of the own clusters did last, the latest first."""
    return MemberActivity.objects.order_by("-last_at")


def activity_by_organization() -> dict[int, dict[str, Any]]:
    """Per firm of the own clusters: number of acts, time of the last one, and of the last one of each kind; one query."""
    found: dict[int, dict[str, Any]] = {}
    for organization_id, event, count, last_at in MemberActivity.objects.values_list(
        "organization_id", "event", "count", "last_at"
    ):
        firm = found.setdefault(organization_id, {"acts": 0, "last_at": last_at, "kinds": {}})
        firm["acts"] += count
        firm["last_at"] = max(firm["last_at"], last_at)
        kind = event.partition(".")[0]
        firm["kinds"][kind] = max(firm["kinds"].get(kind, last_at), last_at)
    return found
