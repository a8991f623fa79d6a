"""Reads of stock."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.common.among import among
from apps.masterdata.models import PartnerPart
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from .models import HOLDER, OWNER, TAKEN, ConsignedPart, MovementKind, StockBalance, StockMovement, StockStatus


class Heap(NamedTuple):
    """What lies at a site: of a partner part, or of an own part of the holder; the other one is None."""

    partner_part_id: int | None
    part_id: int | None
    site_id: int


def balances() -> QuerySet[StockBalance]:
    """What the firm holds of its own, with parts and sites joined: listing costs one query."""
    rows = StockBalance.objects.on_side(HOLDER).filter(consigned_part=None)
    return rows.select_related("partner_part", "part", "site", "owner").order_by("pk")


def movements(partner_part_id: int | None = None) -> QuerySet[StockMovement]:
    """Of the firm's own stock, newest first."""
    rows = StockMovement.objects.on_side(HOLDER).filter(consigned_part=None)
    rows = rows.select_related("partner_part", "part", "site", "created_by").order_by("-pk")
    return rows.filter(partner_part_id=partner_part_id) if partner_part_id else rows


def moved_by(reference: str) -> QuerySet[StockMovement]:
    """What one production report moved, in its order; a count or a delivery that bears its number is none of it."""
    kinds = (MovementKind.MADE, *TAKEN)
    rows = StockMovement.objects.on_side(HOLDER).filter(reference=reference, kind__in=kinds)
    return rows.exclude(reference="").order_by("pk")


def consigned_parts(side: Side | None = None) -> QuerySet[ConsignedPart]:
    """What the firm hands to its suppliers, or got from its customers; both firms joined: listing costs one query."""
    rows = ConsignedPart.objects.all() if side is None else ConsignedPart.objects.on_side(side)
    return rows.select_related("buyer", "supplier", "relation").order_by("number", "pk")


def consigned_balances(side: Side) -> QuerySet[StockBalance]:
    """The firm's material at its suppliers, or its customers' material at its own sites, what is on the way among it.

    The same rows on both sides: nothing is copied that could differ.
    """
    rows = StockBalance.objects.on_side(OWNER if side is Side.BUYER else HOLDER)
    rows = rows.filter(consigned_part__isnull=False)
    return rows.select_related("consigned_part", "site", "owner", "organization").order_by("pk")


def consigned_movements(side: Side) -> QuerySet[StockMovement]:
    """Every change of those balances, newest first."""
    rows = StockMovement.objects.on_side(OWNER if side is Side.BUYER else HOLDER)
    rows = rows.filter(consigned_part__isnull=False)
    return rows.select_related("consigned_part", "site", "owner", "organization").order_by("-pk")


class Handed(NamedTuple):
    """So much of an own part lies with one supplier, or is on its way to or from it, in the unit agreed there."""

    pk: int
    supplier: str
    quantity: Decimal
    unit: str


def handed_out(part_id: int) -> list[Handed]:
    """What of an own part lies at suppliers as the firm's own: no site of its own can use it; one statement."""
    rows = StockBalance.objects.on_side(OWNER).filter(consigned_part__part=part_id, quantity__gt=0)
    found: dict[int, Handed] = {}
    for heap in rows.select_related("consigned_part", "organization").order_by("organization_id", "pk"):
        pk, before = heap.consigned_part_id, found.get(heap.consigned_part_id)
        quantity = heap.quantity + (before.quantity if before else Decimal(0))
        found[pk] = Handed(pk, heap.organization.name, quantity, heap.unit)
    return list(found.values())


def stock_by_site(
    parts: Collection[int] | None = None, side: Side | None = None, own_parts: Collection[int] | None = None
) -> dict[Heap, dict[str, Any]]:
    """As `stock_by_part`, by site, and of own parts that lie there as such too; one query.

    Args:
        own_parts: of these alone; of all where `parts` is None too, of none where only that is given.
    """
    chosen = _of_partners(parts, side)
    if own_parts is not None:
        chosen |= among("part", own_parts)
    elif parts is None:
        chosen |= Q(part__isnull=False)
    found = _sums(chosen, "partner_part_id", "part_id", "site_id")
    return {Heap(row["partner_part_id"], row["part_id"], row["site_id"]): row for row in found}


def stock_by_part(parts: Collection[int] | None = None, side: Side | None = None) -> dict[int, dict[str, Any]]:
    """Per partner part (None: of all): quantity by status in its unit, and when the stock was last touched; one query.

    Blocked and inspected stock stand beside the available one, never in it. Of what the firm supplies, an own part of the
    number that it calls it by counts too, where no other customer gets it and both are counted in one unit.

    Args:
        side: only of parts that the firm buys, or supplies; None of both.
    """
    if side is not Side.SUPPLIER:
        return {row["partner_part_id"]: row for row in _sums(_of_partners(parts, side), "partner_part_id")}
    called = PartnerPart.objects.on_side(side).filter(ended_at=None, own_number=OuterRef("part__number")).order_by()
    alone = called.values("own_number").annotate(n=Count("pk"), one=Min("pk"), of_unit=Min("unit"))
    of_alone = Subquery(alone.filter(n=1, of_unit=OuterRef("unit")).values("one"))
    heaps = StockBalance.objects.on_side(HOLDER).filter(_of_partners(parts, side) | Q(part__isnull=False))
    heaps = heaps.annotate(counts_as=Coalesce("partner_part_id", of_alone)).filter(counts_as__isnull=False)
    if parts is not None:
        heaps = heaps.filter(counts_as__in=parts)
    return {row["counts_as"]: row for row in _summed(heaps, "counts_as")}


def _of_partners(parts: Collection[int] | None, side: Side | None) -> Q:
    chosen = Q(partner_part__isnull=False) if parts is None else among("partner_part", parts)
    if side is not None:
        chosen &= Q(**{f"partner_part__{side}__in": require_scope().organization_ids})
    return chosen


def _sums(chosen: Q, *by: str) -> QuerySet[Any, dict[str, Any]]:
    return _summed(StockBalance.objects.on_side(HOLDER).filter(chosen), *by)


def _summed(heaps: QuerySet[StockBalance], *by: str) -> QuerySet[Any, dict[str, Any]]:
    sums = {str(s): Sum("quantity", filter=Q(status=s), default=Decimal(0)) for s in StockStatus}
    return heaps.values(*by).annotate(as_of=Max("as_of"), **sums)
