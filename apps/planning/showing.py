"""What a buyer shows its suppliers of its demand: which levels, and how a part is split between several."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from apps.events.services import emit
from apps.masterdata.models import PartnerPart
from apps.masterdata.services import next_number
from apps.tenancy.bases import sides_of
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from .exceptions import InvalidShares, UnknownPlanPart, UnknownSupplier
from .models import Commitment, Quota, SharedLevel
from .releasing import shares, tell_suppliers


@atomic
def show_levels(*, levels: Mapping[int, Collection[int]]) -> None:
    """Which commitment levels the suppliers of relations see, by relation; the others stay as they are.

    What is withdrawn is gone at once, earlier editions included.

    Raises:
        UnknownSupplier: not a relation in which the scope's firm buys.
    """
    rows = {row.pk: row for row in TradingRelation.objects.on_side(Side.BUYER).filter(pk__in=levels)}
    if unknown := set(levels) - set(rows):
        raise UnknownSupplier(place="relation", value=min(unknown))
    next_number(organization_id=require_scope().organization_id, kind="told", prefix="")
    before: dict[int, set[int]] = {pk: set() for pk in levels}
    for relation, level in SharedLevel.objects.filter(relation_id__in=levels).values_list("relation_id", "level"):
        before[relation].add(level)
    changed = {pk: set(wanted) & set(Commitment.values) for pk, wanted in levels.items()}
    changed = {pk: wanted for pk, wanted in changed.items() if wanted != before[pk]}
    for pk, wanted in changed.items():
        SharedLevel.objects.filter(relation_id=pk).exclude(level__in=wanted).delete()
    SharedLevel.objects.bulk_create(
        SharedLevel(**sides_of(rows[pk]), level=level) for pk, wanted in changed.items() for level in wanted - before[pk]
    )
    if changed:
        tell_suppliers(quietly=changed)
    for pk in changed:
        emit("demand.shown", subject=rows[pk], label=rows[pk].vendor_code)


def withdraw(relation_ids: Collection[int]) -> None:
    """The relations have ended: their suppliers see nothing of the demand any more, earlier editions included."""
    SharedLevel.objects.filter(relation_id__in=relation_ids).delete()


@atomic
def split_part(*, part_id: int, shares_given: Mapping[int, Decimal]) -> None:
    """How the demand of an own part is split between those who may deliver it: partner part → share, 0.6 is 60 %.

    Together they are at most the whole; what is left nobody is told. None given: the split is unknown again.

    Raises:
        UnknownPlanPart: not a part that several may deliver. InvalidShares: below 0, or above the whole together, or of
        only some of them.
    """
    agreed = {row.pk for row in PartnerPart.objects.on_side(Side.BUYER).filter(part_id=part_id)}
    open_ones = {pk for pk in agreed if pk in _may_deliver()}
    if not agreed or not set(shares_given) <= agreed:
        raise UnknownPlanPart(place="part", value=part_id)
    total = sum(shares_given.values(), Decimal(0))
    if shares_given and (not open_ones <= set(shares_given) or total > 1 or min(shares_given.values()) < 0):
        raise InvalidShares(place="share", value=f"{total * 100:f} %")
    rows = PartnerPart.objects.filter(pk__in=shares_given)
    Quota.objects.filter(partner_part_id__in=agreed).delete()
    Quota.objects.bulk_create(Quota(**sides_of(row), partner_part=row, share=shares_given[row.pk]) for row in rows)
    tell_suppliers()


def _may_deliver() -> set[int]:
    known, unknown = shares()
    return set(known) | {row.pk for rows in unknown.values() for row in rows}
