"""Federations, their programmes and their sites."""

import secrets
from contextlib import suppress
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from apps.common.secret import digest_of
from apps.tenancy.models import ClusterMembership, Site
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import NameTaken, NoFreePort, SiteClosed, UnknownSite
from ..models import EnrolmentToken, Federation, Node, Programme
from ..statuses import NodeState
from .shared import common, own_federation, require_office, tell

FIRST_PORT = 19200
PORT_DRAWS = 8
TOKEN_LIVES = timedelta(hours=48)


@atomic
def create_federation(*, cluster_id: int, name: str) -> Federation:
    """A federation without sites; its SuperLink starts by itself.

    Raises:
        NotTheOffice: the firm does not coordinate the cluster.
        NameTaken: the cluster has a federation of that name.
        NoFreePort: eight drawn ports in a row were taken.
    """
    office = require_office(cluster_id)
    if Federation.objects.filter(cluster_id=cluster_id, name=name).exists():
        raise NameTaken(place="name", value=name)
    for _draw in range(PORT_DRAWS):
        with suppress(IntegrityError), transaction.atomic():
            return Federation.objects.create(cluster_id=cluster_id, office_id=office, name=name, port=_free_port())
    raise NoFreePort(place="federation", value=name)


@atomic
def create_programme(*, federation_id: int, name: str, process: str) -> Programme:
    """
    Raises:
        NameTaken: the federation has a programme of that name.
    """
    federation = own_federation(federation_id)
    if federation.programmes.filter(name=name).exists():
        raise NameTaken(place="name", value=name)
    return Programme.objects.create(**common(federation), federation=federation, name=name, process=process)


@atomic
def invite_site(*, federation_id: int, site_id: int) -> Node:
    """Make room for a site; its firm's administrator creates the token.

    Raises:
        UnknownSite: not a site of a member of the cluster.
        NameTaken: the site is in the federation already.
    """
    federation = own_federation(federation_id)
    site = Site.objects.select_related("organization").filter(pk=site_id).first()
    members = ClusterMembership.objects.filter(cluster_id=federation.cluster_id, state="active")
    if site is None or not members.filter(organization_id=site.organization_id).exists():
        raise UnknownSite(place="site", value=site_id)
    if federation.nodes.filter(site=site).exists():
        raise NameTaken(place="site", value=site_id)
    firm = site.organization
    name = f"{firm.name_en or firm.legal_name} {site.code}"[:60]
    return Node.objects.create(**common(federation), organization=firm, federation=federation, site=site, name=name)


@atomic
def issue_token(*, node_id: int) -> str:
    """A one-time secret for the factory, valid for 48 hours; earlier unused ones of the site end.

    Raises:
        UnknownSite: not a site of this firm.
        SiteClosed: the site is suspended.
    """
    node = Node.objects.select_for_update(of=("self",)).filter(pk=node_id).first()
    if node is None or node.organization_id != require_scope().organization_id:
        raise UnknownSite(place="site", value=node_id)
    if node.state == NodeState.SUSPENDED:
        raise SiteClosed(place="site", value=node.name)
    now = timezone.now()
    EnrolmentToken.objects.filter(node=node, used_at=None, expires_at__gt=now).update(expires_at=now)
    secret = secrets.token_urlsafe(32)
    EnrolmentToken.objects.create(
        organization_id=node.organization_id, node=node, secret_hash=digest_of(secret), expires_at=now + TOKEN_LIVES
    )
    return secret


@atomic
def suspend_site(*, node_id: int) -> Node:
    """Close the gateway for a site; takes effect within seconds."""
    return _set_state(node_id, NodeState.JOINED, NodeState.SUSPENDED)


@atomic
def readmit_site(*, node_id: int) -> Node:
    return _set_state(node_id, NodeState.SUSPENDED, NodeState.JOINED)


def _set_state(node_id: int, old: NodeState, new: NodeState) -> Node:
    node = Node.objects.filter(pk=node_id).select_related("federation").first()
    if node is None:
        raise UnknownSite(place="site", value=node_id)
    federation = own_federation(node.federation_id)
    if node.state != old:
        raise SiteClosed(place="site", value=node.get_state_display())
    node.state = new
    node.save(update_fields=["state"])
    tell("node.changed", federation=federation, subject_id=node.pk, label=node.name)
    return node


def _free_port() -> int:
    """Ports are unique over all clusters, which the office cannot see: one is drawn, and the index decides."""
    highest = Federation.objects.aggregate(found=Max("port"))["found"] or FIRST_PORT
    return highest + 1 + secrets.randbelow(400)
