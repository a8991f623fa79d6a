"""What the ledger says of material over a month, what of it was counted, and which terms hold in it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Max, Q, Sum

from apps.inventory.models import ConsignedPart, MovementKind, StockMovement, StockStatus

from .models import MaterialLoss
from .statuses import LossReason

# A heap is counted for a month in its last days, or after it moved last.
LAST_DAYS = timedelta(days=5)
ZERO = Decimal(0)


@dataclass
class Figures:
    """One material at one site in a month.

    Attributes:
        used_rejected: of what was used, that for pieces that were rejected.
        missing: said not to have come, on the way there or back; never part of what lay there.
        defective: of what was scrapped, that of which the material itself was at fault.
        booked: what counts found above or below the books, whether or not all was counted.
        is_counted: each heap that holds something at the end was counted, late enough.
        counted_at: when the first of those counts was.
    """

    consigned_part_id: int
    site_id: int
    opening: Decimal = ZERO
    received: Decimal = ZERO
    used: Decimal = ZERO
    used_rejected: Decimal = ZERO
    scrapped: Decimal = ZERO
    returned: Decimal = ZERO
    missing: Decimal = ZERO
    defective: Decimal = ZERO
    booked: Decimal = ZERO
    is_counted: bool = True
    counted_at: datetime | None = None
    moved: int = 0

    @property
    def closing(self) -> Decimal:
        return self.opening + self.received - self.used - self.scrapped - self.returned

    @property
    def difference(self) -> Decimal | None:
        return self.booked if self.is_counted else None

    @property
    def counted(self) -> Decimal | None:
        return self.closing + self.booked if self.is_counted else None

    def add(self, heap: Mapping[str, Any], after: datetime) -> None:
        """One lot in one status."""
        if heap["status"] == StockStatus.IN_TRANSIT:
            self.missing -= heap["missing"]
            self.moved += bool(heap["missing"])
            return
        self.opening += heap["opening"]
        self.received += heap["received"]
        self.used -= heap["used"] + heap["spoilt"]
        self.used_rejected -= heap["spoilt"]
        self.scrapped -= heap["scrapped"]
        self.returned -= heap["returned"]
        self.booked += heap["booked"]
        self.moved += heap["moved"]
        if not heap["end"]:
            return
        counted, moved = heap["counted_at"], heap["moved_at"]
        if counted is None or (counted < after - LAST_DAYS and moved is not None and moved > counted):
            self.is_counted, self.counted_at = False, None
        elif self.is_counted:
            self.counted_at = min(counted, self.counted_at or counted)


def month_figures(parts: Collection[int], sites: Collection[int], first: datetime, after: datetime) -> list[Figures]:
    """What the ledger says of materials at sites between two moments; two statements. What never lay there is left out."""
    here = StockMovement.objects.filter(consigned_part__in=parts, site__in=sites, created_at__lt=after)
    here = here.filter(~Q(status=StockStatus.IN_TRANSIT) | Q(kind=MovementKind.LOST))
    within = Q(created_at__gte=first)
    kinds = {
        "received": MovementKind.RECEIPT,
        "used": MovementKind.USED,
        "spoilt": MovementKind.SPOILT,
        "scrapped": MovementKind.SCRAPPED,
        "returned": MovementKind.RETURNED,
        "missing": MovementKind.LOST,
        "booked": MovementKind.COUNT,
    }
    sums: Mapping[str, Any] = {
        name: Sum("quantity", filter=within & Q(kind=kind), default=ZERO) for name, kind in kinds.items()
    }
    heaps = (
        here.order_by()
        .values("consigned_part_id", "site_id", "status", "lot")
        .annotate(
            opening=Sum("quantity", filter=Q(created_at__lt=first), default=ZERO),
            end=Sum("quantity"),
            counted_at=Max("created_at", filter=within & Q(kind=MovementKind.COUNT)),
            moved_at=Max("created_at", filter=within & ~Q(kind=MovementKind.COUNT)),
            moved=Count("id", filter=within),
            **sums,
        )
        .order_by("consigned_part__number", "consigned_part_id", "site_id")
    )
    found: dict[tuple[int, int], Figures] = {}
    for heap in heaps:
        key = heap["consigned_part_id"], heap["site_id"]
        found.setdefault(key, Figures(*key)).add(heap, after)
    losses = MaterialLoss.objects.filter(consigned_part__in=parts, site__in=sites, reason=LossReason.DEFECT)
    losses = losses.filter(created_at__gte=first, created_at__lt=after).order_by()
    for part, site, quantity in losses.values_list("consigned_part", "site").annotate(n=Sum("quantity")):
        if row := found.get((part, site)):
            row.defective = quantity
    return [row for row in found.values() if row.opening or row.moved]


def allowed_of(used: Decimal, share: Decimal, places: int) -> Decimal:
    """What may be lost for nothing: the agreed share of what was used, rounded as the unit is counted."""
    return (max(used, ZERO) * share).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Terms:
    is_charged: bool
    unit_price: Decimal | None
    currency: str
    allowed_loss: Decimal


TERMS = [term.name for term in fields(Terms)]


class KeptTerms:
    """What was agreed of materials, and from when on; one statement.

    The buyer says terms alone. So they count from the month after they were said: one that has begun is settled by what
    both read while the material was used. What holds when a material is agreed holds in its first month too.
    """

    def __init__(self, materials: Mapping[int, ConsignedPart]) -> None:
        self._rows: dict[int, list[tuple[datetime, Terms]]] = {}
        versions: Any = ConsignedPart.versions.rel.related_model  # type: ignore[attr-defined]
        rows = versions.objects.filter(pgh_obj_id__in=list(materials)).order_by("pgh_id")
        for pk, at, *terms in rows.values_list("pgh_obj_id", "pgh_created_at", *TERMS):
            self._rows.setdefault(pk, []).append((at, Terms(*terms)))
        for pk, row in materials.items():  # brought from elsewhere without its versions
            if pk not in self._rows:
                self._rows[pk] = [(row.created_at, Terms(*(getattr(row, name) for name in TERMS)))]

    def of(self, material_id: int, first: datetime) -> Terms:
        """Those of a month that begins then."""
        rows = self._rows[material_id]
        before = [terms for at, terms in rows if at < first]
        return before[-1] if before else rows[0][1]
