"""Movements of stock, and counts."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connections

from apps.common.characters import clean
from apps.common.units import is_quantity, unit_of
from apps.events.services import emit
from apps.masterdata.models import PartnerPart
from apps.tenancy.models import Site
from apps.tenancy.scope import atomic, require_scope

from .exceptions import CountedTwice, InvalidCount, NegativeStock, UnknownStock
from .models import MovementKind, StockBalance, StockMovement, StockStatus


@dataclass(frozen=True)
class Move:
    """One change of one balance; `quantity` is signed and in the partner part's unit."""

    organization_id: int
    partner_part_id: int
    site_id: int
    status: str
    owner_id: int
    unit: str
    quantity: Decimal
    kind: str
    lot: str = ""
    reference: str = ""


@atomic
def post(moves: Sequence[Move]) -> None:
    """Write movements and bring their balances along, in one statement however many there are.

    Raises:
        NegativeStock: a balance would fall below zero; nothing is written.
    """
    if not moves:
        return
    scope = require_scope()
    rows = [{**asdict(move), "quantity": str(move.quantity), "created_by_id": scope.user_id} for move in moves]
    try:
        with connections[scope.alias].cursor() as cursor:
            cursor.execute("SELECT inventory_post(%s::jsonb)", [json.dumps(rows)])
    except IntegrityError as error:
        found: Any = getattr(error.__cause__, "diag", None)
        if found is None or found.constraint_name != "stock_balance_not_negative":
            raise
        detail = json.loads(found.message_detail)
        raise NegativeStock(place=f"partner_part {detail['partner_part_id']}", value=detail["quantity"]) from error


@dataclass(frozen=True)
class Leaving:
    """So much of one part and lot leaves the firm, in the partner part's unit."""

    partner_part_id: int
    lot: str
    quantity: Decimal


@atomic
def issue(*, organization_id: int, leaving: Sequence[Leaving], first_site_id: int | None, reference: str) -> None:
    """Take what leaves out of the firm's available stock, as far as it keeps a balance of that lot; no more than is there.

    Who keeps no stock in Dure, or counted less than leaves, still ships: a balance is what was booked, goods are a fact.

    Args:
        first_site_id: where it leaves from; other sites of the firm follow.
    """
    wanted: dict[tuple[int, str], Decimal] = {}
    for item in leaving:
        key = (item.partner_part_id, item.lot)
        wanted[key] = wanted.get(key, Decimal(0)) + item.quantity
    held = (
        StockBalance.objects.select_for_update()
        .filter(organization_id=organization_id, owner_id=organization_id, status=StockStatus.AVAILABLE, quantity__gt=0)
        .filter(partner_part__in={part for part, _lot in wanted}, lot__in={lot for _part, lot in wanted})
        .order_by("pk")
    )
    moves = []
    for balance in sorted(held, key=lambda row: row.site_id != first_site_id):
        key = (balance.partner_part_id, balance.lot)
        taken = min(balance.quantity, wanted.get(key, Decimal(0)))
        if taken > 0:
            wanted[key] -= taken
            moves.append(
                Move(
                    organization_id=organization_id,
                    partner_part_id=balance.partner_part_id,
                    site_id=balance.site_id,
                    status=StockStatus.AVAILABLE.value,
                    owner_id=organization_id,
                    unit=balance.unit,
                    quantity=-taken,
                    kind=MovementKind.ISSUE.value,
                    lot=balance.lot,
                    reference=reference,
                )
            )
    post(moves)


@atomic
def take_issue_back(*, organization_id: int, partner_part_ids: Sequence[int], reference: str) -> None:
    """Post what an issue took back to where it came from: the same heaps, as much of each, under the same reference.

    What was never taken, because no stock was kept, does not come back either. Its document is taken back once, under its
    own lock; a movement is never changed.
    """
    rows = StockMovement.objects.filter(
        organization_id=organization_id, partner_part__in=partner_part_ids, kind=MovementKind.ISSUE, reference=reference
    )
    post(
        [
            Move(
                organization_id=organization_id,
                partner_part_id=row.partner_part_id,
                site_id=row.site_id,
                status=row.status,
                owner_id=row.owner_id,
                unit=row.unit,
                quantity=-row.quantity,
                kind=MovementKind.REVERSAL.value,
                lot=row.lot,
                reference=reference,
            )
            for row in rows.order_by("pk")
        ]
    )


@dataclass(frozen=True)
class Counted:
    """What somebody found of one part in one status and lot, in the partner part's unit."""

    partner_part_id: int
    quantity: Decimal
    status: str = StockStatus.AVAILABLE
    lot: str = ""


@atomic
def count_stock(*, site_id: int, counted: Sequence[Counted], reference: str = "") -> int:
    """Take over a count: every difference becomes a movement, no balance is overwritten.

    A row without difference is written as a movement of 0, so that the balance shows when it was last looked at.

    Returns:
        How many balances differed.

    Raises:
        UnknownStock: not an open site of one's own, or a part that is not agreed with a partner.
        InvalidCount: a quantity below 0, or broken where the unit counts pieces. CountedTwice: a key stands twice.
    """
    scope, reference = require_scope(), clean(reference, "code", "reference")
    site = Site.objects.filter(pk=site_id, organization_id=scope.organization_id, closed_at=None).first()
    if site is None:
        raise UnknownStock(place="site", value=site_id)
    wanted = {row.partner_part_id for row in counted}
    parts = {part.pk: part for part in PartnerPart.objects.filter(pk__in=wanted)}
    held = {
        (b.partner_part_id, b.status, b.lot): b.quantity
        for b in StockBalance.objects.select_for_update()
        .filter(site=site, owner_id=scope.organization_id, partner_part__in=wanted)
        .order_by("pk")
    }
    moves: dict[tuple[int, str, str], Move] = {}
    for index, row in enumerate(counted):
        part = parts.get(row.partner_part_id)
        if part is None:
            raise UnknownStock(place=f"rows[{index}].partner_part", value=row.partner_part_id)
        # The ledger is written by a function of the database, past the columns' own rule.
        lot = clean(row.lot, "code", f"rows[{index}].lot")
        key = (row.partner_part_id, StockStatus(row.status).value, lot)
        if key in moves:
            raise CountedTwice(place=f"rows[{index}]", value=part.buyer_number)
        unit = part.unit
        if not is_quantity(row.quantity, unit, or_none=True):
            raise InvalidCount(place=f"rows[{index}].quantity", value=row.quantity, unit=unit_of(unit).label)
        moves[key] = Move(
            organization_id=scope.organization_id,
            partner_part_id=part.pk,
            site_id=site.pk,
            status=key[1],
            owner_id=scope.organization_id,
            unit=unit,
            quantity=row.quantity - held.get(key, Decimal(0)),
            kind=MovementKind.COUNT,
            lot=lot,
            reference=reference,
        )
    post(list(moves.values()))
    emit("stock.counted", subject=site, label=site.code)
    return sum(move.quantity != 0 for move in moves.values())
