"""Deliveries, receipts, inspections and stock of the example: the past as documents, the present through the services."""

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.deliveries import services as deliveries
from apps.deliveries.models import GoodsReceipt, GoodsReceiptLine, ShipmentLine, ShipmentNotice
from apps.inventory import services as inventory
from apps.inventory.models import StockStatus
from apps.masterdata.example import FAMILIES, PROVISIONING, Demo
from apps.masterdata.models import NumberRange, PartnerPart
from apps.orders import services as orders
from apps.orders.models import ScheduleLine
from apps.quality import services as quality
from apps.quality.models import InspectionLot, UsageDecision
from apps.tenancy.bases import sides_of
from apps.tenancy.models import Site, TradingRelation
from apps.tenancy.scope import organization_scope, unscoped

WAITING_LOTS = 2  # of each supplier
STEPS = ("announced", "departed", "received", "rejected")
CARRIERS = ("한진", "CJ대한통운", "직납")


PAST = (ShipmentNotice, ShipmentLine, GoodsReceipt, GoodsReceiptLine, InspectionLot, UsageDecision)


def create_past(demo: Demo) -> None:
    """One delivery, receipt and accepted inspection lot for every line that has come; two lots are overdue."""
    found = ScheduleLine.objects.filter(received_on__isnull=False).select_related("order", "line__partner_part")
    came: list[Any] = list(found.order_by("pk"))
    made: dict[type[Any], list[Any]] = {model: [] for model in PAST}
    counters: dict[int, int] = {}
    long_ago = timezone.localdate() - quality.INSPECT_WITHIN
    forgotten = [
        max((x for x in came if x.relation_id == relation.pk and x.received_on < long_ago), key=lambda x: x.received_on)
        for relation in demo.relations[:2]
    ]
    for index, item in enumerate(came, start=1):
        counters[item.supplier_id] = counters.get(item.supplier_id, 0) + 1
        shipment = _shipment(demo, item, f"ASN-{counters[item.supplier_id]:05d}")
        own = sides_of(item)
        part = item.line.partner_part
        line = ShipmentLine(
            **own,
            shipment=shipment,
            order=item.order,
            schedule_line=item,
            partner_part=part,
            position=10,
            quantity=item.received_quantity,
            unit=item.line.unit,
            lot=f"L{item.received_on:%y%m%d}",
            unit_price=item.line.unit_price,
            currency=item.order.currency,
        )
        at: Any = shipment.received_at
        receipt = GoodsReceipt(**own, number=f"GR-{index:05d}", shipment=shipment, site=demo.site, received_at=at)
        row = GoodsReceiptLine(
            **own,
            receipt=receipt,
            shipment_line=line,
            schedule_line=item,
            partner_part=part,
            position=10,
            lot=line.lot,
            unit=line.unit,
            announced_quantity=line.quantity,
            quantity=line.quantity,
            received_on=item.received_on,
        )
        lot = _lot(demo, receipt, row)
        if any(item is one for one in forgotten):
            lot.status, lot.decided_quantity, lot.decided_on = "open", Decimal(0), None
        else:
            made[UsageDecision].append(UsageDecision(**own, inspection_lot=lot, decision="accepted", quantity=row.quantity))
        for one in (shipment, line, receipt, row, lot):
            made[type(one)].append(one)
    for model, rows in made.items():
        model.objects.bulk_create(rows, batch_size=2000)
    NumberRange.objects.create(organization=demo.lead, kind="receipt", prefix="GR-", last=len(came))
    NumberRange.objects.bulk_create(
        NumberRange(organization_id=pk, kind="shipment", prefix="ASN-", last=last) for pk, last in counters.items()
    )


def _shipment(demo: Demo, item: Any, number: str) -> ShipmentNotice:
    part = item.line.partner_part
    at = timezone.make_aware(datetime.combine(item.received_on, time(10, 20)))
    leaves = item.received_on - timedelta(days=1)
    return ShipmentNotice(
        **sides_of(item),
        number=number,
        destination_site=demo.site,
        carrier=CARRIERS[item.supplier_id % len(CARRIERS)],
        planned_departure_on=leaves,
        planned_arrival_on=item.received_on,
        departed_at=at - timedelta(hours=20),
        arrived_at=at,
        received_at=at,
        status="received",
        line_count=1,
        part_number=part.buyer_number,
        part_name=part.name,
        part_name_en=part.name_en,
        quantity=item.received_quantity,
        unit=item.line.unit,
    )


def _lot(demo: Demo, receipt: GoodsReceipt, row: GoodsReceiptLine) -> InspectionLot:
    return InspectionLot(
        **sides_of(row),
        receipt=receipt,
        shipment_line=row.shipment_line,
        schedule_line=row.schedule_line,
        partner_part=row.partner_part,
        site=demo.site,
        number=f"{receipt.number}/10",
        lot=row.lot,
        unit=row.unit,
        quantity=row.quantity,
        decided_quantity=row.quantity,
        status="decided",
        received_on=row.received_on,
        due_on=row.received_on + quality.INSPECT_WITHIN,
        decided_on=min(row.received_on + timedelta(days=2), timezone.localdate()),
    )


