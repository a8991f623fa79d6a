"""Other ways of a table into Dure than a chosen file: pasted, by a program, out of a folder; and words taken back."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import load_workbook

from apps.accounts import services as accounts
from apps.exchange.forms import PASTED, FileForm
from apps.exchange.incoming import services
from apps.exchange.incoming.exporting import example
from apps.exchange.incoming.mapping import kinds
from apps.exchange.models import Import, ImportState, ImportWord
from apps.inventory.models import StockBalance
from apps.masterdata.models import Part
from apps.orders.models import PurchaseOrder
from tests.world import as_if, as_person, in_days, published

from .room import kept
from .tables import csv, loaded, received, states


def test_a_table_is_pasted_as_a_spreadsheet_copies_it(world, client_of):
    buyer = client_of("buyer")
    pasted = f"발주번호\t협력사\t품번\t수량\t납기일\n45001\t대성\tBRK-2210\t1200\t{in_days(20)}\n"
    page = buyer.get(buyer.post("/imports/", {"pasted": pasted}).headers["Location"])
    assert "Load 1 row" in " ".join(page.content.decode().split())
    assert Path(page.context["import"].file_name).suffix == ".txt"
    buyer.post(f"/imports/{page.context['import'].pk}/load/")
    with as_person(world, "buyer"):
        assert PurchaseOrder.objects.get().number == "45001"


def test_more_than_is_pasted_at_once_is_told_in_words(client_of):
    """Django answered three bytes a character with a bare 400."""
    buyer = client_of("buyer")
    answer = buyer.post("/imports/", {"pasted": "가" * (PASTED + 1)})
    assert answer.status_code == 422
    assert "characters are pasted; bring more as a file." in answer.content.decode()
    assert "maxlength" not in str(FileForm()["pasted"])  # a browser would cut the table in silence
    assert PASTED * 4 < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    answer = buyer.post("/imports/", {"pasted": "가" * (PASTED * 2)})
    assert answer.status_code == 400
    assert "a large table comes as a file" in answer.content.decode()


@pytest.mark.parametrize("given", [{"kind": ""}, {"pasted": "a\tb\n1\t2", "file": True}])
def test_a_file_or_a_pasted_table_is_given_one_of_the_two(world, client_of, given):
    if given.get("file"):
        given = given | {"file": SimpleUploadedFile("a.csv", csv("품번,품명", "A,B"))}
    answer = client_of("buyer").post("/imports/", given)
    assert answer.status_code == 422
    assert "Choose a file or paste a table, one of the two." in answer.content.decode()


def test_what_a_word_means_is_listed_and_removed(world, client_of):
    kept(world)
    buyer = client_of("buyer")
    with as_person(world, "buyer"):
        word = ImportWord.objects.get()
    assert word.word in buyer.get("/imports/words/").content.decode()
    buyer.post(f"/imports/words/{word.pk}/forget/")
    assert word.word not in buyer.get("/imports/words/").content.decode().partition("<table")[2]
    with as_person(world, "buyer"):
        made = received(csv("품번,품명,단위", f"X-3,각재,{word.word}"))
        assert made.rows.get().faults[0]["code"] == "unknown_word"
    assert client_of("stranger").post(f"/imports/words/{word.pk}/forget/").status_code == 404


@pytest.mark.parametrize("name", ["buyer", "buyer-admin", "receiver", "supplier"])
def test_each_kind_has_an_example_that_says_what_may_stand_and_changes_nothing(world, client_of, name):
    with as_person(world, name):
        offered = kinds()
        for kind in offered.values():
            sheet = load_workbook(io.BytesIO(example(kind))).active
            assert [cell.value for cell in sheet[1]] == [str(one.label) for one in kind.fields]
            assert all(cell.comment for cell in sheet[1])
            if sheet.max_row > 1:
                assert not kind.whole_words
                assert kind.name not in ("answers", "receipts")
                assert set(states(received(example(kind), "example.xlsx", kind=kind.name))) <= {"same", "missing"}
    answer = client_of(name).get(f"/imports/kinds/{next(iter(offered))}/example/")
    assert (answer.status_code, answer.headers["Content-Type"].endswith("sheet")) == (200, True)


def test_an_example_without_rows_says_in_its_notes_what_waits(world):
    """The bug: the example of answers had heads alone, and nobody saw how a row looks."""
    order = published(world)
    with as_person(world, "supplier"):
        sheet = load_workbook(io.BytesIO(example(kinds()["answers"]))).active
    notes = [cell.comment.text for cell in sheet[1]]
    assert sheet.max_row == 1, "loaded as it is, it would promise what waits"
    assert f"for example: {order.number}" in notes[0]
    assert any("for example: 100" in note for note in notes)


def test_a_program_brings_a_file_says_its_columns_checks_loads_and_undoes_it(world, api_of):
    program = api_of("buyer", acts=["import_tables", "draft_order", "manage_parts"])
    file = csv("PO,Vendor,Artikelnummer X,Qty,Due", f"77,대성,BRK-2210,5,{in_days(30)}", f"77,대성,NOPE,5,{in_days(30)}")
    made = program.client.post("/api/imports/", {"file": SimpleUploadedFile("po.csv", file), "kind": "orders"}).json()
    assert (made["state"], made["mapping"]["number"]) == ("mapping", "PO")
    mapping = made["mapping"] | {"part": "Artikelnummer X"}
    address = f"/api/imports/{made['id']}/"
    checked = program.post(f"{address}columns/", {"mapping": mapping, "constants": {}}).json()
    assert (checked["state"], checked["counts"]["error"], checked["counts"]["held"]) == ("checked", 1, 1)
    rows = program.get(f"{address}rows/?state=error").json()
    assert rows[0]["faults"][0]["code"] == "unknown_word"
    meaning = {"of": "part", "word": "NOPE", "means": "CBL-100"}
    again = program.post(f"{address}words/", {"meanings": [meaning]}).json()
    assert again["counts"]["new"] == 2
    assert program.post(f"{address}load/").json()["state"] == "loaded"
    assert program.post(f"{address}load/").status_code == 409
    with as_person(world, "buyer"):
        assert PurchaseOrder.objects.get().number == "77"
    assert program.post(f"{address}undo/").json()["state"] == "taken_back"
    with as_person(world, "buyer"):
        assert not PurchaseOrder.objects.exists()


ACTS = ["import_tables", "manage_parts", "count_stock"]


@pytest.fixture
def watched(world, tmp_path):
    """A folder, and the file with the token that loads it."""
    with as_person(world, "buyer"):
        _token, secret = accounts.create_token(name="folder", acts=ACTS, days=9)
    (tmp_path / "token").write_text(secret)
    folder = tmp_path / "in"
    folder.mkdir()

    def put(name: str, content: bytes) -> None:
        path = folder / name
        path.write_bytes(content)
        os.utime(path, (1, 1))

    def look() -> None:
        call_command("imports", "watch", folder, token_file=tmp_path / "token", once=True)

    return folder, put, look


def lying(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_watched_folder_loads_what_is_right_and_leaves_the_rest_to_people(world, watched):
    folder, put, look = watched
    put("a.csv", csv("품번,품명", "NEW-1,새 부품"))
    put("b.csv", csv("품번,품명,단위", "NEW-2,새 부품,모름"))
    put("c.csv", csv("무엇,누구", "1,2"))
    put("d.xlsx", b"no workbook")
    put("note.pdf", b"not looked at")
    look()
    refused = {"refused/d.xlsx", "refused/d-errors.txt"}
    assert lying(folder) == {"loaded/a.csv", "open/b.csv", "open/b-errors.xlsx", "open/c.csv", "note.pdf"} | refused
    with as_person(world, "buyer"):
        assert Part.objects.filter(number__startswith="NEW").count() == 1
        assert set(Import.objects.values_list("state", flat=True)) == {
            ImportState.LOADED,
            ImportState.CHECKED,
            ImportState.MAPPING,
        }
    put("a.csv", csv("품번,품명", "NEW-1,새 부품"))
    look()
    assert len([name for name in lying(folder) if name.startswith("loaded/a")]) == 2


def test_a_file_that_nobody_foresaw_is_refused_with_a_text_and_the_next_one_is_loaded(world, watched, monkeypatch):
    folder, put, look = watched
    receive = services.receive

    def stumble(*, name, **given):
        if name == "a.csv":
            raise ZeroDivisionError
        return receive(name=name, **given)

    monkeypatch.setattr(services, "receive", stumble)
    put("a.csv", csv("품번,품명", "NEW-1,새 부품"))
    put("b.csv", csv("품번,품명", "NEW-2,새 부품"))
    put("c.xlsx", b"no workbook")
    look()
    refused = {f"refused/{name}" for name in ("a.csv", "a-errors.txt", "c.xlsx", "c-errors.txt")}
    assert lying(folder) == {"loaded/b.csv"} | refused
    for name in ("a", "c"):
        text = (folder / f"refused/{name}-errors.txt").read_text(encoding="utf-8-sig")
        lines = [line.partition(": ")[0] for line in text.split("\n\n")[1].splitlines()]
        assert lines in (["Place", "Value", "Rule", "Remedy"], ["위치", "값", "규칙", "해결 방법"])
    assert "a.csv" in (folder / "refused/a-errors.txt").read_text(encoding="utf-8-sig")


def test_a_watched_count_that_finds_what_stands_renews_its_day(world, watched):
    _folder, put, look = watched
    rows = csv("품번,재고수량", "BRK-2210,10")
    with as_person(world, "buyer"):
        loaded(rows)
        as_if(StockBalance.objects.all(), as_of=timezone.now() - timedelta(days=8))
    put("a.csv", rows)
    look()
    with as_person(world, "buyer"):
        assert StockBalance.objects.get().as_of > timezone.now() - timedelta(hours=1)


def test_a_file_that_is_being_written_waits_and_a_wrong_token_ends_the_watch(world, watched, tmp_path):
    folder, put, look = watched
    (folder / "a.csv").write_bytes(csv("품번,품명", "NEW-1,새 부품"))
    look()
    assert lying(folder) == {"a.csv"}
    put("a.csv", csv("품번,품명", "NEW-1,새 부품"))
    (tmp_path / "token").write_text("dure_nothing")
    with pytest.raises(CommandError, match="token"):
        look()
    assert lying(folder) == {"a.csv"}
