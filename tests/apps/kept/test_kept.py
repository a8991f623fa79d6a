"""Saved views, acts on many rows, files that a worker writes."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.kept import tasks
from apps.orders.models import PurchaseOrder, ScheduleLine
from apps.orders.statuses import Collaboration
from apps.tenancy.scope import unscoped
from apps.ui import files, selectors
from apps.ui.models import BulkResult, ListFile, SavedView
from tests.chain import announced, confirmed
from tests.world import SYSTEM, as_person, draft, published


def statuses(world, orders):
    with as_person(world, "buyer"):
        found = dict(PurchaseOrder.objects.values_list("pk", "status"))
    return [found.get(order.pk) for order in orders]


def save(client, name, query="side=buyer&sort=-amount&column=amount", **more):
    return client.post("/lists/orders/views/", {"name": name, "query": query, **more})


def test_a_view_is_kept_for_oneself_and_shared_only_when_said(world, client_of):
    buyer, colleague = client_of("buyer"), client_of("receiver")
    assert save(buyer, "Large ones").status_code == 302
    assert save(buyer, "For all", is_shared="on").status_code == 302
    own = buyer.get("/orders/?show=views").content.decode()
    theirs = colleague.get("/orders/?show=views").content.decode()
    assert "Large ones" in own
    assert "For all" in own
    assert "Large ones" not in theirs
    assert "For all" in theirs
    assert "sort=-amount" in theirs
    assert "For all" not in client_of("supplier").get("/orders/?show=views").content.decode()


def test_a_name_is_taken_once_and_who_did_not_save_a_view_does_not_delete_it(world, client_of):
    buyer = client_of("buyer")
    save(buyer, "For all", is_shared="on")
    follow = buyer.post("/lists/orders/views/", {"name": "For all", "query": ""}, follow=True).content.decode()
    assert "has that name already" in follow
    with as_person(world, "buyer"):
        view = SavedView.objects.get()
    assert client_of("receiver").post(f"/lists/views/{view.pk}/delete/").status_code == 404
    assert buyer.post(f"/lists/views/{view.pk}/delete/").status_code == 302
    with as_person(world, "buyer"):
        assert not SavedView.objects.exists()


def test_what_cannot_be_kept_is_said_in_the_language_of_the_reader(world, client_of):
    buyer = client_of("buyer")
    buyer.post("/language/", {"language": "ko"})
    long = "side=buyer&contact=" + "가" * 300
    assert "2,000자" in save(buyer, "Long", query=long).content.decode()
    save(buyer, "Mine")
    for told in ("같은 이름", "필수"):
        name = "Mine" if told == "같은 이름" else ""
        assert told in buyer.post("/lists/orders/views/", {"name": name, "query": ""}, follow=True).content.decode()
    gone = [buyer.get("/lists/files/999/"), buyer.get("/lists/results/999/"), buyer.post("/lists/nothing/views/", {})]
    for answer in (*gone, buyer.post("/lists/views/999/delete/")):
        assert answer.status_code == 404
        assert re.search("[가-힣]", re.search("<h1.*?</h1>", answer.content.decode(), re.DOTALL)[0])


def do(client, act, orders, **more):
    return client.post(
        "/lists/orders/bulk/",
        {"act": act, "row": [order.pk for order in orders], "query": "side=buyer", **more},
        follow=True,
    )


def test_each_row_on_its_own_and_what_was_refused_is_named(world, client_of):
    orders = [draft(world), published(world), draft(world)]
    page = do(client_of("buyer"), "publish", orders).content.decode()
    assert statuses(world, orders) == [Collaboration.PUBLISHED] * 3
    assert "Done: 2. Not possible: 1." in page
    assert orders[1].number in page
    with as_person(world, "buyer"):
        kept = BulkResult.objects.get()
    assert [bool(words) for _pk, _label, words, _said in kept.rows] == [False, True, False]


def test_all_or_none_does_nothing_when_one_row_is_refused(world, client_of):
    orders = [draft(world), published(world), draft(world)]
    page = do(client_of("buyer"), "publish", orders, mode="whole").content.decode()
    assert statuses(world, orders) == [Collaboration.DRAFT, Collaboration.PUBLISHED, Collaboration.DRAFT]
    assert "Nothing was done" in page


def act_of(client, act, orders, **more):
    query = {"query": "side=supplier", "act": act, "row": [order.pk for order in orders]}
    return client.post("/lists/orders/bulk/", {**query, **more}, follow=True).content.decode()


def kept_rows(world, who):
    with as_person(world, who):
        return {label: words for _pk, label, words, _said in BulkResult.objects.latest("pk").rows}


def test_what_does_not_fit_a_row_is_refused_by_name_and_not_offered_for_it(world, client_of):
    unread, shipped = published(world), confirmed(world)
    announced(world, shipped)
    client = client_of("supplier")
    page = client.get("/orders/?side=supplier").content.decode()
    offered = dict(re.findall(r'name="row" value="(\d+)" data-acts="([^"]*)"', page))
    assert offered[str(unread.pk)] == "confirm acknowledge"
    assert offered[str(shipped.pk)] == ""
    act_of(client, "acknowledge", [unread, shipped])
    told = kept_rows(world, "supplier")
    assert not told[unread.number]
    assert "Not possible while its state is" in told[shipped.number]
    assert statuses(world, [unread]) == [Collaboration.ACKNOWLEDGED]


def test_a_service_refuses_what_has_changed_since_the_list_was_read(world, client_of, monkeypatch):
    order = published(world)
    monkeypatch.setattr("apps.orders.lists._is_in", lambda states, row: True)
    monkeypatch.setattr("apps.orders.lists._is_unanswered", lambda row: True)
    for act in ("acknowledge", "confirm"):
        act_of(client_of("supplier"), act, [order])
        assert not kept_rows(world, "supplier")[order.number]
    for act in ("acknowledge", "confirm"):
        act_of(client_of("supplier"), act, [order])
        assert "not in a state for this" in kept_rows(world, "supplier")[order.number], act


@pytest.mark.parametrize("mode", ["", "whole"])
def test_a_supplier_confirms_several_orders_as_requested(world, client_of, mode):
    orders = [published(world, quantities=(100, 7)), published(world), confirmed(world)]
    act_of(client_of("supplier"), "confirm", orders, mode=mode)
    done = Collaboration.PUBLISHED if mode else Collaboration.CONFIRMED
    assert statuses(world, orders) == [done, done, Collaboration.CONFIRMED]
    assert [bool(kept_rows(world, "supplier")[order.number]) for order in orders] == [False, False, True]
    with as_person(world, "supplier"):
        lines = ScheduleLine.objects.filter(order=orders[0]).order_by("pk")
        found = [(line.confirmed_quantity, line.confirmed_date == line.requested_date) for line in lines]
    assert found == ([(0, False)] * 2 if mode else [(100, True), (7, True)])


def test_an_act_that_the_role_lacks_is_neither_shown_nor_done(world, client_of):
    order = draft(world)
    assert 'name="act"' not in client_of("receiver").get("/orders/").content.decode()
    assert do(client_of("receiver"), "publish", [order]).status_code == 422
    assert statuses(world, [order]) == [Collaboration.DRAFT]


def test_another_firms_rows_are_as_if_they_were_not_there(world, client_of):
    order = published(world)
    page = client_of("stranger").post(
        "/lists/orders/bulk/", {"act": "acknowledge", "row": [order.pk], "query": "side=supplier"}, follow=True
    )
    assert order.number not in page.content.decode()
    assert statuses(world, [order]) == [Collaboration.PUBLISHED]


@pytest.mark.parametrize("rows", [[], ["x"], list(range(1, 202))])
def test_nothing_or_too_much_is_refused(world, client_of, rows):
    answer = client_of("buyer").post("/lists/orders/bulk/", {"act": "publish", "row": rows, "query": ""})
    assert answer.status_code == 422


def test_a_long_list_is_written_by_a_worker_for_who_asked(world, client_of, monkeypatch, django_capture_on_commit_callbacks):
    orders = [published(world) for _ in range(4)]
    monkeypatch.setattr(files, "DIRECT", 3)
    monkeypatch.setattr(tasks.write_file, "delay", tasks.write_file)
    buyer = client_of("buyer")
    with django_capture_on_commit_callbacks(execute=True):
        answer = buyer.get("/orders/?sort=ordered&file=xlsx")
    page = buyer.get(answer["location"]).content.decode()
    assert "The file is ready: 4 rows." in page
    with as_person(world, "buyer"):
        file = ListFile.objects.get()
    sheet = load_workbook(io.BytesIO(buyer.get(f"/lists/files/{file.pk}/content/").content)).active
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [order.number for order in orders]
    for other in ("receiver", "supplier"):
        assert client_of(other).get(f"/lists/files/{file.pk}/content/").status_code == 404


def test_a_job_removes_files_of_everybody_a_day_after_they_were_asked_for(world, committed, client_of, settings, tmp_path):
    mine = {"organization_id": world.buyer.pk, "listing": "orders"}
    with as_person(world, "buyer") as door:
        rows = [
            ListFile.objects.create(**mine, owner_id=door.scope.user_id, file_name=f"{hours}.xlsx") for hours in (0, 23, 25)
        ]
        for file in rows:
            default_storage.delete(file.place)
            default_storage.save(file.place, ContentFile(b"bytes"))
    with unscoped(reason=SYSTEM):
        for file in rows:
            asked = timezone.now() - timedelta(hours=int(file.file_name.partition(".")[0]))
            ListFile.objects.filter(pk=file.pk).update(created_at=asked)
    tasks.forget_files()
    tasks.forget_files()
    with as_person(world, "buyer"):
        assert {file.file_name for file in ListFile.objects.all()} == {"0.xlsx", "23.xlsx"}
    assert [default_storage.exists(file.place) for file in rows] == [True, True, False]


def test_every_list_of_a_room_is_known_by_its_name_and_has_a_page():
    found = selectors.listings()
    assert {"orders", "deliveries"} <= set(found)
    assert {name: reverse(listing.url_name) for name, listing in found.items() if listing.act} != {}
