"""Movements of stock: posted together with their balances; goods that leave, and come back."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connections
from django.db.models import Q

from apps.common.units import can_convert, convert
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import NegativeStock
from ..models import HOLDER, MovementKind, StockBalance, StockKey, StockMovement, StockStatus

THINGS = ("partner_part", "part", "consigned_part")
Thing = tuple[int | None, int | None, int | None]  # ids of these, one of them given


@dataclass(frozen=True, kw_only=True)
class Move:
    """One change of one balance; `quantity` is signed and in the unit of what lies there: that of the partner part or of
    the consigned one, else the base unit of the own part."""

    organization_id: int
    partner_part_id: int | None = None
    part_id: int | None = None
    consigned_part_id: int | None = None
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
        name = next(name for name in THINGS if detail[f"{name}_id"] is not None)
        raise NegativeStock(place=f"{name} {detail[f'{name}_id']}", value=detail["quantity"], lot=detail["lot"]) from error


def moved(heap: StockKey, quantity: Decimal, *, kind: str, reference: str) -> Move:
    """A movement of a heap that is there, or of another movement's."""
    return Move(
        organization_id=heap.organization_id,
        partner_part_id=heap.partner_part_id,
        part_id=heap.part_id,
        consigned_part_id=heap.consigned_part_id,
        site_id=heap.site_id,
        status=heap.status,
        owner_id=heap.owner_id,
        unit=heap.unit,
        quantity=quantity,
        kind=kind,
        lot=heap.lot,
        reference=reference,
    )


@dataclass(frozen=True)
class Leaving:
    """So much of one part and lot leaves the firm, in the partner part's unit.

    Attributes:
        number: of the own part that the firm calls it by: of its heaps is taken where none lies for this relation alone.
    """

    partner_part_id: int
    lot: str
    quantity: Decimal
    unit: str
    number: str = ""


# Which heap a lot is taken from, in this order: its own; one counted without lots; and for what left without a lot, any.
FITS = (
    lambda heap_lot, lot: heap_lot == lot,
    lambda heap_lot, _lot: not heap_lot,
    lambda _heap_lot, lot: not lot,
)


@atomic
def issue(*, organization_id: int, leaving: Sequence[Leaving], first_site_id: int | None, reference: str) -> None:
    """Take what leaves out of the firm's available stock, as far as a balance is kept; no more than is there.

    Who keeps no stock in Dure, or counted less than leaves, still ships: a balance is what was booked, goods are a fact.
    Where stock is counted without lots and leaves by lot, or the other way round, it leaves all the same: a balance that
    stays would be goods that are gone.

    Args:
        first_site_id: where it leaves from; other sites of the firm follow.
    """
    wanted: dict[tuple[int, str], Decimal] = {}
    for item in leaving:
        key = (item.partner_part_id, item.lot)
        wanted[key] = wanted.get(key, Decimal(0)) + item.quantity
    units = {item.partner_part_id: item.unit for item in leaving}
    called: dict[str, set[int]] = {}
    for item in leaving:
        if item.number:
            called.setdefault(item.number, set()).add(item.partner_part_id)
    held = (
        StockBalance.objects.on_side(HOLDER)
        .select_for_update(of=("self",))
        .select_related("part")
        .filter(organization_id=organization_id, owner_id=organization_id, status=StockStatus.AVAILABLE, quantity__gt=0)
        .filter(Q(partner_part__in=units) | Q(part__number__in=called))
        .order_by("pk")
    )
    heaps = sorted(held, key=lambda row: (row.part_id is not None, row.site_id != first_site_id))
    left = {heap.pk: heap.quantity for heap in heaps}
    for fits in FITS:
        for heap in heaps:
            pks = called.get(heap.part.number, set()) if heap.part else {heap.partner_part_id}
            for pk, lot in sorted(wanted):
                if pk not in pks or not fits(heap.lot, lot) or not can_convert(units[pk], heap.unit):
                    continue
                taken = min(left[heap.pk], convert(wanted[pk, lot], units[pk], heap.unit))
                wanted[pk, lot] -= convert(taken, heap.unit, units[pk])
                left[heap.pk] -= taken
    kind = MovementKind.ISSUE.value
    post(
        [
            moved(heap, left[heap.pk] - heap.quantity, kind=kind, reference=reference)
            for heap in heaps
            if left[heap.pk] != heap.quantity
        ]
    )


@atomic
def take_issue_back(*, organization_id: int, reference: str) -> None:
    """Post what an issue took back to where it came from: the same heaps, as much of each, under the same reference.

    What was never taken, because no stock was kept, does not come back either. A document taken back gives its number to
    the next one: what came back under it before is no part of what is still gone. It is taken back once, under its own
    lock; a movement is never changed.
    """
    kind = MovementKind.REVERSAL.value
    rows = StockMovement.objects.on_side(HOLDER).filter(
        organization_id=organization_id, kind__in=(MovementKind.ISSUE, kind), reference=reference
    )
    gone: dict[Move, Decimal] = {}
    for row in rows.order_by("pk"):
        heap = moved(row, Decimal(0), kind=kind, reference=reference)
        gone[heap] = gone.get(heap, Decimal(0)) + row.quantity
    post([replace(heap, quantity=-quantity) for heap, quantity in gone.items() if quantity])
