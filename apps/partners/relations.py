"""A relation that stands: its terms proposed and agreed, its contacts, suspended, resumed and ended."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.common.rooms import kinds, relations_ended
from apps.events.services import emit
from apps.tenancy.bases import sides_of
from apps.tenancy.checks import side_of
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope
from apps.tenancy.terms import COLUMNS

from .exceptions import (
    AnsweredAlready,
    NoSuchRelation,
    NothingProposed,
    NotReachable,
    OtherSideAnswers,
    ProposalWaits,
    RelationEnded,
    TermsContradict,
    UnknownContact,
    UnknownData,
    UnknownProposal,
)
from .models import IS_OPEN, RelationContact, TermsProposal

SUSPENDED = {Side.BUYER: "buyer_suspended_at", Side.SUPPLIER: "supplier_suspended_at"}


@atomic
def propose_terms(*, relation_id: int, note: str = "", **terms: Any) -> TermsProposal:
    """Propose terms to the other side; what is not named is as it is now. Nothing changes before its yes.

    Raises:
        NoSuchRelation: not of the scope's firm. RelationEnded: it has ended. ProposalWaits: one is open.
        NothingProposed: they are the terms of now. TermsContradict: they cannot hold together.
        UnknownData: no room brings such data, or not so many days.
    """
    relation = _lock(relation_id)
    wanted = {name: terms.get(name, getattr(relation, name)) for name in COLUMNS}
    proposal = TermsProposal(**wanted)
    if proposal.agrees_with(relation):
        raise NothingProposed(place="terms")
    if proposal.freeze_days and proposal.answer_hours > proposal.freeze_days * 24:
        raise TermsContradict(place="answer_hours", value=proposal.answer_hours, freeze_days=proposal.freeze_days)
    for name, days in proposal.data_days.items():
        if name not in {kind.name for kind in kinds()} or not 0 < days <= 365:
            raise UnknownData(place="data_days", value=f"{name}: {days}")
    if TermsProposal.objects.filter(IS_OPEN, relation_id=relation.pk).exists():
        raise ProposalWaits(place="terms")
    own_id = require_scope().organization_id
    asked = relation.supplier_id if own_id == relation.buyer_id else relation.buyer_id
    proposal.asker_id, proposal.asked_id, proposal.note = own_id, asked, note
    proposal.created_by_id = require_scope().user_id
    for name, value in sides_of(relation).items():
        setattr(proposal, name, value)
    try:
        with transaction.atomic(using=require_scope().alias):
            proposal.save(force_insert=True)
    except IntegrityError as error:
        raise ProposalWaits(place="terms") from error
    emit("relation.proposed", subject=relation, label=relation.vendor_code)
    return proposal


@atomic
def accept_terms(*, proposal_id: int) -> TermsProposal:
    """Say yes: the database takes them over and keeps a version; orders sent before keep theirs.

    Raises:
        UnknownProposal, OtherSideAnswers, AnsweredAlready: not the scope's firm's to answer now.
    """
    return _answer(proposal_id, is_accepted=True, event="relation.agreed")


@atomic
def decline_terms(*, proposal_id: int) -> TermsProposal:
    """
    Raises:
        UnknownProposal, OtherSideAnswers, AnsweredAlready: not the scope's firm's to answer now.
    """
    return _answer(proposal_id, is_accepted=False, event="relation.refused")


@atomic
def withdraw_terms(*, proposal_id: int) -> TermsProposal:
    """
    Raises:
        UnknownProposal, OtherSideAnswers, AnsweredAlready: not the scope's firm's to take back now.
    """
    proposal = _proposal(proposal_id)
    if proposal.asker_id != require_scope().organization_id:
        raise OtherSideAnswers(place="proposal", value=proposal_id)
    proposal.withdrawn_at = timezone.now()
    proposal.save(update_fields=["withdrawn_at"])
    return proposal


def _answer(proposal_id: int, *, is_accepted: bool, event: str) -> TermsProposal:
    proposal = _proposal(proposal_id)
    if proposal.asked_id != require_scope().organization_id:
        raise OtherSideAnswers(place="proposal", value=proposal_id)
    relation = _lock(proposal.relation_id)
    proposal.answered_at, proposal.answered_by_id = timezone.now(), require_scope().user_id
    proposal.is_accepted = is_accepted
    proposal.save(update_fields=["answered_at", "answered_by", "is_accepted"])
    emit(event, subject=relation, label=relation.vendor_code)
    return proposal


@atomic
def suspend(*, relation_id: int) -> TradingRelation:
    """No new orders until the same firm resumes it; what is ordered goes on.

    Raises:
        NoSuchRelation: not of the scope's firm. RelationEnded: it has ended.
    """
    return _set_suspended(relation_id, timezone.now(), "relation.suspended")


@atomic
def resume(*, relation_id: int) -> TradingRelation:
    """Take back one's own suspension; the other firm's stands.

    Raises:
        NoSuchRelation: not of the scope's firm. RelationEnded: it has ended.
    """
    return _set_suspended(relation_id, None, "relation.resumed")


def _set_suspended(relation_id: int, moment: Any, event: str) -> TradingRelation:
    relation = _lock(relation_id)
    column = SUSPENDED[side_of(relation) or Side.BUYER]
    if (getattr(relation, column) is None) is (moment is None):
        return relation
    setattr(relation, column, moment)
    relation.save(update_fields=[column])
    emit(event, subject=relation, label=relation.vendor_code)
    return relation


@atomic
def end(*, relation_id: int) -> TradingRelation:
    """No new orders; open ones go on, and both keep their documents. What either shared beside them is shared no more.

    It begins anew by a request alone.

    Raises:
        NoSuchRelation: not of the scope's firm. RelationEnded: it has ended already.
    """
    relation = _lock(relation_id)
    relation.ended_at, relation.ended_firm_id = timezone.now(), require_scope().organization_id
    relation.save(update_fields=["ended_at", "ended_firm"])
    relations_ended([relation.pk])
    emit("relation.ended", subject=relation, label=relation.vendor_code)
    return relation


@atomic
def add_contact(*, relation_id: int, name: str, duty: str = "", phone: str = "", email: str = "") -> RelationContact:
    """Name a person of the own firm whom the partner calls in this relation.

    Raises:
        NoSuchRelation: not of the scope's firm. NotReachable: neither phone nor address.
    """
    relation = _relation(relation_id)
    if not (phone or email):
        raise NotReachable(place="phone")
    own_id = require_scope().organization_id
    return RelationContact.objects.create(
        **sides_of(relation), firm_id=own_id, name=name, duty=duty, phone=phone, email=email
    )


@atomic
def remove_contact(*, contact_id: int) -> None:
    """
    Raises:
        UnknownContact: not a contact of the scope's firm.
    """
    rows = RelationContact.objects.filter(pk=contact_id, firm_id=require_scope().organization_id)
    if not rows.delete()[0]:
        raise UnknownContact(place="contact", value=contact_id)


def _relation(relation_id: int) -> TradingRelation:
    relation: TradingRelation | None = TradingRelation.objects.filter(pk=relation_id).first()
    if relation is None:
        raise NoSuchRelation(place="relation", value=relation_id)
    return relation


def _lock(relation_id: int) -> TradingRelation:
    relation: TradingRelation | None = TradingRelation.objects.select_for_update(of=("self",)).filter(pk=relation_id).first()
    if relation is None:
        raise NoSuchRelation(place="relation", value=relation_id)
    if relation.ended_at is not None:
        raise RelationEnded(place="relation", value=relation.vendor_code)
    return relation


def _proposal(proposal_id: int) -> TermsProposal:
    proposal: TermsProposal | None = TermsProposal.objects.select_for_update(of=("self",)).filter(pk=proposal_id).first()
    if proposal is None:
        raise UnknownProposal(place="proposal", value=proposal_id)
    if not proposal.is_open:
        raise AnsweredAlready(place="proposal", value=proposal_id)
    return proposal
