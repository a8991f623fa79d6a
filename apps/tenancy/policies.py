"""Row-level security: the second wall. A model names its policy in `row_policy`; `migrate` writes it into the database.

The expressions keep indexes usable: a stable expression on the right side of `= any`; see docs/decisions.md.
A table without a policy gets no rights at all unless `OPEN_TABLES` lists it with a reason.
"""

from dataclasses import dataclass

from django.apps import AppConfig
from django.db import models

ORGANIZATIONS = "coalesce(nullif(current_setting('app.org_ids', true), ''), '{}')::bigint[]"
CLUSTERS = "coalesce(nullif(current_setting('app.cluster_ids', true), ''), '{}')::bigint[]"
# Up to hundreds of ids on tables of thousands of rows: a function declared expensive, so that the planner walks the index
# instead of parsing them for every row (4 ms against 0.1 ms).
PARTIES = "tenancy_ids('app.party_ids')"
PERSON = "nullif(current_setting('app.user_id', true), '')::bigint"


@dataclass(frozen=True)
class Policy:
    """What the role `app` may see and change of a table.

    Attributes:
        kind: "private", "shared", "common" or "special" (then with a reason).
        read: SQL condition on a row that may be seen.
        write: SQL condition on a row that may be written, None for rows that only system jobs write.
        reason: why a table is none of the three kinds.
        append_only: rows are added, never changed or deleted.
    """

    kind: str
    read: str
    write: str | None
    reason: str = ""
    append_only: bool = False


PRIVATE = Policy("private", f"organization_id = any({ORGANIZATIONS})", f"organization_id = any({ORGANIZATIONS})")
_SIDES = f"buyer_id = any({ORGANIZATIONS}) or supplier_id = any({ORGANIZATIONS})"
SHARED = Policy("shared", _SIDES, _SIDES)
COMMON = Policy("common", f"cluster_id = any({CLUSTERS})", None)

ALL = "SELECT, INSERT, UPDATE, DELETE"
OPEN_TABLES: dict[str, tuple[str, str]] = {
    "django_migrations": ("SELECT", "bookkeeping of Django; no tenant's data"),
    "django_content_type": ("SELECT", "names of models"),
    "auth_permission": ("SELECT", "names of acts"),
    "auth_group": (
        "SELECT, INSERT",
        "a group is named by organization id and role, nothing else; its members are scoped",
    ),
    "auth_group_permissions": ("SELECT", "empty: guardian's object permissions are used instead"),
    "guardian_userobjectpermission": ("SELECT", "empty: acts are held by roles; guardian's checker looks here too"),
}
# What proves who somebody is. No role but app_identity sees a row of these.
IDENTITY_TABLES: dict[str, str] = {
    "django_session": "who holds the key is the person",
    "account_emailaddress": "mailboxes of people",
    "account_emailconfirmation": "keys that prove a mailbox",
    "usersessions_usersession": "from where, and with which browser, people are signed in",
}


def table_statements(model: type[models.Model]) -> list[str]:
    """The statements that bring one table's policies and rights to what its model says; safe to repeat.

    History is read only: triggers write it (`record.py`). A model may name `hidden_columns`: read by app_identity alone,
    which then sees every row. Other roles read the columns that are left; PostgreSQL takes column rights away with those of
    the table.
    """
    table = model._meta.db_table
    quoted = f'"{table}"'
    statements = [f"REVOKE ALL ON {quoted} FROM app, app_system, app_identity"]
    if table in IDENTITY_TABLES:
        return [*statements, f"GRANT {ALL} ON {quoted} TO app_identity"]
    hidden: frozenset[str] = getattr(model, "hidden_columns", frozenset())
    seen = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if field.column not in hidden)
    if hidden:
        statements += [
            f"GRANT SELECT ({seen}), INSERT, UPDATE ({seen}), DELETE ON {quoted} TO app_system",
            f"GRANT SELECT, INSERT, UPDATE ON {quoted} TO app_identity",
        ]
    else:
        statements.append(f"GRANT {'SELECT' if is_history(model) else ALL} ON {quoted} TO app_system")
    policy: Policy | None = getattr(model, "row_policy", None)
    if policy is None:
        rights = OPEN_TABLES[table][0] if table in OPEN_TABLES else None
        return [*statements, f"GRANT {rights} ON {quoted} TO app"] if rights else statements
    statements += [f"ALTER TABLE {quoted} ENABLE ROW LEVEL SECURITY"]
    commands = {
        "read": f"FOR SELECT TO app USING ({policy.read})",
        "system": "FOR ALL TO app_system USING (true) WITH CHECK (true)",
    }
    if hidden:
        commands["identity"] = "FOR ALL TO app_identity USING (true) WITH CHECK (true)"
    writes = None if is_history(model) else policy.write
    if is_history(model):
        commands["system"] = "FOR SELECT TO app_system USING (true)"
    if writes:
        commands["insert"] = f"FOR INSERT TO app WITH CHECK ({writes})"
    if writes and not policy.append_only:
        commands |= {
            "update": f"FOR UPDATE TO app USING ({writes}) WITH CHECK ({writes})",
            "delete": f"FOR DELETE TO app USING ({writes})",
        }
    for name in ("read", "insert", "update", "delete", "system", "identity"):
        statements.append(f"DROP POLICY IF EXISTS scope_{name} ON {quoted}")
        if name in commands:
            statements.append(f"CREATE POLICY scope_{name} ON {quoted} {commands[name]}")
    rights = "SELECT" if not writes else "SELECT, INSERT" if policy.append_only else ALL
    statements.append(f"GRANT {f'SELECT ({seen})' if hidden else rights} ON {quoted} TO app")
    return statements


