"""Who hears that a firm leaves, is removed or suspended: all others of the cluster that know it; inbox and mail follow.

Peers know each other; in a led cluster lead and coordinators know everybody, and a supplier only those it trades with.
"""

from datetime import date

from django.db.models import Q

from apps.events.services import emit_to
from apps.tenancy.models import Cluster, ClusterMembership, Organization, TradingRelation

Kind, State = ClusterMembership.Kind, ClusterMembership.State
MOST = 120  # signs of a label


def tell_others(event: str, *, cluster_id: int, organization_id: int, actor_id: int, day: date | None = None) -> None:
    """Inside the system's scope: not every firm of the cluster sees the one that goes."""
    rows = ClusterMembership.objects.filter(cluster_id=cluster_id, state=State.ACTIVE).exclude(
        organization_id=organization_id
    )
    if Cluster.objects.get(pk=cluster_id).kind != Cluster.Kind.PEERS:
        sides = Q(buyer_id=organization_id) | Q(supplier_id=organization_id)
        pairs = TradingRelation.objects.filter(sides).values_list("buyer_id", "supplier_id")
        partners = {side for pair in pairs for side in pair}
        rows = rows.filter(Q(kind__in=(Kind.LEAD, Kind.COORDINATOR)) | Q(organization_id__in=partners))
    firm = Organization.objects.get(pk=organization_id)
    name = firm.legal_name[: MOST - 13]
    label = f"{name} ({day:%Y-%m-%d})" if day else name
    firms = list(rows.values_list("organization_id", flat=True))
    emit_to(event, organization_ids=firms, subject_id=cluster_id, label=label, actor_id=actor_id)


def tell_firm(event: str, *, cluster_id: int, organization_id: int, actor_id: int) -> None:
    """The firm itself, which may not see the cluster any more; inside the system's scope."""
    label = Cluster.objects.get(pk=cluster_id).name[:MOST]
    emit_to(event, organization_ids=[organization_id], subject_id=cluster_id, label=label, actor_id=actor_id)
