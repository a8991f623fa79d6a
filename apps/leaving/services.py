"""A firm suspends, leaves or is removed: asked for, objected to, taken back, done."""

import logging
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.common.rooms import relations_ended
from apps.joining.clusters import managed
from apps.learning.models import Node
from apps.learning.services.joining import leave as close_factory
from apps.learning.statuses import NodeState
from apps.tenancy.models import ClusterMembership, Grant, TradingRelation
from apps.tenancy.scope import atomic, require_scope, unscoped

from . import tasks
from .exceptions import LastCoordinator, LeavingAlready, NoReason, NotInCluster, NotLeaving, NotYours, StillOpen, TooSoon
from .models import Departure
from .open_things import open_things, relations
from .telling import tell_firm, tell_others

log = logging.getLogger(__name__)
LEAVING = "leaving: a firm's part in a cluster is changed by nobody of the cluster alone"
State, Kind = ClusterMembership.State, ClusterMembership.Kind
LEAST_DAYS, MOST_DAYS = 7, 365
IS_OPEN: dict[str, Any] = {"taken_back_at": None, "done_at": None}


def set_suspended(*, cluster_id: int, organization_id: int, is_suspended: bool) -> None:
    """Its people see nothing of the cluster until it is resumed; what is ordered goes on. Twice is as once.

    Raises:
        NoSuchCluster: the scope's firm does not look after the cluster.
        NotInCluster, LastCoordinator: not a firm that takes part; the last one who looks after it.
    """
    managed(cluster_id)
    found: dict[str, Any] = {"cluster_id": cluster_id, "organization_id": organization_id}
    found["actor_id"] = require_scope().organization_id
    wanted = State.SUSPENDED if is_suspended else State.ACTIVE
    with unscoped(reason=LEAVING):
        part = _part(cluster_id, organization_id)
        if part.state == wanted:
            return
        if is_suspended:
            _refuse_last(part)
        part.state = wanted
        part.save(update_fields=["state"])
        tell_others("departure.suspended" if is_suspended else "departure.resumed", **found)
        tell_firm("departure.own_pause" if is_suspended else "departure.own_return", **found)


def leave(*, cluster_id: int, days: int) -> Departure:
    """The scope's firm says that it leaves after so many days.

    Raises:
        NotInCluster, LastCoordinator, LeavingAlready, TooSoon: it cannot.
    """
    return _ask(cluster_id, require_scope().organization_id, days, is_removal=False)


def remove(*, cluster_id: int, organization_id: int, days: int, reason: str) -> Departure:
    """Who looks after the cluster says that a firm leaves after so many days, and why; the firm may object.

    Raises:
        NoSuchCluster, NotInCluster, LastCoordinator, LeavingAlready, TooSoon, NoReason: it cannot.
    """
    managed(cluster_id)
    if not reason.strip():
        raise NoReason(place="reason")
    found = _ask(cluster_id, organization_id, days, is_removal=True, reason=reason)
    transaction.on_commit(partial(tasks.tell_removed.delay, departure_id=found.pk), using=require_scope().alias, robust=True)
    return found


def _ask(cluster_id: int, organization_id: int, days: int, *, is_removal: bool, reason: str = "") -> Departure:
    scope = require_scope()
    if not (LEAST_DAYS if is_removal else 0) <= days <= MOST_DAYS:
        raise TooSoon(place="days", value=days)
    with unscoped(reason=LEAVING):
        _refuse_last(_part(cluster_id, organization_id))
    try:
        with transaction.atomic(using=scope.alias):
            found = Departure.objects.create(
                cluster_id=cluster_id,
                organization_id=organization_id,
                is_removal=is_removal,
                reason=reason,
                asked_by_id=scope.user_id,
                last_day=timezone.localdate() + timedelta(days=days),
            )
    except IntegrityError as error:
        raise LeavingAlready(place="cluster", value=cluster_id) from error
    _tell(found, "departure.removed" if is_removal else "departure.announced", day=found.last_day)
    return found


def _tell(departure: Departure, event: str, day: date | None = None) -> None:
    actor = require_scope().organization_id
    with unscoped(reason=LEAVING):
        firm = departure.organization_id
        tell_others(event, cluster_id=departure.cluster_id, organization_id=firm, actor_id=actor, day=day)


@atomic
def take_back(*, cluster_id: int, organization_id: int) -> Departure:
    """Who asked takes it back.

    Raises:
        NotLeaving, NotYours: nothing is open; the other side asked.
    """
    found = _open(cluster_id, organization_id)
    if found.is_removal is (require_scope().organization_id == organization_id):
        raise NotYours(place="departure")
    found.taken_back_at = timezone.now()
    found.save(update_fields=["taken_back_at"])
    _tell(found, "departure.stays")
    return found


