"""After migrate: policies, rights and acts. On each new connection: the guard of the scope.

The owner migrates, and app_identity reads people before any scope is open; it has no right on a tenant's table.
"""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from .policies import app_statements
from .record import trigger_statements
from .scope import guard


@receiver(post_migrate)
def write_policies(sender, using, **kwargs):
    if using != "owner":
        return
    statements = [*app_statements(sender), *trigger_statements(sender)]
    if sender.name == "django.contrib.contenttypes":
        statements.append('GRANT SELECT ON "django_migrations" TO app, app_system, app_identity')
    with connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@receiver(post_migrate)
def write_acts(sender, using, **kwargs):
    """Runs for the app that is migrated last, so that every app's tables and acts are known."""
    from .services import sync_acts

    with_models = [config for config in apps.get_app_configs() if config.models_module and config.name.startswith("apps.")]
    if using == "owner" and sender == with_models[-1]:
        create_permissions(sender, using=using, verbosity=0)
        sync_acts(using=using)


@receiver(connection_created)
def guard_connection(connection, **kwargs):
    if connection.alias not in ("owner", "identity") and guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(guard)
