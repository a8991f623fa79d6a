"""The doctor: an installation without a fault has none; each planted fault is found by its name, and no other."""

import json
import os
import shutil
import time
from collections import namedtuple
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from io import StringIO
from types import SimpleNamespace
from unittest import mock

import psycopg
import pytest
import redis
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from django.utils import timezone, translation

from apps.accounts.models import Membership
from apps.events.models import DomainEvent
from apps.learning.models import Federation
from apps.leaving.models import Departure
from apps.operations import doctor, tasks
from apps.operations.checks import database, files, running
from apps.operations.findings import CHECKS, Level
from apps.tenancy.models import Cluster, ClusterMembership
from apps.tenancy.scope import unscoped
from tests.world import SYSTEM, published

from .servers import listening, mail_server, tls_server

ADMIN = django_settings.ADMIN_DATABASE_URL  # before a test says another
Disk = namedtuple("Disk", "total used free")
DRAWN = "kq2Jx7f0sVbW3nYtR5uZ8cLhE1mPdG6aHjKo4TiQyXvBNwSzUeFgCrDl"


@pytest.fixture(scope="module")
def working():
    with start_worker(current_app, pool="solo", perform_ping_check=False):
        yield


@pytest.fixture
def healthy(committed, world, working, tmp_path, monkeypatch):
    """An installation as it shall be: with mail and TLS, a backup, a clock that ticks."""
    with ExitStack() as stack:
        mail = stack.enter_context(mail_server())
        port, authority = stack.enter_context(tls_server(tmp_path / "tls", days=60))
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        backups = tmp_path / "backups"
        backups.mkdir()
        (backups / "dure-20260101-000000.backup").write_text("")
        (tmp_path / "static").mkdir()
        (tmp_path / "static" / "staticfiles.json").write_text("{}")
        (tmp_path / "files").mkdir()
        storages = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
        admin = "postgresql://administrator:Hc9vPz4QkW2sTb7Rn5Yx@127.0.0.1/dure"
        found = override_settings(
            SECRET_KEY=DRAWN,
            ADMIN_DATABASE_URL=admin,
            ALLOWED_HOSTS=["127.0.0.1"],
            PUBLIC_URL=f"https://127.0.0.1:{port}",
            OPERATOR_MAIL="operator@example.com",
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=mail,
            BACKUP_FOLDER=backups,
            LEARNING_FOLDER=tmp_path / "learning",
            FILES_FOLDER=tmp_path / "files",
            DATABASE_FOLDER=str(tmp_path / "database"),
            STATIC_ROOT=tmp_path / "static",
            STORAGES={**django_settings.STORAGES, "staticfiles": storages},
        )
        stack.enter_context(found)
        tasks.heartbeat()
        yield tmp_path


def wrong() -> dict[str, str]:
    """Name → level of what is not well; what stands on it and could not be looked at is left out."""
    found = [one for one in doctor.examine() if one.level not in (Level.OK, Level.UNKNOWN)]
    assert all(one.place is not None and one.value and one.rule and one.remedy for one in found), found
    return {one.check: str(one.level) for one in found}


def set_to(**values):
    return lambda folder: override_settings(**values)


def owner() -> psycopg.Connection:
    one = connections["owner"].settings_dict
    dsn = {"host": one["HOST"], "port": one["PORT"], "user": one["USER"], "password": one["PASSWORD"]}
    return psycopg.connect(**dsn, dbname=django_settings.TEST_DATABASE_NAME, autocommit=True)


@contextmanager
def as_owner(*there, back=()):
    """Statements of the owner, and those that take them back."""
    with owner() as connection:
        for line in there:
            connection.execute(line)
        try:
            yield
        finally:
            for line in back:
                connection.execute(line)


def no_policy(folder):
    made = "polname = 'scope_read' AND polrelid = 'tenancy_site'::regclass"
    with owner() as connection:
        rule, note = connection.execute(
            f"SELECT pg_get_expr(polqual, polrelid), obj_description(oid, 'pg_policy') FROM pg_policy WHERE {made}"
        ).fetchone()
    return as_owner(
        "DROP POLICY scope_read ON tenancy_site",
        back=(
            f"CREATE POLICY scope_read ON tenancy_site FOR SELECT TO app USING ({rule})",
            f"COMMENT ON POLICY scope_read ON tenancy_site IS '{note}'",
        ),
    )


def too_much_right(folder):
    return as_owner("GRANT SELECT ON account_emailaddress TO app", back=("REVOKE SELECT ON account_emailaddress FROM app",))


def not_migrated(folder):
    row = "app = 'orders' AND name = '0001_initial'"
    return as_owner(
        "CREATE TABLE kept AS SELECT * FROM django_migrations",
        f"DELETE FROM django_migrations WHERE {row}",
        back=(f"INSERT INTO django_migrations SELECT * FROM kept WHERE {row}", "DROP TABLE kept"),
    )


