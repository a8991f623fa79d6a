"""Which connection a query takes: the scope decides; what proves who somebody is has its own; the owner migrates."""

from typing import Any

from django.conf import settings

from .access.tables import is_identity
from .scope import current_scope, within_identity


class ScopeRouter:
    def db_for_read(self, model: Any, **hints: Any) -> str:
        is_of_people = within_identity() and model._meta.concrete_model._meta.label == settings.AUTH_USER_MODEL
        if is_of_people or is_identity(model._meta.concrete_model):
            return "identity"
        scope = current_scope()
        return scope.alias if scope else "default"

    db_for_write = db_for_read

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
