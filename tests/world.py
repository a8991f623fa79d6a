"""The small world that every test starts from: a buyer, a supplier, a stranger and a coordinator.

The stranger is another supplier of the same buyer: the neighbour who must never see the supplier's rows. Ids are the same
after every reset, so a test may keep them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.sql import InsertQuery, UpdateQuery
from django.utils import timezone
from psycopg import ClientCursor

from apps.accounts import services as accounts
from apps.accounts.door import enter
from apps.accounts.models import User
from apps.masterdata.models import Part, PartnerPart
from apps.orders import services as orders
from apps.tenancy import services as tenancy
from apps.tenancy.access.tables import IDENTITY_TABLES
from apps.tenancy.bases import sides_of
from apps.tenancy.models import Organization, Site, TradingRelation
from apps.tenancy.roles import Role
from apps.tenancy.scope import unscoped

SYSTEM = "tests and benchmarks"
PASSWORD = "a-long-password-1"


@dataclass(frozen=True)
class World:
    """Firms, their people (by firm and role), sites, relations and parts."""

    buyer: Organization
    supplier: Organization
    stranger: Organization
    office: Organization
    people: dict[str, User]
    site: Site
    supplier_site: Site
    relation: TradingRelation
    other_relation: TradingRelation
    part: PartnerPart
    second_part: PartnerPart
    other_part: PartnerPart


def create() -> World:
    with unscoped(reason=SYSTEM):
        buyer = tenancy.create_organization(legal_name="한빛", name_en="Hanbit", business_number="124-81-55509")
        supplier = tenancy.create_organization(legal_name="대성", name_en="Daesung", business_number="101-81-24172")
        stranger = tenancy.create_organization(legal_name="서진", name_en="Seojin", business_number="102-81-24175")
        office = tenancy.create_organization(legal_name="운영기관", name_en="Office")
        site = tenancy.add_site(organization_id=buyer.pk, code="ASN2", name="아산", name_en="Asan")
        supplier_site = tenancy.add_site(organization_id=supplier.pk, code="P1", name="본사", name_en="Main")
        cluster = tenancy.create_cluster(name="클러스터", name_en="Cluster", lead=buyer)
        for firm, kind in ((supplier, "supplier"), (stranger, "supplier"), (office, "coordinator")):
            tenancy.add_member(cluster=cluster, organization=firm, kind=kind)
        relation = tenancy.relate(
            buyer=buyer, supplier=supplier, vendor_code="V1", over_tolerance=Decimal("0.1"), late_days=0, early_days=3
        )
        other_relation = tenancy.relate(buyer=buyer, supplier=stranger, vendor_code="V2")
        people = {
            "buyer": _person(buyer, "buyer", Role.BUYER, Role.BUYER_APPROVER),
            "receiver": _person(buyer, "receiver", Role.RECEIVER),
            "inspector": _person(buyer, "inspector", Role.INSPECTOR),
            "buyer-admin": _person(buyer, "buyer-admin", Role.TENANT_ADMIN),
            "supplier": _person(supplier, "supplier", Role.SUPPLIER_SALES, Role.TENANT_ADMIN),
            "supplier-quality": _person(supplier, "supplier-quality", Role.SUPPLIER_QUALITY),
            "stranger": _person(stranger, "stranger", Role.SUPPLIER_SALES, Role.TENANT_ADMIN),
            "coordinator": _person(office, "coordinator", Role.COORDINATOR),
        }
        return World(
            buyer,
            supplier,
            stranger,
            office,
            people,
            site,
            supplier_site,
            relation,
            other_relation,
            _part(buyer, relation, "BRK-2210", "브래킷", "Bracket", "H87"),
            _part(buyer, relation, "CBL-100", "케이블", "Cable", "MTR"),
            _part(buyer, other_relation, "SHF-1", "축", "Shaft", "H87"),
        )


def _person(organization: Organization, name: str, *roles: Role) -> User:
    user = accounts.find_or_create_person(email=f"{name}@test.example", name=name.title(), password=PASSWORD, language="en")
    accounts.add_person(organization_id=organization.pk, user=user, roles=roles)
    return user


def _part(buyer: Organization, relation: TradingRelation, number: str, name: str, name_en: str, unit: str) -> PartnerPart:
    part = Part.objects.create(organization=buyer, number=number, name=name, name_en=name_en, unit=unit)
    return PartnerPart.objects.create(
        **sides_of(relation),
        part=part,
        buyer_number=number,
        supplier_number=f"S-{number}",
        own_number=f"S-{number}",
        name=name,
        name_en=name_en,
        unit=unit,
        unit_price=Decimal("100"),
    )


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def as_person(world: World, name: str):
    """The door, as this person: `with as_person(world, "buyer"): ...`"""
    return enter(user_id=world.people[name].pk, organization_id=None, source="screen")


def draft(world: World, *, quantities=(100,), days: int = 10, relation=None, part=None):
    lines = [orders.OrderLine((part or world.part).pk, Decimal(quantity), in_days(days)) for quantity in quantities]
    with as_person(world, "buyer"):
        return orders.draft_order(relation_id=(relation or world.relation).pk, receiving_site_id=world.site.pk, lines=lines)


def published(world: World, **options):
    order = draft(world, **options)
    with as_person(world, "buyer"):
        return orders.publish_order(order_id=order.pk)


AS_IF = """
    CREATE SCHEMA IF NOT EXISTS for_tests;
    CREATE OR REPLACE FUNCTION for_tests.run(statement text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $run$ BEGIN EXECUTE statement; END $run$;
    GRANT USAGE ON SCHEMA for_tests TO app;
"""


def as_if(rows: QuerySet, **values) -> None:
    """Change rows as time, or the other side, would have left them: as the owner, in the test's own transaction."""
    query = rows.query.chain(UpdateQuery)
    query.add_update_values(values)
    statement, parameters = query.get_compiler("default").as_sql()
    with connections["default"].cursor() as cursor:
        told = ClientCursor(cursor.connection).mogrify(statement, parameters)
        cursor.execute("SELECT for_tests.run(%s)", [told])


def written_as_if(row: Model) -> None:
    """A row that no act of the tests' people writes: as the owner, in the test's own transaction."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    query = InsertQuery(type(row))
    query.insert_values(fields, [row])
    with connections["default"].cursor() as cursor:
        for statement, parameters in query.get_compiler("default").as_sql():
            told = ClientCursor(cursor.connection).mogrify(statement, parameters)
            cursor.execute("SELECT for_tests.run(%s)", [told])


def reset() -> None:
    """Empty every tenant's table, as the owner."""
    from django.apps import apps

    tables = [m._meta.db_table for m in apps.get_models(include_auto_created=True) if hasattr(m, "access")]
    names = ", ".join(f'"{table}"' for table in [*tables, "auth_group", *IDENTITY_TABLES])
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")


def assert_runs_as_app() -> None:
    """The suite is blind unless it runs as `app`, which owns nothing and bypasses nothing, with policies active."""
    from django.apps import apps

    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("app", False)
        for model in apps.get_models(include_auto_created=True):
            if hasattr(model, "access"):
                table = model._meta.db_table
                cursor.execute(
                    "SELECT row_security_active(%s::regclass), tableowner FROM pg_tables WHERE tablename = %s",
                    [table, table],
                )
                assert cursor.fetchone() == (True, "owner"), table
    assert settings.DATABASES["default"]["USER"] == "app"
