"""Agreeing capacity with a customer: the supplier proposes, the customer says yes, either ends it."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.common.units import is_quantity, unit_of
from apps.events.services import emit
from apps.planning.weeks import monday_of
from apps.tenancy.checks import require_side
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from . import selectors
from .exceptions import (
    AgreedAlready,
    AgreementAnswered,
    BeyondCapacity,
    InvalidCapacity,
    MadeForAnother,
    NoCapacityTold,
    NotAWeek,
    NotTheirParts,
    UnknownAgreement,
    UnknownCustomer,
)
from .load import WEEK, Given
from .locking import lock
from .models import CapacityAgreement
from .services import FAR, LOOKED_AHEAD
from .telling import tell_if_shared


@atomic
def propose_capacity(
    *, group_id: int, relation_id: int, quantity: Decimal, first_week: date, last_week: date | None = None
) -> CapacityAgreement:
    """Offer a customer so much of a group's capacity a week; it holds once the customer agrees.

    Raises:
        UnknownGroup, UnknownCustomer: not the firm's. NotTheirParts: the group makes nothing for it.
        MadeForAnother: another customer is told the whole of the group.
        InvalidCapacity, NotAWeek: quantity and weeks. AgreedAlready: for one of the weeks.
        NoCapacityTold: nobody said what the group gives in a week. BeyondCapacity: it is more than a week has left.
    """
    lock()
    group = selectors.group(group_id)
    relation = TradingRelation.objects.on_side(Side.SUPPLIER).filter(pk=relation_id, ended_at=None).first()
    if relation is None:
        raise UnknownCustomer(place="relation", value=relation_id)
    if group.made_for is not None and group.made_for.ended_at is None and group.made_for_id != relation_id:
        raise MadeForAnother(place="relation", value=relation_id, group=group.code)
    if not is_quantity(quantity, group.unit):
        raise InvalidCapacity(place="quantity", value=quantity, unit=unit_of(group.unit).label)
    this_week = monday_of(group.site.today)
    last = last_week or first_week + LOOKED_AHEAD * WEEK  # without an end so far ahead
    for place, day in (("first_week", first_week), ("last_week", last)):
        if day != monday_of(day) or not max(this_week, first_week) <= day <= this_week + FAR:
            raise NotAWeek(place=place, value=day, group=group.code)
    standing = list(selectors.open_agreements().filter(group=group))
    mine = [row for row in standing if row.relation_id == relation_id]
    if any(row.first_week <= last and (row.last_week is None or first_week <= row.last_week) for row in mine):
        raise AgreedAlready(place="first_week", value=first_week)
    count = (last - first_week).days // 7 + 1
    found = selectors.loads(group.site, [group], first=first_week, count=count)[0]
    if relation_id not in found.customers:
        raise NotTheirParts(place="relation", value=relation_id, group=group.code)
    for week in found.weeks:
        # A few days off shorten what everybody gets of a week; only a week of which something else was said is held to that.
        given = Given(group.usual, group.usual_maximum) if week.given.is_usual else week.given
        most = given.maximum if given.maximum is not None else given.actual
        if most is None:
            raise NoCapacityTold(place="first_week", value=week.monday, group=group.code)
        left = most - selectors.agreed_in(standing, week.monday)
        if quantity > left:
            raise BeyondCapacity(place="quantity", value=quantity, week=week.monday, left=max(left, Decimal(0)))
    whose = {"relation_id": relation.pk, "buyer_id": relation.buyer_id, "supplier_id": relation.supplier_id}
    made = CapacityAgreement.objects.create(
        **whose,
        group=group,
        name=group.name,
        unit=group.unit,
        first_week=first_week,
        last_week=last_week,
        quantity=quantity,
        created_by_id=require_scope().user_id,
    )
    emit("capacity.proposed", subject=made, label=made.name)
    return made


@atomic
def agree_capacity(*, agreement_id: int) -> CapacityAgreement:
    """The customer says yes.

    Raises:
        UnknownAgreement: not of the scope's firm. WrongSide: the supplier's. AgreementAnswered: agreed or ended already.
    """
    found = _locked(agreement_id)
    require_side(found, Side.BUYER)
    if found.agreed_at is not None or found.ended_at is not None:
        raise AgreementAnswered(place="agreement", value=agreement_id)
    found.agreed_at, found.agreed_by_id = timezone.now(), require_scope().user_id
    found.save(update_fields=["agreed_at", "agreed_by"])
    emit("capacity.agreed", subject=found, label=found.name)
    _told_by_its_supplier(found)
    return found


@atomic
def end_capacity(*, agreement_id: int) -> CapacityAgreement:
    """Either side ends an agreement, or takes back or refuses a proposal.

    Raises:
        UnknownAgreement: not of the scope's firm. AgreementAnswered: it has ended already.
    """
    found = _locked(agreement_id)
    if found.ended_at is not None:
        raise AgreementAnswered(place="agreement", value=agreement_id)
    _end(found)
    emit("capacity.ended", subject=found, label=found.name)
    _told_by_its_supplier(found)
    return found


def relations_ended(relation_ids: Collection[int]) -> None:
    """The relations have ended, and with them what was agreed in them."""
    for found in selectors.open_agreements().filter(relation_id__in=relation_ids):
        _end(found)


def _end(found: CapacityAgreement) -> None:
    found.ended_at, found.ended_by_id = timezone.now(), require_scope().user_id
    found.save(update_fields=["ended_at", "ended_by"])


def _locked(agreement_id: int) -> CapacityAgreement:
    found: Any = CapacityAgreement.objects.select_for_update().filter(pk=agreement_id).first()
    if found is None:
        raise UnknownAgreement(place="agreement", value=agreement_id)
    return found


def _told_by_its_supplier(found: CapacityAgreement) -> None:
    """What the customer sees of the group follows what was agreed: at once, or by the supplier's own task."""
    from . import tasks

    if require_scope().organization_id == found.supplier_id:
        tell_if_shared()
    else:
        run = partial(tasks.tell.delay, organization_id=found.supplier_id)
        transaction.on_commit(run, using=require_scope().alias, robust=True)
