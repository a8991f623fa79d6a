"""What the database holds of rights, policies, guards and keys, read in a few statements.

PostgreSQL keeps expressions in its own words. A comment on each policy and trigger holds a hash of what was asked for and
one of what PostgreSQL made of it: both still being true, nothing was changed, neither in the models nor by hand.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from .wanted import GUARD

TABLES = """
    SELECT relname, relpages, relrowsecurity FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
"""
RIGHTS = """
    SELECT c.relname, r.rolname, a.privilege_type, NULL FROM pg_class c CROSS JOIN aclexplode(c.relacl) a
    JOIN pg_roles r ON r.oid = a.grantee AND r.rolname IN ('app', 'app_system', 'app_identity')
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    UNION ALL
    SELECT c.relname, r.rolname, a.privilege_type, t.attname FROM pg_class c
    JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
    CROSS JOIN aclexplode(t.attacl) a
    JOIN pg_roles r ON r.oid = a.grantee AND r.rolname IN ('app', 'app_system', 'app_identity')
    WHERE c.relnamespace = 'public'::regnamespace
"""
POLICY_TEXT = """concat_ws(' | ', p.polpermissive, p.polcmd,
    (SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles WHERE oid = ANY (p.polroles)),
    pg_get_expr(p.polqual, p.polrelid), '#', pg_get_expr(p.polwithcheck, p.polrelid))"""
POLICIES = f"""
    SELECT c.relname, p.polname, {POLICY_TEXT}, obj_description(p.oid, 'pg_policy')
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = 'public'::regnamespace
"""
TRIGGER_TEXT = "concat(pg_get_triggerdef(t.oid), t.tgenabled)"
TRIGGERS = f"""
    SELECT c.relname, {TRIGGER_TEXT}, obj_description(t.oid, 'pg_trigger')
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = %s
"""
FUNCTIONS = """
    SELECT proname, prosrc, prosecdef FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
    AND position('search_path=public' in proconfig::text) > 0 AND NOT has_function_privilege('public', oid, 'EXECUTE')
"""
KEYS = """
    SELECT c.relname, k.conname, regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), k.convalidated,
        CASE WHEN cardinality(k.conkey) = 1 THEN
            (SELECT attname FROM pg_attribute WHERE attrelid = k.conrelid AND attnum = k.conkey[1]) END
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.contype = 'f' AND c.relnamespace = 'public'::regnamespace
"""
INDEXES = """
    SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique
"""
SEQUENCES = """
    SELECT c.relname, r.rolname FROM pg_class c CROSS JOIN pg_roles r
    WHERE c.relkind = 'S' AND c.relnamespace = 'public'::regnamespace
    AND r.rolname IN ('app', 'app_system', 'app_identity')
    AND NOT (has_sequence_privilege(r.oid, c.oid, 'USAGE') AND has_sequence_privilege(r.oid, c.oid, 'SELECT'))
"""
MADE = {
    "POLICY": f"SELECT {POLICY_TEXT} INTO STRICT made FROM pg_policy p"
    " WHERE p.polname = '{name}' AND p.polrelid = '{table}'::regclass",
    "TRIGGER": f"SELECT {TRIGGER_TEXT} INTO STRICT made FROM pg_trigger t"
    " WHERE t.tgname = '{name}' AND t.tgrelid = '{table}'::regclass",
}
SIGN = """
DO $sign$ DECLARE made text; BEGIN
    {made};
    EXECUTE format('COMMENT ON {kind} {name} ON {table} IS %L',
        '{source} ' || left(encode(sha256(convert_to(made, 'UTF8')), 'hex'), 16));
END $sign$
"""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def signed(kind: str, name: str, table: str, source: str) -> str:
    """The statement that notes what a policy or trigger was made from."""
    made = MADE[kind].replace("{name}", name).replace("{table}", table)
    return SIGN.format(made=made, kind=kind, name=name, table=table, source=_hash(source))


@dataclass(frozen=True)
class Made:
    """A policy or trigger as it stands, and the note on what it was made from."""

    text: str
    note: str

    def is_of(self, source: str) -> bool:
        return self.note == f"{_hash(source)} {_hash(self.text)}"


@dataclass
class Found:
    """
    Attributes:
        tables: name → pages. bound: those with row-level security.
        rights: (table, role) → privilege → columns, None for the whole table.
        keys: table → name → (definition, whether every row was checked).
        single_keys: table → column → names of keys of that column alone.
        functions: name → (body, whether it runs as its owner), of triggers, closed to the public.
    """

    tables: dict[str, int] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    rights: dict[tuple[str, str], dict[str, frozenset[str] | None]] = field(default_factory=dict)
    policies: dict[str, dict[str, Made]] = field(default_factory=dict)
    guards: dict[str, Made] = field(default_factory=dict)
    functions: dict[str, tuple[str, bool]] = field(default_factory=dict)
    keys: dict[str, dict[str, tuple[str, bool]]] = field(default_factory=dict)
    single_keys: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    indexes: set[str] = field(default_factory=set)
    broken_indexes: set[str] = field(default_factory=set)
    sequences: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def read(cls, cursor: Any) -> Found:
        found = cls()
        for table, pages, is_bound in _rows(cursor, TABLES):
            found.tables[table] = pages
            found.bound |= {table} if is_bound else set()
        for table, role, privilege, name in _rows(cursor, RIGHTS):
            held = found.rights.setdefault((table, role), {})
            held[privilege] = None if name is None else frozenset({*(held.get(privilege) or ()), name})
        for table, name, text, note in _rows(cursor, POLICIES):
            found.policies.setdefault(table, {})[name] = Made(text, note or "")
        for table, text, note in _rows(cursor, TRIGGERS, [GUARD]):
            found.guards[table] = Made(text, note or "")
        found.functions = {name: (body, is_definer) for name, body, is_definer in _rows(cursor, FUNCTIONS)}
        for table, name, definition, is_checked, only in _rows(cursor, KEYS):
            found.keys.setdefault(table, {})[name] = (definition, is_checked)
            if only:
                found.single_keys.setdefault(table, {}).setdefault(only, []).append(name)
        for name, is_valid in _rows(cursor, INDEXES):
            (found.indexes if is_valid else found.broken_indexes).add(name)
        found.sequences = _rows(cursor, SEQUENCES)
        return found

    def sequence_statements(self) -> list[str]:
        return [f"GRANT USAGE, SELECT ON SEQUENCE {name} TO {role}" for name, role in sorted(self.sequences)]

    def open_statements(self, table: str) -> list[str]:
        """A table without a model that everybody who serves reads."""
        roles = ("app", "app_system", "app_identity")
        return [f"GRANT SELECT ON {table} TO {role}" for role in roles if (table, role) not in self.rights]


def _rows(cursor: Any, statement: str, parameters: list[Any] | None = None) -> list[Any]:
    cursor.execute(statement, parameters)
    return list(cursor.fetchall())
