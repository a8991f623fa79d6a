"""Organizations, sites, clusters, relations and grants."""

from apps.common.rooms import Room

ROOM = Room(floor=2, api="api/", enums={"MembershipKind": "models.ClusterMembership.Kind"})