def is_history(model: type[models.Model]) -> bool:
    """Whether the table keeps the versions of another one's rows."""
    return hasattr(model, "pgh_tracked_model")


DROP_TENANT_KEYS = """
DO $$ DECLARE key text; BEGIN
    FOR key IN SELECT conname FROM pg_constraint
        WHERE conrelid = '"{table}"'::regclass AND contype = 'f' AND conname LIKE '%\\_tenant'
    LOOP EXECUTE format('ALTER TABLE "{table}" DROP CONSTRAINT %I', key); END LOOP;
END $$
"""


def sequence_statements() -> list[str]:
    return ["GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO app, app_system, app_identity"]


def tenant_keys(model: type[models.Model]) -> list[tuple[str, str, str, str]]:
    """Foreign keys that must stay inside one tenant: (column, tenant column here, target table, tenant column there).

    Foreign-key checks ignore policies, so a forged row could point into another firm. A composite key with the tenant
    forbids that in the database itself.
    """
    kind = _kind(model)
    keys = []
    for field in model._meta.concrete_fields:
        if not isinstance(field, models.ForeignKey) or not getattr(field, "db_constraint", True):
            continue
        target = field.related_model
        if not isinstance(target, type) or field.name in ("relation", "organization", "buyer", "supplier", "cluster"):
            continue
        owner = getattr(model, "tenant_of", {}).get(field.name)
        if kind == "shared" and _kind(target) == "shared" and _has(target, "relation"):
            pair = ("relation_id", "relation_id")
        elif kind == "private" and _has(target, "organization"):
            pair = ("organization_id", "organization_id")
        elif owner and _has(target, "organization"):
            pair = (f"{owner}_id", "organization_id")
        else:
            continue
        keys.append((field.column, pair[0], target._meta.db_table, pair[1]))
    return keys


DROP_COVERED_KEY = """
DO $$ DECLARE key text; BEGIN
    FOR key IN SELECT c.conname FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
        WHERE c.conrelid = '"{table}"'::regclass AND c.contype = 'f' AND a.attname = '{column}'
    LOOP EXECUTE format('ALTER TABLE "{table}" DROP CONSTRAINT %I', key); END LOOP;
END $$
"""


def tenant_key_statements(model: type[models.Model]) -> list[str]:
    """Composite keys, and the end of Django's single ones that they cover: each row is checked once, not three times."""
    table = model._meta.db_table
    statements = [DROP_TENANT_KEYS.format(table=table)]
    own_keys: list[tuple[tuple[str, ...], str, tuple[str, ...]]] = [
        ((column, tenant), target, ("id", there)) for column, tenant, target, there in tenant_keys(model)
    ]
    covered = [columns[0] for columns, _target, _there in own_keys]
    if issubclass(model, _relation_model()):
        sides = ("buyer_id", "supplier_id")
        own_keys.append((("relation_id", *sides), "tenancy_tradingrelation", ("id", *sides)))
        covered += ["relation_id", *sides]
    for columns, target, there in own_keys:
        unique = f"{target}_{'_'.join(there[1:])}_key"[:63]
        name = f"{table}_{'_'.join(columns)}"[:56] + "_tenant"
        statements += [
            f'CREATE UNIQUE INDEX IF NOT EXISTS "{unique}" ON "{target}" ({", ".join(there)})',
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY ({", ".join(columns)}) '
            f'REFERENCES "{target}" ({", ".join(there)}) DEFERRABLE INITIALLY DEFERRED',
        ]
    return statements + [DROP_COVERED_KEY.format(table=table, column=column) for column in covered]


def app_statements(app_config: AppConfig) -> list[str]:
    """Everything `migrate` runs after the tables of one app stand."""
    found = [m for m in app_config.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]
    statements = [line for model in found for line in table_statements(model)]
    statements += [line for model in found for line in tenant_key_statements(model)]
    return statements + sequence_statements() if found else []


def _kind(model: type[models.Model]) -> str:
    policy: Policy | None = getattr(model, "row_policy", None)
    return policy.kind if policy else ""


def _has(model: type[models.Model], name: str) -> bool:
    """Whether every row has this owner; an owner that may be null ties nothing."""
    return any(field.name == name and not field.null for field in model._meta.concrete_fields)


def _relation_model() -> type[models.Model]:
    from .bases import RelationModel

    return RelationModel