def create_present(demo: Demo, *, seed: int = 3) -> None:
    """Counts of all parts, orders at every place of the chain, and lots of every supplier that wait for inspection."""
    _count_stock(demo, random.Random(seed))
    steps = [(demo.relations[(2 * number + 1) % len(demo.relations)], step) for number, step in enumerate(STEPS)]
    steps += [(demo.relations[0], step) for step in (*STEPS, "late")]  # whose seller's pages the demo shows
    steps += [(relation, "received") for relation in demo.relations * WAITING_LOTS]
    for number, (relation, step) in enumerate(steps):
        _one_delivery(demo, relation, step, number)
    _ask_for_changes(demo)


def _count_stock(demo: Demo, chance: random.Random) -> None:
    """At the buyer's site all parts, at each supplier's its own."""

    def counted(parts: Sequence[PartnerPart]) -> list[inventory.Counted]:
        lots = [FAMILIES[part.buyer_number.split("-")[0]][3] for part in parts]
        shares = [chance.choice((0.2, 0.6, 1, 1.5, 2.5, 4)) for _part in parts]
        rows = zip(parts, lots, shares, strict=True)
        return [inventory.Counted(part.pk, Decimal(round(lot * share))) for part, lot, share in rows]

    with organization_scope(demo.lead.pk, user_id=demo.receiver_id, source="screen"):
        everything = [part for parts in demo.parts.values() for part in parts]
        # The past has no movements: what waits for its decision lies in inspection only if it is counted there.
        waiting = [
            inventory.Counted(lot.partner_part_id, lot.quantity, StockStatus.INSPECTION, lot.lot)
            for lot in InspectionLot.objects.filter(status="open")
        ]
        inventory.count_stock(site_id=demo.site.pk, counted=counted(everything) + waiting, reference="월말 실사")
    for relation in demo.relations:
        with organization_scope(relation.supplier_id, user_id=demo.sellers[relation.pk], source="screen"):
            site = Site.objects.get(organization_id=relation.supplier_id)
            inventory.count_stock(site_id=site.pk, counted=counted(demo.parts[relation.pk]), reference="월말 실사")


def _one_delivery(demo: Demo, relation: TradingRelation, step: str, number: int) -> None:
    part = demo.parts[relation.pk][0]
    lot = Decimal(FAMILIES[part.buyer_number.split("-")[0]][3])
    today = timezone.localdate()
    wanted = [orders.OrderLine(part.pk, lot, today + timedelta(days=2))]
    with organization_scope(demo.lead.pk, user_id=demo.buyer_id, source="screen"):
        order = orders.draft_order(relation_id=relation.pk, receiving_site_id=demo.site.pk, lines=wanted)
        orders.publish_order(order_id=order.pk)
    with organization_scope(relation.supplier_id, user_id=demo.sellers[relation.pk], source="screen"):
        item = ScheduleLine.objects.get(order_id=order.pk)
        orders.answer_order(order_id=order.pk, answers=[orders.Answer(item.pk, [orders.Part(lot, item.requested_date)])])
        shipped = deliveries.Shipped(item.pk, lot, f"L{today:%y%m%d}-{number + 1:02d}", packages=4)
        arrival = today + timedelta(days=1 if step == "announced" else 0)
        shipment = deliveries.announce_shipment(lines=[shipped], planned_arrival_on=arrival, carrier=CARRIERS[number % 3])
        if step != "announced":
            deliveries.depart(shipment_id=shipment.pk)
    if step == "late":
        with unscoped(reason=PROVISIONING):
            days = {"planned_departure_on": today - timedelta(days=3), "planned_arrival_on": today - timedelta(days=2)}
            ShipmentNotice.objects.filter(pk=shipment.pk).update(**days)
    if step in ("received", "rejected"):
        with organization_scope(demo.lead.pk, user_id=demo.receiver_id, source="screen"):
            deliveries.receive_shipment(shipment_id=shipment.pk)
    if step == "rejected":
        with organization_scope(demo.lead.pk, user_id=demo.inspector_id, source="screen"):
            found = InspectionLot.objects.filter(receipt__shipment=shipment, status="open").order_by("pk")[0]
            bad = Decimal(max(int(found.quantity) // 20, 1))
            decided = [quality.Decided("accepted", found.quantity - bad), quality.Decided("rejected", bad, "surface")]
            quality.decide(lot_id=found.pk, decided=decided)


def _ask_for_changes(demo: Demo) -> None:
    """One supplier cannot keep its promise, and the buyer wants something else of another one."""
    today = timezone.localdate()
    open_lines: dict[int, Any] = {}
    with organization_scope(demo.lead.pk, user_id=demo.buyer_id, source="screen"):
        rows = ScheduleLine.objects.filter(
            status="confirmed", shipped_quantity=0, confirmed_date__gt=today + timedelta(days=5)
        )
        for line in rows.order_by("pk"):
            open_lines.setdefault(line.relation_id, line)
    for (relation_id, line), side in zip(sorted(open_lines.items()), ("supplier", "buyer"), strict=False):
        firm = line.supplier_id if side == "supplier" else line.buyer_id
        user = demo.sellers[relation_id] if side == "supplier" else demo.buyer_id
        days = 6 if side == "supplier" else -2
        change = orders.Change(line.pk, line.confirmed_quantity, line.confirmed_date + timedelta(days=days))
        with organization_scope(firm, user_id=user, source="screen"):
            reason = "tooling" if side == "supplier" else "demand"
            orders.request_changes(order_id=line.order_id, changes=[change], reason=reason)
