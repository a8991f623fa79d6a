"""Material that should lie there days before its parent is made stays due until that is made."""

from decimal import Decimal

from apps.calendars.services import keep_calendar
from apps.masterdata.services import create_part
from apps.planning import services as planning
from apps.planning.services import Goes, Planned
from apps.tower.needs import needs
from tests.world import as_person, in_days

from .test_needs import count, need

D = Decimal
FIRST, LAST, OFFSET = 3, 8, 2


def made_ahead(world, offset=OFFSET):
    """An axle of ten a day from day 3 to day 8; its bracket should be there two days before."""
    with as_person(world, "buyer"):
        keep_calendar(weekdays=range(1, 8), has_holidays=False)
        axle = create_part(number="AXL-5", name="축")
        planning.keep_bills(items=[Goes(axle.pk, world.part.part_id, D(1), offset_days=offset)])
        rows = [Planned(axle.pk, in_days(n), D(10)) for n in range(FIRST, LAST + 1)]
        planning.publish_plan(site_id=world.site.pk, rows=rows)


def test_on_every_day_so_much_is_due_as_the_plan_has_still_to_make(world, db):
    made_ahead(world)
    count(world, 100)
    for today in range(LAST - OFFSET + 1):
        found = need(world, today=in_days(today))
        left = sum(10 for n in range(FIRST, LAST + 1) if n >= today)
        assert sum(day.demand for day in found.days) == left, today


def test_days_of_supply_do_not_count_what_is_laid_out_for_parents_to_come(world, db):
    made_ahead(world)
    count(world, 30)
    found = need(world, today=in_days(4))  # for the axles of days 4 and 5, which should lie there, and of day 6
    assert (found.days[0].demand, found.days[0].projected) == (30, 0)
    assert found.days[0].cover.days == 1
    assert found.stop == 1


def test_parts_in_between_keep_theirs_until_they_are_made_themselves(world, db):
    with as_person(world, "buyer"):
        keep_calendar(weekdays=range(1, 8), has_holidays=False)
        axle, gear = (create_part(number=number, name=number) for number in ("AXL-5", "GBX-5"))
        planning.keep_bills(
            items=[
                Goes(axle.pk, gear.pk, D(1), offset_days=1),
                Goes(gear.pk, world.part.part_id, D(2), offset_days=2),
            ]
        )
        rows = [Planned(axle.pk, in_days(n), D(5)) for n in range(4, 10)]
        planning.publish_plan(site_id=world.site.pk, rows=rows)
        for today in range(6):
            found = needs(today=in_days(today))[world.part.part_id, world.site.pk]
            # The gearbox of an axle is made the day before it, and takes its shafts then.
            left = sum(10 for n in range(4, 10) if n - 1 >= today)
            assert sum(day.demand for day in found.days) == left, today
