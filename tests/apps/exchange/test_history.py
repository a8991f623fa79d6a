"""Historical imports: the figures of the published sets from the product's own scorecard; bad files leave nothing behind."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError
from django.db.models import Max, Min, Sum

from apps.deliveries.models import GoodsReceipt, GoodsReceiptLine, ShipmentNotice
from apps.exchange import exceptions as wrong
from apps.exchange.history import import_history, read_layout, statements
from apps.exchange.history.read import MAX_LENGTH, read_rows
from apps.exchange.management.commands.import_history import DATA
from apps.exchange.models import StagedDefect, StagedDelivery
from apps.orders.models import Confirmation, PurchaseOrder, ScheduleLine
from apps.quality.models import NonConformance
from apps.tenancy.models import Cluster, Organization, Site, TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import organization_scope, unscoped
from apps.tower import scorecard
from tests.world import SYSTEM, in_days

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
SCMS_KPI = json.loads((Path(__file__).parent / "scms_deliveries_kpi.json").read_text())
ALL_TIME = (date(2000, 1, 1), date(2030, 1, 1))


def load(path, name):
    with unscoped(reason=SYSTEM):
        return import_history(path=path, layout=read_layout(name))


@pytest.fixture
def scms(committed, world):
    return load(DATA / "scms_deliveries.csv.gz", "scms_deliveries")


def test_scms_deliveries_gives_its_published_figures(scms):
    with organization_scope(scms.lead_id):
        names = {r.pk: r.supplier.legal_name for r in TradingRelation.objects.select_related("supplier")}
        found = scorecard.scores(Side.BUYER, *ALL_TIME)
    whole = scorecard.total(list(found.values()))
    assert (whole.lines, len(names)) == (SCMS_KPI["rows"], SCMS_KPI["vendors"])
    assert round(whole.late_rate, 4) == SCMS_KPI["late_rate"]
    assert round(whole.share("early"), 4) == SCMS_KPI["early_rate"]
    assert round(whole.share("on_the_day"), 4) == SCMS_KPI["on_the_day_rate"]
    assert round(whole.mean_days_late, 3) == SCMS_KPI["days_late_mean"]
    by_vendor = {}
    for (relation, _month), score in found.items():
        by_vendor.setdefault(names[relation], []).append(score)
    totals = {name: scorecard.total(parts) for name, parts in by_vendor.items()}
    for name, wanted in SCMS_KPI["otd_by_vendor_direct_drop_min30lines"].items():
        score = totals[name]
        assert score.lines == wanted["lines"]
        assert round(score.share("on_time_requested"), 4) == wanted["on_time_rate"], name
        assert round(score.mean_days_late, 2) == wanted["mean_days_late"], name
    warehouse = totals.pop("SCMS from RDC")
    direct = scorecard.total(list(totals.values()))
    assert round(warehouse.late_rate, 5) == SCMS_KPI["late_rate_from_rdc"]
    assert round(direct.late_rate, 5) == SCMS_KPI["late_rate_direct_drop"]
    for year, wanted in SCMS_KPI["otd_by_year"].items():
        parts = [score for (_relation, month), score in found.items() if month.year == int(year)]
        assert round(scorecard.total(parts).share("on_time_requested"), 4) == wanted


def test_scms_deliveries_is_a_cluster_of_its_own_with_whole_documents(scms, world):
    with organization_scope(scms.lead_id):
        assert Cluster.objects.get().pk == scms.cluster_id
        assert PurchaseOrder.objects.count() == SCMS_KPI["po_so"]
        assert Site.objects.filter(organization_id=scms.lead_id).count() == SCMS_KPI["countries"]
        origins = Site.objects.exclude(organization_id=scms.lead_id)
        assert len(set(origins.values_list("name", flat=True))) == SCMS_KPI["sites"]
        assert ShipmentNotice.objects.count() == 5551
        assert GoodsReceiptLine.objects.count() == SCMS_KPI["rows"]
        counted = ScheduleLine.objects.aggregate(Sum("confirmed_quantity"), Sum("received_quantity"))
        assert counted["confirmed_quantity__sum"] == counted["received_quantity__sum"]
        accepted = Confirmation.objects.filter(state="accepted").aggregate(Sum("quantity"))
        assert accepted["quantity__sum"] == counted["confirmed_quantity__sum"]
        assert PurchaseOrder.pgh_event_model.objects.count() == SCMS_KPI["po_so"], "with history on"
    with organization_scope(world.buyer.pk):
        assert not PurchaseOrder.objects.exists()


def test_an_import_leaves_nothing_in_its_staging_tables(scms):
    with unscoped(reason=SYSTEM):
        assert not StagedDelivery.objects.exists()
        assert not StagedDefect.objects.exists()


def test_a_history_is_loaded_once(scms):
    with pytest.raises(wrong.AlreadyImported):
        load(DATA / "scms_deliveries.csv.gz", "scms_deliveries")


def test_supplier_quality_gives_its_published_figures(committed, world):
    folder = SHARED / "supplier_quality"
    if not folder.is_dir():
        pytest.skip("the supplier_quality set is not at hand; the same rules are tested on scms_deliveries, which ships")
    kpi = json.loads((folder / "kpi.json").read_text())
    done = load(folder / "defects.csv", "supplier_quality")
    assert (done.rows, done.suppliers) == (kpi["rows"], kpi["vendors"])
    with organization_scope(done.lead_id):
        rows = NonConformance.objects.all()
        whole = rows.aggregate(quantity=Sum("quantity"), minutes=Sum("downtime_minutes"))
        assert (whole["quantity"], whole["minutes"]) == (kpi["defect_qty_total"], kpi["downtime_min_total"])
        days = rows.aggregate(first=Min("occurred_on"), last=Max("occurred_on"))
        assert (str(days["first"]), str(days["last"])) == (kpi["first"], kpi["last"])
        assert Site.objects.filter(organization_id=done.lead_id).count() == kpi["plants"]
        words = {"impact": "Impact", "none": "No Impact", "rejected": "Rejected"}
        by_type = rows.values_list("impact").annotate(Sum("quantity"), Sum("downtime_minutes"))
        assert {words[impact]: [q, m] for impact, q, m in by_type} == kpi["by_defect_type"]
        by_vendor = list(scorecard.defects_by(Side.BUYER, *ALL_TIME, group="supplier"))
        best = sorted(by_vendor, key=lambda row: -row.quantity)[:10]
        assert {row.name: row.quantity for row in best} == kpi["top10_vendors_by_defect_qty"]
        slowest = sorted(by_vendor, key=lambda row: -row.downtime_minutes)[:10]
        assert {row.name: row.downtime_minutes for row in slowest} == kpi["top10_vendors_by_downtime"]
        by_site = scorecard.defects_by(Side.BUYER, *ALL_TIME, group="site")
        assert {row.name: row.downtime_minutes for row in by_site} == kpi["by_plant_downtime"]


GOOD = (
    "vendor,manufacturing_site,country,po_so,asn_dn,item_description,line_item_quantity,pack_price,vendor_inco_term,"
    "shipment_mode,po_sent_to_vendor_date,pq_first_sent_to_client_date,scheduled_delivery_date,delivered_to_client_date\n"
)
ROW = "Acme,Acme Korea,Ghana,PO-1,ASN-1,Kit,10,2.5,EXW,Air,2013-01-01,,2013-02-01,2013-02-03\n"


DELIVERED, ORDERED = "row 2, column delivered_to_client_date", "row 2, column po_sent_to_vendor_date"
FUTURE = str(in_days(1))  # in no name of a test: lanes that begin around midnight would differ


@pytest.mark.parametrize(
    ("content", "place", "value"),
    [
        (b"", "row 1, column vendor", "vendor"),
        (GOOD.encode(), "row 2", ""),
        (GOOD.replace("po_so", "po").encode() + ROW.encode(), "row 1, column po_so", "po_so"),
        (
            (GOOD + ROW + ROW.replace("2013-02-03", "03.02.2013")).encode(),
            "row 3, column delivered_to_client_date",
            "03.02.2013",
        ),
        ((GOOD + ROW.replace(",10,", ",ten,")).encode(), "row 2, column line_item_quantity", "ten"),
        ((GOOD + ROW.replace(",10,", ",0,")).encode(), "row 2, column line_item_quantity", "0"),
        ((GOOD + ROW.replace(",10,", ",-3,")).encode(), "row 2, column line_item_quantity", "-3"),
        ((GOOD + ROW.replace(",10,2.5,", ",999999999999,99999,")).encode(), "row 2, column quantity", "999999999999"),
        ((GOOD + ROW.replace("Acme,", ",")).encode(), "row 2, column vendor", ""),
        ((GOOD + ROW.replace("Ghana", "G" * 121)).encode(), "row 2, column country", "G" * 80),
        ((GOOD + ROW + "Acme,too,few\n").encode(), "row 3", 3),
        ((GOOD + ROW + ROW.replace("Acme,", "Other,")).encode(), "row 3, column order_number", "PO-1"),
        ((GOOD + ROW + ROW.replace("02-03", "02-04")).encode(), "row 3, column shipment_number", "ASN-1"),
        ((GOOD + ROW).encode() + "대성,".encode("cp949") + b"x\n", "row 3, byte 1", "b4 eb bc ba"),
        ((GOOD + ROW.replace("Acme,", "Ac\x00me,")).encode(), "row 2", "␀"),
        ((GOOD + ROW.replace("Acme,", '"Acme,')).encode(), "row 2", ""),
        pytest.param((GOOD + ROW.replace("2013-02-03", FUTURE)).encode(), DELIVERED, FUTURE, id="delivered tomorrow"),
        pytest.param((GOOD + ROW.replace("2013-01-01", FUTURE)).encode(), ORDERED, FUTURE, id="ordered tomorrow"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path, content, place, value):
    path = tmp_path / "history.csv"
    path.write_bytes(content)
    with pytest.raises(wrong.InvalidFile) as caught:
        read_rows(path, read_layout("scms_deliveries"))
    assert (caught.value.place, caught.value.value) == (place, value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("day", "odd"),
    [("2013-02-01", "0213-02-01"), ("2013-02-01", "2099-02-01"), ("2013-02-03", "1913-02-03"), ("2013-01-01", "1813-01-01")],
)
def test_a_day_that_is_hardly_meant_is_asked_about_before_it_is_loaded(tmp_path, day, odd):
    path = tmp_path / "history.csv"
    path.write_text(GOOD + ROW + ROW.replace(day, odd).replace("-1,", "-2,"), encoding="utf-8")
    layout = read_layout("scms_deliveries")
    with pytest.raises(wrong.OddDay) as caught:
        read_rows(path, layout)
    assert caught.value.place.startswith("row 3, column ")
    assert str(caught.value.value) == odd
    assert odd in {str(value) for value in read_rows(path, layout, is_confirmed=True)[1].values()}


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u3000"])
def test_any_kind_of_space_between_words_is_read_as_the_ordinary_one(tmp_path, space):
    path = tmp_path / "history.csv"
    path.write_text(GOOD + ROW.replace("Acme,", f"Acme{space}Parts,"), encoding="utf-8")
    assert read_rows(path, read_layout("scms_deliveries"))[0]["supplier"] == "Acme Parts"


def test_when_the_last_step_fails_nothing_is_kept(committed, world, tmp_path, monkeypatch):
    path = tmp_path / "history.csv"
    path.write_text(GOOD + ROW)
    failing = replace(statements.DELIVERIES, writes=(*statements.DELIVERIES.writes, "SELECT 1 / 0"))
    monkeypatch.setattr(statements, "DELIVERIES", failing)
    with unscoped(reason=SYSTEM):
        before = Organization.objects.count()
    with pytest.raises(DataError):
        load(path, "scms_deliveries")
    with unscoped(reason=SYSTEM):
        assert Organization.objects.count() == before
        assert not PurchaseOrder.objects.exists()


def test_the_layout_may_name_the_encoding(committed, world, tmp_path):
    layout = tmp_path / "own.toml"
    text = (DATA.parent / "layouts" / "scms_deliveries.toml").read_text(encoding="utf-8")
    layout.write_text(text.replace('encoding = "utf-8"', 'encoding = "cp949"'), encoding="utf-8")
    path = tmp_path / "history.csv"
    path.write_bytes((GOOD + ROW.replace("Acme,", "대성정밀,")).encode("cp949"))
    done = load(path, str(layout))
    with organization_scope(done.lead_id):
        assert Organization.objects.filter(legal_name="대성정밀").exists()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (('kind = "deliveries"', 'kind = "other"'), "own.toml: kind"),
        (('supplier = "vendor"\n', ""), "own.toml: columns"),
        (('supplier = "vendor"\n', 'supplier = "vendor"\ncolour = "x"\n'), "own.toml: columns"),
        (("[cluster]\n", "[cluster\n"), "layout"),
    ],
)
def test_a_bad_layout_is_refused(tmp_path, change, place):
    path = tmp_path / "own.toml"
    text = (DATA.parent / "layouts" / "scms_deliveries.toml").read_text(encoding="utf-8")
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(wrong.InvalidLayout) as caught:
        read_layout(str(path))
    assert caught.value.place == place


def test_the_command_loads_and_says_what_is_wrong(committed, world, tmp_path, capsys):
    call_command("import_history", "scms_deliveries", person="buyer@test.example")
    assert "7779 rows of 65 suppliers" in capsys.readouterr().out
    with pytest.raises(CommandError, match="loaded once"):
        call_command("import_history", "scms_deliveries")
    with pytest.raises(CommandError, match="no person nobody"):
        call_command("import_history", "scms_deliveries", person="nobody@test.example")
    with pytest.raises(CommandError, match="There is no such file"):
        call_command("import_history", "supplier_quality", file=tmp_path / "none.csv")


def test_every_text_is_taken_at_the_greatest_length_that_it_may_have(committed, world, tmp_path):
    layout = read_layout("scms_deliveries")
    header, values = GOOD.strip().split(","), ROW.strip().split(",")
    texts = [field for field in layout.columns if field in MAX_LENGTH and field not in layout.values]
    longest = {field: "X" * MAX_LENGTH[field] for field in texts}
    for field, text in longest.items():
        values[header.index(layout.columns[field][0])] = text
    assert len(longest) >= 5
    path = tmp_path / "history.csv"
    path.write_text(GOOD + ",".join(values) + "\n", encoding="utf-8")
    done = load(path, "scms_deliveries")
    with organization_scope(done.lead_id):
        assert PurchaseOrder.objects.get().number == longest["order_number"]
        assert GoodsReceipt.objects.get().shipment.number == longest["shipment_number"]
