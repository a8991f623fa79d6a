"""Read-only directories: firms, clusters and their members. Relations and sites: `apps/partners/api`."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins

from apps.common.api import ScopedViewSet

from .. import selectors
from . import serializers as shapes


class DirectoryViewSet(mixins.ListModelMixin, ScopedViewSet):
    """A list of what the scope sees, oldest first."""

    keyset_ordering = ("id",)


@extend_schema(tags=["members"])
class OrganizationViewSet(DirectoryViewSet):
    serializer_class = shapes.OrganizationSerializer
    acts = {"list": "view_partners"}
    selector = selectors.organizations


@extend_schema(tags=["members"])
class ClusterViewSet(DirectoryViewSet):
    serializer_class = shapes.ClusterSerializer
    acts = {"list": "view_members"}
    selector = selectors.clusters


@extend_schema(tags=["members"])
class MembershipViewSet(DirectoryViewSet):
    serializer_class = shapes.MembershipSerializer
    acts = {"list": "view_members"}
    selector = selectors.memberships
