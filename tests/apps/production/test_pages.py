"""The daily grid: typed, pasted, as last time; wrong cells are named and the rest is kept. And the API."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.inventory.models import StockBalance
from apps.production.models import ProductionReport
from apps.tenancy.models import Site
from tests.world import as_person

from .made import gearbox, held, laid, reported

D = Decimal
PAGE = "/production/"


def fields(world, step="send", **more):
    return {"site": world.supplier_site.pk, "step": step, "day": timezone.localdate().isoformat(), **more}


def ready(world):
    box, shaft, housing = gearbox(world)
    laid(world, (shaft, 50, ""), (housing, 50, ""))
    return box, shaft


def test_the_grid_shows_my_parts_and_reports_what_is_typed(world, client_of):
    box, _shaft = ready(world)
    browser = client_of("supplier")
    page = browser.get(PAGE).content.decode()
    assert f'name="good-p{box.pk}"' in page
    assert f'name="good-a{world.part.pk}"' in page  # supplied, and no own part of that number
    sent = fields(world, lot="G1", **{f"good-p{box.pk}": "3", f"good-a{world.part.pk}": "1,000"})
    assert browser.post(PAGE, sent).status_code == 302
    assert held(world)["GBX-1", "G1"] == 3
    assert held(world)["BRK-2210", "G1"] == 1000


def test_what_is_wrong_stands_beside_its_row_and_the_rest_is_kept(world, client_of):
    box, _shaft = ready(world)
    browser = client_of("supplier")
    page = browser.post(PAGE, fields(world, **{f"good-p{box.pk}": "3x", f"good-a{world.part.pk}": "7"}))
    shown = page.content.decode()
    assert page.status_code == 422
    assert f'id="error-p{box.pk}"' in shown
    assert 'value="3x"' in shown
    assert 'value="7"' in shown
    page = browser.post(PAGE, fields(world, **{f"good-p{box.pk}": "40", f"good-a{world.part.pk}": "7"}))
    assert "Missing: SHF-9, 30 EA." in page.content.decode()
    with as_person(world, "supplier"):
        assert not ProductionReport.objects.exists()


def test_the_field_that_is_wrong_is_the_one_that_is_marked(world, client_of):
    box, _shaft = ready(world)
    browser = client_of("supplier")

    def marked(**typed):
        page = browser.post(PAGE, fields(world, **typed))
        assert page.status_code == 422
        return re.findall(r'name="(good|rejected|reason)-p\d+"[^>]*aria-invalid', page.content.decode())

    assert marked(**{f"good-p{box.pk}": "3", f"rejected-p{box.pk}": "1"}) == ["reason"]  # nobody said why
    assert marked(**{f"good-p{box.pk}": "3", f"rejected-p{box.pk}": "1x"}) == ["rejected"]
    assert marked(**{f"good-p{box.pk}": "3x"}) == ["good"]


def test_two_columns_are_put_into_the_grid(world, client_of):
    _box, shaft = ready(world)
    text = "품번\t수량\nGBX-1\t3\nSHF-9\t5\nNONE\t1\nBRK-2210\tx"
    page = client_of("supplier").post(PAGE, fields(world, "paste", text=text))
    shown = page.content.decode()
    assert page.status_code == 422
    assert 'name="cell-3-0" value="NONE"' in shown
    assert 'name="cell-4-1" value="x"' in shown
    rows = {row.number: row.good for row in page.context["rows"]}
    assert (rows["GBX-1"], rows["SHF-9"]) == ("3", "5")  # a part that was not in the grid is found
    mended = {"cell-3-0": "S-CBL-100", "was-cell-3-0": "NONE", "cell-4-1": "8", "was-cell-4-1": "x"}
    page = client_of("supplier").post(PAGE, fields(world, "paste", text=text, **mended))
    rows = {row.number: row.good for row in page.context["rows"]}
    assert (page.status_code, rows["S-CBL-100"], rows["S-BRK-2210"]) == (200, "1", "8")
    sent = fields(world, **{f"good-p{shaft.pk}": "5"})
    assert client_of("supplier").post(PAGE, sent).status_code == 302
    assert held(world)["SHF-9", ""] == 55


def boxes(page):
    """What a browser sends of the boxes and the table that a page shows, nobody having touched them."""
    sent = {"text": page.context["pasted"]}
    for cell in page.context["wrong"]:
        sent |= {cell.name: cell.value, f"was-{cell.name}": cell.value}
    return sent


@pytest.mark.parametrize(
    ("path", "kept"), [(PAGE, {"GBX-1": 2, "HSG-9": 53}), ("/production/count/", {"GBX-1": 2, "HSG-9": 5})]
)
def test_a_cell_mended_in_its_box_goes_with_the_report(world, client_of, path, kept):
    box, _shaft = ready(world)
    browser = client_of("supplier")
    page = browser.post(path, fields(world, "paste", text="품번\t수량\nGBX-1\t3\nHSG-9\t5x"))
    sent = boxes(page) | {f"good-p{box.pk}": "2"}  # changed in the grid after it was pasted
    page = browser.post(path, fields(world, **sent))
    assert (page.status_code, [cell.place for cell in page.context["wrong"]]) == (422, ["B3"])
    assert "Nothing has been sent: mend the cells above first." in page.content.decode()
    assert {row.number: row.good for row in page.context["rows"]}["GBX-1"] == "2"
    assert browser.post(path, fields(world, **sent | {"cell-2-1": "5"})).status_code == 302
    assert {number: held(world)[number, ""] for number in kept} == kept


def test_a_dash_leaves_a_row_out_and_a_table_is_seen_before_it_is_sent(world, client_of):
    box, _shaft = ready(world)
    browser = client_of("supplier")
    page = browser.post(PAGE, fields(world, text="GBX-1\t3\nNONE\t4\nGBX-1\t9"))
    assert page.status_code == 422
    sent = boxes(page) | {f"good-p{box.pk}": "3", "cell-1-0": "-"}
    page = browser.post(PAGE, fields(world, **sent))
    assert (page.status_code, [cell.place for cell in page.context["wrong"]]) == (422, ["A3"])  # it stands there before
    sent = boxes(page) | {f"good-p{box.pk}": "3", "cell-2-0": ""}
    assert browser.post(PAGE, fields(world, **sent)).status_code == 302
    assert held(world)["GBX-1", ""] == 3
    page = browser.post(PAGE, fields(world, text="GBX-1\t4"))
    assert (page.status_code, held(world)["GBX-1", ""]) == (422, 3)
    assert "the pasted table stands in the grid only now" in page.content.decode()
    page = browser.post(PAGE, fields(world, "paste", text="GBX-1\t✓"))
    assert [cell.place for cell in page.context["wrong"]] == ["B1"]  # of the person's own it is no number


def test_what_a_full_page_had_no_room_for_is_said(world, client_of, monkeypatch):
    box, _shaft = ready(world)
    for room in ("grid", "pasted"):
        monkeypatch.setattr(f"apps.production.{room}.MOST_ROWS", 1)
    browser = client_of("supplier")
    page = browser.post(PAGE, fields(world, "paste", text="GBX-1\t3\nSHF-9\t4"))
    page = browser.post(PAGE, fields(world, **boxes(page), **{f"good-p{box.pk}": "3"}), follow=True)
    assert "paste those from SHF-9 on again" in page.content.decode()


def test_as_last_time_fills_what_nobody_told_yet(world, client_of):
    box, _shaft = ready(world)
    day = timezone.localdate() - timedelta(days=1)
    reported(world, box, 6, day=day)
    browser = client_of("supplier")
    page = browser.post(PAGE, fields(world, "same"))
    rows = {row.number: row for row in page.context["rows"]}
    assert (page.status_code, rows["GBX-1"].good, rows["GBX-1"].before_day) == (200, "6", day)
    assert "same-all" in browser.get(PAGE).content.decode()
    browser.post(PAGE, fields(world, **{f"good-p{box.pk}": "6"}))
    page = browser.post(PAGE, fields(world, "same"))
    assert {row.number: row.good for row in page.context["rows"]}["GBX-1"] == ""
    assert "same-all" not in browser.get(PAGE).content.decode()  # a button that fills nothing is none


def test_stock_is_told_on_the_same_grid(world, client_of):
    box, shaft = ready(world)
    with as_person(world, "supplier"):
        heap = StockBalance.objects.get(part=shaft)
    browser = client_of("supplier")
    page = browser.get("/production/count/").content.decode()
    assert f'name="good-h{heap.pk}"' in page
    assert f'name="good-p{box.pk}"' in page
    page = browser.post("/production/count/", fields(world, "same"))
    assert {row.number: row.good for row in page.context["rows"]} | {"GBX-1": "", "SHF-9": "50"} == {
        row.number: row.good for row in page.context["rows"]
    }
    page = browser.post("/production/count/", fields(world, "paste", text="SHF-9\t44\nHSG-9\t1.5"))
    assert 'name="cell-1-1" value="1.5"' in page.content.decode()
    sent = fields(world, **{f"good-h{heap.pk}": "44", f"good-p{box.pk}": "2"})
    assert browser.post("/production/count/", sent).status_code == 302
    assert held(world)["SHF-9", ""] == 44
    assert held(world)["GBX-1", ""] == 2


def test_far_more_than_the_ledger_has_is_taken_once_somebody_says_that_it_is_meant(world, client_of):
    _box, shaft = ready(world)
    browser = client_of("supplier")
    with as_person(world, "supplier"):
        heap = StockBalance.objects.get(part=shaft)
    sent = fields(world, **{f"good-h{heap.pk}": "999999"})
    page = browser.post("/production/count/", sent)
    shown = page.content.decode()
    assert page.status_code == 422
    assert "SHF-9: 999999 EA are counted where the ledger has 50." in shown
    assert 'name="confirmed"' in shown
    assert held(world)["SHF-9", ""] == 50
    assert browser.post("/production/count/", {**sent, "confirmed": "on"}).status_code == 302
    assert held(world)["SHF-9", ""] == 999_999


def test_what_was_typed_before_the_ledger_moved_is_questioned_once(world, client_of):
    _box, shaft = ready(world)
    path, browser = "/production/count/", client_of("supplier")
    with as_person(world, "supplier"):
        heap = StockBalance.objects.get(part=shaft)
    assert f'name="then-h{heap.pk}" value="50"' in browser.get(path).content.decode()
    sent = fields(world, **{f"good-h{heap.pk}": "50", f"then-h{heap.pk}": "50"})
    laid(world, (shaft, 30, ""))
    page = browser.post(path, sent)
    assert (page.status_code, held(world)["SHF-9", ""]) == (422, 30)
    assert "When this was typed the ledger said 50; now it says 30." in page.content.decode()
    assert browser.post(path, sent | {f"then-h{heap.pk}": "30"}).status_code == 302
    assert held(world)["SHF-9", ""] == 50


def test_a_part_in_several_lots_is_typed_lot_by_lot(world, client_of):
    _box, shaft = ready(world)
    laid(world, (shaft, 0, ""), (shaft, 200, "L1"))
    page = client_of("supplier").post("/production/count/", fields(world, "paste", text="SHF-9\t500"))
    assert {row.lot: row.good for row in page.context["rows"] if row.number == "SHF-9"} == {"": "", "L1": "500"}  # one lies
    laid(world, (shaft, 300, "L2"))
    page = client_of("supplier").post("/production/count/", fields(world, "paste", text="SHF-9\t500"))
    assert page.status_code == 422
    assert "It lies in several lots" in page.content.decode()
    assert {row.good for row in page.context["rows"]} == {""}


def test_a_third_column_says_the_lot(world, client_of):
    _box, shaft = ready(world)
    laid(world, (shaft, 200, "L1"), (shaft, 300, "L2"))
    browser, text = client_of("supplier"), "Part\tCounted\tLot\nSHF-9\t190\tl2\nSHF-9\t210\tL1"
    page = browser.post("/production/count/", fields(world, "paste", text=text))
    assert {row.lot: row.good for row in page.context["rows"] if row.lot} == {"L1": "210", "L2": "190"}
    page = browser.post("/production/count/", fields(world, "paste", text="SHF-9\t190\tL9"))
    assert page.status_code == 422
    assert "This lot does not lie here." in page.content.decode()


def test_more_parts_than_a_page_takes_are_found_by_their_number_and_pasted(world, client_of, monkeypatch):
    box, shaft = ready(world)
    monkeypatch.setattr("apps.production.grid.MOST_ROWS", 2)
    monkeypatch.setattr("apps.production.pasted.MOST_ROWS", 2)
    for path in (PAGE, "/production/count/"):
        page = client_of("supplier").get(path)
        more = page.context["more"]
        assert (len(page.context["rows"]), f"{more} more" in page.content.decode()) == (2, True)
    browser = client_of("supplier")
    page = browser.post(path, fields(world, "search", begins="shf", **{f"good-p{box.pk}": "2"}))
    assert (page.status_code, [row.number for row in page.context["rows"]]) == (200, ["GBX-1", "SHF-9"])
    page = browser.post(path, fields(world, "paste", text="SHF-9\t4\nHSG-9\t5\nGBX-1\t1"))
    assert {row.number: row.good for row in page.context["rows"]} == {"SHF-9": "4", "HSG-9": "5"}
    assert "A page takes 2 rows: send those before it first." in page.content.decode()
    with as_person(world, "supplier"):
        heap = StockBalance.objects.get(part=shaft)
    assert browser.post(path, fields(world, begins="zzz", **{f"good-h{heap.pk}": "4"})).status_code == 302
    assert held(world)["SHF-9", ""] == 4


def test_a_day_is_the_sites_own_whatever_the_readers_is(world, client_of):
    box, _shaft = ready(world)
    day = timezone.localdate()
    with as_person(world, "supplier"):
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
            Site.objects.filter(pk=world.supplier_site.pk).update(time_zone=zone)
            site = Site.objects.get(pk=world.supplier_site.pk)
            if site.today != day:
                break
    page = client_of("supplier").get(PAGE)
    assert (page.context["today"], page.context["day"]) == (site.today, site.today)
    assert reported(world, box, 1).day == site.today != day


def test_a_report_has_a_page_and_is_reversed_there(world, client_of):
    box, _shaft = ready(world)
    found = reported(world, box, 3)
    browser = client_of("supplier")
    assert "GBX-1" in browser.get("/production/reports/").content.decode()
    page = browser.get(f"/production/reports/{found.pk}/").content.decode()
    assert "SHF-9" in page
    assert browser.post(f"/production/reports/{found.pk}/reverse/", {"note": "twice"}).status_code == 302
    assert ("GBX-1", "") not in held(world)
    assert "Reversal of" in browser.get("/production/reports/").content.decode()
    for name in ("buyer", "stranger", "coordinator"):
        assert client_of(name).get(f"/production/reports/{found.pk}/").status_code in (403, 404)


def test_the_api_reports_once_a_key(world, api_of):
    box, _shaft = ready(world)
    client = api_of("supplier")
    rows = [{"own_part": box.pk, "good": "3", "key": "mes-7"}]
    body = {"site": world.supplier_site.pk, "rows": rows}
    (first,) = client.post("/api/production-reports/", body).json()
    (again,) = client.post("/api/production-reports/", body).json()
    assert first == again
    assert (first["own_part_id"], first["good"], first["key"]) == (box.pk, "3", "mes-7")
    answer = client.post("/api/production-reports/", {**body, "rows": [{"own_part": box.pk, "good": "900"}]})
    assert (answer.status_code, answer.json()["code"]) == (422, "material_missing")
    counter = client.post(f"/api/production-reports/{first['id']}/reverse/", {}).json()
    assert (counter["good"], counter["reverses_id"]) == ("-3", first["id"])
    assert len(client.get("/api/production-reports/").json()["results"]) == 2
    twice = [{"own_part": box.pk, "good": "1", "lot": lot, "key": "mes-8"} for lot in ("A", "B")]
    answer = client.post("/api/production-reports/", {**body, "rows": twice})
    assert (answer.status_code, answer.json()["code"], "rows[1].key" in str(answer.json())) == (
        422,
        "reported_key_twice",
        True,
    )


def test_the_rule_of_a_site_is_kept(world, client_of):
    browser = client_of("buyer")
    browser.post("/production/rule/", {"site": world.site.pk, "shortage": "take", "over": "12.5"})
    page = browser.get("/production/")
    assert (page.context["rule"].shortage, page.context["rule"].over_share) == ("take", D("0.125"))
    assert page.context["rule_form"].initial["over"] == "12.5"  # saving it again changes nothing
