"""A database of its own for measuring: 2,000 firms, and as many orders as asked for, written set-wise by the owner."""

import time
from contextlib import contextmanager, suppress

import psycopg
from django.conf import settings
from django.db import connections
from psycopg.errors import InsufficientPrivilege

from apps.common.sql import insert_into
from apps.deliveries.models import ShipmentNotice
from apps.masterdata.models import Part, PartnerPart
from apps.orders.models import PurchaseOrder, PurchaseOrderLine, ScheduleLine
from apps.tenancy.models import Organization, Site, TradingRelation
from tests import database as databases
from tests import world as worlds

DATABASE = "bench_dure"
FIRMS = 2000
LEADS = 40

# Whom relations are made between; every firm has one plant.
FIRMS_SQL = (
    insert_into(
        Organization, f"FROM generate_series(1, {FIRMS}) n", {"legal_name": "'Firm ' || n", "name_en": "'Firm ' || n"}
    ),
    insert_into(
        Site,
        "FROM tenancy_organization WHERE legal_name LIKE 'Firm %'",
        {"organization_id": "id", "code": "'P1'", "name": "'Plant'", "name_en": "'Plant'"},
    ),
    insert_into(
        TradingRelation,
        f"""
            FROM (SELECT id, row_number() OVER (ORDER BY id) n FROM tenancy_organization WHERE legal_name LIKE 'Firm %') b
            JOIN (SELECT id, row_number() OVER (ORDER BY id) n FROM tenancy_organization WHERE legal_name LIKE 'Firm %') s
              ON b.n <= {LEADS} AND s.n > {LEADS} AND s.n % {LEADS} = b.n - 1
        """,
        {"buyer_id": "b.id", "supplier_id": "s.id", "vendor_code": "'V' || s.id", "incoterm": "'DAP'"},
    ),
)
PARTS_SQL = (
    insert_into(
        Part,
        "FROM tenancy_organization WHERE legal_name LIKE 'Firm %'",
        {"organization_id": "id", "number": "'P-1'", "name": "'Part'", "name_en": "'Part'", "unit": "'H87'"},
    ),
    insert_into(
        PartnerPart,
        "FROM tenancy_tradingrelation r JOIN masterdata_part p ON p.organization_id = r.buyer_id AND p.number = 'P-1'",
        {
            **{"relation_id": "r.id", "buyer_id": "r.buyer_id", "supplier_id": "r.supplier_id", "part_id": "p.id"},
            **{"buyer_number": "'P-1'", "name": "'Part'", "name_en": "'Part'"},
        },
    ),
)
# Orders spread over all relations and three years; 97 % are done, as in a system of that age.
ORDERS_SQL = insert_into(
    PurchaseOrder,
    """
        FROM generate_series(%(first)s, %(last)s) n
        JOIN bench_relation k ON k.place = n %% %(relations)s
        JOIN tenancy_tradingrelation r ON r.id = k.id
        JOIN tenancy_site s ON s.organization_id = r.buyer_id AND s.code = 'P1'
    """,
    {
        **{"relation_id": "r.id", "buyer_id": "r.buyer_id", "supplier_id": "r.supplier_id", "is_draft": "false"},
        **{"number": "'B-' || n", "order_date": "current_date - (n * 1103 %% 1095)::int", "receiving_site_id": "s.id"},
        "published_at": "now()",
        "status": "CASE WHEN n %% 97 = 0 THEN 'published' ELSE 'confirmed' END",
        "fulfilment": "CASE WHEN n %% 33 = 0 THEN 'open' ELSE 'received' END",
        "closure": "CASE WHEN n %% 33 = 0 THEN 'open' ELSE 'closed_complete' END",
        **{"line_count": "1", "unanswered_count": "(n %% 97 = 0)::int", "amount": "100000", "quantity": "100"},
        **{"requested_date": "current_date", "promised_date": "current_date"},
        "due_date": "CASE WHEN n %% 33 = 0 THEN current_date + 5 END",
        **{"part_number": "'P-' || (n %% 500)", "part_name": "'Part'", "part_name_en": "'Part'"},
    },
)
_OWN = "o.number LIKE 'B-%%' AND substr(o.number, 3)::int BETWEEN %(first)s AND %(last)s"
_OF_ORDER = {"relation_id": "o.relation_id", "buyer_id": "o.buyer_id", "supplier_id": "o.supplier_id"}
_ANSWERED = "CASE WHEN o.status = 'confirmed' THEN 100 ELSE 0 END"
LINES_SQL = (
    insert_into(
        PurchaseOrderLine,
        "FROM orders_purchaseorder o JOIN masterdata_partnerpart p ON p.relation_id = o.relation_id"
        f" WHERE {_OWN} AND p.buyer_number = 'P-1'",
        {
            **{**_OF_ORDER, "is_draft": "false", "order_id": "o.id", "position": "10", "partner_part_id": "p.id"},
            **{"unit": "'H87'", "unit_price": "1000"},
        },
    ),
    insert_into(
        ScheduleLine,
        f"""
            FROM orders_purchaseorder o JOIN orders_purchaseorderline l ON l.order_id = o.id
            CROSS JOIN LATERAL (SELECT CASE WHEN o.fulfilment = 'received' THEN 100 ELSE 0 END AS n) g
            WHERE {_OWN}
        """,
        {
            **{**_OF_ORDER, "is_draft": "false", "order_id": "o.id", "line_id": "l.id", "status": "o.status"},
            **{"requested_quantity": "100", "answered_quantity": _ANSWERED, "confirmed_quantity": _ANSWERED},
            **{"shipped_quantity": "g.n", "received_quantity": "g.n"},
            "received_on": "CASE WHEN g.n > 0 THEN o.order_date + 14 END",
            **dict.fromkeys(("requested_date", "confirmed_date"), "o.order_date + 14"),
            **dict.fromkeys(("first_confirmed_date", "otif_base_date"), "o.order_date + 14"),
        },
    ),
)
SHIPMENTS_SQL = insert_into(
    ShipmentNotice,
    f"FROM orders_purchaseorder o CROSS JOIN LATERAL (SELECT o.fulfilment = 'received' AS came) g WHERE {_OWN}",
    {
        **{**_OF_ORDER, "number": "'S' || o.number", "destination_site_id": "o.receiving_site_id"},
        **{"planned_departure_on": "o.order_date + 13", "planned_arrival_on": "o.order_date + 14"},
        **dict.fromkeys(("departed_at", "arrived_at", "received_at"), "CASE WHEN g.came THEN now() END"),
        "status": "CASE WHEN g.came THEN 'received' ELSE 'announced' END",
        **{"line_count": "1", "part_number": "'P-1'", "part_name": "'Part'", "part_name_en": "'Part'", "quantity": "100"},
    },
)
WRITTEN = [model._meta.db_table for model in (PurchaseOrder, PurchaseOrderLine, ScheduleLine, ShipmentNotice)]


