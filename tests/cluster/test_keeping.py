"""Backup and restore: what was kept comes back, figure by figure; what is refused changes nothing."""

import io
import json
import os
import stat
import tarfile
import time
from dataclasses import replace

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from psycopg import sql

from apps.operations import doctor
from apps.operations.findings import Level
from cluster.runtime.keeping import archive, backup, place, restore
from tests import database, everything
from tests.chain import announced, confirmed, decided, received

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
ROWS = "SELECT count(*), md5(string_agg(r::text, E'\\n' ORDER BY r::text)) FROM public.{} r"
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
PAGES = ("/orders/", "/deliveries/", "/inspections/", "/stock/")


@pytest.fixture
def here(committed, world, tmp_path):
    """The small world with a chain and a row in every table, and a learning folder."""
    decided(world, received(world, announced(world, confirmed(world))), ("accepted", 100))
    everything.fill(world)
    folder = tmp_path / "learning"
    (folder / "door").mkdir(parents=True)
    (folder / "door" / "ca.key").write_bytes(os.urandom(100))
    (folder / "door" / "ca.key").chmod(0o600)
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / "run-1.npz").write_bytes(os.urandom(3_000_000))
    return replace(place.Place.of_settings(), learning=folder)


@pytest.fixture
def there(here, tmp_path):
    """An installation with nothing in it: no database, no folder."""
    name = f"{here.database}_restored"
    yield replace(here.named(name), learning=tmp_path / "elsewhere" / "learning")
    with psycopg.connect(settings.ADMIN_DATABASE_URL, dbname="postgres", autocommit=True) as admin:
        made = admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [name]).fetchall()
    for (one,) in made:
        database.drop(one)


def contents(name: str) -> dict:
    """Every table's number of rows and hash, and every sequence."""
    with psycopg.connect(settings.ADMIN_DATABASE_URL, dbname=name) as admin:
        tables = [table for (table,) in admin.execute(TABLES).fetchall()]
        found = {table: admin.execute(sql.SQL(ROWS).format(sql.Identifier(table))).fetchone() for table in tables}
        return {**found, "sequences": admin.execute(SEQUENCES).fetchall()}


