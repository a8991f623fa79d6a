"""Which connection a query takes: the scope decides; migrations run as the owner of the tables."""

from .scope import current_scope


class ScopeRouter:
    def db_for_read(self, model, **hints):
        scope = current_scope()
        return scope.alias if scope else "default"

    db_for_write = db_for_read

    def allow_relation(self, first, second, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db == "owner"
