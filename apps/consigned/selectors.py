"""Reads of consigned material: notes, losses, what goes into parts, and settlements; a month's figures are `month`'s."""

from collections.abc import Collection
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from apps.common.among import among
from apps.common.units import MixedUnits, convert
from apps.inventory.models import TAKEN, ConsignedPart, StockBalance, StockMovement, StockStatus
from apps.inventory.selectors import consigned_balances
from apps.masterdata.models import PartnerPart
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.tenancy.selectors import side_for_lists

from .exceptions import NoSuchMaterial, UnknownNote, UnknownSettlement
from .models import ConsignmentLine, ConsignmentNote, MaterialLoss, MaterialUse, Settlement, SettlementLine
from .statuses import OPEN, NoteKind, SettlementState

LIST_ORDER = ("-pk",)
SETTLEMENT_ORDER = ("-month", "-pk")
# What a side has to do: to receive what the other sent, to answer what the other proposed.
SENT_BY_OTHER = {Side.BUYER: NoteKind.RETURNED, Side.SUPPLIER: NoteKind.HANDED}


def document_of(row: StockMovement, side: Side | None) -> str:
    """The number of the document behind a movement; "" for its owner where it is the holder's own: a production report is
    numbered in one row for all customers, and its number would tell how much is made for the others."""
    is_holders = row.kind in TAKEN
    return "" if side is Side.BUYER and is_holders else row.reference


def material(consigned_part_id: int) -> ConsignedPart:
    """
    Raises:
        NoSuchMaterial: not agreed in a relation of the scope's firm.
    """
    found: ConsignedPart | None = (
        ConsignedPart.objects.select_related("buyer", "supplier", "relation").filter(pk=consigned_part_id).first()
    )
    if found is None:
        raise NoSuchMaterial(place="material", value=consigned_part_id)
    return found


def notes(side: Side) -> QuerySet[ConsignmentNote]:
    return ConsignmentNote.objects.on_side(side)


def all_notes() -> QuerySet[ConsignmentNote]:
    rows = ConsignmentNote.objects.select_related("buyer", "supplier", "buyer_site", "supplier_site")
    return rows.order_by(*LIST_ORDER)


def note_views(side: Side) -> dict[str, Q]:
    return {
        "receive": Q(status__in=OPEN, kind=SENT_BY_OTHER[side]),
        "sent": Q(status__in=OPEN) & ~Q(kind=SENT_BY_OTHER[side]),
        "all": Q(),
    }


def note_counts(side: Side) -> dict[str, int]:
    conditions = {name: condition for name, condition in note_views(side).items() if name != "all"}
    rows = notes(side).filter(status__in=OPEN)
    return rows.aggregate(**{name: Count("id", filter=condition) for name, condition in conditions.items()})


def note(note_id: int) -> ConsignmentNote:
    """One note with its lines; two queries.

    Raises:
        UnknownNote: not visible in this scope.
    """
    lines = ConsignmentLine.objects.select_related("consigned_part").order_by("position")
    rows = all_notes().prefetch_related(Prefetch("lines", lines, "shown_lines"))
    found: ConsignmentNote | None = rows.filter(pk=note_id).first()
    if found is None:
        raise UnknownNote(place="note", value=note_id)
    return found


def on_the_way(parts: Collection[int]) -> QuerySet[ConsignmentLine]:
    """Lines of notes of these materials of which something has not come yet."""
    rows = ConsignmentLine.objects.filter(consigned_part__in=parts, note__status__in=OPEN)
    return rows.select_related("note", "consigned_part").order_by("-pk")


def losses(parts: Collection[int] | None = None) -> QuerySet[MaterialLoss]:
    rows = MaterialLoss.objects.select_related("consigned_part", "site").order_by("-pk")
    return rows if parts is None else rows.filter(consigned_part__in=parts)


def uses(*, partner_parts: Collection[int] | None = None, materials: Collection[int] | None = None) -> QuerySet[MaterialUse]:
    """What of a customer's material goes into parts; one statement."""
    rows = MaterialUse.objects.select_related("partner_part", "consigned_part").order_by("partner_part__buyer_number", "pk")
    if partner_parts is not None:
        rows = rows.filter(partner_part__in=partner_parts)
    return rows if materials is None else rows.filter(consigned_part__in=materials)


def still_told_of(supplier_id: int, buyer_id: int | None, partner_part_id: int | None = None) -> list[str]:
    """Numbers of the buyer's materials whose movements at the supplier it reads, now or later; only of those that go into a
    partner part, where one is named. One statement."""
    rows = ConsignedPart.objects.filter(supplier_id=supplier_id, buyer_id=buyer_id)
    lies = StockBalance.objects.filter(consigned_part=OuterRef("pk")).exclude(quantity=0)
    rows = rows.filter(Q(ended_at=None) | Exists(lies))
    if partner_part_id is not None:
        rows = rows.filter(pk__in=MaterialUse.objects.filter(partner_part=partner_part_id).values("consigned_part"))
    return list(rows.order_by("number", "pk").values_list("number", flat=True))


class MaterialIn(NamedTuple):
    """A material goes into a part that its supplier makes: both as the buyer's own parts."""

    material: int
    component: int
    parent: int


def handed_out_for(partner_part: Any) -> QuerySet[MaterialUse]:
    """What the firm hands out for a partner part of another statement that it still buys."""
    rows = MaterialUse.objects.on_side(Side.BUYER).filter(partner_part=partner_part, partner_part__ended_at=None)
    return rows.order_by("pk")


