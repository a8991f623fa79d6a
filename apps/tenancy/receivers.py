"""After migrate: policies, rights and acts. On each new connection: the guard of the scope.

The owner migrates, and app_identity reads people before any scope is open; it has no right on a tenant's table.
"""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from .access.install import install, models_of
from .record import trigger_statements
from .scope import guard


@receiver(post_migrate)
def write_policies(sender: Any, using: Any, **kwargs: Any) -> None:
    if using != "owner":
        return

    def others(found: Any) -> Any:
        if sender.name == "django.contrib.contenttypes":
            yield from found.open_statements("django_migrations")
        yield from trigger_statements(sender, found)

    install(connections[using], models_of(sender), others)


@receiver(post_migrate)
def write_acts(sender: Any, using: Any, **kwargs: Any) -> None:
    """Runs for the app that is migrated last, so that every app's tables and acts are known."""
    from .services import sync_acts

    with_models = [config for config in apps.get_app_configs() if config.models_module and config.name.startswith("apps.")]
    if using == "owner" and sender == with_models[-1]:
        create_permissions(sender, using=using, verbosity=0)
        sync_acts(using=using)


@receiver(connection_created)
def guard_connection(connection: Any, **kwargs: Any) -> None:
    if connection.alias not in ("owner", "identity") and guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(guard)
