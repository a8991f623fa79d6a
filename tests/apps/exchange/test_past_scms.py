"""A whole published history through the import of people: the figures of its own scorecard, and nothing left of it after."""

import csv
import gzip
import io
import json
from contextlib import suppress
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F, Q, Sum

from apps.deliveries import intake as deliveries
from apps.exchange.history import staged
from apps.exchange.incoming import loading, making, services
from apps.exchange.incoming.checking import RowState
from apps.exchange.management.commands.import_history import DATA
from apps.exchange.models import StagedDelivery
from apps.orders import intake as orders
from apps.orders.models import PurchaseOrder, ScheduleLine
from apps.tenancy import services as tenancy
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import unscoped
from apps.tower import scorecard
from tests.world import SYSTEM, as_person

from .test_past import counted

pytestmark = pytest.mark.long
KPI = json.loads((Path(__file__).parent / "scms_deliveries_kpi.json").read_text())
CONTENT = gzip.decompress((DATA / "scms_deliveries.csv.gz").read_bytes())
ALL_TIME = (date(2000, 1, 1), date(2030, 1, 1))


@pytest.fixture
def partners(committed, world):
    """The suppliers that the file names have joined, under terms by which every early day is in time."""
    rows = csv.DictReader(io.StringIO(CONTENT.decode("utf-8")))
    names = dict.fromkeys(row["vendor"] for row in rows)
    with unscoped(reason=SYSTEM):
        for place, name in enumerate(names, start=1):
            firm = tenancy.create_organization(legal_name=name, name_en=name)
            terms = {"currency": "USD", "early_days": None, "late_days": 0, "over_tolerance": 0}
            tenancy.relate(buyer=world.buyer, supplier=firm, vendor_code=f"S{place:03d}", **terms)
    return world


@pytest.fixture
def counted_beside(monkeypatch):
    """Somebody counts the tables while the load writes, as autovacuum may: he sees nothing of what is not committed."""
    refresh = staged.refresh_statistics

    def after_another(cursor):
        with psycopg.connect(settings.ADMIN_DATABASE_URL, dbname=connection.settings_dict["NAME"], autocommit=True) as other:
            other.execute("SET lock_timeout = '20ms'")
            for model in (StagedDelivery, *orders.WRITTEN, *deliveries.WRITTEN):
                with suppress(psycopg.errors.LockNotAvailable):
                    other.execute(f"ANALYZE {model._meta.db_table}")
        refresh(cursor)

    monkeypatch.setattr(staged, "refresh_statistics", after_another)


def checked():
    made = services.receive(content=CONTENT, name="deliveries.csv")
    services.say_columns(import_id=made.pk, mapping={**made.mapping, "site": "country"}, constants={})
    return services.check_import(import_id=made.pk)


def test_scms_deliveries_through_the_import_of_people(partners, counted_beside):
    world, before = partners, counted(partners)
    with as_person(world, "buyer-admin"):
        made = checked()
        assert made.kind == "past-deliveries"
        assert len(making.offer(made).words["site"]) == KPI["countries"]
        assert making.make(import_id=made.pk).sites == KPI["countries"]
        made = services.check_import(import_id=made.pk)
        assert {name: n for name, n in made.counts.items() if n} == {RowState.NEW: KPI["rows"]}
        loading.load(import_id=made.pk)
    with as_person(world, "buyer"):
        names = {one.pk: one.supplier.legal_name for one in TradingRelation.objects.select_related("supplier")}
        found = scorecard.scores(Side.BUYER, *ALL_TIME)
        _equal(found, names)
        assert PurchaseOrder.objects.filter(is_past=True).count() == KPI["po_so"]
        counters = ScheduleLine.objects.aggregate(Sum("confirmed_quantity"), Sum("received_quantity"))
        assert counters["confirmed_quantity__sum"] == counters["received_quantity__sum"]
        assert not ScheduleLine.objects.filter(~Q(shipped_quantity=F("received_quantity"))).exists()
        assert {name for name, n in checked().counts.items() if n} == {RowState.SAME}
        loading.take_back(import_id=made.pk)
    assert counted(world) == before


def _equal(found, names):
    whole = scorecard.total(list(found.values()))
    assert whole.lines == KPI["rows"]
    assert round(whole.late_rate, 4) == KPI["late_rate"]
    assert round(whole.share("early"), 4) == KPI["early_rate"]
    assert round(whole.share("on_the_day"), 4) == KPI["on_the_day_rate"]
    assert round(whole.mean_days_late, 3) == KPI["days_late_mean"]
    totals = {
        name: scorecard.total([score for (relation, _month), score in found.items() if names[relation] == name])
        for name in {names[relation] for relation, _month in found}
    }
    assert len(totals) == KPI["vendors"]
    for name, wanted in KPI["otd_by_vendor_direct_drop_min30lines"].items():
        score = totals[name]
        assert (score.lines, round(score.share("on_time_requested"), 4)) == (wanted["lines"], wanted["on_time_rate"]), name
        assert round(score.mean_days_late, 2) == wanted["mean_days_late"], name
    assert round(totals.pop("SCMS from RDC").late_rate, 5) == KPI["late_rate_from_rdc"]
    assert round(scorecard.total(list(totals.values())).late_rate, 5) == KPI["late_rate_direct_drop"]
    for year, wanted in KPI["otd_by_year"].items():
        of_year = [score for (_relation, month), score in found.items() if month.year == int(year)]
        assert round(scorecard.total(of_year).share("on_time_requested"), 4) == wanted
