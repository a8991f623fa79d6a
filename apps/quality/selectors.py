"""Reads of inspection lots and non-conformances."""

from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from apps.learning.models import LotRisk
from apps.learning.selectors import lot_risks, risk_of_lot
from apps.masterdata.selectors import partner_parts
from apps.orders.selectors import side_for_lists
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from .exceptions import UnknownLot, UnknownNonConformance
from .models import InspectionLot, NonConformance, UsageDecision
from .statuses import LotStatus

LIST_ORDER = ("due_on", "pk")


def lots(side: Side) -> QuerySet[InspectionLot]:
    """Lots of one side: a list walks one index; parts and firms come with `with_parts`."""
    return InspectionLot.objects.on_side(side)


def by_risk(side: Side) -> QuerySet[InspectionLot]:
    """Open lots whose factory said how likely defects are, the likeliest first; what waits is never much."""
    rows = lots(side).filter(status=LotStatus.OPEN).annotate(risk=risk_of_lot("supplier_id", "lot"))
    return rows.filter(risk__isnull=False).order_by("-risk", "pk")


def risks_of(rows: list[InspectionLot]) -> dict[int, LotRisk]:
    """Lot id → what the supplier's factory said of it; one query."""
    found = lot_risks((row.supplier_id, row.lot) for row in rows)
    return {row.pk: found[row.supplier_id, row.lot] for row in rows if (row.supplier_id, row.lot) in found}


def with_parts(rows: list[InspectionLot]) -> list[InspectionLot]:
    """The same lots with their parts and firms in place; one query."""
    parts = partner_parts().in_bulk({row.partner_part_id for row in rows})
    for row in rows:
        row.partner_part = found = parts[row.partner_part_id]
        row.buyer, row.supplier = found.buyer, found.supplier
    return rows


def all_lots() -> QuerySet[InspectionLot]:
    return InspectionLot.objects.select_related("partner_part", "buyer", "supplier", "site")


def views(today: date | None = None) -> dict[str, Q]:
    today = today or timezone.localdate()
    return {
        "open": Q(status=LotStatus.OPEN),
        "risk": Q(status=LotStatus.OPEN),
        "overdue": Q(status=LotStatus.OPEN, due_on__lt=today),
        "rejected": Q(rejected_quantity__gt=0),
        "all": Q(),
    }


def counts(side: Side) -> dict[str, int]:
    """How many lots wait, and how many of them too long; one query."""
    conditions = {name: condition for name, condition in views().items() if name in ("open", "overdue")}
    rows = InspectionLot.objects.on_side(side).filter(status=LotStatus.OPEN)
    return rows.aggregate(**{name: Count("id", filter=condition) for name, condition in conditions.items()})


def badges() -> dict[str, int]:
    """The lots that wait for an inspector."""
    if not {"view_orders", "decide_inspection"} <= require_scope().acts:
        return {}
    return {"inspect": counts(side_for_lists())["open"]}


def lot(lot_id: int) -> InspectionLot:
    """One lot with its decisions (two queries).

    Raises:
        UnknownLot: not visible in this scope.
    """
    rows = all_lots().select_related("schedule_line__order", "receipt__shipment")
    found = rows.filter(pk=lot_id).first()
    if found is None:
        raise UnknownLot(place="lot", value=lot_id)
    decisions = UsageDecision.objects.filter(inspection_lot=found).select_related("created_by", "non_conformance")
    found.shown_decisions = list(decisions.order_by("pk"))
    return found


def labels_for(supplier_id: int, *, since: date) -> list[dict[str, Any]]:
    """What was decided of a supplier's lots, one entry a lot: quantities inspected and rejected, and the last day.

    For the supplier's own factory, which has no person's scope; runs inside the scope that verified its signature.
    """
    rows = InspectionLot.objects.filter(supplier_id=supplier_id, status=LotStatus.DECIDED, decided_on__gte=since)
    found = (
        rows.exclude(lot="")
        .values("lot")
        .annotate(inspected=Sum("decided_quantity"), rejected=Sum("rejected_quantity"), decided_on=Max("decided_on"))
    )
    return list(found.order_by("lot"))


NON_CONFORMANCE_ORDER = ("-occurred_on", "-pk")


def non_conformances(side: Side | None = None) -> QuerySet[NonConformance]:
    """Parts that did not conform, newest first; of both sides, or of one."""
    rows = NonConformance.objects.on_side(side) if side else NonConformance.objects.all()
    return rows.select_related("partner_part", "inspection_lot", "buyer", "supplier", "site").order_by(
        *NON_CONFORMANCE_ORDER
    )


def non_conformance(pk: int) -> NonConformance:
    """One record with the decision, lot, order and delivery behind it; one query.

    Raises:
        UnknownNonConformance: not visible in this scope.
    """
    behind = ("decision__created_by", "inspection_lot__receipt__shipment", "inspection_lot__schedule_line__order")
    found = non_conformances().select_related(*behind).filter(pk=pk).first()
    if found is None:
        raise UnknownNonConformance(place="non_conformance", value=pk)
    return found
