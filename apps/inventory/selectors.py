"""Reads of stock."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, QuerySet, Sum

from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from .models import StockBalance, StockMovement, StockStatus


def balances() -> QuerySet[StockBalance]:
    """What the firm holds, with parts and sites joined: listing costs one query."""
    return StockBalance.objects.select_related("partner_part", "site", "owner").order_by("pk")


def movements(partner_part_id: int | None = None) -> QuerySet[StockMovement]:
    rows = StockMovement.objects.select_related("partner_part", "site", "created_by").order_by("-pk")
    return rows.filter(partner_part_id=partner_part_id) if partner_part_id else rows


def stock_by_site(parts: Collection[int] | None = None, side: Side | None = None) -> dict[tuple[int, int], dict[str, Any]]:
    """As `stock_by_part`, by partner part and site; one query."""
    return {(row["partner_part_id"], row["site_id"]): row for row in _sums(parts, side, "partner_part_id", "site_id")}


def stock_by_part(parts: Collection[int] | None = None, side: Side | None = None) -> dict[int, dict[str, Any]]:
    """Per partner part (None: of all): quantity by status in its unit, and when the stock was last touched; one query.

    Blocked and inspected stock stand beside the available one, never in it.

    Args:
        side: only of parts that the firm buys, or supplies; None of both.
    """
    return {row["partner_part_id"]: row for row in _sums(parts, side, "partner_part_id")}


def _sums(parts: Collection[int] | None, side: Side | None, *by: str) -> QuerySet[Any, dict[str, Any]]:
    rows = StockBalance.objects.all()
    if side is not None:
        rows = rows.filter(**{f"partner_part__{side}__in": require_scope().organization_ids})
    if parts is not None:
        rows = rows.filter(partner_part_id__in=parts)
    sums = {str(s): Sum("quantity", filter=Q(status=s), default=Decimal(0)) for s in StockStatus}
    return rows.values(*by).annotate(as_of=Max("as_of"), **sums)
