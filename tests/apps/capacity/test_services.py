"""What a firm keeps of its capacity, and the load that plans, orders and told demand put on it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.calendars.days import Days
from apps.calendars.services import add_day, keep_calendar
from apps.capacity import selectors, services
from apps.capacity.asked import asked, rest_of_week
from apps.capacity.exceptions import (
    GroupChanged,
    GroupCodeTaken,
    InvalidCapacity,
    InvalidFactor,
    NotAWeek,
    UnitFixed,
    UnknownGroup,
    UnknownMaker,
)
from apps.capacity.load import WEEK
from apps.capacity.models import CapacityGroup, CapacityWeek
from apps.capacity.services import Kept, Said, Uses
from apps.masterdata.services import create_part
from apps.planning import services as planning
from apps.planning import showing
from apps.planning.services import Goes, Planned
from apps.planning.weeks import monday_of
from tests.world import as_person, in_days, published

D = Decimal


def this_week():
    return monday_of(in_days(0))


def group(world, who="supplier", **values):
    site = world.supplier_site if who == "supplier" else world.site
    given = {"code": "M-1", "name": "1호기", "usual": D(1000), "usual_maximum": D(1200)} | values
    with as_person(world, who):
        return services.keep_group(site_id=site.pk, **given)


def weeks(world, made, who="supplier", count=4):
    with as_person(world, who):
        return selectors.loads(made.site, [selectors.group(made.pk)], count=count)[0].weeks


def test_a_plan_loads_the_group_of_its_part_by_the_load_factor(world, db):
    with as_person(world, "supplier"):
        part = create_part(number="S-BRK-2210", name="브래킷")
        rows = [Planned(part.pk, this_week() + n * WEEK, D(n * 300), "week") for n in range(3)]
        planning.publish_plan(site_id=world.supplier_site.pk, rows=rows)
    made = group(world, usual=D(500), usual_maximum=D(600), parts=[Uses(part.pk, D("1.5"))])
    found = weeks(world, made)
    assert [(week.planned, week.quantity, week.is_known) for week in found] == [
        (0, 0, True),
        (450, 450, True),
        (900, 900, True),
        (0, 0, False),  # the plan has ended, and nobody tells what is needed
    ]
    assert [week.state for week in found] == ["fits", "fits", "over", "unknown"]
    assert found[2].missing == 300


def test_orders_and_told_demand_load_a_part_that_no_plan_names_and_are_not_added_up(world, db):
    made = group(world, parts=[Uses(None, partner_part_id=world.part.pk)])
    published(world, quantities=(100,), days=8)
    week = this_week() + (in_days(8) - this_week()).days // 7 * WEEK
    by_week = {row.monday: row for row in weeks(world, made)}
    assert (by_week[week].asked, by_week[week].is_known) == (100, False)  # what else is needed nobody said
    with as_person(world, "buyer"):
        showing.show_levels(levels={world.relation.pk: (1, 2, 3, 4)})
        rows = [Planned(world.part.part_id, this_week() + n * WEEK, D(70), "week") for n in range(1, 4)]
        planning.publish_plan(site_id=world.site.pk, kind="demand", rows=rows)
    by_week = {row.monday: row for row in weeks(world, made)}
    assert sum(row.asked for row in by_week.values()) == 210  # the order asks for pieces that the demand needs
    assert by_week[week].asked in (100, 70)
    with as_person(world, "buyer"):
        showing.show_levels(levels={world.relation.pk: ()})
    assert sum(row.asked for row in weeks(world, made)) == 100


def test_of_a_week_that_has_begun_its_days_left_are_asked_and_what_is_overdue_comes_next(world, db):
    days, monday = Days(range(1, 6), (), {}), this_week() + WEEK  # of this one some days have passed, on most days
    published(world, quantities=(100,), days=(monday - in_days(0)).days)
    with as_person(world, "buyer"):
        showing.show_levels(levels={world.relation.pk: (1, 2, 3, 4)})
        rows = [Planned(world.part.part_id, monday + n * WEEK, D(71), "week") for n in range(2)]
        planning.publish_plan(site_id=world.site.pk, kind="demand", rows=rows)
    parts = {world.part.pk: world.part}
    with as_person(world, "supplier"):
        begun = asked(parts, monday + timedelta(days=2), days)[world.part.pk]
        over = asked(parts, monday + timedelta(days=5), days)[world.part.pk]
    assert begun.told == {monday: 42, monday + WEEK: 71}  # told by the day: 15 and 14 of it have passed
    assert rest_of_week(D(71), (3, 5), "H87") == 43  # told by the week: three of five days, rounded up
    assert begun.ordered == {monday: 100}
    assert over.told == {monday + WEEK: 71}
    assert over.ordered == {monday + WEEK: 100}  # on Saturday nothing is left of the week


def test_a_maximum_that_is_not_spoken_of_stays(world, db):
    made = group(world)
    week = this_week() + WEEK
    with as_person(world, "supplier"):
        services.keep_weeks(group_id=made.pk, weeks=[Said(week, D(900), Kept.AS_IT_IS)])
        assert [(row.actual, row.maximum) for row in CapacityWeek.objects.all()] == [(900, 1200)]
        services.keep_weeks(group_id=made.pk, weeks=[Said(week, D(700), D(800))])
        services.keep_weeks(group_id=made.pk, weeks=[Said(week, D(650), Kept.AS_IT_IS)])
        assert CapacityWeek.objects.get().maximum == 800
        services.keep_weeks(group_id=made.pk, weeks=[Said(week, D(950), Kept.AS_IT_IS)])
        assert CapacityWeek.objects.get().maximum == 950
        services.keep_weeks(group_id=made.pk, weeks=[Said(week, D(950), None)])
        assert CapacityWeek.objects.get().maximum is None


def test_what_somebody_else_changed_since_it_was_read_is_not_written_over(world, db):
    made = group(world)
    with as_person(world, "supplier"):
        read = selectors.stamp_of(selectors.group(made.pk))
        weeks_read = services.weeks_stamp(made)
        services.keep_group(group_id=made.pk, code="M-1", name="2호기", usual=D(900), stamp=read)
    with as_person(world, "supplier"), pytest.raises(GroupChanged):
        services.keep_group(group_id=made.pk, code="M-1", name="3호기", stamp=read)
    with as_person(world, "supplier"), pytest.raises(GroupChanged):
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week(), D(5))], stamp=weeks_read)
    with as_person(world, "supplier"):
        assert CapacityGroup.objects.get().name == "2호기"
        assert not CapacityWeek.objects.exists()


def test_an_own_number_finds_what_customers_ask_of_an_own_part(world, db):
    with as_person(world, "supplier"):
        part = create_part(number="S-BRK-2210", name="브래킷")
    made = group(world, parts=[Uses(part.pk, D(2))])
    published(world, quantities=(30,), days=1)
    assert sum(week.asked for week in weeks(world, made)) == 60


def test_parts_in_between_are_loaded_by_the_plan_of_what_they_go_into(world, db):
    with as_person(world, "buyer"):
        axle, gear = (create_part(number=number, name=number) for number in ("AXL-1", "GBX-1"))
        planning.keep_bills(items=[Goes(axle.pk, gear.pk, D(2)), Goes(gear.pk, world.part.part_id, D(1))])
        rows = [Planned(axle.pk, this_week() + n * WEEK, D(50), "week") for n in (1, 2)]
        planning.publish_plan(site_id=world.site.pk, rows=rows)
    made = group(world, "buyer", parts=[Uses(gear.pk)])
    assert [(week.asked, week.is_known) for week in weeks(world, made, "buyer")][1] == (100, True)


def test_days_off_make_a_usual_week_less_and_a_week_of_its_own_says_otherwise(world, db):
    made = group(world)
    off = this_week() + WEEK
    with as_person(world, "supplier"):
        calendar = keep_calendar(weekdays=range(1, 6), has_holidays=False)
        add_day(calendar_id=calendar.pk, day=off, is_working=False)
        services.keep_weeks(group_id=made.pk, weeks=[Said(off + WEEK, D(700), D(700))])
    found = weeks(world, made)
    assert [(week.given.actual, week.given.maximum, week.given.is_usual) for week in found] == [
        (1000, 1200, True),
        (800, 960, True),
        (700, 700, False),
        (1000, 1200, True),
    ]
    with as_person(world, "supplier"):
        services.keep_weeks(group_id=made.pk, weeks=[Said(off + WEEK, None)])
        assert not CapacityWeek.objects.exists()
    assert weeks(world, made)[2].given.actual == 1000


@pytest.mark.parametrize(
    ("said", "error", "place"),
    [
        ((1, "-1", None), InvalidCapacity, "weeks[0].actual"),
        ((1, "1.5", None), InvalidCapacity, "weeks[0].actual"),
        ((1, "10", "9"), InvalidCapacity, "weeks[0].maximum"),
        ((1, None, "9"), InvalidCapacity, "weeks[0].actual"),
        ((1, "NaN", None), InvalidCapacity, "weeks[0].actual"),
        ((-1, "10", None), NotAWeek, "weeks[0].week"),
        ((400, "10", None), NotAWeek, "weeks[0].week"),
    ],
)
def test_what_a_week_cannot_give_is_refused_whole(world, db, said, error, place):
    made = group(world)
    week, *values = said
    actual, maximum = (None if value is None else D(value) for value in values)
    good = Said(this_week(), D(5))
    with as_person(world, "supplier"), pytest.raises(error) as caught:
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week() + week * WEEK, actual, maximum), good])
    assert caught.value.place == place
    with as_person(world, "supplier"):
        assert not CapacityWeek.objects.exists()
    for weeks_said in ([good, good], [Said(this_week() + WEEK / 7, D(5))]):
        with as_person(world, "supplier"), pytest.raises(NotAWeek):
            services.keep_weeks(group_id=made.pk, weeks=weeks_said)


def test_a_group_is_its_firms_own_and_names_its_parts(world, db):
    made = group(world)
    for who in ("stranger", "buyer"):
        with as_person(world, who), pytest.raises(UnknownGroup):
            services.keep_weeks(group_id=made.pk, weeks=[Said(this_week(), D(5))])
    with pytest.raises(GroupCodeTaken):
        group(world)
    with pytest.raises(UnknownMaker):
        group(world, code="M-2", parts=[Uses(world.part.part_id)])  # the buyer's own part
    with pytest.raises(UnknownMaker):
        group(world, code="M-2", parts=[Uses(None, partner_part_id=world.other_part.pk)])
    with pytest.raises(InvalidFactor):
        group(world, code="M-2", parts=[Uses(None, D(0), world.part.pk)])
    with pytest.raises(InvalidCapacity):
        group(world, code="M-2", usual=D(5), usual_maximum=D(4))
    with as_person(world, "supplier"):
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week(), D(5))])
    with as_person(world, "supplier"), pytest.raises(UnitFixed):
        services.keep_group(group_id=made.pk, code="M-1", name="1호기", unit="HUR")
    with as_person(world, "supplier"):
        services.end_group(group_id=made.pk)
        assert list(selectors.groups()) == []
    assert group(world).pk != made.pk  # its code is free again


def test_loads_cost_as_many_statements_however_many_groups(world, db):
    counts = []
    for n in range(3):
        made = group(
            world, code=f"M-{n}", parts=[Uses(None, partner_part_id=pk) for pk in (world.part.pk, world.second_part.pk)]
        )
        with as_person(world, "supplier"):
            found = list(selectors.groups(made.site_id))
            with CaptureQueriesContext(connection) as queries:
                selectors.loads(made.site, found)
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 16
    with as_person(world, "supplier"):
        assert CapacityGroup.objects.count() == 3
