"""Reads of relations, their terms, requests and contacts."""

from django.db import connections
from django.db.models import QuerySet

from apps.common.rooms import kinds
from apps.tenancy.models import ClusterMembership, Organization, RelationTerms, TradingRelation
from apps.tenancy.scope import require_scope
from apps.tenancy.selectors import TRADING_KINDS, relations

from .exceptions import NoSuchRelation, UnknownRequest
from .models import IS_OPEN, RelationContact, RelationRequest, TermsProposal


def relation(relation_id: int) -> TradingRelation:
    """
    Raises:
        NoSuchRelation: not of the scope's firm.
    """
    found: TradingRelation | None = relations().filter(pk=relation_id).first()
    if found is None:
        raise NoSuchRelation(place="relation", value=relation_id)
    return found


def requests() -> QuerySet[RelationRequest]:
    return RelationRequest.objects.select_related("buyer", "supplier", "asker", "asked").order_by("-created_at", "-pk")


def open_requests() -> QuerySet[RelationRequest]:
    return requests().filter(IS_OPEN)


def request(request_id: int) -> RelationRequest:
    """
    Raises:
        UnknownRequest: neither asked by the scope's firm nor of it.
    """
    found = requests().filter(pk=request_id).first()
    if found is None:
        raise UnknownRequest(place="request", value=request_id)
    return found


def proposals() -> QuerySet[TermsProposal]:
    return TermsProposal.objects.order_by("-created_at", "-pk")


def versions(relation_id: int) -> QuerySet[RelationTerms]:
    """What was agreed, the newest first."""
    return RelationTerms.objects.filter(relation_id=relation_id).order_by("-version")


def contacts() -> QuerySet[RelationContact]:
    return RelationContact.objects.order_by("name", "pk")


def firms_to_ask() -> QuerySet[Organization]:
    """Firms that the scope's sees in its clusters, but the offices that coordinate them and neither buy nor supply."""
    parts = ClusterMembership.objects.order_by()
    trading = parts.filter(kind__in=TRADING_KINDS).values("organization_id")
    offices = parts.filter(kind=ClusterMembership.Kind.COORDINATOR).exclude(organization_id__in=trading)
    rows = Organization.objects.exclude(pk=require_scope().organization_id)
    rows = rows.exclude(pk__in=offices.values("organization_id"))
    return rows.order_by("legal_name", "pk")


def agreed_days() -> dict[tuple[int, int], dict[str, int]]:
    """(cluster, firm) → kind of data → days within which the firm brings it up to date: the strictest of its relations.

    Whoever manages the cluster is told the days of all firms, never with whom; others those of their own relations.
    One query.
    """
    of_buyers = [kind.name for kind in kinds() if kind.of == "buyer"]
    found: dict[tuple[int, int], dict[str, int]] = {}
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute("SELECT cluster_id, organization_id, kind, days FROM partners_agreed_days(%s)", [of_buyers])
        for cluster, firm, kind, days in cursor.fetchall():
            found.setdefault((cluster, firm), {})[kind] = days
    return found
