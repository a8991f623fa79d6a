"""Wrong cells are corrected on the page of the dry run, and the file is checked as if they had stood there."""

import io

import pytest
from drf_spectacular.generators import SchemaGenerator
from openpyxl import load_workbook

from apps.exchange.exceptions import TooManyMended, UnknownColumn, UnknownImport
from apps.exchange.incoming import loading, mending, services
from apps.exchange.incoming.painted import painted
from apps.exchange.models import Import
from apps.orders.models import ScheduleLine
from tests.world import as_person, in_days

from .tables import csv, received, states, xlsx

HEADS = "발주번호,협력사,품번,수량,납기일"


def orders(*rows: str) -> bytes:
    return csv(HEADS, *(f"{row},{in_days(20)}" for row in rows))


def checked(*rows: str) -> Import:
    return received(orders(*rows), kind="orders", mapping={"quantity": "수량"})


def flat(page) -> str:
    return " ".join(page.content.decode().split())


def test_a_wrong_cell_is_corrected_on_the_page_and_loaded(world, client_of):
    with as_person(world, "buyer"):
        made = checked("PO-1,대성,BRK-2210,12 bad things", "PO-2,대성,NOPE,7", "PO-3,대성,BRK-2210,5")
        assert states(made) == ["error", "error", "new"]
    buyer = client_of("buyer")
    page = flat(buyer.get(f"/imports/{made.pk}/"))
    assert 'name="cell-0-3" value="12 bad things"' in page
    assert 'name="cell-1-2" value="NOPE"' in page
    sent = {"cell-0-3": "1,200", "cell-1-2": "BRK-2210"}
    page = flat(buyer.post(f"/imports/{made.pk}/mend/", sent, follow=True))
    assert "Load 3 rows" in page
    with as_person(world, "buyer"):
        made.refresh_from_db()
        assert states(made) == ["new"] * 3
        loading.load(import_id=made.pk)
        assert ScheduleLine.objects.get(order__number="PO-1").requested_quantity == 1200


def test_what_is_still_wrong_is_shown_as_it_was_corrected_and_the_file_goes_back_so(world, client_of):
    with as_person(world, "buyer"):
        made = checked("PO-1,대성,BRK-2210,x", "PO-2,대성,BRK-2210,y")
    page = flat(
        client_of("buyer").post(f"/imports/{made.pk}/mend/", {"cell-0-3": "still bad", "cell-1-3": "7"}, follow=True)
    )
    assert 'name="cell-0-3" value="still bad"' in page
    assert "2 cells are read as corrected here" in page
    with as_person(world, "buyer"):
        sheet = load_workbook(io.BytesIO(painted(services.found(made.pk)))).active
        assert [sheet["D2"].value, sheet["D3"].value] == ["still bad", "7"]


def test_an_empty_cell_is_filled_and_a_wide_one_is_its_own(world):
    with as_person(world, "buyer"):
        made = received(orders("PO-1,대성,,5"), kind="orders")
        mending.mend(import_id=made.pk, cells={(0, "품번"): "BRK-2210"})
        assert states(services.check_import(import_id=made.pk)) == ["new"]
        days = [in_days(8), in_days(9)]
        wide = received(xlsx([["품번", "사업장", *days], ["BRK-2210", "ASN2", "x", 5]]), "plan.xlsx", kind="demand-plan")
        assert states(wide)[0] == "error"
        column = wide.rows.get(place=0).faults[0]["column"]
        mending.mend(import_id=wide.pk, cells={(0, column): "9"})
        assert "error" not in states(services.check_import(import_id=wide.pk))


def test_only_cells_that_are_wrong_and_of_ones_own_firm_are_corrected(world, monkeypatch):
    with as_person(world, "buyer"):
        made = checked("PO-1,대성,BRK-2210,x", "PO-2,대성,BRK-2210,7")
    for cell in ((0, "발주번호"), (1, "수량"), (99, "수량")):
        with as_person(world, "buyer"), pytest.raises(UnknownColumn):
            mending.mend(import_id=made.pk, cells={cell: "1"})
    monkeypatch.setattr(mending, "MOST", 0)
    with as_person(world, "buyer"), pytest.raises(TooManyMended):
        mending.mend(import_id=made.pk, cells={(0, "수량"): "1"})
    with as_person(world, "stranger"), pytest.raises(UnknownImport):
        mending.mend(import_id=made.pk, cells={(0, "수량"): "1"})


def test_a_program_corrects_cells_and_the_rows_are_checked_again(world, api_of):
    with as_person(world, "buyer"):
        made = checked("PO-1,대성,BRK-2210,12 bad things", "PO-2,대성,NOPE,7")
    program = api_of("buyer", acts=["import_tables", "draft_order"])
    address = f"/api/imports/{made.pk}/"
    rows = program.get(f"{address}rows/").json()
    faults = [(row["place"], one["column"], one["cell"]) for row in rows for one in row["faults"]]
    assert faults == [(0, "수량", "12 bad things"), (1, "품번", "NOPE")]
    cells = [{"place": 0, "column": "수량", "text": "1,200"}, {"place": 1, "column": "품번", "text": "CBL-100"}]
    answer = program.post(f"{address}mend/", {"cells": cells})
    assert (answer.status_code, answer.json()["state"], answer.json()["counts"]["new"]) == (200, "checked", 2)
    refused = program.post(f"{address}mend/", {"cells": cells[:1]})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_column"), "it is wrong no more"
    assert program.post(f"{address}mend/", {"cells": []}).status_code == 400


def test_another_firms_program_finds_no_import_to_correct(world, api_of):
    with as_person(world, "buyer"):
        made = checked("PO-1,대성,BRK-2210,x")
    cells = [{"place": 0, "column": "수량", "text": "5"}]
    for who in ("stranger", "supplier"):
        other = api_of(who, acts=["import_tables", "answer_order"])
        assert other.post(f"/api/imports/{made.pk}/mend/", {"cells": cells}).status_code == 404
    with as_person(world, "buyer"):
        made.refresh_from_db()
        assert made.mended == []
    unable = api_of("buyer", acts=["view_orders"])
    assert unable.post(f"/api/imports/{made.pk}/mend/", {"cells": cells}).status_code == 403


def test_the_schema_tells_of_correcting_cells():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    post = schema["paths"]["/api/imports/{id}/mend/"]["post"]
    name = post["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert schema["components"]["schemas"][name]["required"] == ["cells"]
