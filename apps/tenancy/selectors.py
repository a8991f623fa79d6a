"""Reads of organizations, clusters and relations."""

from django.db.models import QuerySet

from .models import Cluster, ClusterMembership, Organization, Site, TradingRelation
from .scope import require_scope


def organizations() -> QuerySet[Organization]:
    """The own firm and its partners."""
    return Organization.objects.order_by("pk")


def own_organization() -> Organization:
    return Organization.objects.get(pk=require_scope().organization_id)


def own_sites() -> QuerySet[Site]:
    return Site.objects.filter(organization_id__in=require_scope().organization_ids).order_by("code")


def sites() -> QuerySet[Site]:
    return Site.objects.select_related("organization").order_by("pk")


def relations() -> QuerySet[TradingRelation]:
    return TradingRelation.objects.select_related("buyer", "supplier").order_by("pk")


def relations_as_buyer() -> QuerySet[TradingRelation]:
    own = require_scope().organization_ids
    rows = TradingRelation.objects.filter(buyer_id__in=own)
    return rows.select_related("supplier").order_by("supplier__legal_name")


def clusters() -> QuerySet[Cluster]:
    return Cluster.objects.select_related("lead").order_by("pk")


def memberships() -> QuerySet[ClusterMembership]:
    rows = ClusterMembership.objects.select_related("organization", "cluster")
    return rows.order_by("cluster_id", "kind", "organization__legal_name")
