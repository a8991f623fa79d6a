"""The example cluster of EV parts: its firms, people, parts and agreements, all invented.

Each room adds to it what its `room.py` names for the past and for the present.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.accounts import services as accounts
from apps.accounts.door import enter
from apps.accounts.invitations import invite
from apps.accounts.models import User
from apps.masterdata.models import Part, PartnerPart
from apps.tenancy import services as tenancy
from apps.tenancy.bases import sides_of
from apps.tenancy.models import Cluster, ClusterMembership, Organization, Site, TradingRelation
from apps.tenancy.roles import Role
from apps.tenancy.scope import unscoped

PASSWORD = "dure-demo-2026"
DOMAIN = "demo.example"

PROVISIONING = "provisioning: a new organization, cluster or relation has no scope yet"
# whose firm invites, the invited person's name, title and roles
INVITED = [
    ("admin", "문태오", "수입검사", [Role.INSPECTOR]),
    ("daesung", "배나리", "품질", [Role.SUPPLIER_QUALITY]),
    ("coordinator", "신유진", "클러스터 운영자", [Role.COORDINATOR]),
    ("history", "권도윤", "구매 이력", [Role.BUYER]),
]

# legal name, English name, business number, e-mail name, person, vendor code, part families
SUPPLIERS = [
    ("대성정밀 주식회사", "Daesung Precision", "101-81-24171", "daesung", "오세훈", "V-1001", ("BRK", "GDP")),
    ("서진단조", "Seojin Forge", "102-81-24172", "seojin", "한지우", "V-1002", ("KNU", "SHF")),
    ("미래주조", "Mirae Casting", "103-81-24173", "mirae", "윤가람", "V-1003", ("HSG",)),
    ("우리도금", "Woori Plating", "104-81-24174", "woori", "임수빈", "V-1004", ("SCR",)),
    ("한강폴리머", "Hangang Polymer", "105-81-24175", "hangang", "서도윤", "V-1005", ("DCT", "CLP")),
    ("남도전자", "Namdo Electronics", "106-81-24176", "namdo", "강예린", "V-1006", ("PCB",)),
    ("새한프레스", "Saehan Press", "107-81-24177", "saehan", "조민재", "V-1007", ("BKT",)),
    ("동해케이블", "Donghae Cable", "108-81-24178", "donghae", "배나은", "V-1008", ("CBL",)),
]
# family → (Korean name, English name, price in KRW, typical lot, unit, variants)
FAMILIES = {
    "BRK": ("브레이크 캘리퍼 브래킷", "Brake caliper bracket", 8900, 1200, "H87", 3),
    "GDP": ("가이드 핀", "Guide pin", 640, 4800, "H87", 2),
    "KNU": ("조향 너클", "Steering knuckle", 31500, 480, "H87", 2),
    "SHF": ("출력축", "Output shaft", 27400, 300, "H87", 2),
    "HSG": ("전동 액슬 하우징", "E-axle housing", 68200, 160, "H87", 3),
    "SCR": ("아연니켈 볼트 M10", "Zinc-nickel bolt M10", 95, 40000, "H87", 2),
    "DCT": ("냉각수 덕트", "Coolant duct", 5200, 1800, "H87", 2),
    "CLP": ("방진 클립", "Damping clip", 180, 9600, "H87", 2),
    "PCB": ("배터리 관리 기판", "Battery management board", 42800, 240, "H87", 2),
    "BKT": ("모터 마운트 브래킷", "Motor mount bracket", 7600, 900, "H87", 3),
    "CBL": ("고전압 케이블", "High-voltage cable", 4300, 2500, "MTR", 2),
}


@dataclass
class Demo:
    """What the rooms need to fill the example.

    Attributes:
        order_count: orders of the past 90 days.
        parts, sellers: by the id of their relation.
    """

    order_count: int
    lead: Organization
    site: Site
    buyer_id: int
    relations: list[TradingRelation]
    parts: dict[int, list[PartnerPart]]
    sellers: dict[int, int]
    receiver_id: int
    inspector_id: int


def valid_number(number: str) -> str:
    """An invented business number with its right check digit."""
    from apps.common.identifiers import business_number_check_digit

    digits = number.replace("-", "")[:9]
    return f"{digits}{business_number_check_digit(digits + '0')}"


def person(organization: Organization, email: str, name: str, language: str, title: str, *roles: Role) -> User:
    user = accounts.find_or_create_person(email=f"{email}@{DOMAIN}", name=name, password=PASSWORD, language=language)
    accounts.add_person(organization_id=organization.pk, user=user, roles=roles, title=title)
    return user


def invite_colleagues() -> None:
    """As administrators do; the mails lie in .dure/mail/ and their links can be followed."""
    for admin, name, title, roles in INVITED:
        with unscoped(reason=PROVISIONING):
            user = User.objects.get(email=f"{admin}@{DOMAIN}")
        with enter(user_id=user.pk, organization_id=None, source="command"):
            invite(email=f"new.{admin}@{DOMAIN}", name=name, title=title, roles=roles)


def create_firms(order_count: int) -> Demo:
    lead = tenancy.create_organization(
        legal_name="한빛모빌리티 주식회사", name_en="Hanbit Mobility", business_number=valid_number("124-81-55501")
    )
    site = tenancy.add_site(
        organization_id=lead.pk, code="ASN2", name="아산 2공장", name_en="Asan plant 2", address="충청남도 아산시 (예시)"
    )
    tenancy.add_site(organization_id=lead.pk, code="USN1", name="울산 1공장", name_en="Ulsan plant 1")
    cluster = tenancy.create_cluster(
        name="EV 부품 디지털 클러스터 (예시)", name_en="EV parts digital cluster (example)", lead=lead, programme="예시"
    )
    buyer = person(lead, "buyer", "김지원", "ko", "구매 담당", Role.BUYER, Role.BUYER_APPROVER)
    receiver = person(lead, "receiver", "박도현", "ko", "입고 담당", Role.RECEIVER)
    inspector = person(lead, "inspector", "이수아", "ko", "수입검사", Role.INSPECTOR)
    person(lead, "admin", "정하늘", "ko", "관리자", Role.TENANT_ADMIN)
    _create_coordinator(cluster)
    demo = Demo(order_count, lead, site, buyer.pk, [], {}, {}, receiver.pk, inspector.pk)
    for number, row in enumerate(SUPPLIERS):
        _create_supplier(demo, cluster, row, number)
    return demo


def _create_coordinator(cluster: Cluster) -> None:
    office = tenancy.create_organization(
        legal_name="충남 디지털클러스터 운영기관 (예시)", name_en="Cluster office (example)"
    )
    tenancy.add_member(cluster=cluster, organization=office, kind=ClusterMembership.Kind.COORDINATOR)
    person(office, "coordinator", "최은서", "ko", "클러스터 운영자", Role.COORDINATOR, Role.TENANT_ADMIN)
    invited = tenancy.create_organization(legal_name="초대기업 (예시)", name_en="Invited firm (example)")
    state = ClusterMembership.State.INVITED
    tenancy.add_member(cluster=cluster, organization=invited, kind=ClusterMembership.Kind.SUPPLIER, state=state)


def _create_supplier(demo: Demo, cluster: Cluster, row: tuple[Any, ...], number: int) -> None:
    legal_name, name_en, business_number, email, contact, vendor_code, families = row
    firm = tenancy.create_organization(legal_name=legal_name, name_en=name_en, business_number=valid_number(business_number))
    tenancy.add_site(organization_id=firm.pk, code="P1", name="본사 공장", name_en="Main plant")
    tenancy.add_member(cluster=cluster, organization=firm, kind=ClusterMembership.Kind.SUPPLIER)
    roles = (Role.SUPPLIER_SALES, Role.SUPPLIER_PRODUCTION, Role.SUPPLIER_QUALITY, Role.TENANT_ADMIN)
    seller = person(firm, email, contact, "ko", "영업 · 생산", *roles)
    relation = tenancy.relate(
        buyer=demo.lead,
        supplier=firm,
        vendor_code=vendor_code,
        incoterm="DAP",
        data_days={"order": 7, "delivery": 7, "stock": 7, "plan": 14} if number % 5 != 4 else {},
        over_tolerance=Decimal("0.05") if number % 3 == 0 else Decimal("0"),
    )
    demo.relations.append(relation)
    demo.sellers[relation.pk] = seller.pk
    demo.parts[relation.pk] = [
        _create_part(demo.lead, relation, family, variant)
        for family in families
        for variant in range(1, FAMILIES[family][5] + 1)
    ]


def _create_part(lead: Organization, relation: TradingRelation, family: str, variant: int) -> PartnerPart:
    name, name_en, price, lot, unit, _variants = FAMILIES[family]
    number = f"{family}-{2200 + variant * 10}"
    called = f"{relation.vendor_code[-2:]}{family[0]}{variant:03d}"
    part = Part.objects.create(
        organization=lead, number=number, name=f"{name} {variant}형", name_en=f"{name_en} {variant}", unit=unit
    )
    return PartnerPart.objects.create(
        **sides_of(relation),
        part=part,
        buyer_number=number,
        supplier_number=called,
        own_number=called,
        name=part.name,
        name_en=part.name_en,
        unit=unit,
        minimum_quantity=Decimal(lot) / 10,
        lead_time_days=7 + variant * 3,
        unit_price=Decimal(price + variant * 10),
    )
