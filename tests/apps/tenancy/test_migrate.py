"""`migrate` beside people at work; the same under load at 1,000,000 orders is measured in tests/benchmarks/migrating.py."""

import pgtrigger
import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.commands import migrate as django_migrate
from django.db import DatabaseError, OperationalError, connection, connections
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader

from apps.orders.models import PurchaseOrder
from apps.tenancy.access.install import install, models_of
from apps.tenancy.management.commands import migrate
from apps.tenancy.migration_state import AskedState
from apps.tenancy.record import trigger_statements, working_statements
from tests.world import as_person, draft


def run_all(statements) -> None:
    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def remade(world, committed):
    """The history trigger of orders as a migration leaves it."""
    (trigger,) = [t for model, t in pgtrigger.registered() if model is PurchaseOrder and t.name == "insert_insert"]
    run_all([trigger.compile(PurchaseOrder).install_sql])
    yield
    config = apps.get_app_config("orders")
    install(connections["owner"], models_of(config), lambda found: trigger_statements(config, found))


def test_a_trigger_that_a_migration_made_refuses_everybody_until_it_works_as_the_owner(remade, world):
    with pytest.raises(DatabaseError, match="permission denied"):
        draft(world)
    with connections["owner"].cursor() as cursor:
        run_all(working_statements(cursor))
        assert working_statements(cursor) == []
    order = draft(world)
    with as_person(world, "buyer"):
        (version,) = PurchaseOrder.pgh_event_model.objects.filter(pgh_obj_id=order.pk)
        assert version.pgh_context["organization"] == [world.buyer.pk]


def test_a_lock_that_is_held_is_waited_for_in_turns(world, committed, monkeypatch):
    tries, pauses = [], []

    def handle(self, *args, **options):
        with connections["owner"].cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            tries.append(cursor.fetchone()[0])
        if len(tries) < 3:
            raise OperationalError("held") from psycopg.errors.LockNotAvailable()

    monkeypatch.setattr(django_migrate.Command, "handle", handle)
    monkeypatch.setattr(migrate.time, "sleep", pauses.append)
    call_command("migrate", database="owner", verbosity=0)
    assert tries == ["200ms"] * 3
    assert len(pauses) == 2
    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.parametrize(
    ("operation", "is_held"),
    [(operations.RunSQL("SELECT 1"), True), (operations.RunPython(operations.RunPython.noop), False)],
)
def test_statements_of_a_migration_run_together_where_it_asks_nothing_between_them(operation, is_held):
    class Editor:
        atomic_migration = True

        def execute(self, statement, params=()):
            done.append(statement)

    done, editor = [], Editor()
    migration = Migration("next", "orders")
    migration.operations = [operation]
    with migrate.together(editor, migration):
        editor.execute("first")
        editor.execute("second", None)
        assert done == ([] if is_held else ["first", "second"])
    assert done == ["first", "second"]


def test_another_fault_is_told_at_once(world, committed, monkeypatch):
    def handle(self, *args, **options):
        raise OperationalError("gone") from psycopg.errors.AdminShutdown()

    monkeypatch.setattr(django_migrate.Command, "handle", handle)
    with pytest.raises(OperationalError, match="gone"):
        call_command("migrate", database="owner", verbosity=0)


def test_nothing_is_left_to_do_after_it(world, committed):
    call_command("migrate", database="owner", verbosity=0)
    with connections["owner"].cursor() as cursor:
        assert working_statements(cursor) == []


def shape(model):
    fields = [(field.name, field.column, field.db_type(connection)) for field in model._meta.local_fields]
    targets = [field.related_model._meta.db_table for field in model._meta.local_fields if field.is_relation]
    return fields, targets, sorted(pointing(model))


def pointing(model):
    """What points to a model, with what has no name for its way back."""
    found = model._meta.get_fields(include_hidden=True)
    return {field.related_model._meta.label for field in found if field.auto_created and not field.concrete}


def test_classes_that_are_made_when_asked_for_are_those_that_django_makes():
    state = MigrationLoader(None).project_state()
    asked = AskedState(state.models, state.real_apps)
    assert len(state.models) > 120
    for app_label, name in state.models:
        assert shape(asked.apps.get_model(app_label, name)) == shape(state.apps.get_model(app_label, name))


def test_who_asks_for_one_model_makes_what_it_points_to_and_no_more():
    state = MigrationLoader(None).project_state()
    asked = AskedState(state.models, state.real_apps).apps
    site = asked.get_model("tenancy.site")
    made = {model for models in asked.all_models.values() for model in models.values()}
    assert {site, site._meta.get_field("organization").related_model} <= made
    assert len(made) < 20
    assert len(pointing(site)) > 5  # who asks what points to it has all
