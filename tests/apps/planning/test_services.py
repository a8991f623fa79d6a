"""Plans put in force, what they replace, and the demand that follows."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.calendars.services import keep_calendar
from apps.masterdata.services import create_part
from apps.planning import known, selectors, services
from apps.planning.exceptions import EmptyPlan, LoopedBill, OlderPlan, OutsideHorizon, PlanOver, PlanRowTwice
from apps.planning.models import Bucket, PlanKind, ReleaseState
from apps.planning.services import Goes, Planned
from tests.world import as_person, in_days

D = Decimal


def made(world, weekdays=range(1, 8)):
    """An axle of the buyer that two brackets and half a metre of cable go into; by default it works every day."""
    if weekdays:
        keep_calendar(weekdays=weekdays, has_holidays=False)
    axle = create_part(number="AXL-1", name="축")
    services.keep_bills(
        items=[
            Goes(axle.pk, world.part.part_id, D(2), D("0.02"), offset_days=2),
            Goes(axle.pk, world.second_part.part_id, D("0.5")),
        ]
    )
    return axle


def needed(part, *, days=60):
    found = known.needed(first=timezone.localdate(), last=in_days(days), parts=[part.part_id])
    return {place: {(day - timezone.localdate()).days: q for day, q in need.days.items()} for place, need in found.items()}


def test_a_production_plan_makes_demand_of_what_goes_into_it(world, db):
    with as_person(world, "buyer"):
        axle = made(world)
        release = services.publish_plan(
            site_id=world.site.pk, rows=[Planned(axle.pk, in_days(5), D(100)), Planned(axle.pk, in_days(6), D(7))]
        )
        place = (world.part.part_id, world.site.pk)
        # 204 and 14.28 more, of which a whole piece is drawn; two days before.
        assert needed(world.part) == {place: {3: D(204), 4: D(15)}}
        assert needed(world.second_part)[world.second_part.part_id, world.site.pk] == {5: D(50), 6: D("3.5")}
        found = known.needed(first=timezone.localdate(), last=in_days(60))
        assert (axle.pk, world.site.pk) not in found  # what is built is no demand
        assert found[place].until == in_days(4)  # later days would need components of days beyond the plan
        assert found[place].plans == [(release.pk, release.number)]


@pytest.mark.parametrize("weekdays", [(), range(1, 6)])
def test_no_offset_ends_on_a_day_off_also_where_no_calendar_is_kept(world, db, weekdays):
    with as_person(world, "buyer"):
        axle = made(world, weekdays)
        days = [in_days(n) for n in range(7, 21) if in_days(n).isoweekday() < 6]
        services.publish_plan(site_id=world.site.pk, rows=[Planned(axle.pk, day, D(10)) for day in days])
        found = known.needed(first=timezone.localdate(), last=in_days(60))[world.part.part_id, world.site.pk]
    assert len(found.days) >= 7
    assert {day.isoweekday() for day in found.days} <= {1, 2, 3, 4, 5}


def test_what_should_have_been_there_before_is_needed_at_once(world, db):
    with as_person(world, "buyer"):
        axle = made(world)
        services.publish_plan(site_id=world.site.pk, rows=[Planned(axle.pk, in_days(1), D(50))])
        assert needed(world.part) == {(world.part.part_id, world.site.pk): {0: D(102)}}


def test_what_was_planned_for_days_that_have_passed_is_made_and_needs_nothing(world, db):
    with as_person(world, "buyer"):
        axle = made(world)
        rows = [Planned(axle.pk, in_days(n), D(50)) for n in range(-9, 4)]
        services.publish_plan(site_id=world.site.pk, rows=rows)
        assert needed(world.second_part) == {(world.second_part.part_id, world.site.pk): dict.fromkeys(range(4), D(25))}


def test_a_changed_bill_changes_the_demand_of_plans_in_force(world, db):
    with as_person(world, "buyer"):
        axle = made(world)
        services.publish_plan(site_id=world.site.pk, rows=[Planned(axle.pk, in_days(5), D(100))])
        services.keep_bills(items=[Goes(axle.pk, world.part.part_id, D(3))])
        assert needed(world.part) == {(world.part.part_id, world.site.pk): {5: D(300)}}
        assert needed(world.second_part) == {}
        services.keep_bills(items=[], emptied=[axle.pk])
        assert needed(world.part) == {}


def test_a_week_is_needed_on_its_working_days(world, db):
    monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    with as_person(world, "buyer"):
        rows = [Planned(world.part.part_id, monday, D(12), Bucket.WEEK, level=4)]
        services.publish_plan(site_id=world.site.pk, rows=rows, kind=PlanKind.DEMAND)
        found = known.needed(first=monday, last=monday + timedelta(days=6))[world.part.part_id, world.site.pk]
    assert [found.days.get(monday + timedelta(days=n)) for n in range(7)] == [3, 2, 3, 2, 2, None, None]
    assert found.until == monday + timedelta(days=6)


def test_the_next_plan_replaces_the_one_before_whole(world, db):
    part, other = world.part.part_id, world.second_part.part_id
    with as_person(world, "buyer"):

        def put(*rows):
            return services.publish_plan(
                site_id=world.site.pk, kind=PlanKind.DEMAND, rows=[Planned(pk, in_days(d), D(q)) for pk, d, q in rows]
            )

        first = put((part, 3, 10), (part, 4, 10), (other, 5, 7))
        second = put((part, 4, 12), (part, 6, 1))
        first.refresh_from_db()
        assert (first.state, second.replaces_id, first.rows.count()) == (ReleaseState.SUPERSEDED, first.pk, 3)
        # Day 3 lies before the new plan's first day: it stands as it was planned.
        assert needed(world.part) == {(part, world.site.pk): {3: D(10), 4: D(12), 6: D(1)}}
        assert needed(world.second_part) == {}
        told = [(c.part_id, (c.day - timezone.localdate()).days, c.old, c.new) for c in selectors.changes_of(second)]
        assert told == [(part, 4, (10, 1), (12, 1)), (other, 5, (7, 1), None), (part, 6, None, (1, 1))]


def test_a_plan_that_begins_later_keeps_what_stands_until_then(world, db):
    part, other, site = world.part.part_id, world.second_part.part_id, world.site.pk
    today = timezone.localdate()
    monday = today + timedelta(days=7 - today.weekday())
    with as_person(world, "buyer"):
        weeks = [monday - timedelta(days=7), monday, monday + timedelta(days=7)]
        rows = [Planned(part, week, D(70), Bucket.WEEK) for week in weeks] + [Planned(other, today, D(5))]
        services.publish_plan(site_id=site, kind=PlanKind.DEMAND, rows=rows)
        stood = known.needed(first=today, last=in_days(60))
        wednesday = monday + timedelta(days=2)
        new = [Planned(part, wednesday, D(1)), Planned(part, in_days(30), D(1))]
        made = services.publish_plan(site_id=site, kind=PlanKind.DEMAND, rows=new)
        found = known.needed(first=today, last=in_days(60))
        until = {day: q for day, q in stood[part, site].days.items() if day < wednesday}
        assert found[part, site].days == until | {wednesday: D(1), in_days(30): D(1)}
        assert found[part, site].until == in_days(30)
        # Of a part that only the plan before names nothing is known from the new one's first day on.
        assert (found[other, site].days, found[other, site].until) == ({today: D(5)}, wednesday - timedelta(days=1))
        assert made.row_count == made.rows.count() == 6  # the week before, Monday, Tuesday, today's, and its own two


def test_products_that_only_the_plan_before_makes_are_known_until_the_next_begins(world, db):
    with as_person(world, "buyer"):
        axle, other = made(world), create_part(number="AXL-2", name="축 2")
        services.publish_plan(site_id=world.site.pk, rows=[Planned(axle.pk, in_days(n), D(10)) for n in range(9)])
        services.publish_plan(site_id=world.site.pk, rows=[Planned(other.pk, in_days(n), D(10)) for n in range(4, 9)])
        found = known.needed(first=timezone.localdate(), last=in_days(60))[world.second_part.part_id, world.site.pk]
        assert found.days == dict.fromkeys(map(in_days, range(4)), D(5))
        assert found.until == in_days(3)


def test_a_loop_is_refused_with_its_path(world, db):
    with as_person(world, "buyer"):
        axle = made(world)
        with pytest.raises(LoopedBill) as found, transaction.atomic():
            services.keep_bills(items=[Goes(world.part.part_id, axle.pk, D(1))])
        assert set(found.value.value.split(" → ")) == {"AXL-1", "BRK-2210"}
        with pytest.raises(LoopedBill), transaction.atomic():
            services.keep_bills(items=[Goes(axle.pk, axle.pk, D(1))])


def test_what_is_wrong_is_refused(world, db):
    part = world.part.part_id
    row = Planned(part, in_days(3), D(1))
    wrong = [
        (EmptyPlan, {"rows": []}),
        (PlanRowTwice, {"rows": [row, row]}),
        (OutsideHorizon, {"rows": [row], "first_day": in_days(4), "last_day": in_days(9)}),
        (
            OutsideHorizon,
            {"rows": [Planned(part, date(2030, 1, 1), D(1), Bucket.WEEK)], "first_day": in_days(1), "last_day": in_days(9)},
        ),
        (PlanOver, {"rows": [Planned(part, in_days(-3), D(1))]}),
    ]
    with as_person(world, "buyer"):
        for error, arguments in wrong:
            with pytest.raises(error), transaction.atomic():
                services.publish_plan(site_id=world.site.pk, kind=PlanKind.DEMAND, **arguments)
        services.publish_plan(site_id=world.site.pk, rows=[row])
        with pytest.raises(OlderPlan), transaction.atomic():
            services.publish_plan(site_id=world.site.pk, rows=[row], as_of=timezone.now() - timedelta(days=1))


def test_a_plan_is_put_in_force_in_as_many_statements_however_many_rows(world, db):
    counts = []
    with as_person(world, "buyer"):
        axle = made(world)
        for days in (2, 60):
            rows = [Planned(axle.pk, in_days(n + 1), D(10)) for n in range(days)]
            services.publish_plan(site_id=world.site.pk, rows=rows)  # one stands before
            with CaptureQueriesContext(connection) as seen:
                services.publish_plan(site_id=world.site.pk, rows=rows)
            counts.append(len(seen))
    assert counts[0] == counts[1]
