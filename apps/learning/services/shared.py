"""What several services use."""

from typing import Any

from django.db.models import QuerySet

from apps.events.services import emit_to
from apps.tenancy.models import ClusterMembership, Site
from apps.tenancy.scope import require_scope

from ..exceptions import NotTheOffice, UnknownFederation
from ..models import Federation

TRAINING = "training: rounds belong to all sites of a run"


def common(row: Any) -> dict[str, int]:
    """The cluster and office of a row, for the rows that hang on it."""
    return {"cluster_id": row.cluster_id, "office_id": row.office_id}


def require_office(cluster_id: int) -> int:
    """The scope's organization, which coordinates the cluster.

    Raises:
        NotTheOffice: it does not.
    """
    own = require_scope().organization_id
    kinds = (ClusterMembership.Kind.COORDINATOR, ClusterMembership.Kind.LEAD)
    mine = ClusterMembership.objects.filter(cluster_id=cluster_id, organization_id=own, kind__in=kinds, state="active")
    if not mine.exists():
        raise NotTheOffice(place="cluster", value=cluster_id)
    return own


def own_federation(federation_id: int) -> Federation:
    """A federation of this office, locked.

    Raises:
        UnknownFederation, NotTheOffice
    """
    found = Federation.objects.select_for_update(of=("self",)).filter(pk=federation_id, closed_at=None).first()
    if found is None:
        raise UnknownFederation(place="federation", value=federation_id)
    if found.office_id != require_scope().organization_id:
        raise NotTheOffice(place="federation", value=federation_id)
    return found


def sites_of_members(cluster_id: int) -> QuerySet[Site]:
    """Sites of active members that make things: those that can be invited."""
    members = ClusterMembership.objects.filter(cluster_id=cluster_id, state="active", kind__in=("lead", "supplier"))
    return Site.objects.filter(organization_id__in=members.values("organization_id"))


def tell(event: str, *, federation: Federation, subject_id: int, label: str, actor_id: int | None = None) -> None:
    """One event for each firm of the federation and for its office."""
    firms = set(federation.nodes.values_list("organization_id", flat=True)) | {federation.office_id}
    emit_to(
        event, organization_ids=sorted(firms), subject_id=subject_id, label=label, actor_id=actor_id or federation.office_id
    )
