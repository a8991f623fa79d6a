"""Somebody who runs SQL as `app`, in their own firm's scope, against what happened: history and outbox stay as they were."""

import json

import pytest
from django.apps import apps
from django.db import connections, transaction
from django.db.utils import Error

from apps.events.models import DomainEvent
from apps.orders.models import PurchaseOrder
from apps.tenancy.access.wanted import is_history
from apps.tenancy.scope import organization_scope, unscoped
from tests.world import SYSTEM, as_person, published

HISTORY = "orders_purchaseorderevent"
INTERVAL = "interval '1 year'"


def run(statement: str, values=None, alias: str = "default") -> int:
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


@pytest.fixture
def order(world):
    return published(world)


def versions(order) -> list[dict]:
    return list(PurchaseOrder.pgh_event_model.objects.filter(pgh_obj_id=order.pk).order_by("pgh_id").values())


IGNORES = "SELECT set_config('pgtrigger.ignore', (SELECT array_agg(tgname)::text FROM pg_trigger), true)"


@pytest.mark.parametrize("alias", ["app", "system"])
@pytest.mark.parametrize(
    "attack",
    [
        f"UPDATE {HISTORY} SET note = 'rewritten'",
        f"DELETE FROM {HISTORY}",
        f"TRUNCATE {HISTORY}",
        f"INSERT INTO {HISTORY} SELECT * FROM {HISTORY}",
    ],
)
def test_history_is_rewritten_with_the_triggers_switched_off(committed, world, order, attack, alias):
    scope = as_person(world, "buyer") if alias == "app" else unscoped(reason=SYSTEM)
    connection = "default" if alias == "app" else "system"
    with scope:
        run(IGNORES, alias=connection)
        with pytest.raises(Error, match="permission denied"):
            run(attack, alias=connection)


def test_a_change_is_made_without_a_trace(world, order):
    with as_person(world, "buyer"):
        before = versions(order)
        run(IGNORES)
        run("UPDATE orders_purchaseorder SET note = 'in secret' WHERE id = %s", [order.pk])
        assert [row["note"] for row in versions(order)] == [*(row["note"] for row in before), "in secret"]


def test_a_temporary_table_catches_the_history(world, order):
    with as_person(world, "buyer"), pytest.raises(Error, match="permission denied to create temporary tables"):
        run(f"CREATE TEMP TABLE {HISTORY} (LIKE {HISTORY} INCLUDING ALL)")


def test_a_back_dated_version_is_added(world, order):
    columns = [f.column for f in PurchaseOrder.pgh_event_model._meta.concrete_fields if f.column != "pgh_id"]
    chosen = ", ".join(f"pgh_created_at - {INTERVAL}" if c == "pgh_created_at" else f'"{c}"' for c in columns)
    names = ", ".join(f'"{c}"' for c in columns)
    with as_person(world, "buyer"), pytest.raises(Error, match="permission denied"):
        run(f"INSERT INTO {HISTORY} ({names}) SELECT {chosen} FROM {HISTORY} LIMIT 1")


def test_a_change_is_laid_at_another_firms_door(world, order):
    """The caller's word on who acts is not asked: person and firm are those of the scope."""
    with as_person(world, "buyer"):
        forged = json.dumps({"user": 999, "organization": [world.supplier.pk], "source": "screen"})
        run("SELECT set_config('pghistory.context_metadata', %s, true)", [forged])
        run("UPDATE orders_purchaseorder SET note = 'not me' WHERE id = %s", [order.pk])
        actor = versions(order)[-1]["pgh_context"]
    assert (actor["user"], actor["organization"]) == (world.people["buyer"].pk, [world.buyer.pk])


@pytest.mark.parametrize("attack", ["UPDATE events_domainevent SET label = 'x'", "DELETE FROM events_domainevent"])
def test_a_told_event_is_rewritten(world, order, attack):
    with as_person(world, "buyer"), pytest.raises(Error, match="permission denied"):
        run(attack)


INSERT = (
    "INSERT INTO events_domainevent (event, subject, label, buyer_id, supplier_id, organization_id, actor_organization_id,"
    " actor_id, position, created_at) VALUES ('order.published', 'order-1', 'PO', %s, %s, %s, %s, %s, %s, now())"
)


def test_an_event_is_forged(world, order):
    """As the supplier's person. Each try differs from a rightful event (the first) in one thing."""
    buyer, supplier, stranger, office = (f.pk for f in (world.buyer, world.supplier, world.stranger, world.office))
    me, other = world.people["supplier"].pk, world.people["buyer"].pk
    rightful = (buyer, supplier, None, supplier, me, None)
    forged = {
        "the partner acted": (buyer, supplier, None, buyer, me, None),
        "the competitor acted": (buyer, supplier, None, stranger, me, None),
        "somebody else acted": (buyer, supplier, None, supplier, other, None),
        "nobody acted": (buyer, supplier, None, supplier, None, None),
        "on the relation of two others": (buyer, stranger, None, supplier, me, None),
        "on a relation that is none": (stranger, supplier, None, supplier, me, None),
        "private of a firm one does not know": (None, None, stranger, supplier, me, None),
        "published already": (buyer, supplier, None, supplier, me, 4711),
    }
    with organization_scope(supplier, user_id=me):
        assert run(INSERT, rightful) == 1
        for name, values in forged.items():
            with pytest.raises(Error, match="row-level security"):
                run(INSERT, values)
                pytest.fail(name)
    with organization_scope(office, user_id=world.people["coordinator"].pk):
        assert run(INSERT, (None, None, stranger, office, world.people["coordinator"].pk, None)) == 1


def test_nobody_who_serves_may_write_history_and_no_trigger_can_be_skipped(world):
    """The rule behind the attacks, over every history table and every trigger there is."""
    tables = [m._meta.db_table for m in apps.get_models(include_auto_created=True) if is_history(m)]
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.columns WHERE column_name = 'pgh_created_at'")
        assert sorted(tables) == sorted({row[0] for row in cursor.fetchall()} | set(tables))
        for table in tables:
            for role in ("app", "app_system", "app_identity"):
                cursor.execute(
                    "SELECT has_any_column_privilege(%s, %s, 'INSERT, UPDATE')"
                    " OR has_table_privilege(%s, %s, 'DELETE, TRUNCATE')",
                    [role, table, role, table],
                )
                assert cursor.fetchone() == (False,), (role, table)
        cursor.execute(
            "SELECT t.tgname, t.tgenabled, p.prosecdef, pg_get_userbyid(p.proowner), p.proconfig, p.prosrc"
            " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal AND t.tgname LIKE 'pgtrigger%%'"
        )
        triggers = cursor.fetchall()
        cursor.execute(
            "SELECT has_database_privilege(rolname, current_database(), 'TEMPORARY') FROM pg_roles"
            " WHERE rolname IN ('app', 'app_system', 'app_identity')"
        )
        assert cursor.fetchall() == [(False,)] * 3
    for name, enabled, is_definer, owner, settings, source in triggers:
        assert (enabled, is_definer, owner, settings) == ("O", True, "owner", ["search_path=public, pg_temp"]), name
        assert "ignore" not in source, name
        assert "context_metadata" not in source, name
    assert len(tables) > 15
    assert len(triggers) > 2 * len(tables)


def test_every_event_of_the_chain_passes_the_rule_of_the_outbox(world, order):
    with as_person(world, "buyer"):
        assert DomainEvent.objects.get().actor_id == world.people["buyer"].pk
