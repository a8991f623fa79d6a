"""Consigned material of the example, in every state: two suppliers, free and charged, two months settled or not."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.inventory import services as inventory
from apps.inventory.intake import post_past
from apps.inventory.models import ConsignedPart, MovementKind
from apps.masterdata.example import PROVISIONING, Demo
from apps.masterdata.services import create_part
from apps.tenancy.models import Site, TradingRelation
from apps.tenancy.scope import organization_scope, unscoped

from . import selectors, services
from .services import Arrived, Loss, Sent, Use
from .services.settling import last_month

# Number, names, unit, whether charged, price, allowed loss; supplier, family whose first part it goes into, how much, scrap.
MATERIAL: tuple[tuple[Any, ...], ...] = (
    ("STL-3050", "열연 강판 SPFH590", "Steel sheet SPFH590", "KGM", False, "1450", "0.02", 0, "BRK", "0.62", "0.03"),
    ("BSH-0120", "압입 부싱", "Press-fit bushing", "H87", True, "320", "0", 0, "BRK", "2", "0"),
    ("BIL-4140", "단조용 환봉 SCM440", "Forging bar SCM440", "KGM", False, "1820", "0.01", 1, "KNU", "3.2", "0.02"),
)
LAID, HANDED = Decimal(20000), Decimal(6000)  # at the lead firm's plant, and to each supplier
# Day of the month, kind, share of a month's receipt.
PAST = ((3, "receipt", "1"), (11, "used", "-0.42"), (18, "used", "-0.35"), (24, "scrapped", "-0.01"))
MONTHLY = Decimal(2000)
LOT = "H-01"


def create_present(demo: Demo) -> None:
    materials = [_agree(demo, row) for row in MATERIAL]
    for material in materials:
        _past(demo, material, is_short=material.number != "BSH-0120")
    _settle(demo, materials)
    for number, material in enumerate(materials):
        _notes(demo, material, number)


def _relation(demo: Demo, material: ConsignedPart) -> TradingRelation:
    return next(relation for relation in demo.relations if relation.pk == material.relation_id)


def _as_buyer(demo: Demo) -> Any:
    return organization_scope(demo.lead.pk, user_id=demo.buyer_id, source="screen")


def _as_supplier(demo: Demo, relation: TradingRelation) -> Any:
    return organization_scope(relation.supplier_id, user_id=demo.sellers[relation.pk], source="screen")


def _site(relation: TradingRelation) -> Site:
    found: Site = Site.objects.get(organization_id=relation.supplier_id)
    return found


def _agree(demo: Demo, row: tuple[Any, ...]) -> ConsignedPart:
    number, name, name_en, unit, is_charged, price, loss, place, family, quantity, scrap = row
    relation = demo.relations[place]
    made = next(part for part in demo.parts[relation.pk] if part.buyer_number.startswith(family))
    with _as_buyer(demo):
        part = create_part(number=number, name=name, name_en=name_en, unit=unit)
        found = services.agree_material(
            relation_id=relation.pk,
            part_id=part.pk,
            is_charged=is_charged,
            unit_price=Decimal(price),
            allowed_loss=Decimal(loss),
        )
        kept = [Use(use.consigned_part_id, use.quantity, use.scrap_share) for use in _uses(made.pk)]
        services.keep_uses(partner_part_id=made.pk, uses=[*kept, Use(found.pk, Decimal(quantity), Decimal(scrap))])
        counted = [inventory.Counted(None, LAID, lot=LOT, part_id=part.pk)]
        inventory.count_stock(site_id=demo.site.pk, counted=counted, reference="월말 실사")
    return found


def _uses(partner_part_id: int) -> Any:

    return selectors.uses(partner_parts=[partner_part_id])


def _past(demo: Demo, material: ConsignedPart, *, is_short: bool) -> None:
    """Two months as the ledger would hold them, each counted on its last day."""
    with unscoped(reason=PROVISIONING):
        relation = _relation(demo, material)
        site = _site(relation)
        zone, moves = ZoneInfo(site.time_zone), []

        def move(at: datetime, kind: str, quantity: Decimal, reference: str) -> None:
            same = {"organization_id": relation.supplier_id, "owner_id": relation.buyer_id, "site_id": site.pk}
            found = inventory.Move(
                **same,
                consigned_part_id=material.pk,
                status="available",
                unit=material.unit,
                quantity=quantity,
                kind=kind,
                lot=LOT,
                reference=reference,
            )
            moves.append((found, at))

        last = last_month()
        for month in ((last - timedelta(days=1)).replace(day=1), last):
            for day, kind, share in PAST:
                at = datetime.combine(month.replace(day=day), time(14), zone)
                move(at, kind, Decimal(share) * MONTHLY, f"{kind[:2].upper()}-{month:%y%m}{day:02d}")
            at = datetime.combine(month.replace(day=28), time(17), zone)
            move(at, MovementKind.COUNT.value, Decimal(-12 if is_short else 0), "월말 실사")
        post_past(moves)


def _settle(demo: Demo, materials: list[ConsignedPart]) -> None:
    """The month before last is accepted; of the last one a supplier has to answer, and the other's is disputed."""
    last = last_month()
    before = (last - timedelta(days=1)).replace(day=1)
    for place in sorted({demo.relations.index(_relation(demo, material)) for material in materials}):
        relation = demo.relations[place]
        for month in (before, last):
            is_buyers = month == last and not place
            with _as_buyer(demo) if is_buyers else _as_supplier(demo, relation):
                found = services.propose(relation_id=relation.pk, month=month)
            if is_buyers:
                continue
            with _as_buyer(demo):
                if month == before:
                    services.accept(settlement_id=found.pk)
                else:
                    services.dispute(settlement_id=found.pk, answer="실사 수량이 기록과 12 kg 다릅니다. 확인해 주십시오.")


def _notes(demo: Demo, material: ConsignedPart, number: int) -> None:
    """Received short and damaged, received whole, on its way, taken back; and what was damaged is on its way back."""
    relation = _relation(demo, material)
    with _as_buyer(demo):
        there = _site(relation)
        places: Any = {"relation_id": relation.pk, "buyer_site_id": demo.site.pk, "supplier_site_id": there.pk}
        first, whole = (services.send(**places, lines=[Sent(material.pk, HANDED)]) for _turn in range(2))
    with _as_supplier(demo, relation):
        line = first.lines.get()
        services.receive(note_id=first.pk, arrived=[Arrived(line.pk, HANDED - 30, Decimal(20))])
        services.receive(note_id=whole.pk)
        services.send(**places, lines=[Sent(material.pk, Decimal(20), status="blocked")], note="녹 발생")
        loss = Loss(material.pk, Decimal(8), "spoilt", note="금형 교체 중 손상")
        services.report_losses(site_id=there.pk, losses=[loss])
    with _as_buyer(demo):
        arrives_on = timezone.localdate() + timedelta(days=1)
        services.send(**places, lines=[Sent(material.pk, HANDED / 4)], arrives_on=arrives_on)
        if number == 0:
            services.cancel(note_id=services.send(**places, lines=[Sent(material.pk, HANDED / 10)]).pk)
