"""The way of a file through the pages: found, its open columns asked, its rows shown, loaded, taken back."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.exchange.exceptions import FileGone
from apps.exchange.incoming import stored
from apps.exchange.models import Import, ImportState
from apps.masterdata.models import Part
from tests.world import as_if, as_person, in_days

from .room import PARTS, brought
from .tables import csv


def sent(client, content: bytes, name: str = "parts.csv", kind: str = ""):
    return client.post("/imports/", {"file": SimpleUploadedFile(name, content), "kind": kind})


@pytest.fixture
def buyer(client_of):
    return client_of("buyer")


def test_a_file_whose_columns_are_sure_leads_to_its_differences(world, buyer):
    answer = sent(buyer, PARTS)
    page = buyer.get(answer.headers["Location"])
    text = page.content.decode()
    assert "This field is needed in every row." in text
    whole = buyer.get(f"{answer.headers['Location']}?state=").content.decode()
    assert "브래킷 개정" in whole
    assert "<del>브래킷</del>" in whole
    assert "This field is needed in every row." in whole
    assert "Load 2 rows" in " ".join(text.split())
    done = buyer.post(f"{answer.headers['Location']}load/")
    with as_person(world, "buyer"):
        assert Part.objects.filter(number="NEW-1").exists()
        assert Import.objects.get().state == ImportState.LOADED
    loaded = buyer.get(done.headers["Location"]).content.decode()
    assert "Undo the import" in loaded
    assert "2 rows have been loaded" in " ".join(loaded.split())
    assert f'href="{reverse("masterdata:own-parts")}">Open what was loaded' in loaded
    buyer.post(f"{answer.headers['Location']}undo/")
    with as_person(world, "buyer"):
        assert not Part.objects.filter(number="NEW-1").exists()


def test_what_is_unsure_is_asked_with_examples_and_remembered(world, buyer):
    lines = [f"PO-{n},대성,BRK-2210,{n},{in_days(9)},{in_days(12)}" for n in (1, 2, 3)]
    content = csv("발주번호,협력사,품번,수량,요청일,납기일", *lines)
    place = sent(buyer, content, kind="orders").headers["Location"]
    text = buyer.get(place).content.decode()
    assert "Unsure" in text
    assert str(in_days(12)) in text
    refused = buyer.post(f"{place}columns/", {}, follow=True)
    assert "Each field that is needed has a column" in refused.content.decode()
    with as_person(world, "buyer"):
        mapping = Import.objects.get().mapping
    given = {f"column-{field}": head for field, head in mapping.items()} | {"column-requested_date": "납기일"}
    page = buyer.post(f"{place}columns/", given, follow=True)
    assert "Load 3 rows" in " ".join(page.content.decode().split())
    again = sent(buyer, content, kind="orders").headers["Location"]
    assert "Load 3 rows" in " ".join(buyer.get(again).content.decode().split())


def test_a_word_is_said_once(world, buyer):
    rows = csv("품번,품명,단위", "N-1,가,묶음", "N-2,나,묶음")
    place = sent(buyer, rows).headers["Location"]
    text = " ".join(buyer.get(place).content.decode().split())
    assert "Words that your firm does not know yet" in text
    assert "Unit, 2 rows" in text
    page = buyer.post(f"{place}words/", {"of": ["unit"], "word": ["묶음"], "means": ["SET"]}, follow=True)
    assert "Load 2 rows" in " ".join(page.content.decode().split())
    again = sent(buyer, csv("품번,품명,단위", "N-3,다,묶음")).headers["Location"]
    assert "Load 1 row" in " ".join(buyer.get(again).content.decode().split())


def test_the_file_goes_back_painted_and_loads_again_mended(world, buyer):
    place = sent(buyer, PARTS).headers["Location"]
    book = load_workbook(io.BytesIO(buyer.get(f"{place}file/").content))
    sheet = book.active
    assert [cell.value for cell in sheet[1]] == ["품번", "품명", "단위", "Dure: errors"]
    assert sheet["B5"].fill.fgColor.rgb == "FFFBD5D5"
    assert "This field is needed in every row." in sheet["D5"].value
    assert "This field is needed" in sheet["B5"].comment.text
    sheet["B5"] = "이름"
    made = io.BytesIO()
    book.save(made)
    again = sent(buyer, made.getvalue(), "parts-checked.xlsx").headers["Location"]
    assert "Load 3 rows" in " ".join(buyer.get(again).content.decode().split())


def test_an_import_is_of_its_firm_and_of_those_who_may_load_it(world, client_of):
    made = brought(world)
    assert client_of("buyer").get(f"/imports/{made.pk}/").status_code == 200
    for who in ("stranger", "supplier", "receiver"):
        assert client_of(who).get(f"/imports/{made.pk}/").status_code == 404
        assert client_of(who).post(f"/imports/{made.pk}/load/").status_code == 404
        assert "parts.csv" not in client_of(who).get("/imports/").content.decode()


def test_left_alone_nothing_of_it_stays(world, buyer, django_capture_on_commit_callbacks):
    made = brought(world)
    with django_capture_on_commit_callbacks(execute=True):
        buyer.post(f"/imports/{made.pk}/cancel/")
    with as_person(world, "buyer"):
        assert Import.objects.get().state == ImportState.CANCELLED
        assert not Import.objects.get().rows.exists()
        with pytest.raises(FileGone):
            stored.content_of(made)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "A table has at least a head line."),
        ("tool.xls", b"MZ\x90\x00" + bytes(100), "a program for Windows"),
        ("page.xls", b"<html><body>login</body></html>", "web page without a table"),
        ("note.csv", b"%PDF-1.4 ...", "a PDF document"),
    ],
)
def test_what_is_no_table_is_refused_by_name(world, buyer, name, content, words):
    answer = sent(buyer, content, name)
    assert answer.status_code == 422
    assert words in answer.content.decode().replace("&#x27;", "'")
    with as_person(world, "buyer"):
        assert not Import.objects.exists()


def test_files_are_kept_for_thirty_days(world):
    made = brought(world)
    with as_person(world, "buyer"):
        as_if(Import.objects.filter(pk=made.pk), created_at=timezone.now() - timedelta(days=31))
        assert stored.forget_files() == 1
    with as_person(world, "buyer"), pytest.raises(FileGone):
        stored.content_of(made)
