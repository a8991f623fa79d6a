"""Reads of departures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections
from django.db.models import Q

from apps.tenancy.models import Cluster, ClusterMembership, TradingRelation, localized
from apps.tenancy.scope import require_scope
from apps.tenancy.selectors import memberships

from .exceptions import NotInCluster
from .models import Departure
from .open_things import open_by_relation
from .services import IS_OPEN, State

KEPT_IN_VIEW = 90  # days, of those who have left


def own_part(cluster_id: int) -> ClusterMembership | None:
    """The own firm's part in a cluster; None once it has left: it still takes its data along.

    Raises:
        NotInCluster: it never took part, as far as its scope shows.
    """
    firm = require_scope().organization_id
    rows = ClusterMembership.objects.select_related("cluster").filter(organization_id=firm, cluster_id=cluster_id)
    part: ClusterMembership | None = rows.first()
    if part is None and not Departure.objects.filter(cluster_id=cluster_id, organization_id=firm).exists():
        raise NotInCluster(place="cluster", value=cluster_id)
    return part


def open_departure(cluster_id: int) -> Departure | None:
    """The own firm's, until it is done or taken back."""
    rows = Departure.objects.filter(cluster_id=cluster_id, organization_id=require_scope().organization_id, **IS_OPEN)
    found: Departure | None = rows.first()
    return found


@dataclass(frozen=True)
class Part:
    """A firm of a cluster, for who looks after it: how much is open, never what or with whom."""

    membership: ClusterMembership
    departure: Departure | None
    open_count: int
    is_own: bool

    @property
    def organization_id(self) -> int:
        return int(self.membership.organization_id)

    @property
    def name(self) -> str:
        return self.membership.organization.name

    @property
    def state(self) -> str:
        """As `lists.STATES` names it: suspended goes before, leaving is told by its day."""
        if self.membership.state == State.SUSPENDED:
            return "suspended"
        return "in" if self.departure is None else "removed" if self.departure.is_removal else "leaving"

    @property
    def last_day(self) -> date | None:
        return self.departure.last_day if self.departure else None

    @property
    def reason(self) -> str:
        return self.departure.reason if self.departure else ""

    @property
    def objection(self) -> str:
        return self.departure.objection if self.departure else ""


def parts(cluster: Cluster) -> list[Part]:
    """Every firm that takes part or is suspended."""
    own_id = require_scope().organization_id
    leaving: dict[int, Any] = {row.organization_id: row for row in Departure.objects.filter(cluster=cluster, **IS_OPEN)}
    found = list(memberships().filter(cluster=cluster, state__in=(State.ACTIVE, State.SUSPENDED)))
    counts = _open_counts(cluster.pk) if leaving else {}
    return [
        Part(part, leaving.get(part.organization_id), counts.get(part.organization_id, 0), part.organization_id == own_id)
        for part in found
    ]


def shared_cluster(cluster_id: int) -> Cluster:
    """A cluster that the own firm takes part in.

    Raises:
        NotInCluster: none.
    """
    found: Cluster | None = (
        Cluster.objects.filter(pk=cluster_id).first() if cluster_id in require_scope().cluster_ids else None
    )
    if found is None:
        raise NotInCluster(place="cluster", value=cluster_id)
    return found


@dataclass(frozen=True)
class Going:
    """A firm that leaves, is suspended or has left, for the others of its cluster: neither the reason nor the objection.

    Attributes:
        relation_id: with the own firm; None where they do not trade.
        open_count: orders, deliveries and inspections that are open with the own firm.
    """

    organization_id: int
    name: str
    state: str
    last_day: date | None
    relation_id: int | None
    open_count: int


def going(cluster_id: int) -> list[Going]:
    """Those of a cluster that the own firm takes part in; three statements."""
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute(
            "SELECT organization_id, legal_name, name_en, state, last_day FROM leaving_going(%s, %s)",
            [cluster_id, KEPT_IN_VIEW],
        )
        found = cursor.fetchall()
    pairs = _pairs(require_scope().organization_id, [pk for pk, *_told in found])
    counts = open_by_relation(pairs.values())
    return [
        Going(pk, localized(own, english), state, last_day, pairs.get(pk), counts[pairs.get(pk, 0)])
        for pk, own, english, state, last_day in found
    ]


def _open_counts(cluster_id: int) -> dict[int, int]:
    """Leaving firm → how much is open of it with others of a cluster that the own one manages; as `open_things` finds it."""
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute("SELECT organization_id, things FROM leaving_open(%s)", [cluster_id])
        return dict(cursor.fetchall())


def _pairs(own_id: int, firms: Iterable[int]) -> dict[int, int]:
    """Firm → its relation with the own one, that in which it supplies first."""
    sides = Q(buyer_id=own_id, supplier_id__in=firms) | Q(supplier_id=own_id, buyer_id__in=firms)
    rows = TradingRelation.objects.filter(sides).order_by("-pk") if firms else []
    return {row.supplier_id if row.buyer_id == own_id else row.buyer_id: row.pk for row in rows}
