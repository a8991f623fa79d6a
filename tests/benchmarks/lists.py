"""Lists, row-level security and writes, in one process."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts import services as accounts
from apps.accounts.door import enter
from apps.deliveries import selectors as deliveries
from apps.orders import rows, selectors, services
from apps.tenancy.roles import Side
from tests.world import as_person, in_days

from .measure import alternating

AGGREGATE = "SELECT count(*), sum(amount) FROM orders_purchaseorder WHERE {where} due_date IS NOT NULL"


def token_client(user_id: int, organization_id: int) -> Client:
    with enter(user_id=user_id, organization_id=organization_id, source="bench"):
        _token, secret = accounts.create_token(name="bench", acts=["view_orders", "view_deliveries", "draft_order"], days=1)
    return Client(headers={"authorization": f"Bearer {secret}"})


Statement = tuple[str, Sequence[Any]]


def order_sql() -> list[Statement]:
    """The statements of the order list: the rows, and the line that each shows with its partner's name."""
    found = selectors.order_rows(Side.BUYER).order_by(*selectors.LIST_ORDER)[:26]
    return [found.query.sql_with_params(), rows.first_lines([row["id"] for row in found][:25])]


def delivery_sql() -> list[Statement]:
    return [deliveries.shipments(Side.BUYER).order_by(*deliveries.LIST_ORDER)[:26].query.sql_with_params()]


LISTS = {"orders": ("/api/orders/", order_sql), "deliveries": ("/api/shipments/", delivery_sql)}


def measure(user_id: int, organization_id: int) -> dict[str, dict]:
    """Each list through the API beside the same statements, prepared, on a connection of the same role."""
    return {name: _measure(user_id, organization_id, *what) for name, what in LISTS.items()}


def _measure(user_id: int, organization_id: int, path: str, statements_of: Callable[[], list[Statement]]) -> dict:
    client = token_client(user_id, organization_id)
    with enter(user_id=user_id, organization_id=organization_id, source="bench"):
        statements = statements_of()

    def api():
        response = client.get(path)
        assert len(response.json()["results"]) == 25, response.content

    settings = connection.get_connection_params()
    keys = {key: settings[key] for key in ("host", "port", "dbname", "user", "password")}
    with psycopg.connect(**keys, autocommit=False) as plain:
        plain.execute("SELECT tenancy_enter(%s, %s, '{}')", [[organization_id], user_id])

        def prepared():
            for sql, parameters in statements:
                assert plain.execute(sql, parameters, prepare=True).fetchall()

        found = alternating({"api": api, "sql": prepared})
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    view = [q for q in queries if "FROM" in q["sql"] and "accounts_token_door" not in q["sql"]]
    return {"api_ms": found["api"].p50, "sql_ms": found["sql"].p50, "view_queries": len(view), "queries": len(queries)}


def policies(organization_id: int) -> dict:
    """A list and a sum as `app` under the policies, beside the same as `owner` with an explicit WHERE."""
    results = {}
    base = connection.get_connection_params()
    from django.db import connections

    owner = connections["owner"].get_connection_params()
    keys = ("host", "port", "dbname", "user", "password")
    sides = f"(buyer_id = {organization_id} OR supplier_id = {organization_id}) AND"
    page = (
        "SELECT id, number, status FROM orders_purchaseorder WHERE {where} buyer_id = "
        f"{organization_id} ORDER BY order_date DESC, id DESC LIMIT 25"
    )
    with (
        psycopg.connect(**{k: base[k] for k in keys}) as app,
        psycopg.connect(**{k: owner[k] for k in keys}) as free,
    ):
        app.execute("SELECT tenancy_enter(%s, NULL, '{}')", [[organization_id]])
        for name, text in (("list", page), ("sum", AGGREGATE)):
            bound, explicit = text.format(where=""), text.format(where=sides)
            found = alternating(
                {
                    "policy": lambda bound=bound: app.execute(bound, prepare=True).fetchall(),
                    "where": lambda explicit=explicit: free.execute(explicit, prepare=True).fetchall(),
                },
                repeats=40,
            )
            results[name] = {"policy_ms": found["policy"].p50, "where_ms": found["where"].p50}
    return results


def writes(world) -> dict:
    """An order with 5 lines and one with 50: statements and time."""
    results = {}
    for count in (5, 50):
        lines = [services.OrderLine(world.part.pk, Decimal(10), in_days(10))] * count

        def draft(lines=lines):
            with as_person(world, "buyer"):
                services.draft_order(relation_id=world.relation.pk, receiving_site_id=world.site.pk, lines=lines)

        with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
            services.draft_order(relation_id=world.relation.pk, receiving_site_id=world.site.pk, lines=lines)
        found = alternating({"draft": draft}, rounds=3, repeats=20)
        results[f"{count} lines"] = {"queries": len(queries), "ms": found["draft"].p50}
    return results