@atomic
def object_to(*, cluster_id: int, text: str) -> Departure:
    """The firm says why it should stay; who looks after the cluster reads it beside the last day.

    Raises:
        NotLeaving, NotYours, NoReason: nothing is open; it asked itself; no words.
    """
    found = _open(cluster_id, require_scope().organization_id)
    if not found.is_removal:
        raise NotYours(place="departure")
    if not text.strip():
        raise NoReason(place="objection")
    found.objection, found.objected_at = text, timezone.now()
    found.save(update_fields=["objection", "objected_at"])
    return found


def leave_now(*, cluster_id: int) -> None:
    """The scope's firm does not wait for its last day.

    Raises:
        NotLeaving: it has not said that it leaves. StillOpen: something is open; what it is stands in the message.
    """
    own_id = require_scope().organization_id
    found = Departure.objects.filter(**IS_OPEN, cluster_id=cluster_id, organization_id=own_id).first()
    if found is None:
        raise NotLeaving(place="cluster", value=cluster_id)
    if still := open_things(cluster_id, own_id):
        raise StillOpen("; ".join(map(str, still)) + ".", place="cluster", value=cluster_id)
    if not _finished(found.pk):
        raise NotLeaving(place="cluster", value=cluster_id)


def finish(departure: Departure) -> None:
    """The firm is out: its part, relations, grants and factories of this cluster end. Documents stay with both sides.

    Inside `unscoped`.
    """
    now, firm = timezone.now(), departure.organization_id
    found = relations(departure.cluster_id, firm)
    pairs = TradingRelation.objects.filter(pk__in=found)
    others = {side for pair in pairs.values_list("buyer_id", "supplier_id") for side in pair} - {firm}
    pairs.filter(ended_at=None).update(ended_at=now, ended_firm_id=firm)
    for giver, receiver in (([firm], others), (others, [firm])):
        rows = Grant.objects.filter(organization_id__in=giver, receiver_id__in=receiver, revoked_at=None)
        rows.update(revoked_at=now, revoked_firm_id=firm)
    relations_ended(list(pairs.values_list("pk", flat=True)))
    nodes = Node.objects.filter(cluster_id=departure.cluster_id, organization_id=firm).exclude(state=NodeState.LEFT)
    for node in nodes.select_related("federation"):
        close_factory(node)
    ClusterMembership.objects.filter(cluster_id=departure.cluster_id, organization_id=firm).update(state=State.LEFT)
    departure.done_at = now
    departure.save(update_fields=["done_at"])
    tell_others("departure.done", cluster_id=departure.cluster_id, organization_id=firm, actor_id=firm)


def finish_due() -> int:
    """Those whose last day has passed, each in a transaction of its own; how many. Safe to repeat.

    One that fails stops no other: it stands in the log, is tried again the next day, and the doctor tells the operator.
    """
    with unscoped(reason=LEAVING):
        due = list(overdue().values_list("pk", flat=True))
    done = 0
    for pk in due:
        try:
            done += _finished(pk)
        except Exception:  # whatever it is: the firms that leave on the same day do not wait for this one
            log.exception("departure %s could not be finished", pk)
    return done


def overdue(days: int = 0) -> QuerySet[Departure]:
    """Those whose last day lies more than so many days back and that are not done; inside `unscoped`."""
    return Departure.objects.filter(**IS_OPEN, last_day__lt=timezone.localdate() - timedelta(days=days)).order_by("pk")


def _finished(pk: int) -> bool:
    """Finish one, unless it was taken back, or finished, since it was looked up."""
    with unscoped(reason=LEAVING):
        departure = Departure.objects.select_for_update().filter(**IS_OPEN, pk=pk).first()
        if departure is not None:
            finish(departure)
    return departure is not None


def _part(cluster_id: int, organization_id: int) -> ClusterMembership:
    part: ClusterMembership | None = (
        ClusterMembership.objects.select_for_update(of=("self",))
        .filter(cluster_id=cluster_id, organization_id=organization_id)
        .exclude(state=State.LEFT)
        .first()
    )
    if part is None:
        raise NotInCluster(place="firm", value=organization_id)
    return part


def _refuse_last(part: ClusterMembership) -> None:
    """The parts of all who look after the cluster are locked, so that two who leave at once do not both pass."""
    keepers = ClusterMembership.objects.select_for_update(of=("self",)).filter(
        cluster_id=part.cluster_id, kind__in=(Kind.LEAD, Kind.COORDINATOR), state=State.ACTIVE
    )
    leaving = Departure.objects.filter(cluster_id=part.cluster_id, **IS_OPEN).values_list("organization_id", flat=True)
    left = {keeper.organization_id for keeper in keepers} - set(leaving)
    if part.organization_id in left and len(left) == 1:
        raise LastCoordinator(place="firm", value=part.organization_id)


def _open(cluster_id: int, organization_id: int) -> Departure:
    rows = Departure.objects.select_for_update(of=("self",)).filter(**IS_OPEN)
    found: Departure | None = rows.filter(cluster_id=cluster_id, organization_id=organization_id).first()
    if found is None:
        raise NotLeaving(place="cluster", value=cluster_id)
    return found
