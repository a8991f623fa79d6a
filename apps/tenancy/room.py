"""Organizations, sites, clusters, relations and grants."""

from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Find, Room

ROOM = Room(
    floor=2,
    api="api/",
    finds=(Find("organization", _("Firm"), "building-2"),),
    enums={"MembershipKind": "models.ClusterMembership.Kind"},
    system_jobs=("provisioning: a new organization, cluster or relation has no scope yet",),
    exported=(
        "Organization",
        "BusinessNumber",
        "Site",
        "Cluster",
        "ClusterMembership",
        "TradingRelation",
        "RelationTerms",
        "OrganizationRole",
        "Grant",
    ),
    not_exported={"OrganizationGroupPermission": "what a role may do is made by migrate"},
)
