"""Grants: one side proposes, the other agrees, either ends it. What the rows are is the matter of their own rooms."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from apps.events.services import emit_to
from apps.masterdata.models import PartnerPart
from apps.tenancy.models import Grant, Organization, TradingRelation
from apps.tenancy.scope import atomic, require_scope

from .exceptions import (
    EndsBeforeStart,
    GrantAnswered,
    GrantedAlready,
    NotOfBothFirms,
    OwnProposal,
    UnknownFirm,
    UnknownGrant,
    UnknownKind,
)
from .kinds import kinds
from .told import label_of


@atomic
def propose_grant(
    *,
    kind: str,
    firm_id: int,
    is_offer: bool = True,
    partner_part_id: int | None = None,
    precision: str = Grant.Precision.EXACT,
    starts_on: date | None = None,
    until: date | None = None,
) -> Grant:
    """Offer to share rows of one kind with a partner, or ask the partner to share its own.

    Args:
        firm_id: the other firm.
        is_offer: the scope's firm shares; False: it asks the other one to.
        partner_part_id: the one part that it is about; None: all.
        starts_on: today where none is named. until: the last day; None: until somebody ends it.

    Raises:
        UnknownKind, UnknownFirm, NotOfBothFirms, EndsBeforeStart: something named is not there or not possible.
        GrantedAlready: the same stands or waits already.
    """
    scope = require_scope()
    own_id, today = scope.organization_id, timezone.localdate()
    first = starts_on or today
    if kind not in kinds():
        raise UnknownKind(place="kind", value=kind)
    if precision not in Grant.Precision.values:
        raise UnknownKind(place="precision", value=precision)
    if firm_id == own_id or firm_id not in scope.party_ids:
        raise UnknownFirm(place="firm", value=firm_id)
    if until is not None and until < max(first, today):
        raise EndsBeforeStart(place="until", value=until, starts_on=first)
    part = _part_of_both(partner_part_id, {own_id, firm_id})
    giver, receiver = (own_id, firm_id) if is_offer else (firm_id, own_id)
    rows = Grant.objects.filter(organization_id=giver, receiver_id=receiver, kind=kind, precision=precision)
    for other in rows.filter(partner_part_id=partner_part_id, revoked_at=None):
        if other.until is None or other.until >= first:
            raise GrantedAlready(place="kind", value=kind)
    grant = Grant.objects.create(
        organization_id=giver,
        receiver_id=receiver,
        relation_id=part and part.relation_id,
        partner_part=part,
        kind=kind,
        precision=precision,
        starts_on=first,
        until=until,
        is_offer=is_offer,
        created_by_id=scope.user_id,
    )
    _tell("grant.proposed", grant)
    return grant


@atomic
def agree_to_grant(*, grant_id: int) -> Grant:
    """The side that was asked says yes; from its first day on the grant shows what it is about.

    Raises:
        UnknownGrant: not of the scope's firm. OwnProposal: the other side answers.
        GrantAnswered: agreed or ended already, or its last day has passed.
    """
    grant = _lock(grant_id)
    scope = require_scope()
    if scope.organization_id == (grant.organization_id if grant.is_offer else grant.receiver_id):
        raise OwnProposal(place="grant", value=grant_id)
    has_passed = grant.until is not None and grant.until < timezone.localdate()
    if grant.agreed_at is not None or grant.revoked_at is not None or has_passed:
        raise GrantAnswered(place="grant", value=grant_id)
    grant.agreed_at, grant.agreed_by_id = timezone.now(), scope.user_id
    grant.save(update_fields=["agreed_at", "agreed_by"])
    _tell("grant.agreed", grant)
    return grant


@atomic
def revoke_grant(*, grant_id: int) -> Grant:
    """Either side ends a grant, or takes back or refuses a proposal; the next look shows nothing by it any more.

    Raises:
        UnknownGrant: not of the scope's firm. GrantAnswered: it has ended already.
    """
    grant = _lock(grant_id)
    if grant.revoked_at is not None:
        raise GrantAnswered(place="grant", value=grant_id)
    scope = require_scope()
    grant.revoked_at, grant.revoked_by_id, grant.revoked_firm_id = timezone.now(), scope.user_id, scope.organization_id
    grant.save(update_fields=["revoked_at", "revoked_by", "revoked_firm"])
    _tell("grant.revoked", grant)
    return grant


def give_to_customers(*, organization_id: int, kind: str) -> bool:
    """Share rows of a kind with the customers that the goods came to, where the firm agreed to that elsewhere: a contract.

    Returns:
        Whether it is shared now. What the firm has ended stays ended until it offers it anew.
    """
    rows = Grant.objects.filter(organization_id=organization_id, kind=kind, step=Grant.Step.CUSTOMERS)
    last = rows.order_by("-pk").first()
    if last is None:
        now = timezone.now()
        Grant.objects.create(
            organization_id=organization_id,
            step=Grant.Step.CUSTOMERS,
            kind=kind,
            starts_on=timezone.localdate(now),
            agreed_at=now,
            created_by_id=require_scope().user_id,
        )
        return True
    return last.revoked_at is None


def _part_of_both(partner_part_id: int | None, firms: set[int]) -> Any:
    if partner_part_id is None:
        return None
    part = PartnerPart.objects.filter(pk=partner_part_id).first()
    if part is None or {part.buyer_id, part.supplier_id} != firms:
        raise NotOfBothFirms(place="partner_part", value=partner_part_id)
    return part


def _lock(grant_id: int) -> Grant:
    own_id = require_scope().organization_id
    grant = Grant.objects.select_for_update(of=("self",)).filter(pk=grant_id).first()
    if grant is None or own_id not in (grant.organization_id, grant.receiver_id):
        raise UnknownGrant(place="grant", value=grant_id)
    return grant


def _tell(event: str, grant: Grant) -> None:
    """The other firm; of a grant to all customers nobody is told by name."""
    own = Organization.objects.get(pk=require_scope().organization_id)
    others = [firm for firm in (grant.organization_id, grant.receiver_id) if firm and firm != own.pk]
    emit_to(event, organization_ids=others, subject_id=grant.pk, label=label_of(grant, own), actor_id=own.pk)


def relations_ended(relation_ids: Collection[int]) -> None:
    """The relations have ended: grants between firms that trade by no other one end with them."""
    rows = TradingRelation.objects.filter(pk__in=relation_ids).values_list("buyer_id", "supplier_id")
    for pair in {frozenset(sides) for sides in rows}:
        one, other = sorted(pair)
        both = Q(buyer_id=one, supplier_id=other) | Q(buyer_id=other, supplier_id=one)
        if TradingRelation.objects.filter(both, ended_at=None).exists():
            continue
        between = Q(organization_id=one, receiver_id=other) | Q(organization_id=other, receiver_id=one)
        for grant in Grant.objects.filter(between, revoked_at=None):
            revoke_grant(grant_id=grant.pk)