@contextmanager
def database():
    """The measuring database, made new and dropped at the end; the connections of Django point to it meanwhile."""
    databases.make(DATABASE)
    try:
        yield worlds.create()
    finally:
        for connection in connections.all():
            connection.close()
        for alias in ("default", "identity"):
            connections[alias].close_pool()
        databases.drop(DATABASE)


def firms() -> None:
    with connections["owner"].cursor() as cursor:
        for statement in (*FIRMS_SQL, *PARTS_SQL):
            cursor.execute(statement)
        cursor.execute(
            "CREATE TABLE bench_relation AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place"
            " FROM tenancy_tradingrelation WHERE vendor_code LIKE 'V%' AND vendor_code NOT IN ('V1', 'V2')"
        )


def orders(first: int, last: int) -> float:
    """Write orders first to last, each with a line and a delivery; history triggers are off for this, as in a restore.

    Returns:
        Seconds.
    """
    started = time.monotonic()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_relation")
        relations = cursor.fetchone()[0]
        for table in WRITTEN:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in (ORDERS_SQL, *LINES_SQL, SHIPMENTS_SQL):
            cursor.execute(statement, {"first": first, "last": last, "relations": relations})
        for table in WRITTEN:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"VACUUM ANALYZE {table}")
    return time.monotonic() - started


def settle() -> None:
    """Write out what the seeding left in memory, so that the live figures are those of a system at its daily work."""
    with psycopg.connect(settings.ADMIN_DATABASE_URL, autocommit=True) as admin, suppress(InsufficientPrivilege):
        admin.execute("CHECKPOINT")


def a_lead() -> tuple[int, int]:
    """(organization, user) of a lead with very many orders; the user is a buyer there."""
    from apps.accounts import services as accounts
    from apps.tenancy.roles import Role
    from apps.tenancy.scope import unscoped

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT id FROM tenancy_organization WHERE legal_name = 'Firm 7'")
        organization_id = cursor.fetchone()[0]
    with unscoped(reason=worlds.SYSTEM):
        user = accounts.find_or_create_person(email="lead@bench.example", name="Lead", password=worlds.PASSWORD)
        accounts.add_person(organization_id=organization_id, user=user, roles=[Role.BUYER, Role.BUYER_APPROVER])
    return organization_id, user.pk
