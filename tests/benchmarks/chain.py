"""The chain: an order with its lines, a receipt, the first page of a large buyer, and a historical import."""

from datetime import timedelta
from decimal import Decimal
from time import monotonic

import psycopg
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.deliveries import services as deliveries
from apps.exchange.history import import_history, read_layout
from apps.exchange.management.commands.import_history import DATA
from apps.inventory import services as inventory
from apps.masterdata.models import Part, PartnerPart
from apps.orders import selectors
from apps.orders.models import Confirmation, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from apps.orders.services.shared import derive
from apps.tenancy import services as tenancy
from apps.tenancy.bases import sides_of
from apps.tenancy.models import Organization, Site
from apps.tenancy.roles import Role
from apps.tenancy.scope import organization_scope, unscoped
from tests import world as worlds
from tests.chain import announced, confirmed
from tests.world import as_person

from .lists import token_client
from .measure import alternating, times

SUPPLIERS, ORDERS, LINES = 50, 1000, 5
LARGE = "large@bench.example"


def order_with_lines(world) -> dict:
    """One order of ten lines through the API beside its own statements, prepared, as the same role."""
    order = confirmed(world, quantities=(10,) * 10)
    user = world.people["buyer"]
    client = token_client(user.pk, world.buyer.pk)

    def api():
        assert len(client.get(f"/api/orders/{order.pk}/").json()["lines"]) == 10

    with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
        selectors.order_with_lines(order.pk)
    statements = [query["sql"].replace("%", "%%") for query in queries]
    settings = connection.get_connection_params()
    with psycopg.connect(**{key: settings[key] for key in ("host", "port", "dbname", "user", "password")}) as plain:
        plain.execute("SELECT tenancy_enter(%s, %s, '{}')", [[world.buyer.pk], user.pk])

        def prepared():
            for statement in statements:
                plain.execute(statement, prepare=True).fetchall()

        found = alternating({"api": api, "sql": prepared}, repeats=40)
    return {"api_ms": found["api"].p50, "sql_ms": found["sql"].p50, "queries": len(statements)}


def receipts(world) -> dict:
    """Receive 5 and 50 lines, with movements, inspection lots and history: statements and time."""
    results = {}
    for count in (5, 50):
        elapsed, spent = [], 0
        for _ in range(10):
            shipment = announced(world, confirmed(world, quantities=(10,) * count), packages=2)
            with as_person(world, "receiver"), CaptureQueriesContext(connection) as queries:
                started = monotonic()
                deliveries.receive_shipment(shipment_id=shipment.pk)
                elapsed.append((monotonic() - started) * 1000)
            spent = len(queries)
        results[f"{count} lines"] = {"queries": spent, "ms": sorted(elapsed)[5]}
    return results


def today() -> dict:
    """The first page of a buyer with 50 suppliers and 5,000 open lines: time in the server, and statements."""
    with unscoped(reason=worlds.SYSTEM):
        user, site, parts = _large_buyer()
    with organization_scope(site.organization_id, user_id=user.pk):
        counted = [inventory.Counted(part.pk, Decimal(50 * (index % 9))) for index, part in enumerate(parts)]
        inventory.count_stock(site_id=site.pk, counted=counted)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum would by the time that a firm has so many
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="apps.accounts.backends.EmailBackend")

    def page():
        assert client.get("/").status_code == 200

    found = times(page, repeats=30, warm_up=5)
    with CaptureQueriesContext(connection) as queries:
        page()
    return {"p50_ms": found.p50, "p90_ms": found.percentile(0.9), "queries": len(queries), "lines": ORDERS * LINES}


def _large_buyer() -> tuple[User, Site, list[PartnerPart]]:
    lead = tenancy.create_organization(legal_name="Large lead", name_en="Large lead")
    site = tenancy.add_site(organization_id=lead.pk, code="L1", name="Plant")
    user = accounts.find_or_create_person(email=LARGE, name="Large", password=worlds.PASSWORD, language="en")
    accounts.add_person(organization_id=lead.pk, user=user, roles=[Role.BUYER, Role.BUYER_APPROVER, Role.RECEIVER])
    parts: list[PartnerPart] = []
    for number in range(SUPPLIERS):
        firm = tenancy.create_organization(legal_name=f"Large supplier {number}")
        relation = tenancy.relate(buyer=lead, supplier=firm, vendor_code=f"L{number}")
        own = Part.objects.bulk_create(
            Part(organization=lead, number=f"L{number}-{i}", name="Part", unit="H87") for i in range(10)
        )
        parts += PartnerPart.objects.bulk_create(
            PartnerPart(**sides_of(relation), part=part, buyer_number=part.number, name=part.name, unit="H87")
            for part in own
        )
    _open_orders(lead, site, parts)
    return user, site, parts


def _open_orders(lead: Organization, site: Site, parts: list[PartnerPart]) -> None:
    """One order in five waits for its answer, one in ten is late; the rest is confirmed for the next four weeks."""
    day = timezone.localdate()
    orders, lines, schedule, answers = [], [], [], []
    for index in range(ORDERS):
        first = parts[(index * 10) % len(parts)]
        waits, late = index % 5 == 0, index % 10 == 1
        due = day + timedelta(days=-2 if late else 1 + index % 26)
        order = PurchaseOrder(
            **sides_of(first), number=f"L-{index}", order_date=day - timedelta(days=index % 60), receiving_site=site,
            is_draft=False, line_count=LINES, part_number=first.buyer_number, part_name=first.name, quantity=10,
        )  # fmt: skip
        rows = []
        for position in range(LINES):
            part = parts[(index * 10) % len(parts) + position]
            own = {**sides_of(part), "is_draft": False, "order": order}
            line = PurchaseOrderLine(**own, position=position, partner_part=part, unit="H87")
            item = ScheduleLine(
                **own, line=line, requested_quantity=10, requested_date=due,
                status="published" if waits else "confirmed", answered_quantity=0 if waits else 10,
                confirmed_quantity=0 if waits else 10, confirmed_date=None if waits else due,
            )  # fmt: skip
            rows.append(item)
            lines.append(line)
            if not waits:
                facts = {"quantity": 10, "delivery_date": due, "state": "accepted"}
                answers.append(Confirmation(**sides_of(part), schedule_line=item, **facts))
        derive(order, rows)
        orders.append(order)
        schedule += rows
    for made in (orders, lines, schedule, answers):
        type(made[0]).objects.bulk_create(made, batch_size=1000)


def history() -> dict:
    """The historical set that ships with Dure, read, checked and written with history on, until it is committed."""
    layout = read_layout("scms_deliveries")
    started = monotonic()
    with unscoped(reason=worlds.SYSTEM):
        done = import_history(path=DATA / "scms_deliveries.csv.gz", layout=layout)
    seconds = monotonic() - started
    return {"rows": done.rows, "seconds": seconds, "rows_per_s": done.rows / seconds}
