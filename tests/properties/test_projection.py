"""Projected stock against a slow plain reference: random plans, bills of several levels and working calendars."""

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.calendars.days import USUAL_WEEK, Days
from apps.masterdata.models import Part
from apps.planning.demand import by_day, worked_before
from apps.planning.explosion import Item, explode, in_whole, reach
from apps.planning.known import Needed
from apps.planning.telling import told_rows, weeks_from
from apps.tenancy.models import Site
from apps.tower.need import Need, usable_on

D = Decimal
START = date(2026, 6, 1)  # a Monday
DAYS = 35
AXLE, GEARBOX, SHAFT, SCREW = range(4)
ZERO = D(0)

DAY = timedelta(days=1)
plans = st.dictionaries(
    st.tuples(
        st.sampled_from((AXLE, GEARBOX)), st.sampled_from(("day", "week")), st.integers(0, 20), st.sampled_from((1, 4))
    ),
    st.integers(0, 40),
    max_size=12,
)
per, offsets = st.sampled_from((D(1), D(2), D("0.5"), D("1.02"))), st.integers(0, 9)
bills = st.fixed_dictionaries(
    {
        AXLE: st.lists(st.tuples(st.sampled_from((GEARBOX, SHAFT, SCREW)), per, offsets), max_size=3),
        GEARBOX: st.lists(st.tuples(st.sampled_from((SHAFT, SCREW)), per, offsets), max_size=3),
    }
)
kept = st.builds(
    lambda week, off, on: Days(week, off, dict.fromkeys(on, True)),
    st.sets(st.integers(1, 7), min_size=3),
    st.sets(st.integers(-15, 40).map(lambda n: START + n * DAY), max_size=8),
    st.sets(st.integers(-15, 40).map(lambda n: START + n * DAY), max_size=3),
)
calendars = st.none() | kept
arrivals = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 300)), max_size=6)


def rows_of(plan):
    """The rows of a release; a week begins on its Monday."""
    found = {}
    for (part, bucket, n, level), quantity in plan.items():
        day = START + n * DAY
        found[part, bucket, day - day.weekday() * DAY if bucket == "week" else day] = (D(quantity), level)
    return [(part, bucket, day, quantity, level) for (part, bucket, day), (quantity, level) in found.items()]


def slow_demand(rows, items, days):
    """(part, level) → day → quantity, walked from each planned piece down, one at a time."""
    made, needed = [], {}
    for part, bucket, day, quantity, level in rows:
        if bucket == "day":
            made.append((part, day, quantity, level))
            continue
        week = [day + n * DAY for n in range(7)]
        worked = [d for d in week if (days or USUAL_WEEK).is_working(d)] or week
        given = ZERO
        for n, on in enumerate(worked, 1):
            upto = min((quantity * n / len(worked)).to_integral_value(ROUND_CEILING), quantity)
            made.append((part, on, upto - given, level))
            given = upto

    def walk(part, day, quantity, level):
        for component, times, offset in items.get(part, ()):
            on = day - offset * DAY
            while offset and not (days or USUAL_WEEK).is_working(on):
                on -= DAY
            own = needed.setdefault((component, level), {})
            own[on] = own.get(on, ZERO) + quantity * times
            walk(component, on, quantity * times, level)

    for row in made:
        walk(*row)
    return needed


def slow_stock(stock, needed, part, comes, days):
    """Stock at the end of each day; pieces are drawn whole, and what is due on a day off lies there the next working day."""
    found, drawn, sums = [], {}, {}
    levels = {level: own for (component, level), own in needed.items() if component == part}
    for n in range(DAYS):
        today = START + n * DAY
        for level, own in levels.items():
            for day, quantity in own.items():
                if day == today:
                    sums[level] = sums.get(level, ZERO) + quantity
            whole = sums.get(level, ZERO).to_integral_value(ROUND_CEILING)
            stock -= whole - drawn.get(level, ZERO)
            drawn[level] = whole
        for due, quantity in comes:
            on = START + due * DAY
            while days is not None and not days.is_working(on):
                on += DAY
            stock += quantity if on == today else 0
        found.append(stock)
    return found


@settings(max_examples=200, deadline=None)
@given(plans, bills, calendars, arrivals, st.integers(0, 200))
def test_projected_stock_is_what_a_plain_reference_gives(plan, bill, days, comes, stock):
    rows, places = rows_of(plan), dict.fromkeys(range(4), 0)
    items = {part: [Item(component, times, offset_days=off) for component, times, off in own] for part, own in bill.items()}
    series = explode(by_day(rows, places, days), items, worked_before(days))
    slow = slow_demand(rows, bill, days)
    for part in (GEARBOX, SHAFT, SCREW):
        # What should have been there before the first day is another matter: the reference starts where the plan does.
        own = {key: q for key, q in series.get(part, {}).items() if key[0] >= START.toordinal()}
        early = {key: {day: q for day, q in each.items() if day >= START} for key, each in slow.items()}
        found: dict[date, Decimal] = {}
        for (day, _level), quantity in in_whole(own, 0).items():
            found[date.fromordinal(day)] = found.get(date.fromordinal(day), ZERO) + quantity
        coming = [ZERO] * DAYS
        for due, quantity in comes:
            if (index := (usable_on(START + due * DAY, days) - START).days) < DAYS:
                coming[index] += quantity
        need = Need(
            *(Part(unit="H87"), Site(pk=1), START, DAYS, D(stock), ZERO, ZERO, timezone.now(), {"ordered": coming}),
            Needed(found, START + 90 * DAY, timezone.now(), []),
        )
        reference = slow_stock(D(stock), early, part, comes, days)
        assert [day.projected for day in need.days] == reference
        below = [n for n, left in enumerate(reference) if left < 0]
        assert need.stop == (below[0] if below else None)
        assert need.gap == (-reference[below[0]] if below else 0)


@settings(max_examples=200, deadline=None)
@given(bills, calendars, st.integers(10, 30))
def test_demand_is_known_only_as_far_as_no_later_day_could_add_to_it(bill, days, last):
    """A plan that goes on after its last day needs nothing on the days that are called known."""
    items = {part: [Item(component, times, offset_days=off) for component, times, off in own] for part, own in bill.items()}
    until = reach([AXLE], (START + last * DAY).toordinal(), items, worked_before(days))
    later = {AXLE: {((START + n * DAY).toordinal(), 1): D(1) for n in range(last + 1, last + 40)}}
    for part, series in explode(later, items, worked_before(days)).items():
        assert all(day > until[part] for (day, _level), quantity in series.items() if quantity)


@given(
    st.dictionaries(st.tuples(st.integers(0, 120), st.sampled_from((1, 4))), st.integers(1, 99)),
    st.sampled_from((D(1), D("0.25"))),
)
def test_what_is_told_is_the_share_of_what_is_needed(needed, share):
    series = {((START + n * DAY).toordinal(), level): D(quantity) for (n, level), quantity in needed.items()}
    told = told_rows(7, series, weeks_from(START), share)
    assert sum(told.values()) == sum(series.values()) * share
    assert all(day.weekday() == 0 for _part, bucket, day, _level in told if bucket == "week")
    assert all(day < weeks_from(START) for _part, bucket, day, _level in told if bucket == "day")
