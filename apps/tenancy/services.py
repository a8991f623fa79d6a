"""Changes of organizations, clusters and relations. A new one has no scope yet, so provisioning runs as app_system."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from apps.common.identifiers import clean_business_number

from .exceptions import AlreadyRegistered
from .models import (
    BusinessNumber,
    Cluster,
    ClusterMembership,
    Organization,
    OrganizationGroupPermission,
    OrganizationRole,
    Site,
    TradingRelation,
)
from .permissions import acts_of, all_acts
from .roles import Role
from .scope import atomic, require_scope


@atomic
def create_organization(*, legal_name: str, name_en: str = "", business_number: str = "", **fields: Any) -> Organization:
    """Register a firm.

    Raises:
        InvalidBusinessNumber: the number's form or check digit is wrong.
        AlreadyRegistered: another firm here has that number.
    """
    number = clean_business_number(business_number) if business_number else ""
    if number and BusinessNumber.objects.filter(number=number).exists():
        raise AlreadyRegistered(place="business_number", value=business_number)
    organization = Organization.objects.create(legal_name=legal_name, name_en=name_en, **fields)
    if number:
        BusinessNumber.objects.create(organization=organization, number=number)
    return organization


@atomic
def add_site(*, organization_id: int, code: str, name: str, **fields: Any) -> Site:
    return Site.objects.create(organization_id=organization_id, code=code, name=name, **fields)


@atomic
def create_cluster(*, name: str, lead: Organization | None = None, **fields: Any) -> Cluster:
    """A led cluster, or without a lead a cluster of peers, unless its kind says that the lead is still to come."""
    kind = fields.pop("kind", Cluster.Kind.LED if lead else Cluster.Kind.PEERS)
    cluster = Cluster.objects.create(name=name, lead=lead, kind=kind, **fields)
    if lead is not None:
        add_member(cluster=cluster, organization=lead, kind=ClusterMembership.Kind.LEAD)
    return cluster


@atomic
def add_member(
    *,
    cluster: Cluster,
    organization: Organization,
    kind: str,
    state: str = ClusterMembership.State.ACTIVE,
) -> ClusterMembership:
    return ClusterMembership.objects.create(cluster=cluster, organization=organization, kind=kind, state=state)


@atomic
def relate(*, buyer: Organization, supplier: Organization, vendor_code: str, **terms: Any) -> TradingRelation:
    """Open the trading relation that every shared row of the two firms will hang on."""
    return TradingRelation.objects.create(buyer=buyer, supplier=supplier, vendor_code=vendor_code, **terms)


@atomic
def ensure_role(*, organization_id: int, role: str) -> OrganizationRole:
    """The group that holds a role in a firm, made with its acts on first use."""
    alias = require_scope().alias
    found = OrganizationRole.objects.filter(organization_id=organization_id, role=role).select_related("group").first()
    if found:
        return found
    group = Group.objects.create(name=f"organization:{organization_id}:{Role(role).value}")
    created = OrganizationRole.objects.create(organization_id=organization_id, role=role, group=group)
    _grant(alias, group.pk, organization_id, role)
    return created


def _grant(alias: str, group_id: int, organization_id: int, role: str) -> None:
    content_type = ContentType.objects.db_manager(alias).get(app_label="tenancy", model="organization")
    permissions = Permission.objects.using(alias).filter(content_type=content_type, codename__in=acts_of(role))
    OrganizationGroupPermission.objects.using(alias).bulk_create(
        OrganizationGroupPermission(group_id=group_id, content_object_id=organization_id, permission_id=pk)
        for pk in permissions.values_list("pk", flat=True)
    )


def sync_acts(*, using: str) -> None:
    """Bring permissions and every role's grants to what the apps' permissions.py say; part of `migrate`."""
    with transaction.atomic(using=using):
        content_type, _ = ContentType.objects.db_manager(using).get_or_create(app_label="tenancy", model="organization")
        wanted = all_acts()
        rows = Permission.objects.using(using).filter(content_type=content_type)
        for act in wanted.keys() - set(rows.values_list("codename", flat=True)):
            rows.create(content_type=content_type, codename=act, name=act.replace("_", " "))
        grants = OrganizationGroupPermission.objects.using(using)
        for role in OrganizationRole._base_manager.using(using):
            grants.filter(group_id=role.group_id).exclude(permission__codename__in=acts_of(role.role)).delete()
            held = set(grants.filter(group_id=role.group_id).values_list("permission__codename", flat=True))
            missing = acts_of(role.role) - held
            grants.bulk_create(
                OrganizationGroupPermission(group_id=role.group_id, content_object_id=role.organization_id, permission_id=pk)
                for pk in rows.filter(codename__in=missing).values_list("pk", flat=True)
            )
