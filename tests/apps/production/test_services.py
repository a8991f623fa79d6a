"""Reports post what was made and take its material; nothing is ever changed, and what is wrong is said at its place."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.inventory import services as inventory
from apps.inventory.exceptions import NegativeStock
from apps.inventory.models import StockMovement
from apps.masterdata.models import Part
from apps.masterdata.services import create_part
from apps.planning import services as planning
from apps.planning.models import Bucket
from apps.planning.services import Goes, Planned
from apps.production import exceptions as wrong
from apps.production import services
from apps.production.models import Missing, ProductionReport
from apps.production.services import Made
from apps.tenancy.exceptions import UnknownOwnSite
from tests.world import as_person

from .made import gearbox, held, laid, reported

D = Decimal


def test_a_report_posts_what_was_made_and_takes_the_oldest_lots(world):
    box, shaft, housing = gearbox(world)
    laid(world, (shaft, 5, "OLD"), (shaft, 50, "NEW"), (housing, 10, ""))
    found = reported(world, box, 4, lot="G1")
    assert held(world) == {("GBX-1", "G1"): 4, ("SHF-9", "NEW"): 47, ("HSG-9", ""): 6}
    with as_person(world, "supplier"):
        moved = StockMovement.objects.filter(reference=found.number).order_by("pk").values_list("kind", "quantity")
        assert sorted(moved) == [("made", 4), ("used", -5), ("used", -4), ("used", -3)]


def test_rejected_pieces_take_their_material_and_lie_nowhere(world):
    box, shaft, housing = gearbox(world)
    laid(world, (shaft, 50, ""), (housing, 50, ""))
    reported(world, box, 4, 1, reason="surface")
    assert held(world) == {("GBX-1", ""): 4, ("SHF-9", ""): 40, ("HSG-9", ""): 45}


def test_missing_material_refuses_or_is_said_as_the_site_has_it(world):
    box, shaft, housing = gearbox(world)
    laid(world, (shaft, 5, ""), (housing, 10, ""))
    with pytest.raises(wrong.MaterialMissing) as caught:
        reported(world, box, 4)
    assert (caught.value.place, caught.value.value, caught.value.facts["missing"]) == ("rows[0].good", "SHF-9", 3)
    assert held(world) == {("SHF-9", ""): 5, ("HSG-9", ""): 10}
    with as_person(world, "supplier"):
        planning.keep_making_rule(site_id=world.supplier_site.pk, shortage="take", over_share=D("0.1"))
    found = reported(world, box, 4)
    assert held(world) == {("GBX-1", ""): 4, ("HSG-9", ""): 6}
    with as_person(world, "supplier"):
        assert list(Missing.objects.filter(report=found).values_list("part__number", "quantity")) == [("SHF-9", 3)]


def test_what_partners_deliver_is_taken_in_their_unit(world):
    """Half a metre of cable goes into an axle, out of what a partner delivered."""
    with as_person(world, "buyer"):
        axle = create_part(number="AXL-1", name="축")
        planning.keep_bills(items=[Goes(axle.pk, world.second_part.part_id, D("0.5"))])
        inventory.count_stock(site_id=world.site.pk, counted=[inventory.Counted(world.second_part.pk, D(10))])
    reported(world, axle, 4, who="buyer", site=world.site)
    assert held(world, "buyer") == {("AXL-1", ""): 4, ("CBL-100", ""): 8}


def test_a_part_without_an_own_one_is_reported_as_partners_call_it(world):
    with as_person(world, "supplier"):
        services.report(site_id=world.supplier_site.pk, made=[Made(None, D(5), partner_part_id=world.part.pk, lot="L1")])
    with as_person(world, "supplier"), pytest.raises(wrong.UnknownMade), transaction.atomic():
        services.report(site_id=world.supplier_site.pk, made=[Made(None, D(5), partner_part_id=world.other_part.pk)])
    assert held(world) == {("BRK-2210", "L1"): 5}
    with as_person(world, "buyer"), pytest.raises(wrong.UnknownMade), transaction.atomic():  # it buys it, and makes none
        services.report(site_id=world.site.pk, made=[Made(None, D(5), partner_part_id=world.part.pk)])


def test_a_key_is_booked_once(world):
    box, shaft, housing = gearbox(world)
    laid(world, (shaft, 50, ""), (housing, 50, ""))
    first = reported(world, box, 4, key="mes-1")
    assert reported(world, box, 4, key="mes-1") == first
    assert held(world)["GBX-1", ""] == 4
    with pytest.raises(wrong.KeyOfAnother):
        reported(world, box, 5, key="mes-1")


def test_a_reversal_puts_everything_back_where_it_lay(world):
    box, shaft, housing = gearbox(world)
    laid(world, (shaft, 5, "OLD"), (shaft, 50, "NEW"), (housing, 10, ""))
    before = held(world)
    found = reported(world, box, 4, 1, reason="setup", lot="G1")
    with as_person(world, "supplier"):
        counter = services.reverse(report_id=found.pk, note="twice")
        assert (counter.good, counter.rejected, counter.reverses_id) == (-4, -1, found.pk)
        for pk in (found.pk, counter.pk):
            with pytest.raises(wrong.AlreadyReversed), transaction.atomic():
                services.reverse(report_id=pk)
    assert held(world) == before
    with as_person(world, "buyer"), pytest.raises(wrong.UnknownReport):
        services.reverse(report_id=found.pk)


def test_a_count_that_bears_the_number_of_a_report_stays_when_that_is_reversed(world):
    box, shaft, housing = gearbox(world)
    laid(world, (shaft, 50, ""), (housing, 50, ""))
    found = reported(world, box, 4)
    with as_person(world, "supplier"):
        counted = [inventory.Counted(None, D(104), part_id=box.pk)]
        inventory.count_stock(site_id=world.supplier_site.pk, counted=counted, reference=found.number)
        services.reverse(report_id=found.pk)
    assert held(world)["GBX-1", ""] == 100


def test_what_is_gone_cannot_be_reversed(world):
    box, shaft, housing = gearbox(world)
    laid(world, (shaft, 50, ""), (housing, 50, ""))
    found = reported(world, box, 4)
    laid(world, (box, 1, ""))
    with as_person(world, "supplier"), pytest.raises(NegativeStock), transaction.atomic():
        services.reverse(report_id=found.pk)
    assert held(world)["GBX-1", ""] == 1


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_report_is_never_changed(world, change):
    box, shaft, housing = gearbox(world)
    laid(world, (shaft, 50, ""), (housing, 50, ""))
    reported(world, box, 4)
    with as_person(world, "supplier"), pytest.raises(ProgrammingError), transaction.atomic():
        rows = ProductionReport.objects.all()
        rows.update(good=5) if change == "update" else rows.delete()


def test_more_than_planned_is_a_question(world):
    box, shaft, housing = gearbox(world)
    laid(world, (shaft, 500, ""), (housing, 500, ""))
    today = timezone.localdate()
    with as_person(world, "supplier"):
        planning.publish_plan(site_id=world.supplier_site.pk, rows=[Planned(box.pk, today, D(100))])
    reported(world, box, 60)
    reported(world, box, 50)  # 110 are within 10 %
    with pytest.raises(wrong.BeyondPlan) as caught:
        reported(world, box, 1)
    assert (caught.value.value, caught.value.facts["planned"]) == (111, 100)
    assert reported(world, box, 1, is_confirmed=True).good == 1


def test_far_more_than_ever_before_is_a_question_where_no_plan_names_the_part(world):
    """The bug: without a plan for the day 999,999 pieces of an own part were booked without a word."""
    pin = own_part(world)
    today = timezone.localdate()
    with pytest.raises(wrong.FarAboveUsual) as caught:
        reported(world, pin, 999_999)
    assert (caught.value.place, caught.value.value, caught.value.facts["largest"]) == ("rows[0].good", 999_999, 0)
    reported(world, pin, 400, day=today - timedelta(days=3))
    assert reported(world, pin, 4000).good == 4000
    with pytest.raises(wrong.FarAboveUsual) as caught:
        reported(world, pin, 1)
    assert (caught.value.value, caught.value.facts["largest"]) == (4001, 400)
    assert reported(world, pin, 1, is_confirmed=True).good == 1


def test_what_was_taken_back_is_no_measure_of_what_is_usual(world):
    pin = own_part(world)
    wrongly = reported(world, pin, 999_999, day=timezone.localdate() - timedelta(days=2), is_confirmed=True)
    with as_person(world, "supplier"):
        services.reverse(report_id=wrongly.pk)
    with pytest.raises(wrong.FarAboveUsual):
        reported(world, pin, 999_999)


def own_part(world):
    with as_person(world, "supplier"):
        return create_part(number="PIN-1", name="핀")


def test_a_week_is_held_against_its_week(world):
    box, shaft, housing = gearbox(world)
    laid(world, (shaft, 500, ""), (housing, 500, ""))
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    with as_person(world, "supplier"):
        planning.publish_plan(site_id=world.supplier_site.pk, rows=[Planned(box.pk, monday, D(100), Bucket.WEEK)])
    reported(world, box, 100, day=max(monday, today - timedelta(days=1)))
    with pytest.raises(wrong.BeyondPlan):
        reported(world, box, 11)


@pytest.mark.parametrize(
    ("row", "error", "place"),
    [
        ({"good": "-1"}, wrong.InvalidMade, "rows[0].good"),
        ({"good": "1.5"}, wrong.InvalidMade, "rows[0].good"),
        ({"good": "NaN"}, wrong.InvalidMade, "rows[0].good"),
        ({"good": "0"}, wrong.InvalidMade, "rows[0].good"),
        ({"good": "1", "rejected": "1"}, wrong.ReasonMissing, "rows[0].reason"),
        ({"good": "1", "reason": "surface"}, wrong.ReasonMissing, "rows[0].reason"),
        ({"good": "1", "rejected": "1", "reason": "nonsense"}, wrong.ReasonMissing, "rows[0].reason"),
    ],
)
def test_what_a_row_says_wrongly_is_named(world, row, error, place):
    box, *_material = gearbox(world)
    with pytest.raises(error) as caught:
        reported(world, box, row.pop("good"), row.pop("rejected", "0"), **row)
    assert caught.value.place == place


def test_sites_days_lots_and_doubles_are_looked_at(world):
    box, shaft, _housing = gearbox(world)
    with pytest.raises(UnknownOwnSite):
        reported(world, box, 1, site=world.site)
    for days in (-1, 32):
        with pytest.raises(wrong.NotThatDay):
            reported(world, box, 1, day=timezone.localdate() - timedelta(days=days))
    with as_person(world, "supplier"):
        tracked = create_part(number="LOT-1", name="로트품", tracking=Part.Tracking.LOT)
        with pytest.raises(wrong.ReportedTwice), transaction.atomic():
            services.report(site_id=world.supplier_site.pk, made=[Made(shaft.pk, D(1)), Made(shaft.pk, D(2))])
    with pytest.raises(wrong.LotMissing):
        reported(world, tracked, 1)
    with as_person(world, "buyer"):
        theirs = world.part.part  # the buyer's own
    with pytest.raises(wrong.UnknownMade):
        reported(world, theirs, 1)


def test_a_report_with_thirty_components_takes_twelve_statements(world):
    with as_person(world, "supplier"):
        box = create_part(number="GBX-30", name="박스")
        parts = [create_part(number=f"C-{n}", name="부품") for n in range(30)]
        planning.keep_bills(items=[Goes(box.pk, part.pk, D(1)) for part in parts])
        today = timezone.localdate()
        planning.publish_plan(site_id=world.supplier_site.pk, rows=[Planned(box.pk, today, D(100))])
        for lot in ("A", "B"):
            counted = [inventory.Counted(None, D(6), lot=lot, part_id=part.pk) for part in parts]
            inventory.count_stock(site_id=world.supplier_site.pk, counted=counted)
        with CaptureQueriesContext(connection) as queries:
            services.report(site_id=world.supplier_site.pk, made=[Made(box.pk, D(10), key="k1")])
        assert len(queries) <= 12, [query["sql"][:90] for query in queries]
        assert StockMovement.objects.filter(kind="used").count() == 60


def test_many_reports_cost_the_same_as_one(world):
    with as_person(world, "supplier"):
        parts = [create_part(number=f"M-{n}", name="부품") for n in range(20)]
        spent = []
        for some in (parts[:1], parts):
            with CaptureQueriesContext(connection) as queries:
                services.report(site_id=world.supplier_site.pk, made=[Made(part.pk, D(1)) for part in some])
            spent.append(len(queries))
    assert spent[0] == spent[1]
