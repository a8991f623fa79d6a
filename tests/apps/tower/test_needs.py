"""What a buyer needs against what it has and what comes: short on the right day, for the right reason, or unknown."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.common.dates import day_text
from apps.inventory import services as inventory
from apps.inventory.models import StockBalance
from apps.masterdata.models import Part, PartnerPart
from apps.masterdata.services import create_part
from apps.orders.models import ScheduleLine
from apps.planning import services as planning
from apps.planning.known import Needed, known
from apps.planning.models import Demand, PlanKind, Release
from apps.planning.services import Planned
from apps.production import services as production
from apps.tenancy.models import Site
from apps.tower import need_pages, need_rows
from apps.tower.need import Need
from apps.tower.needs import needs
from apps.tower.stops import planned_needs, stops_of
from tests.chain import announced, confirmed
from tests.world import as_if, as_person, in_days, published, written_as_if

D = Decimal


def planned(world, *quantities, start=0, part=None):
    """The demand of the part itself from a day on, day by day."""
    with as_person(world, "buyer"):
        rows = [Planned((part or world.part).part_id, in_days(start + n), D(q)) for n, q in enumerate(quantities)]
        return planning.publish_plan(site_id=world.site.pk, kind=PlanKind.DEMAND, rows=rows)


def count(world, quantity, part=None):
    with as_person(world, "receiver"):
        inventory.count_stock(site_id=world.site.pk, counted=[inventory.Counted((part or world.part).pk, D(quantity))])


def need(world, part=None, **options):
    with as_person(world, "buyer"):
        return needs(**options)[(part or world.part).part_id, world.site.pk]


def test_the_oracle_of_days_of_supply_from_plan_stock_and_orders(world, db):
    planned(world, 40, 60, 50, 50, 60, 50)
    count(world, 100)
    for quantity, day in ((60, 1), (100, 2), (40, 5)):
        published(world, quantities=(quantity,), days=day)
    found = need(world)
    assert [day.projected for day in found.days] == [60, 60, 110, 60, 0, -10]
    assert [day.cover.days for day in found.days] == [2, 1, D("1.2"), 2, 1, 0]
    assert (found.stop, found.gap) == (5, 10)


def test_a_part_with_demand_and_no_order_is_short_on_the_right_day(world, db):
    planned(world, 0, 0, 30, 30, 30)
    count(world, 50)
    found = need(world)
    assert (found.stop, found.gap) == (3, 10)
    assert [(cause.quantity, cause.late) for cause in found.causes] == [(10, None)]


def test_ordering_more_raises_the_projected_stock(world, db):
    planned(world, *[20] * 10)
    count(world, 50)
    before = [day.projected for day in need(world).days]
    assert need(world).stop == 2
    published(world, quantities=(70,), days=2)
    after = [day.projected for day in need(world).days]
    assert [b - a for a, b in zip(before, after, strict=True)] == [0] * 2 + [70] * 8
    assert need(world).stop == 6


def test_an_order_promised_late_is_the_cause_as_far_as_it_goes(world, db):
    planned(world, *[0] * 10, 130)
    count(world, 0)
    order = confirmed(world, on=in_days(14))  # 100 asked for day 10
    found = need(world)
    assert found.stop == 10
    told = [(cause.quantity, cause.late and (cause.late.order_number, cause.late.expected)) for cause in found.causes]
    assert told == [(100, (order.number, in_days(14))), (30, None)]


def test_what_is_on_its_way_arrives_on_its_day(world, db):
    planned(world, *[10] * 5)
    count(world, 10)
    announced(world, confirmed(world), quantity=40, days=1)
    found = need(world)
    assert [day.arrivals for day in found.days] == [0, 40, 0, 0, 0]
    assert found.stop is None


def test_unknown_demand_stays_unknown(world, db):
    count(world, 5000)
    published(world)
    found = need(world)
    assert (found.is_known, found.days, found.stop, found.causes) == (False, [], None, [])
    planned(world, 1, 1)
    found = need(world)
    assert (found.is_known, len(found.days)) == (True, 2)  # what the plan does not reach is unknown again


def test_stock_or_a_plan_that_nobody_looked_at_is_stale(world, db):
    planned(world, 10)
    assert need(world).is_stock_stale  # never counted
    count(world, 0)
    assert not need(world).is_stale
    with as_person(world, "buyer"):
        as_if(Release.objects.all(), as_of=timezone.now() - timedelta(days=8))
    assert need(world).is_plan_stale
    planned(world, 10)
    with as_person(world, "buyer"):
        as_if(StockBalance.objects.all(), as_of=timezone.now() - timedelta(days=8))
    assert (need(world).is_plan_stale, need(world).is_stock_stale) == (False, True)


def test_units_convert_or_are_named(world, db):
    planned(world, *["2.5"] * 2, part=world.second_part)
    count(world, 5, part=world.second_part)
    with as_person(world, "buyer"):
        as_if(Part.objects.filter(pk=world.second_part.part_id), unit="CMT")
        assert need(world, world.second_part).stock == 500
        as_if(PartnerPart.objects.filter(pk=world.second_part.pk), base_factor=D(90))
        assert need(world, world.second_part).stock == 450
        as_if(PartnerPart.objects.filter(pk=world.second_part.pk), base_factor=D(1))
        as_if(Part.objects.filter(pk=world.second_part.part_id), unit="KGM")
    found = need(world, world.second_part)
    assert (found.unfit, found.is_known, found.days) == ("MTR → KGM", False, [])


def test_an_overdue_order_in_a_unit_that_does_not_fit_is_named_too(world, db):
    published(world, quantities=(5,), days=1, part=world.second_part)
    with as_person(world, "buyer"):
        as_if(ScheduleLine.objects.all(), requested_date=in_days(-1))
        as_if(Part.objects.filter(pk=world.second_part.part_id), unit="KGM")
    assert need(world, world.second_part).unfit == "MTR → KGM"


def test_a_short_list_of_parts_adds_to_a_long_production_plan_and_ends_nothing(world, db):
    with as_person(world, "buyer"):
        axle = create_part(number="AXL-1", name="축")
        planning.keep_bills(items=[planning.Goes(axle.pk, world.part.part_id, D(1))])
        planning.publish_plan(site_id=world.site.pk, rows=[Planned(axle.pk, in_days(n), D(5)) for n in range(20)])
    planned(world, *[10] * 3)
    assert [day.demand for day in need(world).days] == [15] * 3 + [5] * 17


def test_of_two_plans_that_of_production_says_how_far_demand_is_known_also_when_it_ran_out(world, db):
    planned(world, *[10] * 20)
    with as_person(world, "buyer"):
        axle = create_part(number="AXL-1", name="축")
        planning.keep_bills(items=[planning.Goes(axle.pk, world.part.part_id, D(1))])
        planning.publish_plan(site_id=world.site.pk, rows=[Planned(axle.pk, in_days(n), D(5)) for n in range(3)])
    assert len(need(world).days) == 3
    assert [day.demand for day in need(world).days] == [15] * 3
    count(world, 100)
    assert not need(world, today=in_days(3)).is_known


def test_a_part_that_is_made_here_stops_no_line_and_its_material_does(world, db):
    with as_person(world, "buyer"):
        gearbox, axle = create_part(number="GBX-1", name="감속기"), create_part(number="AXL-1", name="축")
        goes = [planning.Goes(axle.pk, gearbox.pk, D(1)), planning.Goes(gearbox.pk, world.part.part_id, D(1))]
        planning.keep_bills(items=goes)
        planning.publish_plan(site_id=world.site.pk, rows=[Planned(axle.pk, in_days(n), D(5)) for n in range(5)])
    count(world, 7)
    with as_person(world, "buyer"):
        found = needs()
        made, bought = found[gearbox.pk, world.site.pk], found[world.part.part_id, world.site.pk]
        assert (made.is_made, made.is_known, made.stop, made.days) == (True, False, None, [])
        assert (bought.is_made, bought.stop) == (False, 1)
        assert [need.part for need in stops_of(planned_needs())] == [world.part.part]


def test_a_heap_that_was_used_up_makes_no_other_stale(world, db):
    planned(world, *[10] * 5)
    count(world, 100)
    with as_person(world, "buyer"):
        row = StockBalance.objects.get(partner_part=world.part)
        row.pk, row.lot, row.quantity, row.as_of = None, "OLD", D(0), timezone.now() - timedelta(days=30)
        written_as_if(row)
    assert not need(world).is_stock_stale


def test_the_needs_of_all_parts_cost_six_statements_with_what_should_lie_there(world, db):
    planned(world, *[10] * 20)
    count(world, 30)
    confirmed(world, quantities=(100,) * 20)
    with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
        found = needs(with_rules=True)
    assert len(queries) == 6
    assert (world.part.part_id, world.site.pk) in found


def test_of_parts_that_nobody_looks_at_closely_little_is_worked_out(world, db, monkeypatch):
    """Of 5,000 planned parts in a list each value of 140,000 rows was converted twice, and each day got a projection of its
    own, though a hundred rows are shown."""
    planned(world, *[10] * 20)
    count(world, 30)
    twice = []
    convert = SQLCompiler.apply_converters

    def counted(self, rows, converters):
        twice.append(self.query.combinator)
        return convert(self, rows, converters)

    monkeypatch.setattr(SQLCompiler, "apply_converters", counted)
    found = need(world, with_rules=True)
    assert "union" not in twice
    assert (found.stop, found.gap, need_rows.is_in("limits", found), need_rows.is_in("stops", found)) == (3, 10, False, True)
    assert "days" not in vars(found)
    assert [day.projected for day in found.days] == found.projected == [20 - 10 * n for n in range(20)]
    (row,) = found.needed.plans
    assert (type(row[0]), type(row[1]), found.needed.drawn_at.tzinfo is None) == (int, str, False)
    with as_person(world, "buyer"):
        assert known(first=in_days(0), last=in_days(9), parts=[]).needed == {}


@pytest.mark.parametrize("who", ["supplier", "stranger"])
def test_a_supplier_learns_no_need_of_its_customer(world, db, who):
    planned(world, 10)
    count(world, 30)
    published(world)
    with as_person(world, who):
        assert needs() == {}


amounts = st.lists(st.integers(0, 60), min_size=28, max_size=28)


@given(st.integers(0, 200), amounts, amounts, amounts, st.integers(1, 40))
def test_a_projection_equals_a_slow_plain_reference(stock, demand, shipped, ordered, known):
    today = timezone.localdate()
    days = {today + timedelta(days=n): D(q) for n, q in enumerate(demand) if q}
    plan = Needed(days, today + timedelta(days=known - 1), timezone.now(), [])
    coming = {"shipped": [D(q) for q in shipped], "ordered": [D(q) for q in ordered]}
    found = Need(Part(unit="H87"), Site(pk=1), today, 28, D(stock), D(0), D(0), timezone.now(), coming, plan)
    left, slow = stock, []
    for n in range(min(known, 28)):
        left += shipped[n] + ordered[n] - demand[n]
        slow.append(left)
    assert [day.projected for day in found.days] == slow
    assert found.stop == next((n for n, left in enumerate(slow) if left < 0), None)
    if found.stop is not None:
        assert sum(cause.quantity for cause in found.causes) == found.gap == -slow[found.stop]


def test_stock_that_lies_as_the_own_part_counts_with_what_partners_delivered(world, db):
    with as_person(world, "buyer"):
        rows = [inventory.Counted(world.part.pk, D(30)), inventory.Counted(None, D(12), part_id=world.part.part_id)]
        inventory.count_stock(site_id=world.site.pk, counted=rows)
        assert needs(parts=[world.part.part_id])[world.part.part_id, world.site.pk].stock == 42
        assert needs()[world.part.part_id, world.site.pk].stock == 42


def test_what_was_made_today_is_needed_no_more(world, db):
    """A report takes its material out of stock, and out of what the plan still needs today."""
    with as_person(world, "buyer"):
        axle = create_part(number="AXL-8", name="축")
        planning.keep_bills(items=[planning.Goes(axle.pk, world.part.part_id, D(2))])
        planning.publish_plan(site_id=world.site.pk, rows=[Planned(axle.pk, in_days(n), D(10)) for n in (0, 1)])
        inventory.count_stock(site_id=world.site.pk, counted=[inventory.Counted(world.part.pk, D(40))])
    before = [day.projected for day in need(world).days]
    with as_person(world, "buyer"):
        production.report(site_id=world.site.pk, made=[production.Made(axle.pk, D(6))])
    assert need(world).stock == 28
    assert [day.projected for day in need(world).days] == before == [20, 0]


def test_what_days_that_have_passed_needed_is_said_and_not_counted(world, db, client_of):
    planned(world, *[10] * 5)
    count(world, 100)
    with as_person(world, "buyer"):
        found = needs(today=in_days(2), parts=[world.part.part_id])[world.part.part_id, world.site.pk]
        assert (found.needed.passed, [day.demand for day in found.days]) == (20, [10] * 3)
        as_if(Demand.objects.filter(day=timezone.localdate()), day=in_days(-1), taken_on=in_days(-1))
    page = client_of("buyer").get(f"/tower/needs/{world.part.part_id}/{world.site.pk}/").content.decode()
    assert "Days of these plans that have passed needed 10 EA" in " ".join(page.split())


def test_of_stock_that_nobody_counted_nothing_is_said_on_any_day(world, client_of):
    """Nothing in the ledger is not nothing on the shelf: neither a stop, nor a gap, nor days of supply."""
    planned(world, 10, 10)
    found = need(world)
    assert (found.is_known, found.is_counted, found.stop, found.gap, found.causes) == (True, False, None, 0, [])
    assert {words for _tone, words in need_rows.strip(found)} == {"?"}
    (one,) = (row for row in client_of("buyer").get("/api/needs/").json() if row["part_id"] == world.part.part_id)
    assert (one["missing"], one["stops_in_days"]) == (None, None)
    assert {(day["projected"], day["days_of_supply"]) for day in one["days"]} == {(None, None)}
    grid = need_pages.grid(found, 0, 2)
    assert [(day["demand"], day["projected"], day["cover"], day["is_short"]) for day in grid["days"]] == [
        (10, None, "", False)
    ] * 2
    assert grid["curve"] is None
    assert [(week["projected"], week["lowest"]) for week in need_pages.weeks(found)[:1]] == [(None, None)]
    assert "Nobody has counted" in client_of("buyer").get(f"/tower/needs/{found.part.pk}/{found.site_id}/").content.decode()
    count(world, 0)
    assert need(world).stop == 0


def test_what_the_first_day_is_made_of_is_said(world, db, client_of):
    """The bug: what should lie there by now for what is made later stood on the first day as a heap, unexplained."""
    with as_person(world, "buyer"):
        axle = create_part(number="AXL-8", name="축")
        planning.keep_bills(items=[planning.Goes(axle.pk, world.part.part_id, D(2), offset_days=30)])
        planning.publish_plan(site_id=world.site.pk, rows=[Planned(axle.pk, in_days(n), D(10)) for n in range(8)])
    count(world, 100)
    found = need(world)
    assert (found.days[0].demand, sum(day.demand for day in found.days[1:])) == (160, 0)
    told = need_pages.first_day(found)
    assert "160 EA, is made of 20 that are taken on that day and 140 that should lie here by then" in told
    assert told.count(" 20,") == 5
    assert f"until {day_text(in_days(7))} 40" in told
    page = client_of("buyer").get(f"/tower/needs/{world.part.part_id}/{world.site.pk}/").content.decode()
    assert "140 that should lie here by then" in " ".join(page.split())
    planned(world, 40, part=world.second_part)
    count(world, 1, world.second_part)
    assert need_pages.first_day(need(world, world.second_part)) == ""
