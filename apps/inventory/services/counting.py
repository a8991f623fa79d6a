"""Counts: what somebody found, held against the ledger."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.common.characters import clean
from apps.common.errors import DomainError, raise_all
from apps.common.meant import LITTLE, most_unasked
from apps.common.units import MixedUnits, can_convert, convert, is_quantity, unit_of
from apps.events.services import emit_all
from apps.masterdata.models import Part, PartnerPart
from apps.tenancy.models import Site
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import CountedTwice, FarAboveLedger, InvalidCount, NothingLayThere, UnknownStock
from ..models import COUNTED, HOLDER, ConsignedPart, MovementKind, StockBalance, StockStatus
from .posting import Move, Thing, post


@dataclass(frozen=True)
class Counted:
    """What somebody found in one status and lot: of a partner part or of a customer's material in its unit, or of an own
    part in its base unit.

    Attributes:
        unit: in which it was counted, where that is another one.
    """

    partner_part_id: int | None
    quantity: Decimal
    status: str = StockStatus.AVAILABLE
    lot: str = ""
    part_id: int | None = None
    unit: str = ""
    consigned_part_id: int | None = None

    @property
    def thing(self) -> Thing:
        return self.partner_part_id, self.part_id, self.consigned_part_id


@atomic
def count_stock(*, site_id: int, counted: Sequence[Counted], reference: str = "", is_confirmed: bool = False) -> int:
    """Take over a count: every difference becomes a movement, no balance is overwritten.

    A row without difference is written as a movement of 0, so that the balance shows when it was last looked at. Material
    of a customer's is counted by who holds it; its owner reads the difference and is told.

    Args:
        is_confirmed: far more than the ledger has is meant.

    Returns:
        How many balances differed.

    Raises:
        UnknownStock: not an open site of one's own; or no part agreed with a partner, none of one's own, and no material
            that a customer handed out.
        InvalidCount: a quantity below 0, broken where the unit counts pieces, or on its way.
        CountedTwice: a key stands twice.
        NothingLayThere: 0 of a customer's material in a lot that never lay there.
        MixedUnits: counted in a unit that does not convert.
        FarAboveLedger: nobody said that it is meant. All that is wrong with the rows is told together.
    """
    scope, reference = require_scope(), clean(reference, "code", "reference")
    site = Site.objects.filter(pk=site_id, organization_id=scope.organization_id, closed_at=None).first()
    if site is None:
        raise UnknownStock(place="site", value=site_id)
    things = _things(counted, scope.organization_id)
    held = {
        (*heap.thing, heap.status, heap.lot): heap.quantity
        for heap in StockBalance.objects.on_side(HOLDER)
        .select_for_update()
        .filter(_of(things), site=site)
        .exclude(status=StockStatus.IN_TRANSIT)
        .order_by("pk")
    }
    moves: dict[tuple[Any, ...], Move] = {}
    errors: list[DomainError] = []
    for index, row in enumerate(counted):
        try:
            move = _difference(row, f"rows[{index}]", site, things, held, reference)
            key = (*row.thing, move.status, move.lot)
            if key in moves:
                raise CountedTwice(place=f"rows[{index}]", value=row.lot or row.quantity)
            moves[key] = move
            if not is_confirmed:
                _ask(move, held.get(key, Decimal(0)), f"rows[{index}].quantity", things[row.thing])
        except DomainError as error:
            errors.append(error)
    raise_all(errors)
    post(list(moves.values()))
    emit_all([("stock.counted", site, site.code), *_news(moves.values(), things)])
    return sum(move.quantity != 0 for move in moves.values())


def _things(counted: Sequence[Counted], holder_id: int) -> dict[Thing, Any]:
    found: dict[Thing, Any] = {}
    if wanted := {row.partner_part_id for row in counted if row.partner_part_id}:
        found |= {(pk, None, None): thing for pk, thing in PartnerPart.objects.in_bulk(wanted).items()}
    if wanted := {row.part_id for row in counted if row.part_id}:
        found |= {(None, pk, None): thing for pk, thing in Part.objects.in_bulk(wanted).items()}
    if wanted := {row.consigned_part_id for row in counted if row.consigned_part_id}:
        rows = ConsignedPart.objects.on_side("supplier").filter(supplier_id=holder_id).in_bulk(wanted)
        found |= {(None, None, pk): thing for pk, thing in rows.items()}
    return found


def _of(things: Collection[Thing]) -> Q:
    agreed, own, consigned = (
        ([pk for pk in column if pk] for column in zip(*things, strict=True)) if things else ([], [], [])
    )
    return Q(partner_part__in=agreed) | Q(part__in=own) | Q(consigned_part__in=consigned)


def _news(moves: Collection[Move], things: Mapping[Thing, Any]) -> list[tuple[str, Any, str]]:
    """The owner of material hears of its count once, by the first part that differed, else by the first."""
    first: dict[int, tuple[bool, str, Any]] = {}
    for move in moves:
        if move.consigned_part_id is None:
            continue
        part = things[None, None, move.consigned_part_id]
        entry = (move.quantity == 0, part.number, part)
        if part.relation_id not in first or entry[:2] < first[part.relation_id][:2]:
            first[part.relation_id] = entry
    events = {True: "consigned.counted", False: "consigned.counted_otherwise"}
    return [(events[is_same], part, number) for is_same, number, part in first.values()]


def _ask(move: Move, stood: Decimal, place: str, thing: Any) -> None:
    """
    Raises:
        FarAboveLedger: of what somebody found, in the thing's unit.
    """
    found = stood + move.quantity
    if found <= most_unasked(stood) or move.quantity < LITTLE:
        return
    number = thing.buyer_number if isinstance(thing, PartnerPart) else thing.number
    words = _("%(part)s: %(found)s %(unit)s are counted where the ledger has %(stood)s. %(rule)s") % {
        "part": number,
        "found": f"{found.normalize():f}",
        "stood": f"{stood.normalize():f}",
        "unit": unit_of(thing.unit).label,
        "rule": FarAboveLedger.rule,
    }
    raise FarAboveLedger(words, place=place, value=found, part=number, ledger=stood)


def _difference(
    row: Counted,
    place: str,
    site: Site,
    things: Mapping[Thing, Any],
    held: Mapping[tuple[Any, ...], Decimal],
    reference: str,
) -> Move:
    """
    Raises:
        UnknownStock, InvalidCount, NothingLayThere, MixedUnits: of this row.
    """
    thing = things.get(row.thing)
    if thing is None:
        raise UnknownStock(place=f"{place}.part", value=row.consigned_part_id or row.part_id or row.partner_part_id)
    # The ledger is written by a function of the database, past the columns' own rule.
    lot = clean(row.lot, "code", f"{place}.lot")
    quantity = row.quantity
    if row.unit and row.unit != thing.unit:
        if not can_convert(row.unit, thing.unit):
            raise MixedUnits(place=f"{place}.unit", value=f"{row.unit} → {thing.unit}")
        quantity = convert(quantity, row.unit, thing.unit)
    if not is_quantity(quantity, thing.unit, or_none=True):
        raise InvalidCount(place=f"{place}.quantity", value=row.quantity, unit=unit_of(thing.unit).label)
    if row.status not in COUNTED:
        raise InvalidCount(place=f"{place}.status", value=row.status)
    status = StockStatus(row.status).value
    key = (*row.thing, status, lot)
    if row.consigned_part_id and not quantity and key not in held:
        raise NothingLayThere(place=f"{place}.quantity", value=lot or row.quantity)  # else it would pass for a count
    return Move(
        organization_id=site.organization_id,
        partner_part_id=row.partner_part_id,
        part_id=row.part_id,
        consigned_part_id=row.consigned_part_id,
        site_id=site.pk,
        status=status,
        owner_id=thing.buyer_id if row.consigned_part_id else site.organization_id,
        unit=thing.unit,
        quantity=quantity - held.get(key, Decimal(0)),
        kind=MovementKind.COUNT,
        lot=lot,
        reference=reference,
    )
