"""Buyer, supplier and stranger: by ORM, by API, by search, by page, and in raw SQL as `app`."""

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.common.sql import insert_into
from apps.orders.models import Confirmation, PurchaseOrder
from apps.planning.models import Quota
from apps.tenancy.access.keys import owners
from apps.tenancy.scope import ScopedManager
from tests.chain import whole
from tests.world import as_person, in_days

PEOPLE = ("buyer", "supplier", "stranger", "coordinator")


@pytest.fixture
def answered(world):
    return whole(world)


# Of a relation, and yet one side's alone: what they say of it the other must not learn.
OF_THE_BUYER = {Quota}


def shared_models():
    return [
        m for m in apps.get_models() if hasattr(m, "access") and "relation" in owners(m) and m._meta.app_label != "tenancy"
    ]


def test_every_shared_row_is_seen_by_its_two_sides_only(world, answered):
    for model in shared_models():
        seen = {}
        for name in PEOPLE:
            with as_person(world, name):
                rows = model._base_manager.filter(relation_id=world.relation.pk)
                seen[name] = rows.count()
        assert seen["buyer"] > 0, model
        assert seen["stranger"] == seen["coordinator"] == 0, (model, seen)
        assert bool(seen["supplier"]) is (model not in OF_THE_BUYER), model


def test_raw_sql_as_app_sees_no_more(world, answered):
    for model in shared_models():
        table = model._meta.db_table
        for name in ("stranger", "coordinator"):
            with as_person(world, name), connection.cursor() as cursor:
                cursor.execute(f'SELECT count(*) FROM "{table}" WHERE relation_id = %s', [world.relation.pk])
                assert cursor.fetchone() == (0,), (table, name)


def private_models():
    """Which material is handed out to whom both firms know: no private row."""
    return [m for m in apps.get_models() if m._meta.app_label == "inventory" and "relation" not in owners(m)]


def test_every_private_row_is_seen_by_its_holder_only(world, answered):
    for model in private_models():
        for name, sees in (("buyer", True), ("supplier", False), ("stranger", False), ("coordinator", False)):
            with as_person(world, name):
                rows = model._base_manager.filter(organization=world.buyer)  # the supplier has stock of its own
                assert rows.exists() == sees, (model, name)


def test_the_stranger_changes_and_deletes_nothing_in_raw_sql(world, answered):
    with as_person(world, "stranger"), connection.cursor() as cursor:
        cursor.execute("UPDATE orders_purchaseorder SET note = 'mine' WHERE id = %s", [answered.pk])
        assert cursor.rowcount == 0


@pytest.mark.parametrize("who", ["buyer", "supplier", "stranger"])
@pytest.mark.parametrize("table", ["orders_confirmation", "orders_purchaseorder"])
def test_what_was_ordered_here_is_deleted_by_nobody(world, answered, who, table):
    """Rows of a table of past deliveries may go again, and only those."""
    with as_person(world, who), connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"DELETE FROM {table}")
        assert cursor.rowcount == 0


def forged(world, **changes):
    values = {
        "relation_id": world.relation.pk,
        "buyer_id": world.buyer.pk,
        "supplier_id": world.supplier.pk,
        "number": "FORGED",
        "receiving_site_id": world.site.pk,
    } | changes
    sql = insert_into(PurchaseOrder, "", {**dict.fromkeys(values, "%s"), "order_date": "now()"})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, list(values.values()))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_forged_insert_into_another_relation_is_refused_by_the_database(world):
    with as_person(world, "stranger"), pytest.raises(DatabaseError, match="row-level security"):
        forged(world)


def test_naming_oneself_as_supplier_of_a_foreign_relation_is_refused(world):
    with as_person(world, "stranger"), pytest.raises(IntegrityError, match="tenant"):
        forged(world, buyer_id=world.stranger.pk)


def test_a_foreign_key_into_another_firm_is_refused(world):
    with as_person(world, "buyer"):
        forged(world)
        with pytest.raises(IntegrityError, match="tenant"):
            forged(world, number="F2", receiving_site_id=world.supplier_site.pk)


def test_a_bulk_insert_with_one_foreign_row_writes_nothing(world, answered):
    with as_person(world, "stranger"):
        line_id = 1
        rows = [
            Confirmation(
                relation_id=world.relation.pk,
                buyer_id=world.buyer.pk,
                supplier_id=world.supplier.pk,
                schedule_line_id=line_id,
                quantity=1,
                delivery_date=in_days(1),
                state="accepted",
            )
        ]
        with pytest.raises(DatabaseError), transaction.atomic():
            Confirmation.objects.bulk_create(rows)
    with as_person(world, "buyer"):
        assert not Confirmation.objects.filter(quantity=1).exists()


def test_history_rows_cannot_be_changed_or_deleted_by_anybody(world, answered):
    history = PurchaseOrder.pgh_event_model._meta.db_table
    for statement in (f"UPDATE {history} SET note = 'x'", f"DELETE FROM {history}"):
        with as_person(world, "buyer"), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_api_answers_404_as_if_it_were_not_there(world, api_of, answered):
    stranger = api_of("stranger")
    assert stranger.get(f"/api/orders/{answered.pk}/").status_code == 404
    assert stranger.get("/api/orders/").json()["results"] == []
    for act in ("acknowledge", "answer"):
        body = {"lines": [{"schedule_line": 1, "parts": []}]} if act == "answer" else None
        assert stranger.post(f"/api/orders/{answered.pk}/{act}/", body).status_code == 404


def test_pages_answer_404_too(world, client_of, answered):
    stranger = client_of("stranger")
    for path in (f"/orders/{answered.pk}/", f"/orders/{answered.pk}/row/"):
        assert stranger.get(path).status_code == 404


def test_search_finds_for_the_two_sides_only(world, api_of, answered):
    hits = {
        name: len(api_of(name).get("/api/search/", q=answered.number).json()) for name in ("buyer", "supplier", "stranger")
    }
    assert hits == {"buyer": 1, "supplier": 1, "stranger": 0}
    hits = {name: len(api_of(name).get("/api/search/", q="S-BRK").json()) for name in ("buyer", "supplier", "stranger")}
    assert hits == {"buyer": 1, "supplier": 1, "stranger": 0}
    assert api_of("stranger").get("/api/search/", q="대성").json() == []


def test_colleagues_are_seen_and_other_people_are_not(world):
    from apps.accounts.models import User

    with as_person(world, "supplier"):
        assert set(User.objects.values_list("name", flat=True)) == {"Supplier", "Supplier-Quality"}


def test_the_scope_alone_hides_what_the_policies_hide(committed, world):
    """The first wall by itself: on a connection that no policy binds, the managers show each firm only its own."""
    whole(world)
    for model in shared_models():
        if not isinstance(model._default_manager, ScopedManager):
            continue  # history rows are read through their order
        seen = {}
        for name in ("buyer", "supplier", "stranger"):
            with as_person(world, name):
                seen[name] = model.objects.using("system").filter(relation_id=world.relation.pk).exists()
        assert seen == {"buyer": True, "supplier": model not in OF_THE_BUYER, "stranger": False}, model
