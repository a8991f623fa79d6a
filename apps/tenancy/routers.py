"""Which connection a query takes: the scope decides; what proves who somebody is has its own; the owner migrates."""

from .access.tables import IDENTITY_TABLES
from .scope import current_scope, within_identity


class ScopeRouter:
    def db_for_read(self, model, **hints):
        table = model._meta.db_table
        if table in IDENTITY_TABLES or (within_identity() and table == "accounts_user"):
            return "identity"
        scope = current_scope()
        return scope.alias if scope else "default"

    db_for_write = db_for_read

    def allow_relation(self, first, second, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db == "owner"
