"""A world of two clusters whose every text carries the mark of those who may read it."""

import re
from dataclasses import dataclass
from decimal import Decimal

from apps.accounts.models import User
from apps.deliveries import services as deliveries
from apps.deliveries.models import GoodsReceipt, ShipmentNotice
from apps.events.models import Notification
from apps.inventory import services as inventory
from apps.masterdata.models import PartnerPart
from apps.orders import services as orders
from apps.orders.models import ChangeRequest, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from apps.quality import services as quality
from apps.quality.models import InspectionLot
from apps.tenancy import services as tenancy
from apps.tenancy.models import Organization, Site, TradingRelation
from apps.tenancy.roles import Role
from apps.tenancy.scope import unscoped
from tests.learning import set_up
from tests.world import SYSTEM, World, _part, _person, as_person, in_days

# n: stands in numbers, which a stranger may guess and send; t: stands in texts beside them, which nobody sends.
MARK = re.compile(r"zq[rf]\d+[nt]z")


@dataclass
class Marked:
    """People with their firms, the marks and papers of each firm, and ids by kind: everybody's, and those a person reads."""

    people: dict[str, User]
    firms: dict[str, int]
    readable: dict[int, set[str]]
    ids: dict[str, list[int]]
    own: dict[str, dict[str, list[int]]]
    shipments: dict[int, set[int]]

    @property
    def numbers(self) -> list[str]:
        return sorted({number for firm in self.readable for number in self.numbers_of(firm)})

    def numbers_of(self, firm: int) -> list[str]:
        """Those that a firm's papers carry; none where it trades nothing, as the operator."""
        return sorted(mark for mark in self.readable.get(firm, ()) if mark.endswith("nz"))


def build(world: World) -> Marked:
    set_up(world)
    people, relations = dict(world.people), {"supplier": world.relation, "stranger": world.other_relation}
    parts = {"supplier": world.part, "stranger": world.other_part}
    buyers = dict.fromkeys(relations, ("buyer", "receiver", "inspector"))
    sites = dict.fromkeys(relations, world.site)
    with unscoped(reason=SYSTEM):
        lead = tenancy.create_organization(legal_name="다른 선도기업", name_en="Rival", business_number="120-81-47521")
        outsider = tenancy.create_organization(legal_name="다른 협력사", name_en="Outsider", business_number="113-86-36448")
        cluster = tenancy.create_cluster(name="다른 클러스터", name_en="Other", lead=lead)
        tenancy.add_member(cluster=cluster, organization=outsider, kind="supplier")
        relations["outsider"] = tenancy.relate(buyer=lead, supplier=outsider, vendor_code="V1")
        sites["outsider"] = tenancy.add_site(organization_id=lead.pk, code="A1", name="본사", name_en="Main")
        tenancy.add_site(organization_id=outsider.pk, code="B1", name="본사", name_en="Main")
        people["rival"] = _person(lead, "rival", Role.BUYER, Role.RECEIVER, Role.INSPECTOR, Role.TENANT_ADMIN)
        people["outsider"] = _person(outsider, "outsider", Role.SUPPLIER_SALES, Role.SUPPLIER_QUALITY, Role.TENANT_ADMIN)
        parts["outsider"] = _part(lead, relations["outsider"], "BRK-2210", "부품", "Thing", "H87")
        buyers["outsider"] = ("rival", "rival", "rival")
    whole = World(**{**vars(world), "people": people})
    for name, relation in relations.items():
        _deal(whole, relation, parts[name], sites[name], name, buyers[name])
    return _marked(whole, relations)


def _deal(world: World, relation: TradingRelation, part: PartnerPart, site: Site, supplier: str, buyers) -> None:
    """Orders, a delivery, a receipt, a decision and counted stock of one relation, all marked."""
    buyer, receiver, inspector = buyers
    n, t = f"zqr{relation.pk}nz", f"zqr{relation.pk}tz"
    with as_person(world, buyer):
        PartnerPart.objects.filter(pk=part.pk).update(name=f"name {t}", name_en=f"name {t}")
        made = []
        for count in range(3):
            line = orders.OrderLine(part.pk, Decimal(100), in_days(10))
            order = orders.draft_order(
                relation_id=relation.pk, receiving_site_id=site.pk, lines=[line], note=f"note {t}", number=f"PO-{n}-{count}"
            )
            made.append(orders.publish_order(order_id=order.pk))
    lines = {order.pk: list(ScheduleLine._base_manager.filter(order=order)) for order in []}
    with as_person(world, supplier):
        for order in made[:2]:
            lines[order.pk] = list(ScheduleLine.objects.filter(order_id=order.pk))
            answers = [orders.Answer(s.pk, [orders.Part(s.requested_quantity, s.requested_date)]) for s in lines[order.pk]]
            orders.answer_order(order_id=order.pk, answers=answers)
        shipment = deliveries.announce_shipment(
            lines=[deliveries.Shipped(lines[made[0].pk][0].pk, Decimal(60), f"L-{n}", 2)],
            planned_arrival_on=in_days(2),
            number=f"ASN-{n}",
            carrier=f"carrier {t}",
            tracking_number=f"T-{t}",
            note=f"note {t}",
        )
        ask = orders.Change(lines[made[1].pk][0].pk, Decimal(90), in_days(12))
        orders.request_changes(order_id=made[1].pk, changes=[ask], reason="demand", comment=f"comment {t}")
    with as_person(world, receiver):
        deliveries.receive_shipment(shipment_id=shipment.pk, note=f"note {t}")
        own = f"zqf{relation.buyer_id}tz"
        counted = [inventory.Counted(part.pk, Decimal(5), "available", own)]
        inventory.count_stock(site_id=site.pk, counted=counted, reference=own)
    with as_person(world, inspector):
        for lot in InspectionLot.objects.filter(relation=relation):
            decided = [quality.Decided("rejected", lot.quantity, "surface", f"comment {t}")]
            quality.decide(lot_id=lot.pk, decided=decided)


def _marked(world: World, relations: dict[str, TradingRelation]) -> Marked:
    readable: dict[int, set[str]] = {}
    with unscoped(reason=SYSTEM):
        for relation in relations.values():
            for firm in (relation.buyer_id, relation.supplier_id):
                marks = {f"zqr{relation.pk}nz", f"zqr{relation.pk}tz", f"zqf{firm}tz"}
                readable.setdefault(firm, set()).update(marks)
        kinds = {
            "order": PurchaseOrder,
            "line": PurchaseOrderLine,
            "schedule": ScheduleLine,
            "change": ChangeRequest,
            "shipment": ShipmentNotice,
            "receipt": GoodsReceipt,
            "lot": InspectionLot,
            "part": PartnerPart,
            "relation": TradingRelation,
            "site": Site,
            "organization": Organization,
            "notification": Notification,
        }
        ids = {name: list(model._base_manager.values_list("pk", flat=True)) for name, model in kinds.items()}
        shipments: dict[int, set[int]] = {}
        for pk, *firms_of in ShipmentNotice._base_manager.values_list("pk", "buyer_id", "supplier_id"):
            for firm in firms_of:
                shipments.setdefault(firm, set()).add(pk)
    firms, own = {}, {}
    for name in world.people:
        with as_person(world, name) as door:
            firms[name] = door.organization_id
            own[name] = {kind: list(model._base_manager.values_list("pk", flat=True)) for kind, model in kinds.items()}
    return Marked(world.people, firms, readable, ids, own, shipments)
