"""Reads of departures."""

from dataclasses import dataclass
from typing import Any

from apps.tenancy.models import Cluster, ClusterMembership
from apps.tenancy.scope import require_scope, unscoped
from apps.tenancy.selectors import memberships

from .exceptions import NotInCluster
from .models import Departure
from .open_things import open_things
from .services import IS_OPEN, LEAVING, State


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
    def is_suspended(self) -> bool:
        return bool(self.membership.state == State.SUSPENDED)


def parts(cluster: Cluster) -> list[Part]:
    """Every firm that takes part or is suspended."""
    own_id = require_scope().organization_id
    leaving: dict[int, Any] = {row.organization_id: row for row in Departure.objects.filter(cluster=cluster, **IS_OPEN)}
    found = list(memberships().filter(cluster=cluster, state__in=(State.ACTIVE, State.SUSPENDED)))
    counts: dict[int, int] = {}
    if leaving:
        with unscoped(reason=LEAVING):
            counts = {pk: sum(one.count for one in open_things(cluster.pk, pk)) for pk in leaving}
    return [
        Part(part, leaving.get(part.organization_id), counts.get(part.organization_id, 0), part.organization_id == own_id)
        for part in found
    ]
