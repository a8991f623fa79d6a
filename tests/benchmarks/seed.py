"""A database of its own for measuring: 2,000 firms, and as many orders as asked for, written set-wise by the owner."""

import time
from contextlib import contextmanager, suppress

import psycopg
from django.conf import settings
from django.db import connections
from psycopg.errors import InsufficientPrivilege

from tests import database as databases
from tests import world as worlds

DATABASE = "bench_dure"
FIRMS = 2000
LEADS = 40

FIRMS_SQL = f"""
    INSERT INTO tenancy_organization (legal_name, name_en, gln, bpnl, ncage, created_at)
    SELECT 'Firm ' || n, 'Firm ' || n, '', '', '', now() FROM generate_series(1, {FIRMS}) n;
    INSERT INTO tenancy_site (organization_id, code, name, name_en, address, gln, bpns, time_zone)
    SELECT id, 'P1', 'Plant', 'Plant', '', '', '', 'Asia/Seoul' FROM tenancy_organization WHERE legal_name LIKE 'Firm %';
    INSERT INTO tenancy_tradingrelation (buyer_id, supplier_id, vendor_code, currency, incoterm, over_tolerance,
        freeze_days, early_days, late_days, answer_hours)
    SELECT b.id, s.id, 'V' || s.id, 'KRW', 'DAP', 0, 3, 3, 0, 24
    FROM (SELECT id, row_number() OVER (ORDER BY id) n FROM tenancy_organization WHERE legal_name LIKE 'Firm %') b
    JOIN (SELECT id, row_number() OVER (ORDER BY id) n FROM tenancy_organization WHERE legal_name LIKE 'Firm %') s
      ON b.n <= {LEADS} AND s.n > {LEADS} AND s.n % {LEADS} = b.n - 1;
"""
# Orders spread over all relations and three years; 97 % are done, as in a system of that age.
ORDERS_SQL = """
    INSERT INTO orders_purchaseorder (relation_id, buyer_id, supplier_id, is_draft, number, supplier_number, revision,
        order_date, currency, receiving_site_id, contact_name, note, created_at, published_at, status, fulfilment, closure,
        open_change_side, line_count,
        unanswered_count, amount, requested_date, promised_date, due_date, part_number, part_name, part_name_en, quantity, unit)
    SELECT r.id, r.buyer_id, r.supplier_id, false, 'B-' || n, '', 1, current_date - (n * 1103 % 1095)::int, 'KRW', s.id, '', '',
        now(), now(), CASE WHEN n % 97 = 0 THEN 'published' ELSE 'confirmed' END,
        CASE WHEN n % 33 = 0 THEN 'open' ELSE 'received' END,
        CASE WHEN n % 33 = 0 THEN 'open' ELSE 'closed_complete' END, '', 1, (n % 97 = 0)::int, 100000, current_date, current_date,
        CASE WHEN n % 33 = 0 THEN current_date + 5 END, 'P-' || (n % 500), 'Part', 'Part', 100, 'H87'
    FROM generate_series({first}, {last}) n
    JOIN bench_relation k ON k.place = n % {relations}
    JOIN tenancy_tradingrelation r ON r.id = k.id
    JOIN tenancy_site s ON s.organization_id = r.buyer_id AND s.code = 'P1'
"""

PARTS_SQL = """
    INSERT INTO masterdata_part (organization_id, number, revision, name, name_en, specification, drawing_number, unit, tracking,
        is_critical)
    SELECT id, 'P-1', '', 'Part', 'Part', '', '', 'H87', 'none', false FROM tenancy_organization WHERE legal_name LIKE 'Firm %';
    INSERT INTO masterdata_partnerpart (relation_id, buyer_id, supplier_id, part_id, buyer_number, supplier_number, name, name_en,
        unit, base_factor, lead_time_days, is_inspected)
    SELECT r.id, r.buyer_id, r.supplier_id, p.id, 'P-1', '', 'Part', 'Part', 'H87', 1, 14, true
    FROM tenancy_tradingrelation r JOIN masterdata_part p ON p.organization_id = r.buyer_id AND p.number = 'P-1'
"""
LINES_SQL = """
    INSERT INTO orders_purchaseorderline (relation_id, buyer_id, supplier_id, is_draft, order_id, position, partner_part_id, unit,
        unit_price)
    SELECT o.relation_id, o.buyer_id, o.supplier_id, false, o.id, 10, p.id, 'H87', 1000
    FROM orders_purchaseorder o JOIN masterdata_partnerpart p ON p.relation_id = o.relation_id
    WHERE o.number LIKE 'B-%' AND substr(o.number, 3)::int BETWEEN {first} AND {last} AND p.buyer_number = 'P-1';
    INSERT INTO orders_scheduleline (relation_id, buyer_id, supplier_id, is_draft, order_id, line_id, sequence, requested_quantity,
        requested_date, over_tolerance, status, answered_quantity, confirmed_quantity, shipped_quantity, received_quantity,
        rejected_quantity, closed_short_reason, received_on, confirmed_date, first_confirmed_date, otif_base_date)
    SELECT o.relation_id, o.buyer_id, o.supplier_id, false, o.id, l.id, 1, 100, o.order_date + 14, 0, o.status,
        CASE WHEN o.status = 'confirmed' THEN 100 ELSE 0 END, CASE WHEN o.status = 'confirmed' THEN 100 ELSE 0 END, g.n, g.n, 0, '',
        CASE WHEN g.n > 0 THEN o.order_date + 14 END, o.order_date + 14, o.order_date + 14, o.order_date + 14
    FROM orders_purchaseorder o JOIN orders_purchaseorderline l ON l.order_id = o.id
    CROSS JOIN LATERAL (SELECT CASE WHEN o.fulfilment = 'received' THEN 100 ELSE 0 END AS n) g
    WHERE o.number LIKE 'B-%' AND substr(o.number, 3)::int BETWEEN {first} AND {last}
"""
SHIPMENTS_SQL = """
    INSERT INTO deliveries_shipmentnotice (relation_id, buyer_id, supplier_id, number, destination_site_id, carrier,
        tracking_number, note, planned_departure_on, planned_arrival_on, departed_at, arrived_at, received_at, status, created_at,
        line_count, package_count, part_number, part_name, part_name_en, quantity, unit)
    SELECT o.relation_id, o.buyer_id, o.supplier_id, 'S' || o.number, o.receiving_site_id, '', '', '', o.order_date + 13,
        o.order_date + 14, CASE WHEN g.came THEN now() END, CASE WHEN g.came THEN now() END, CASE WHEN g.came THEN now() END,
        CASE WHEN g.came THEN 'received' ELSE 'announced' END, now(), 1, 0, 'P-1', 'Part', 'Part', 100, 'H87'
    FROM orders_purchaseorder o CROSS JOIN LATERAL (SELECT o.fulfilment = 'received' AS came) g
    WHERE o.number LIKE 'B-%' AND substr(o.number, 3)::int BETWEEN {first} AND {last}
"""
WRITTEN = ("orders_purchaseorder", "orders_purchaseorderline", "orders_scheduleline", "deliveries_shipmentnotice")


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
        cursor.execute(FIRMS_SQL)
        cursor.execute(PARTS_SQL)
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
        cursor.execute(ORDERS_SQL.format(first=first, last=last, relations=relations))
        for statements in (LINES_SQL, SHIPMENTS_SQL):
            cursor.execute(statements.format(first=first, last=last))
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