@contextmanager
def mighty_role(folder):
    alter = "ALTER ROLE app_identity {}"
    with psycopg.connect(ADMIN, autocommit=True) as admin:
        admin.execute(alter.format("CREATEROLE"))
        try:
            yield
        finally:
            admin.execute(alter.format("NOCREATEROLE"))


@contextmanager
def old_event(folder):
    with unscoped(reason=SYSTEM):
        DomainEvent.objects.update(position=None, created_at=timezone.now() - timedelta(minutes=10))
    yield


@contextmanager
def late_departure(folder):
    """A firm whose last day passed days ago and that is still in."""
    with unscoped(reason=SYSTEM):
        part = ClusterMembership.objects.filter(kind="supplier").order_by("pk")[0]
        who = Membership.objects.filter(organization=part.organization_id).order_by("pk")[0].user_id
        last_day = timezone.localdate() - timedelta(days=4)
        values = {"cluster": part.cluster, "organization": part.organization, "asked_by_id": who}
        row = Departure.objects.create(**values, is_removal=False, last_day=last_day)
    yield
    with unscoped(reason=SYSTEM):
        row.delete()


@contextmanager
def federation(folder, *, is_up: bool):
    """One whose SuperLink listens, or not, behind a door that nobody keeps, or somebody does."""
    with listening(lambda _connection: None) as up, unscoped(reason=SYSTEM):
        cluster = Cluster.objects.order_by("pk")[0]
        office = cluster.memberships.get(kind="coordinator").organization_id
        free = up if is_up else 1
        Federation.objects.create(cluster=cluster, office_id=office, name="f", port=free)
    with listening(lambda _connection: None) as other:
        if is_up:
            with unscoped(reason=SYSTEM):
                Federation.objects.update(port=other)
        door = "127.0.0.1:1" if is_up else f"127.0.0.1:{other}"
        with override_settings(GATEWAY_ADDRESS=door):
            yield


