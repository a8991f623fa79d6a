"""What is still open between a firm and the others of a cluster."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.consigned.models import ConsignmentNote, Settlement
from apps.consigned.statuses import OPEN, SettlementState
from apps.deliveries.models import ShipmentNotice
from apps.deliveries.statuses import EXPECTED
from apps.inventory.models import ConsignedPart, StockBalance
from apps.orders.models import PurchaseOrder
from apps.quality.models import InspectionLot
from apps.tenancy.models import ClusterMembership, TradingRelation

State = ClusterMembership.State
UNSETTLED = (SettlementState.PROPOSED, SettlementState.DISPUTED)
NAMED = 10


@dataclass(frozen=True)
class Open:
    """How many of one kind, and the first of them by number."""

    label: Any
    count: int
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.label}: {', '.join(self.names)}{' …' if self.count > len(self.names) else ''}"


def relations(cluster_id: int, organization_id: int) -> list[int]:
    """Of the firm with others of the cluster, where they meet in no other one; inside the firm's scope or the system's."""
    shares = ClusterMembership.objects.filter(state__in=(State.ACTIVE, State.SUSPENDED)).values_list(
        "cluster_id", "organization_id"
    )
    members: dict[int, set[int]] = {}
    for cluster, firm in shares:
        members.setdefault(cluster, set()).add(firm)
    here = members.pop(cluster_id, set())
    elsewhere = {firm for firms in members.values() if organization_id in firms for firm in firms}
    others = here - elsewhere - {organization_id}
    sides = Q(buyer_id=organization_id, supplier_id__in=others) | Q(supplier_id=organization_id, buyer_id__in=others)
    return list(TradingRelation.objects.filter(sides).values_list("pk", flat=True))


def open_things(cluster_id: int, organization_id: int) -> list[Open]:
    """Orders, deliveries on their way and inspections that wait, and material of the one with the other: on its way, lying
    there, or not settled; nothing where nothing is open."""
    orders, shipments, lots, notes, materials, settlements = _rows(relations(cluster_id, organization_id))
    rows = (
        (_("Orders"), orders.order_by("number").values_list("number", flat=True)),
        (_("Deliveries"), shipments.order_by("number").values_list("number", flat=True)),
        (_("Inspections"), lots.order_by("pk").values_list("receipt__number", flat=True)),
        (_("Consignment notes"), notes.order_by("number").values_list("number", flat=True)),
        (_("Consigned material"), materials.order_by("number").values_list("number", flat=True)),
        (_("Settlements"), [row.number for row in settlements.order_by("pk")]),
    )
    return [_of(label, names) for label, names in rows if names]


def open_by_relation(relation_ids: Iterable[int]) -> Counter[int]:
    """How much is open in each relation, as far as the scope sees it; one statement."""
    counts: Counter[int] = Counter()
    if ids := set(relation_ids):
        one, *others = (rows.order_by().values("relation_id").annotate(n=Count("pk")) for rows in _rows(ids))
        for row in one.union(*others, all=True):
            counts[row["relation_id"]] += row["n"]
    return counts


def _rows(relation_ids: Iterable[int]) -> tuple[QuerySet[Any], ...]:
    """Orders, deliveries, inspections, notes, material and settlements of these relations that are open."""
    ids = list(relation_ids)
    orders = PurchaseOrder.objects.filter(relation_id__in=ids, due_date__isnull=False, is_draft=False)
    shipments = ShipmentNotice.objects.filter(relation_id__in=ids, status__in=EXPECTED)
    lots = InspectionLot.objects.filter(relation_id__in=ids).exclude(status="decided")
    notes = ConsignmentNote.objects.filter(relation_id__in=ids, status__in=OPEN)
    lying = StockBalance.objects.filter(consigned_part=OuterRef("pk")).exclude(quantity=0).exclude(status="in_transit")
    materials = ConsignedPart.objects.filter(Exists(lying), relation_id__in=ids)
    settlements = Settlement.objects.filter(relation_id__in=ids, state__in=UNSETTLED)
    return orders, shipments, lots, notes, materials, settlements


def _of(label: Any, names: Iterable[str]) -> Open:
    every = list(names)
    return Open(label, len(every), tuple(every[:NAMED]))
