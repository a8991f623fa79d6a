"""What reports take out of stock: the components of own bills, and the material that a customer hands out for its parts."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from apps.common.errors import raise_all
from apps.common.units import UNITS, MixedUnits, can_convert, convert, unit_of
from apps.consigned import selectors as consigned
from apps.consigned.models import MaterialUse
from apps.inventory.models import HOLDER, ConsignedPart, StockBalance, StockStatus
from apps.masterdata.models import Part, PartnerPart
from apps.planning import selectors as planning
from apps.tenancy.models import Site

from . import selectors
from .backflush import Drawn, Lying, Taken, drawn, take
from .exceptions import CustomerUnknown, MaterialMissing

Thing = tuple[int | None, int | None]  # own part, partner part


@dataclass(frozen=True)
class Material:
    """A customer's material among components, which are else own parts by their ids."""

    pk: int


@dataclass
class Bills:
    """What goes into each reported thing, and what the components are."""

    items: dict[Thing, list[Drawn]] = field(default_factory=dict)
    parts: dict[int, Part] = field(default_factory=dict)
    materials: dict[int, ConsignedPart] = field(default_factory=dict)

    def named(self, component: Hashable) -> Part | ConsignedPart:
        return self.materials[component.pk] if isinstance(component, Material) else self.parts[component]  # type: ignore[index]


def bills_of(fresh: Sequence[Any], things: Mapping[Thing, Part | PartnerPart], day: date, *, is_handed: bool) -> Bills:
    """The bills of the day of what is reported; one statement, two more where customers hand out material (`is_handed`).

    Raises:
        CustomerUnknown: an own part stands behind parts of several customers, of whom one hands out material for it.
        MixedUnits: an own part is counted otherwise than the part that it stands behind.
    """
    found = Bills()
    parts = {row.part_id for row in fresh if row.part_id}
    for item in planning.bill_items_on(parts, day) if parts else ():
        found.parts[item.component_id] = item.component
        places = UNITS[item.component.unit].places
        drawn_of = Drawn(item.component_id, item.quantity, item.scrap_share, places)
        found.items.setdefault((item.parent_id, None), []).append(drawn_of)
    if is_handed:
        _add_materials(found, fresh, things)
    return found


def _add_materials(found: Bills, fresh: Sequence[Any], things: Mapping[Thing, Part | PartnerPart]) -> None:
    by_number: dict[str, list[Thing]] = {}  # revisions of one part share its number
    for key, reported in things.items():
        if isinstance(reported, Part):
            by_number.setdefault(reported.number, []).append(key)
    agreed = {key[1] for key in things if key[1]}
    by_thing: dict[Thing, list[MaterialUse]] = {}
    for use in consigned.uses_of_made(agreed, by_number):
        part = use.partner_part
        for thing in {(None, part.pk), *by_number.get(part.own_number, ())} & set(things):
            by_thing.setdefault(thing, []).append(use)
    _refuse_unsaid(fresh, by_thing, things)
    for thing, uses in by_thing.items():
        for use in uses:
            found.materials[use.consigned_part_id] = use.consigned_part
            found.items.setdefault(thing, []).append(_drawn(use, things[thing]))


def _refuse_unsaid(fresh: Sequence[Any], by_thing: Mapping[Thing, Any], things: Mapping[Thing, Part | PartnerPart]) -> None:
    """An own part of whose customers one hands out material: whoever gets it without is a customer all the same, and no
    steel of the one goes into the parts of the other."""
    made = {thing: part.number for thing in by_thing if isinstance(part := things[thing], Part)}
    if not made:
        return
    behind = consigned.behind(set(made.values()))
    errors = []
    for index, row in enumerate(fresh):
        several = behind.get(made.get(row.thing, ""), [])
        if len(several) > 1:
            customers = ", ".join(part.buyer_number for part in several)
            errors.append(CustomerUnknown(place=f"rows[{index}].part", value=customers))
    raise_all(errors)


def _drawn(use: MaterialUse, made: Part | PartnerPart) -> Drawn:
    unit, quantity = use.partner_part.unit, use.quantity
    if made.unit != unit:
        if not can_convert(made.unit, unit):
            raise MixedUnits(place="part", value=f"{made.unit} → {unit}")
        quantity = quantity * convert(Decimal(1), made.unit, unit)
    places = UNITS[use.consigned_part.unit].places
    return Drawn(Material(use.consigned_part_id), quantity, use.scrap_share, places)


def taken_by(
    fresh: Sequence[Any], bills: Bills, site: Site, before: Mapping[Thing, selectors.Week]
) -> list[Taken[StockBalance]]:
    """What each report takes, the first one first; one statement. A customer's material goes into its own parts alone."""
    lying = list(_lying(bills, site)) if bills.items else []
    total = {thing: week.made for thing, week in before.items()}
    found = []
    for row in fresh:
        already, now = total.get(row.thing, Decimal(0)), row.good + row.rejected
        found.append(take(drawn(bills.items.get(row.thing, ()), already, now), lying))
        total[row.thing] = already + now
    return found


def _lying(bills: Bills, site: Site) -> Iterable[Lying[StockBalance]]:
    """Available heaps of components at a site, the oldest first, locked: own parts, what partners delivered of them, and
    customers' material."""
    here = Q(part__in=bills.parts) | Q(partner_part__part__in=bills.parts) | Q(consigned_part__in=bills.materials)
    heaps = (
        StockBalance.objects.on_side(HOLDER)
        .select_for_update(of=("self",))
        .filter(here, site=site, status=StockStatus.AVAILABLE, quantity__gt=0)
        .select_related("partner_part")
        .order_by("pk")
    )
    for heap in heaps:
        if heap.consigned_part_id is not None:
            yield Lying(heap, Material(heap.consigned_part_id), heap.quantity)
            continue
        agreed = heap.partner_part
        component = bills.parts[agreed.part_id if agreed else heap.part_id]
        factor = Decimal(1)
        if agreed and (agreed.base_factor != 1 or agreed.unit == component.unit):
            factor = agreed.base_factor
        elif can_convert(heap.unit, component.unit):
            factor = convert(Decimal(1), heap.unit, component.unit)
        else:
            continue  # nobody knows how much of it goes into one
        yield Lying(heap, component.pk, heap.quantity * factor, factor)


def refuse_missing(made: Sequence[Any], fresh: Sequence[Any], taken: Sequence[Taken[StockBalance]], bills: Bills) -> None:
    """
    Raises:
        MaterialMissing: of each component that a row did not find.
    """
    raise_all(
        MaterialMissing(
            place=f"rows[{made.index(row)}].good",
            value=bills.named(component).number,
            missing=quantity,
            unit=unit_of(bills.named(component).unit).label,
        )
        for row, found in zip(fresh, taken, strict=True)
        for component, quantity in found.missing.items()
    )


def news_of(materials: Iterable[ConsignedPart]) -> list[tuple[str, Any, str]]:
    """Each customer's open pages hear once that its material was used, by its own number: how much the firm reports beside
    it is none of the customer's business."""
    first = {material.relation_id: material for material in sorted(materials, key=lambda row: row.number, reverse=True)}
    return [("consigned.used", material, material.number) for material in first.values()]
