"""What a firm takes with it: all of its own, nothing of others, read by an empty installation with equal figures."""

import io
import json
import time
import zipfile
from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.common.rooms import exported, rooms
from apps.leaving import packing, unpacking
from apps.tenancy.access.wanted import is_history
from apps.tenancy.roles import Side
from apps.tenancy.scope import identity, organization_scope
from apps.tower import scorecard
from cluster.runtime import roles
from cluster.runtime.keeping.place import Place
from tests import database, everything
from tests.chain import announced, confirmed, decided, received
from tests.world import as_person, published

PAGES = ("/orders/", "/deliveries/", "/inspections/", "/stock/", "/scorecards/")


def test_every_model_of_a_tenant_is_exported_or_named_as_not_with_the_reason():
    named = exported()
    left_out = {
        f"{name.rpartition('.')[2]}.{model}": why
        for name, room in rooms().items()
        for model, why in room.not_exported.items()
    }
    declared = {model._meta.label for model in everything.declared() if not is_history(model)}
    assert set(named) | left_out.keys() == declared
    assert not set(named) & left_out.keys()
    assert len(named) == len(set(named))
    assert all(left_out.values())


def test_a_row_never_points_at_what_stays_behind():
    """Whatever is exported points at models that are, so that an export is whole by itself."""
    there = {model._meta.label for model in packing.models()}
    open_ends = [
        f"{model._meta.label}.{field.name}"
        for model in packing.models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model._meta.label not in there
    ]
    assert open_ends == []


@pytest.fixture
def whole(committed, world):
    """A chain in each state, and a row in every table."""
    decided(world, received(world, announced(world, confirmed(world))), ("accepted", 90), ("rejected", 10))
    received(world, announced(world, confirmed(world), quantity=40))
    published(world)
    everything.fill(world)
    return world


@pytest.fixture
def empty(whole):
    """Another installation, as `migrate` leaves it."""
    here = Place.of_settings()
    name = f"{here.database}_empty"
    with psycopg.connect(settings.ADMIN_DATABASE_URL, autocommit=True) as admin:
        found = admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [database.BEGINNING])
        database.drop(name)
        source = found.fetchone()[0]
        admin.execute(database.named("CREATE DATABASE {} OWNER owner TEMPLATE {} STRATEGY FILE_COPY", name, source))
    roles.prepare_database(settings.ADMIN_DATABASE_URL, name)
    yield here.named(name)
    database.drop(name)


def packed(firm) -> tuple[bytes, dict]:
    out = io.BytesIO()
    with organization_scope(firm.pk):
        manifest = packing.pack(out)
    return out.getvalue(), manifest


def rows_of(content: bytes) -> dict[str, list]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.startswith("rows/")]
        return {name: json.loads(archive.read(name)) for name in names}


def without(found: dict[str, list], *names: str) -> dict[str, list]:
    return {
        model: [{**row, "fields": {k: v for k, v in row["fields"].items() if k not in names}} for row in rows]
        for model, rows in found.items()
    }


def shown_to(person) -> dict[str, object]:
    """Figures as pages and API give them."""
    client = Client(headers={"accept-language": "en"})
    with identity():
        person = User.objects.get(pk=person.pk)  # with the password of this installation
    client.force_login(person, backend="apps.accounts.backends.EmailBackend")
    found = {path: client.get(path).status_code for path in PAGES}
    found |= {
        path: client.get(path).json() for path in ("/api/orders/", "/api/stock/", "/api/shipments/", "/api/inspection-lots/")
    }
    return found


def scores_of(world, firm: str) -> dict:
    """The scorecard of ninety days, of each relation of the firm."""
    side, today = Side(firm), timezone.localdate()
    with as_person(world, firm):
        return scorecard.scores(side, today - timedelta(days=90), today + timedelta(days=90))


@pytest.mark.parametrize("firm", ["buyer", "supplier"])
def test_an_empty_installation_reads_it_with_equal_figures(whole, empty, tmp_path, firm):
    begun = time.monotonic()
    content, manifest = packed(getattr(whole, firm))
    path = tmp_path / "export.zip"
    path.write_bytes(content)
    before, scored = shown_to(whole.people[firm]), scores_of(whole, firm)
    assert sum(score.lines for score in scored.values()) > 0
    assert before["/api/orders/"]["results"]
    with empty.as_django():
        told = unpacking.unpack(path)
        again, manifest_again = packed(getattr(whole, firm))
        after = shown_to(whole.people[firm])
        assert scores_of(whole, firm) == scored
        with pytest.raises(unpacking.Unreadable) as refused:
            unpacking.unpack(path)
    assert refused.value.code == "not_empty"
    assert after == before
    # A password is not taken along, nor who is an operator.
    personal = ("last_login", "password_changed_at", "is_superuser")
    assert without(rows_of(again), *personal) == without(rows_of(content), *personal)
    figures = {label: (one["rows"], one["sums"]) for label, one in manifest["models"].items()}
    assert figures == {label: (one["rows"], one["sums"]) for label, one in manifest_again["models"].items()}
    assert told["firm"]["id"] == getattr(whole, firm).pk
    filled = {label: one["rows"] for label, one in manifest["models"].items() if one["rows"]}
    print(f"{firm}: {sum(filled.values())} rows of {len(filled)} models, {time.monotonic() - begun:.1f} s there and back")


