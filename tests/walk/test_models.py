"""Every model declares who sees it, or is listed with a reason; and the database is what the declarations say."""

from django.apps import apps
from django.db import connections

from apps.tenancy.access.install import install, models_of
from apps.tenancy.access.keys import tenant_keys, unbound
from apps.tenancy.access.predicates import AnyOf, Holds, OnSide
from apps.tenancy.access.tables import IDENTITY_TABLES, OPEN_TABLES, is_identity
from apps.tenancy.access.unbound import UNBOUND_TARGETS
from apps.tenancy.access.wanted import is_history, wanted

# Tables of libraries that `app` has no right on at all.
CLOSED = {
    "guardian_groupobjectpermission": "direct foreign-key tables are used instead",
    "pghistory_context": "the context stands on each history row",
    "accounts_user_user_permissions": "acts are held through roles only",
}


def models():
    return [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]


def test_every_model_declares_who_sees_it_or_is_listed_with_a_reason():
    """What is neither one firm's, nor two sides', nor a cluster's says why."""
    for model in models():
        table, access = model._meta.db_table, getattr(model, "access", None)
        if access is None:
            assert table in OPEN_TABLES or table in CLOSED or is_identity(model), (
                f"{table}: declare its access or list it with a reason"
            )
            continue
        parts = access.read.parts if isinstance(access.read, AnyOf) else (access.read,)
        plain = len(parts) == 1 and isinstance(parts[0], Holds) and parts[0].ids != "party_ids"
        assert plain or all(isinstance(part, OnSide) for part in parts) or access.reason, f"{table}: say why"


def test_what_is_listed_still_exists():
    tables = {model._meta.db_table for model in models()} | {"django_migrations"}
    assert tables >= set(OPEN_TABLES) | set(CLOSED) | set(IDENTITY_TABLES)


def test_closed_tables_give_app_nothing(world):
    with connections["default"].cursor() as cursor:
        for table in CLOSED:
            cursor.execute("SELECT has_table_privilege('app', %s, 'SELECT, INSERT, UPDATE, DELETE')", [table])
            assert cursor.fetchone() == (False,), table


def test_nothing_in_the_database_differs_from_the_declarations(world, committed):
    """`migrate` has nothing left to do: rights, policies word for word, guards, keys and their checks."""
    configs = list(apps.get_app_configs())
    assert {config.label: install(connections["owner"], models_of(config)) for config in configs} == {
        config.label: [] for config in configs
    }


def test_policies_stand_on_declared_tables_only(world):
    expected = {model._meta.db_table: set(table.policies) for model in models() if (table := wanted(model)).policies}
    found: dict[str, set[str]] = {}
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'")
        for table, name in cursor.fetchall():
            found.setdefault(table, set()).add(name)
    assert found == expected
    assert len(found) > 60


def test_every_foreign_key_of_a_scoped_table_is_bound_to_its_owner_or_listed_with_a_reason():
    bound = [key for model in models() for key in tenant_keys(model)]
    left = {name: reason for model in models() for name, reason in unbound(model).items()}
    assert [name for name, reason in left.items() if not reason] == []
    assert len({key.name for key in bound}) == len(bound) > 60
    said = {
        f"{model._meta.label}.{name}"
        for model in models()
        for name in getattr(model, "unbound", {})
        if not is_history(model)
    }
    assert said <= set(left), "said to be unbound, and bound or gone"
    assert len(said) >= 10
    assert set(UNBOUND_TARGETS.values()) <= set(left.values())


def test_no_role_may_pass_the_policies(world):
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'app%' AND (rolsuper OR rolbypassrls)")
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner LIKE 'app%'")
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT a.rolname, b.rolname FROM pg_roles a, pg_roles b WHERE a <> b AND a.rolname LIKE 'app%'"
            " AND b.rolname IN ('owner', 'app', 'app_system', 'app_identity') AND pg_has_role(a.oid, b.oid, 'MEMBER')"
        )
        assert cursor.fetchall() == []


def test_every_definer_function_is_vetted_and_closed_to_the_public(world):
    """Nobody calls a trigger's function, so those need no list."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT proname, proconfig::text, has_function_privilege('public', oid, 'EXECUTE'),"
            " prorettype = 'trigger'::regtype FROM pg_proc"
            " WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1"
        )
        rows = cursor.fetchall()
    assert [name for name, _, _, is_trigger in rows if not is_trigger] == [
        "accounts_calendar_door",
        "accounts_door",
        "accounts_door_of_active",
        "accounts_invitation_door",
        "accounts_register",
        "accounts_tablet_door",
        "accounts_token_door",
        "joining_administers",
        "joining_firm_door",
        "joining_is_empty",
        "joining_lead_of",
        "joining_manages",
        "joining_numbers_in",
        "joining_opened",
        "joining_people",
        "joining_relate",
        "joining_take",
        "joining_weeks",
        "learning_trial_bundle",
        "learning_trial_door",
        "learning_trial_say",
        "leaving_going",
        "leaving_open",
        "orders_search",
        "partners_agreed_days",
        "tenancy_enter",
        "tenancy_firm_by_number",
        "tenancy_refresh_statistics",
    ]
    for name, config, is_public, _is_trigger in rows:
        assert "search_path=public" in config, name
        assert not is_public, name
