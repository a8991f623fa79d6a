"""Clusters founded by the office that will coordinate them, or by the firm that will lead them."""

from apps.accounts.models import User
from apps.tenancy import selectors
from apps.tenancy.models import Cluster, ClusterMembership
from apps.tenancy.roles import Role
from apps.tenancy.scope import organization_scope, require_scope, unscoped
from apps.tenancy.services import add_member, create_cluster

from . import agreements
from .exceptions import NoSuchCluster, PeersNeedOffice

PROVISIONING = "provisioning: a new organization, cluster or relation has no scope yet"


def found(*, name: str, kind: str, name_en: str = "", region: str = "") -> Cluster:
    """A new cluster with its first texts, which the founder accepts thereby.

    An office coordinates it; its lead is invited. A firm leads it itself.

    Raises:
        PeersNeedOffice: a firm that is no office wants a cluster of peers.
    """
    scope, firm = require_scope(), selectors.own_organization()
    is_office = Role.COORDINATOR in selectors.roles_in_use()
    if not is_office and kind == Cluster.Kind.PEERS:
        raise PeersNeedOffice(place="kind", value=kind)
    with unscoped(reason=PROVISIONING):
        cluster = create_cluster(name=name, name_en=name_en, kind=kind, region=region, lead=None if is_office else firm)
        if is_office:
            add_member(cluster=cluster, organization=firm, kind=ClusterMembership.Kind.COORDINATOR)
    with organization_scope(firm.pk, user_id=scope.user_id, source=scope.source):
        texts = [
            agreements.publish(cluster_id=cluster.pk, kind=key, text=text, text_en=text_en)
            for key, (text, text_en) in agreements.first_texts(kind).items()
        ]
        person = User.objects.get(pk=scope.user_id)
        agreements.accept(cluster_id=cluster.pk, hashes=[text.hash for text in texts], person=person)
    return cluster


def managed(cluster_id: int) -> ClusterMembership:
    """The own part in a cluster that the firm leads or coordinates.

    Raises:
        NoSuchCluster: it does neither there.
    """
    part = selectors.manages().filter(cluster_id=cluster_id).first()
    if part is None:
        raise NoSuchCluster(place="cluster", value=cluster_id)
    return part
