"""Which connection a query takes: the scope decides; what proves who somebody is has its own; the owner migrates."""

from django.conf import settings

from .access.tables import IDENTITY_TABLES
from .scope import current_scope, within_identity


class ScopeRouter:
    def db_for_read(self, model, **hints):
        is_of_people = within_identity() and model._meta.concrete_model._meta.label == settings.AUTH_USER_MODEL
        if is_of_people or model._meta.db_table in IDENTITY_TABLES:
            return "identity"
        scope = current_scope()
        return scope.alias if scope else "default"

    db_for_write = db_for_read

    def allow_relation(self, first, second, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db == "owner"
