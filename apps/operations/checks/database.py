"""The database: reached, new enough, migrated, with its two walls."""

import time

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from apps.tenancy.access.found import Found
from apps.tenancy.access.install import key_statements, models_of, table_statements
from apps.tenancy.access.wanted import wanted

from ..findings import Look, check, fault, warning

OLDEST = 15
SERVING = ("app", "app_system", "app_identity")
REACHED = ("database.reachable",)
LATE_S, WRONG_S = 5, 60
NAMED = 8  # tables in one line


def address(alias: str) -> str:
    one = connections[alias].settings_dict
    return f"{one['USER']}@{one['HOST']}:{one['PORT']}/{one['NAME']}"


@check("database.reachable")
def reachable() -> Look:
    """Asked beside the pools, which would wait half a minute."""
    for alias in ("default", "system", "identity"):
        one = connections[alias].settings_dict
        try:
            psycopg.connect(
                host=one["HOST"],
                port=one["PORT"],
                dbname=one["NAME"],
                user=one["USER"],
                password=one["PASSWORD"],
                connect_timeout=3,
            ).close()
        except psycopg.OperationalError as error:
            told = str(error).strip().splitlines()[-1]
            remedy = _("Start PostgreSQL; compare DATABASE_URL; `manage.py services up` makes roles and database.")
            return fault(address(alias), told, _("the role signs in"), remedy)
    return Look(address("default"), _("reached"))


@check("database.version", needs=REACHED)
def version() -> Look:
    with connections["system"].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, shown = cursor.fetchone()
    if number // 10000 < OLDEST:
        rule = _("PostgreSQL %(n)s or newer") % {"n": OLDEST}
        return fault(address("system"), shown, rule, _("Back up, install a newer PostgreSQL, restore."))
    return Look(address("system"), shown)


@check("database.roles", needs=REACHED)
def roles() -> Look:
    """Who serves owns no table and bypasses nothing."""
    remedy = _("ALTER ROLE … NOSUPERUSER NOBYPASSRLS NOCREATEROLE; ALTER TABLE … OWNER TO owner.")
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND (rolsuper OR rolbypassrls OR rolcreaterole)"
            " ORDER BY 1",
            [list(SERVING)],
        )
        if mighty := [name for (name,) in cursor.fetchall()]:
            return fault("pg_roles", ", ".join(mighty), _("no superuser, bypasses no policy, makes no role"), remedy)
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner <> 'owner' ORDER BY 1 LIMIT %s",
            [NAMED],
        )
        if foreign := [name for (name,) in cursor.fetchall()]:
            return fault("pg_tables", ", ".join(foreign), _("every table belongs to owner"), remedy)
    return Look("pg_roles", ", ".join(SERVING))


@check("database.migrations", needs=REACHED)
def migrations() -> Look:
    loader = MigrationLoader(connections["system"])
    waiting = sorted(".".join(key) for key in loader.graph.nodes if key not in loader.applied_migrations)
    if waiting:
        rule = _("the database is as new as the code")
        remedy = _("python manage.py migrate --database owner")
        return fault("django_migrations", ", ".join(waiting[:NAMED]), rule, remedy)
    return Look("django_migrations", _("none waits"))


@check("database.policies", needs=(*REACHED, "database.migrations"))
def policies() -> Look:
    """Rights, policies, guards and tenant keys of every table are what the models say, and nobody changed them by hand."""
    with connections["system"].cursor() as cursor:
        found = Found.read(cursor)
    models = [model for config in apps.get_app_configs() for model in models_of(config)]
    standing = [model for model in models if model._meta.db_table in found.tables]
    different = [
        model._meta.db_table for model in standing if table_statements(wanted(model), found) or key_statements(model, found)
    ]
    if different:
        rule = _("rights and policies of every table are those of its model")
        return fault(
            "pg_policy",
            ", ".join(sorted(different)[:NAMED]),
            rule,
            _("python manage.py migrate --database owner sets them right."),
        )
    return Look("pg_policy", _("%(n)s tables") % {"n": len(standing)})


@check("database.clock", needs=REACHED)
def clock() -> Look:
    with connections["system"].cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        apart = float(cursor.fetchone()[0]) - (before + time.time()) / 2
    value = _("%(n)s s apart") % {"n": f"{apart:+.1f}"}
    tell = fault if abs(apart) > WRONG_S else warning if abs(apart) > LATE_S else None
    if tell:
        rule = _("this machine and the database agree by %(n)s s") % {"n": LATE_S}
        return tell(
            settings.DATABASES["default"]["HOST"],
            value,
            rule,
            _("Let both follow a time server (timedatectl set-ntp true)."),
        )
    return Look(settings.DATABASES["default"]["HOST"], value)
