"""Every model of ours is private, shared or common, or listed with a reason; and the database agrees."""

from django.apps import apps
from django.db import connections

from apps.tenancy.policies import IDENTITY_TABLES, OPEN_TABLES, is_history, table_statements

# Tables of libraries that `app` has no right on at all.
CLOSED = {
    "guardian_groupobjectpermission": "direct foreign-key tables are used instead",
    "pghistory_context": "the context stands on each history row",
    "accounts_user_user_permissions": "acts are held through roles only",
}


def models():
    return [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]


def test_every_model_is_of_one_of_the_three_kinds_or_listed_with_a_reason():
    for model in models():
        table = model._meta.db_table
        policy = getattr(model, "row_policy", None)
        if policy is None:
            assert table in OPEN_TABLES or table in CLOSED or table in IDENTITY_TABLES, (
                f"{table}: give it a row_policy or list it with a reason"
            )
        else:
            assert policy.kind in ("private", "shared", "common", "special")
            assert policy.kind != "special" or policy.reason, f"{table}: a special policy says why"


def test_what_is_listed_still_exists():
    tables = {model._meta.db_table for model in models()} | {"django_migrations"}
    assert tables >= set(OPEN_TABLES) | set(CLOSED) | set(IDENTITY_TABLES)


def test_closed_tables_give_app_nothing(world):
    with connections["default"].cursor() as cursor:
        for table in CLOSED:
            cursor.execute("SELECT has_table_privilege('app', %s, 'SELECT, INSERT, UPDATE, DELETE')", [table])
            assert cursor.fetchone() == (False,), table


def test_the_policies_in_the_database_are_those_of_the_models(world):
    expected, found = {}, {}
    for model in models():
        if policy := getattr(model, "row_policy", None):
            names = {"scope_read", "scope_system"}
            if policy.write and not is_history(model):
                names |= {"scope_insert"} if policy.append_only else {"scope_insert", "scope_update", "scope_delete"}
            names |= {"scope_identity"} if hasattr(model, "hidden_columns") else set()
            expected[model._meta.db_table] = names
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'")
        for table, name in cursor.fetchall():
            found.setdefault(table, set()).add(name)
    assert found == expected


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
        "accounts_door",
        "accounts_door_of_active",
        "accounts_invitation_door",
        "accounts_register",
        "accounts_token_door",
        "orders_search",
        "tenancy_enter",
    ]
    for name, config, is_public, _is_trigger in rows:
        assert "search_path=public" in config, name
        assert not is_public, name


def test_statements_for_a_table_start_by_taking_every_right_away():
    for model in models():
        assert table_statements(model)[0].startswith("REVOKE ALL")