def files_of(folder):
    return {
        str(path.relative_to(folder)): (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        for path in folder.rglob("*")
        if path.is_file()
    }


def all_databases() -> set[str]:
    with psycopg.connect(settings.ADMIN_DATABASE_URL, dbname="postgres") as admin:
        return {name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()}


def figures(world) -> dict[str, str]:
    """What the buyer's lists answer."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people["buyer"], backend="apps.accounts.backends.EmailBackend")
    pages = {path: client.get(path) for path in PAGES}
    assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(PAGES, 200)
    api = client.get("/api/orders/")
    assert api.status_code == 200
    assert api.json()["results"]
    return {"orders": api.json()["results"], "stock": client.get("/api/stock/").content}


def test_a_rehearsal_world_backup_fresh_database_and_a_page_with_the_same_figures(here, there, world, tmp_path):
    shown = figures(world)
    before = contents(here.database)
    begun = time.monotonic()
    path, backup_s = backup.backup(tmp_path / "backups", place=here, keep=3)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    done = restore.restore(path, place=there)
    after = contents(there.database)
    assert after == before
    assert files_of(there.learning) == files_of(here.learning)
    with there.as_django():
        assert figures(world) == shown
        looked = {one.check: one for one in doctor.examine({"database.policies", "database.roles"})}
        assert {one.level for one in looked.values()} == {Level.OK}, looked
        total_s = time.monotonic() - begun
    rows = sum(found[0] for name, found in after.items() if name != "sequences")
    size = f"{len(after) - 1} tables, {rows} rows, {path.stat().st_size / 2**20:.1f} MiB"
    print(f"rehearsal: {size}; backup {backup_s:.1f} s, restore {done.seconds:.1f} s, to a working page {total_s:.1f} s")


def test_the_last_few_are_kept_and_no_half_one_lies_about(here, tmp_path, monkeypatch):
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"dure-2025010{day}-000000.backup").write_text("")
    path, _seconds = backup.backup(folder, place=here, keep=3)
    assert sorted(one.name for one in folder.iterdir()) == [
        "dure-20250103-000000.backup",
        "dure-20250104-000000.backup",
        path.name,
    ]


def test_a_backup_that_fails_leaves_nothing_but_its_reason(here, tmp_path):
    folder = tmp_path / "backups"
    broken = replace(here, owner={**here.owner, "password": "wrong"})
    with pytest.raises(place.Refused) as refused:
        backup.backup(folder, place=broken, keep=3)
    assert refused.value.code == "pg_dump_failed"
    assert [one.name for one in folder.iterdir()] == [backup.FAILED]
    assert "pg_dump failed" in (folder / backup.FAILED).read_text()
    backup.backup(folder, place=here, keep=3)
    assert not (folder / backup.FAILED).exists()


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-20_000])


def one_byte_other(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def no_backup(path):
    path.write_text("a table of prices")


def rewritten(path, change):
    """With another manifest: a version to come."""
    with tarfile.open(path) as tar:
        members = [(member, tar.extractfile(member)) for member in tar]
        kept = [(member, source.read() if source else b"") for member, source in members]
    with tarfile.open(path, "w") as tar:
        for member, content in kept:
            if member.name == archive.MANIFEST:
                found = json.loads(content)
                change(found)
                content = json.dumps(found).encode()
                member.size = len(content)
            tar.addfile(member, io.BytesIO(content) if member.isfile() else None)


def of_tomorrow(path):
    rewritten(path, lambda found: found["migrations"]["orders"].append("0999_tomorrow"))


def of_a_format_to_come(path):
    rewritten(path, lambda found: found.update(format=2))


def gone(path):
    path.unlink()


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (cut_off, "damaged"),
        (one_byte_other, "damaged"),
        (no_backup, "damaged"),
        (of_tomorrow, "newer"),
        (of_a_format_to_come, "newer"),
        (gone, "no_file"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_touched(here, there, tmp_path, harm, code):
    path, _seconds = backup.backup(tmp_path / "backups", place=here, keep=3)
    harm(path)
    before = all_databases()
    with pytest.raises(place.Refused) as refused:
        restore.restore(path, place=there)
    assert refused.value.code == code
    assert str(path) in str(refused.value) or code == "newer"
    assert all_databases() == before
    assert not there.learning.parent.exists()


def test_a_running_or_filled_installation_is_taken_over_only_by_name_and_then_kept_aside(here, there, world, tmp_path):
    path, _seconds = backup.backup(tmp_path / "backups", place=here, keep=3)
    restore.restore(path, place=there)
    before = all_databases()
    codes = []
    app = connections["default"].settings_dict
    running = {"host": app["HOST"], "port": app["PORT"], "user": "app", "password": app["PASSWORD"]}
    with psycopg.connect(**running, dbname=there.database):
        for over in ("", "another"):
            with pytest.raises(place.Refused) as refused:
                restore.restore(path, place=there, over=over)
            codes.append(refused.value.code)
    with pytest.raises(place.Refused) as refused:
        restore.restore(path, place=there)
    codes.append(refused.value.code)
    assert codes == ["running", "other_name", "not_empty"]
    assert all_databases() == before
    with psycopg.connect(**running, dbname=there.database):
        done = restore.restore(path, place=there, over=there.database)
    assert all_databases() == {*before, done.aside[0]}
    assert contents(there.database)["orders_purchaseorder"] == contents(done.aside[0])["orders_purchaseorder"]


def test_a_folder_of_training_alone_is_not_empty_either(here, there, tmp_path):
    path, _seconds = backup.backup(tmp_path / "backups", place=here, keep=3)
    there.learning.mkdir(parents=True)
    (there.learning / "mine.pem").write_text("a key")
    with pytest.raises(place.Refused) as refused:
        restore.restore(path, place=there)
    assert refused.value.code == "not_empty"
    assert (there.learning / "mine.pem").read_text() == "a key"


def test_another_key_is_laid_beside_for_who_writes_the_settings(here, tmp_path, monkeypatch):
    monkeypatch.setattr(place, "keys", lambda: {"DURE_SECRET_KEY": "this-one"})
    note = place.take_over({"DURE_SECRET_KEY": "kept-one"}, tmp_path)
    target = tmp_path / "restored-keys.env"
    assert target.read_text() == "DURE_SECRET_KEY=kept-one\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert str(target) in note
    assert place.take_over({"DURE_SECRET_KEY": "this-one"}, tmp_path) == ""