def test_every_model_that_goes_along_has_rows_here(whole):
    """So that equal figures are figures of every room: a new one is missed here until its `fill` writes a row."""
    manifests = []
    for person in ("buyer-admin", "supplier", "coordinator"):
        with as_person(whole, person):
            manifests.append(packing.pack(io.BytesIO())["models"])
    without_rows = {label for label in manifests[0] if not any(told[label]["rows"] for told in manifests)}
    # The reports of the filled world may find their material in stock.
    assert without_rows <= {"production.Missing"}


def test_nobody_elses_row_is_in_it(whole):
    """The stranger supplies the same buyer: nothing of its own, nor its people, is in the supplier's file."""
    content, _manifest = packed(whole.supplier)
    found = rows_of(content)
    for model, rows in found.items():
        for row in rows:
            owners = {row["fields"].get(side) for side in ("organization", "supplier")} - {None}
            assert whole.stranger.pk not in owners, (model, row)
    people = {row["pk"] for row in found["rows/accounts.User.json"]}
    assert whole.people["stranger"].pk not in people
    assert whole.people["buyer"].pk not in people


def test_no_secret_is_in_it(whole):
    content, _manifest = packed(whole.buyer)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        everything_told = b"".join(archive.read(name) for name in archive.namelist()).decode()
    with connections["identity"].cursor() as cursor:
        cursor.execute("SELECT password FROM accounts_user WHERE password <> ''")
        hashes = [value for (value,) in cursor.fetchall()]
    assert hashes
    assert [value for value in hashes if value in everything_told] == []


def test_a_table_for_people_takes_no_formula(whole):
    with organization_scope(whole.buyer.pk):
        part = apps.get_model("masterdata.Part").objects.order_by("pk")[0]
        part.name = "=1+1"
        part.save(update_fields=["name"])
    content, _manifest = packed(whole.buyer)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        table = archive.read("tables/masterdata.Part.csv").decode("utf-8-sig")
    assert "'=1+1" in table


def cut(path):
    path.write_bytes(path.read_bytes()[:-2000])


def changed(path):
    """One figure of one order, the hash left as it was."""
    rewrite(
        path, "rows/orders.PurchaseOrder.json", lambda content: content.replace(b'"is_draft": false', b'"is_draft": true', 1)
    )


def fewer(path):
    """A row taken out, with a hash that fits: the figures do not."""
    name = "rows/partners.RelationContact.json"

    def less(content):
        return json.dumps(json.loads(content)[1:]).encode()

    fit(path, name, less)


def fit(path, name, change):
    """Change a file of rows, and its hash in the manifest."""
    rewrite(path, name, change)
    with zipfile.ZipFile(path) as archive:
        digest = packing.hashlib.sha256(archive.read(name)).hexdigest()

    def fitting(content):
        manifest = json.loads(content)
        manifest["models"][name.removeprefix("rows/").removesuffix(".json")]["sha256"] = digest
        return json.dumps(manifest).encode()

    rewrite(path, packing.MANIFEST, fitting)


def stowaway(path):
    """A row of another table in the place of one, with a hash that fits."""
    name = "rows/partners.RelationContact.json"

    def other(content):
        rows = json.loads(content)
        row = {"model": "accounts.apitoken", "pk": rows[0]["pk"], "fields": {"name": "x"}}
        return json.dumps([row, *rows[1:]]).encode()

    fit(path, name, other)


def of_tomorrow(path):
    rewrite(path, packing.MANIFEST, lambda content: content.replace(b'"format": 1', b'"format": 2'))


def rewrite(path, name, change):
    with zipfile.ZipFile(path) as archive:
        kept = {one: archive.read(one) for one in archive.namelist()}
    kept[name] = change(kept[name])
    with zipfile.ZipFile(path, "w") as archive:
        for one, content in kept.items():
            archive.writestr(one, content)


def test_a_bad_file_is_named_and_nothing_is_read(whole, empty, tmp_path):
    content, _manifest = packed(whole.supplier)
    codes = {}
    with empty.as_django():
        for harm in (
            cut,
            changed,
            fewer,
            stowaway,
            of_tomorrow,
            lambda path: path.unlink(),
            lambda path: path.write_text("x"),
        ):
            path = tmp_path / "export.zip"
            path.write_bytes(content)
            harm(path)
            with pytest.raises(unpacking.Unreadable) as refused:
                unpacking.unpack(path)
            codes[harm.__name__ + str(len(codes))] = refused.value.code
            with connections["owner"].cursor() as cursor:
                cursor.execute("SELECT count(*) FROM tenancy_organization")
                assert cursor.fetchone() == (0,)
    assert list(codes.values()) == ["damaged", "damaged", "other_figures", "damaged", "newer", "no_file", "damaged"]


def test_the_commands_write_once_and_read_once(whole, empty, tmp_path):
    path = tmp_path / "daesung.zip"
    call_command("export_firm", "101-81-24172", str(path))
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_firm", "101-81-24172", str(path))
    with pytest.raises(CommandError, match="No firm"):
        call_command("export_firm", "999-99-99999", str(tmp_path / "other.zip"))
    with empty.as_django():
        call_command("read_export", str(path))
        with pytest.raises(CommandError, match="empty one"):
            call_command("read_export", str(path))
