"""What proves who somebody is: seen by the role app_identity alone, whatever code asks for it."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connections, transaction

from apps.accounts.models import User
from apps.orders.models import Confirmation
from apps.tenancy.access.tables import identity_tables
from apps.tenancy.scope import OutsideScope, Scope, identity, use_scope
from tests.world import PASSWORD, as_person

HIDDEN = [(m._meta.db_table, column) for m in apps.get_models() for column in getattr(m, "hidden_columns", ())]
PROBES = [
    *(f'SELECT 1 FROM "{table}"' for table in identity_tables()),
    *(f'DELETE FROM "{table}"' for table in identity_tables()),
    *(f'SELECT "{column}" FROM "{table}"' for table, column in HIDDEN),
    *(f'SELECT 1 FROM "{table}" WHERE "{column}" = \'\'' for table, column in HIDDEN),
    *(f'UPDATE "{table}" SET "{column}" = \'\'' for table, column in HIDDEN),
    "SELECT * FROM accounts_user",
    "SELECT to_jsonb(u) FROM accounts_user u",
]


def test_there_is_something_to_hide():
    assert ("accounts_user", "password") in HIDDEN
    assert len(PROBES) >= 2 * len(identity_tables()) + 5


@pytest.mark.parametrize("alias", ["default", "system"])
def test_postgresql_refuses_identity_to_every_other_role(committed, alias):
    for probe in PROBES:
        with (
            use_scope(Scope(is_system=alias == "system")),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(alias),
            connections[alias].cursor() as cursor,
        ):
            cursor.execute(probe)
            raise AssertionError(probe)


def test_the_application_writes_no_person(world):
    person = world.people["buyer"].pk
    for statement in (f"UPDATE accounts_user SET email = 'x@y.z' WHERE id = {person}", "DELETE FROM accounts_user"):
        with (
            as_person(world, "buyer"),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement)


def test_identity_sees_no_tenant(world):
    """Every table but people, sessions and what allauth keeps: refused, not empty."""
    own = {"accounts_user", "django_migrations", *identity_tables()}
    with connections["identity"].cursor() as cursor:
        cursor.execute(
            "SELECT tablename, has_table_privilege(quote_ident(tablename), 'SELECT') FROM pg_tables"
            " WHERE schemaname = 'public'"
        )
        seen = dict(cursor.fetchall())
    assert len(seen) > 60
    assert {table for table, may in seen.items() if may} == own


def test_a_colleague_is_read_without_the_hash_and_asking_for_it_is_heard(world):
    with as_person(world, "buyer"):
        colleague = User.objects.get(pk=world.people["receiver"].pk)
        assert (colleague.name, colleague.email) == ("Receiver", "receiver@test.example")
        with pytest.raises(OutsideScope, match="identity"):
            _ = colleague.password
        assert User.objects.values_list("password", flat=True)[0] is None
    with identity():
        assert User.objects.get(pk=colleague.pk).check_password(PASSWORD)


def test_people_that_hang_on_documents_come_without_their_hash(world):
    with as_person(world, "buyer"):
        sql = str(Confirmation.objects.select_related("created_by").query)
        list(Confirmation.objects.select_related("created_by"))
    assert "NULL::varchar" in sql
    assert '"password"' not in sql