@contextmanager
def full_disk(folder, name: str):
    real = shutil.disk_usage
    target = folder / name

    def usage(path):
        return Disk(100 * files.GIB, 99 * files.GIB, files.GIB // 2) if str(path).startswith(str(target)) else real(path)

    target.mkdir(exist_ok=True)
    with mock.patch.object(files.shutil, "disk_usage", usage):
        yield


@contextmanager
def wrong_clock(folder):
    class Late:
        time = staticmethod(lambda: time.time() - 90)

    with mock.patch.object(database, "time", Late):
        yield


@contextmanager
def ending_certificate(folder, days: int):
    with tls_server(folder / f"tls{days}", days=days) as (port, authority):
        before = os.environ["SSL_CERT_FILE"]
        os.environ["SSL_CERT_FILE"] = str(authority)
        with override_settings(PUBLIC_URL=f"https://127.0.0.1:{port}"):
            yield
        os.environ["SSL_CERT_FILE"] = before


@contextmanager
def done(act):
    act()
    yield


def old_backup(folder):
    stamp = time.time() - 4 * 24 * 3600
    return done(lambda: os.utime(folder / "backups" / "dure-20260101-000000.backup", (stamp, stamp)))


@contextmanager
def failed_backup(folder):
    note = folder / "backups" / files.FAILED
    note.write_text("2026-11-29 01:00 UTC: no space left")
    yield
    note.unlink()


def late_clock(folder):
    return done(lambda: cache.set(tasks.BEAT, time.time() - 900))


def echo_into(queue: str):
    """The doctor's task goes into that queue."""
    echo = SimpleNamespace(apply_async=partial(tasks.echo.apply_async, queue=queue))
    return mock.patch.object(running, "tasks", SimpleNamespace(ECHO=tasks.ECHO, BEAT=tasks.BEAT, echo=echo))


def no_worker(folder):
    return echo_into("nobody")


@contextmanager
def many_tasks(folder):
    before = current_app.conf.task_default_queue
    with redis.Redis.from_url(django_settings.CELERY_BROKER_URL) as broker, echo_into(before):
        current_app.conf.task_default_queue = "long"
        broker.rpush("long", *range(1001))
        yield
        broker.delete("long")
        current_app.conf.task_default_queue = before


@contextmanager
def deaf_channels(folder):
    layer = running.get_channel_layer()

    class Deaf:
        new_channel, receive = layer.new_channel, layer.receive

        async def send(self, channel, message):
            return None

    with mock.patch.object(running, "get_channel_layer", Deaf):
        yield


PLANTED = {
    "a key that was never drawn": ("settings.secret_key", set_to(SECRET_KEY="change-me-" + "x9" * 30)),
    "a password out of a manual": (
        "settings.database_password",
        set_to(ADMIN_DATABASE_URL="postgresql://dure:choose-one@127.0.0.1/dure"),
    ),
    "pages of errors that show code": ("settings.debug", set_to(DEBUG=True)),
    "links that lead elsewhere": (
        "settings.public_url",
        set_to(ALLOWED_HOSTS=["dure.example"], PUBLIC_URL="http://dure.test"),
    ),
    "nobody is told": ("settings.operator", set_to(OPERATOR_MAIL="")),
    "a policy that is gone": ("database.policies", no_policy),
    "a right too many": ("database.policies", too_much_right),
    "a migration that waits": ("database.migrations", not_migrated),
    "a role that makes roles": ("database.roles", mighty_role),
    "a clock that is late": ("database.clock", wrong_clock),
    "channels that lose messages": ("channels", deaf_channels),
    "no worker": ("worker", no_worker),
    "a long queue": ("tasks.queue", many_tasks),
    "a clock that stands": ("tasks.clock", late_clock),
    "a relay that stands": ("relay", old_event),
    "a firm that should be out": ("departures", late_departure),
    "no mail server": ("mail", set_to(EMAIL_PORT=1)),
    "a certificate at its end": ("tls", lambda folder: ending_certificate(folder, 3)),
    "a certificate that ends soon": ("tls", lambda folder: ending_certificate(folder, 15)),
    "a SuperLink that is down": ("federation.superlinks", lambda folder: federation(folder, is_up=False)),
    "a door that is shut": ("federation.door", lambda folder: federation(folder, is_up=True)),
    "the database's disk is full": ("disk.database", lambda folder: full_disk(folder, "database")),
    "the learning folder's disk is full": ("disk.learning", lambda folder: full_disk(folder, "learning")),
    "the files' disk is full": ("disk.files", lambda folder: full_disk(folder, "files")),
    "backups that stopped": ("backups", old_backup),
    "a backup that failed": ("backups", failed_backup),
    "nothing collected": ("static", lambda folder: done(lambda: (folder / "static" / "staticfiles.json").unlink())),
    "no Redis": ("redis", set_to(REDIS_URL="redis://127.0.0.1:1/0")),
}


def test_every_check_but_two_has_its_planted_fault():
    """What an old server is, and that no role signs in, is tried apart."""
    assert CHECKS.keys() - {name for name, _plant in PLANTED.values()} == {
        "database.version",
        "database.reachable",
        "settings.redis_password",
    }


def test_every_planted_fault_is_found_by_its_name_and_no_other(healthy, world):
    published(world)
    with unscoped(reason=SYSTEM):
        DomainEvent.objects.update(position=1)
    assert wrong() == {}
    found = {}
    for what, (name, plant) in PLANTED.items():
        with plant(healthy):
            found[what] = wrong()
        tasks.heartbeat()
        with unscoped(reason=SYSTEM):
            DomainEvent.objects.update(position=1)
            Federation.objects.all().delete()
        (healthy / "static" / "staticfiles.json").write_text("{}")
        os.utime(healthy / "backups" / "dure-20260101-000000.backup")
        assert list(found[what]) == [name], what
    assert wrong() == {}
    print(f"{len(found)} faults planted, each found by its name")


def test_a_database_that_lets_nobody_in_is_told_once(healthy, monkeypatch):
    monkeypatch.setitem(connections["identity"].settings_dict, "PASSWORD", "not-the-password-of-it")
    found = {one.check: one.level for one in doctor.examine()}
    assert found["database.reachable"] == Level.FAULT
    assert {name for name, level in found.items() if level == Level.UNKNOWN} == {
        name for name, one in CHECKS.items() if "database.reachable" in one.needs
    }


def test_an_old_server_and_an_open_redis_are_told(healthy, monkeypatch):
    monkeypatch.setattr(database, "OLDEST", 99)
    assert wrong() == {"database.version": "fault"}
    monkeypatch.setattr(database, "OLDEST", 15)
    with override_settings(REDIS_URL="redis://elsewhere.example:6379/0"):
        look = CHECKS["settings.redis_password"].look()
    assert look.level == Level.FAULT


def told(*words: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("doctor", *words, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_the_command_ends_with_one_where_something_is_wrong_and_says_it_in_both_languages(healthy):
    assert told("--only", "mail", "settings.debug")[0] == 0
    with override_settings(EMAIL_PORT=1):
        code, korean = told("--only", "mail", "--language", "ko")
        _code, english = told("--only", "mail", "--language", "en")
        _code, program = told("--only", "mail", "--json")
    assert code == 1
    assert "the mail server takes our mails" in english
    with translation.override("ko"):
        assert str(translation.gettext("the mail server takes our mails")) in korean
    assert json.loads(program)["fault"] == 1
    assert json.loads(program)["findings"][0]["check"] == "mail"


def test_no_secret_is_shown(healthy):
    _code, everything = told("--json")
    secrets = [DRAWN, "Hc9vPz4QkW2sTb7Rn5Yx", *(one["PASSWORD"] for one in django_settings.DATABASES.values())]
    assert [secret for secret in secrets if secret in everything] == []


def test_a_check_that_breaks_stops_no_other(healthy, monkeypatch):
    def broken():
        raise ValueError("no idea")

    monkeypatch.setitem(CHECKS, "mail", CHECKS["mail"].__class__("mail", broken, ()))
    found = {one.check: one for one in doctor.examine()}
    assert found["mail"].level == Level.FAULT
    assert "no idea" in found["mail"].value
    assert len(found) == len(CHECKS)
