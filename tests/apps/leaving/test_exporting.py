"""A firm's file: asked for, written by a worker that says how far it is, downloaded, kept for a while."""

import io
import json
import threading
import zipfile
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.core.files.storage import default_storage
from django.db import connections
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts.models import Membership
from apps.leaving import exporting, packing, tasks
from apps.leaving.exceptions import BeingWritten
from apps.leaving.models import FirmExport
from apps.tenancy.scope import organization_scope, unscoped
from tests.chain import confirmed
from tests.world import SYSTEM, as_person, published

ADMIN = ["tenant-admin", "supplier-sales"]


@pytest.fixture
def client(committed, world, client_of):
    with unscoped(reason=SYSTEM):
        accounts.set_roles(organization_id=world.supplier.pk, user_id=world.people["supplier"].pk, roles=ADMIN)
    return client_of("supplier")


@pytest.fixture
def waiting(monkeypatch):
    """What the broker holds."""
    held = []
    monkeypatch.setattr(tasks.write_export, "delay", lambda **task: held.append(task))
    return held


async def read_whole(answer) -> bytes:
    return b"".join([piece async for piece in answer.streaming_content])


def test_it_is_asked_for_written_and_downloaded(client, world, waiting):
    order = confirmed(world)
    assert client.get("/exports/").status_code == 200
    assert client.post("/exports/").status_code == 302
    page = client.get("/exports/").content.decode()
    assert "0 of " in page
    assert 'hx-get="/exports/' in page
    assert "is written at a time" in client.post("/exports/", follow=True).content.decode()
    assert len(waiting) == 1
    pk = waiting[0]["export_id"]
    assert client.get(f"/exports/{pk}/content/").status_code == 404
    tasks.write_export(**waiting[0])
    fragment = client.get(f"/exports/{pk}/").content.decode()
    assert "Download" in fragment
    assert "hx-get" not in fragment
    answer = client.get(f"/exports/{pk}/content/")
    assert answer["Content-Type"] == "application/zip"
    content = async_to_sync(read_whole)(answer)
    assert answer["Content-Length"] == str(len(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        assert order.number in archive.read("tables/orders.PurchaseOrder.csv").decode("utf-8-sig")
        for label, told in manifest["models"].items():
            assert len(json.loads(archive.read(f"rows/{label}.json"))) == told["rows"]
    with as_person(world, "supplier"):
        export = FirmExport.objects.get()
    assert (export.tables_done, export.byte_count) == (export.table_count, len(content))
    assert export.row_count == sum(told["rows"] for told in manifest["models"].values())


def test_nobody_else_reads_it(client, world, waiting, client_of):
    client.post("/exports/")
    tasks.write_export(**waiting[0])
    pk = waiting[0]["export_id"]
    with unscoped(reason=SYSTEM):
        accounts.set_roles(organization_id=world.buyer.pk, user_id=world.people["buyer"].pk, roles=["tenant-admin"])
    assert {client_of("buyer").get(f"/exports/{pk}/{end}").status_code for end in ("", "content/")} == {404}
    assert client_of("receiver").get(f"/exports/{pk}/content/").status_code == 403


def test_it_is_not_written_for_who_may_not_any_more_nor_beyond_what_a_shared_tablet_lets(client, world, waiting):
    client.post("/exports/")
    with unscoped(reason=SYSTEM):
        Membership.objects.filter(user=world.people["supplier"]).update(is_active=False)
    tasks.write_export(**waiting[0])
    with unscoped(reason=SYSTEM):
        assert FirmExport.objects.get().state == "failed"
        Membership.objects.filter(user=world.people["supplier"]).update(is_active=True)
        FirmExport.objects.update(state="waiting")
    tasks.write_export(**{**waiting[0], "acts": ["view_orders"]})
    with as_person(world, "supplier"):
        assert FirmExport.objects.get().state == "failed"


def test_what_stops_it_is_told_and_it_is_asked_for_again(client, world, waiting, monkeypatch):
    client.post("/exports/")

    def full(*_given):
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(packing, "sums", full)
        with pytest.raises(OSError, match="no space left"):
            tasks.write_export(**waiting[0])
    assert "could not be written" in client.get("/exports/").content.decode()
    client.post("/exports/")
    tasks.write_export(**waiting[1])
    assert "Download" in client.get("/exports/").content.decode()


def test_what_happens_meanwhile_is_in_it_whole_or_not_at_all(client, world, waiting, monkeypatch):
    """Another order is published while tables are written: figures still are those of one moment."""
    published(world)
    client.post("/exports/")
    real, met = packing.sums, []

    def meanwhile(found):
        if not met:
            met.append(threading.Thread(target=elsewhere))
            met[0].start()
            met[0].join()
        return real(found)

    def elsewhere():
        published(world)
        connections.close_all()

    monkeypatch.setattr(packing, "sums", meanwhile)
    tasks.write_export(**waiting[0])
    with as_person(world, "supplier"):
        export = FirmExport.objects.get()
        assert export.state == "done"
    with default_storage.open(export.place) as content, zipfile.ZipFile(content) as archive:
        manifest = json.loads(archive.read("manifest.json"))["models"]
    assert manifest["orders.PurchaseOrder"]["rows"] == manifest["orders.PurchaseOrderLine"]["rows"] == 1


def test_files_go_after_a_week_and_beyond_the_third(client, world, waiting):
    for turn in range(5):
        client.post("/exports/")
        tasks.write_export(**waiting[turn])
    with as_person(world, "supplier"):
        kept = list(exporting.exports())
    assert len(kept) == exporting.KEPT
    with unscoped(reason=SYSTEM):
        FirmExport.objects.filter(pk=kept[0].pk).update(asked_at=timezone.now() - exporting.KEPT_FOR - timedelta(minutes=1))
    tasks.forget_exports()
    assert [default_storage.exists(one.place) for one in kept] == [False, True, True]
    with as_person(world, "supplier"):
        assert set(exporting.exports()) == set(kept[1:])


def test_who_waits_for_a_worker_that_is_gone_may_ask_again(client, world, waiting):
    client.post("/exports/")
    with as_person(world, "supplier"), pytest.raises(BeingWritten):
        exporting.ask()
    with unscoped(reason=SYSTEM):
        FirmExport.objects.update(asked_at=timezone.now() - exporting.STALLED - timedelta(minutes=1))
    with organization_scope(world.supplier.pk, user_id=world.people["supplier"].pk):
        assert exporting.ask().state == "waiting"