def with_material() -> QuerySet[MaterialUse, int]:
    """Partner parts that the firm buys and hands material out for, for another statement."""
    rows = MaterialUse.objects.on_side(Side.BUYER).filter(partner_part__ended_at=None)
    return rows.order_by().values_list("partner_part", flat=True)


def made_of(parts: Collection[int]) -> QuerySet[MaterialUse, int]:
    """Own parts that are bought, and that any of these own parts is handed out for."""
    rows = MaterialUse.objects.on_side(Side.BUYER).filter(among("consigned_part__part", parts), partner_part__ended_at=None)
    return rows.order_by().values_list("partner_part__part", flat=True)


def lying_at_suppliers(materials: Collection[int]) -> dict[int, Decimal]:
    """What of the firm's materials its suppliers may use, now or when it has come, in the unit of the own part; one
    statement. Neither what is blocked there nor what is on its way back."""
    heaps = consigned_balances(Side.BUYER).filter(consigned_part__in=materials).exclude(status=StockStatus.BLOCKED)
    back = ConsignmentLine.objects.filter(consigned_part__in=materials, note__status__in=OPEN, note__kind=NoteKind.RETURNED)
    come = F("received_quantity") + F("damaged_quantity") + F("missing_quantity")
    names = ("consigned_part", "unit", "consigned_part__part__unit")
    returned = back.order_by().annotate(returned=come - F("quantity")).values_list(*names, "returned")
    found: dict[int, Decimal] = {}
    for pk, unit, wanted, quantity in heaps.order_by().values_list(*names, "quantity").union(returned, all=True):
        with suppress(MixedUnits):  # nobody knows how much of the part it is
            found[pk] = found.get(pk, Decimal(0)) + convert(quantity, unit, wanted)
    return found


def uses_of_made(partner_parts: Collection[int], own_numbers: Collection[str]) -> QuerySet[MaterialUse]:
    """What customers hand out for parts that the firm supplies: these, and those behind which an own number stands."""
    made = Q(partner_part__in=partner_parts) | Q(partner_part__own_number__in=own_numbers, partner_part__ended_at=None)
    rows = MaterialUse.objects.on_side(Side.SUPPLIER).filter(made)
    return rows.select_related("partner_part", "consigned_part").order_by("pk")


def behind(own_numbers: Collection[str]) -> dict[str, list[PartnerPart]]:
    """Parts that the firm supplies and behind which an own number stands, whatever they are made of; one statement."""
    rows = PartnerPart.objects.on_side(Side.SUPPLIER).filter(own_number__in=own_numbers, ended_at=None)
    found: dict[str, list[PartnerPart]] = {}
    for part in rows.order_by("buyer_number", "pk"):
        found.setdefault(part.own_number, []).append(part)
    return found


def several_customers() -> set[int]:
    """Parts whose own number stands behind several, one of them made of a customer's material: which is made is said.

    One statement.
    """
    made = (
        MaterialUse.objects.on_side(Side.SUPPLIER).filter(partner_part__ended_at=None).exclude(partner_part__own_number="")
    )
    rows = PartnerPart.objects.on_side(Side.SUPPLIER).filter(ended_at=None)
    rows = rows.filter(own_number__in=made.order_by().values("partner_part__own_number"))
    found: dict[str, set[int]] = {}
    for number, part in rows.order_by().values_list("own_number", "pk"):
        found.setdefault(number, set()).add(part)
    return {part for parts in found.values() if len(parts) > 1 for part in parts}


def settlements(side: Side) -> QuerySet[Settlement]:
    return Settlement.objects.on_side(side)


def all_settlements() -> QuerySet[Settlement]:
    return Settlement.objects.select_related("buyer", "supplier", "replaces").order_by(*SETTLEMENT_ORDER)


def settlement_views(side: Side) -> dict[str, Q]:
    return {
        "answer": Q(state=SettlementState.PROPOSED, proposed_by=side.other.value),
        "open": Q(state__in=(SettlementState.PROPOSED, SettlementState.DISPUTED)),
        "all": Q(),
    }


def settlement_counts(side: Side) -> dict[str, int]:
    conditions = {name: condition for name, condition in settlement_views(side).items() if name != "all"}
    rows = settlements(side).exclude(state__in=(SettlementState.ACCEPTED, SettlementState.REPLACED))
    return rows.aggregate(**{name: Count("id", filter=condition) for name, condition in conditions.items()})


def badges() -> dict[str, int]:
    """What waits for this person on the side whose lists it sees: notes to receive, settlements to answer."""
    acts, side = require_scope().acts, side_for_lists()
    waiting = note_counts(side)["receive"] if "move_material" in acts else 0
    if "settle_material" in acts:
        waiting += settlement_counts(side)["answer"]
    return {"material": waiting} if acts & {"move_material", "settle_material"} else {}


def settlement(settlement_id: int) -> Settlement:
    """One settlement with its lines; two queries.

    Raises:
        UnknownSettlement: not visible in this scope.
    """
    lines = SettlementLine.objects.select_related("consigned_part", "site").order_by("consigned_part__number", "site_id")
    rows = all_settlements().prefetch_related(Prefetch("lines", lines, "shown_lines"))
    found: Settlement | None = rows.filter(pk=settlement_id).first()
    if found is None:
        raise UnknownSettlement(place="settlement", value=settlement_id)
    return found


def accepted_lines(relation_id: int, month: date) -> list[SettlementLine]:
    """What both firms accepted of a month; one statement, nothing where none is accepted."""
    rows = SettlementLine.objects.filter(
        settlement__relation=relation_id, settlement__month=month, settlement__state=SettlementState.ACCEPTED
    )
    return list(rows.order_by("pk"))
