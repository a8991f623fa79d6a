"""Capacity against load, by hand: what a week gives with days off, what counts as load, and what is unknown."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from apps.calendars.days import Days
from apps.capacity.asked import Asked, left_of
from apps.capacity.load import WEEK, Given, Wanted, given, kept_of, load

D = Decimal
MONDAY = date(2026, 11, 30)
NEXT = MONDAY + WEEK


def wanted(planned=None, until=None, asked=None, asked_until=None):
    return Wanted(planned or {}, until, asked or {}, asked_until)


@pytest.mark.parametrize(
    ("actual", "maximum", "quantity", "state", "missing"),
    [
        (100, 120, 90, "fits", 0),
        (100, 120, 100, "fits", 0),
        (100, 120, 110, "tight", 0),
        (100, 120, 121, "over", 1),
        (100, None, 101, "over", 1),
        (None, None, 5, "bare", 0),
        (None, None, 0, "unknown", 0),
        (0, 0, 3, "over", 3),
    ],
)
def test_a_week_fits_is_tight_over_or_without_capacity(actual, maximum, quantity, state, missing):
    capacity = Given(None if actual is None else D(actual), None if maximum is None else D(maximum))
    found = load(MONDAY, capacity, [(D(1), wanted({MONDAY: D(quantity)}, MONDAY + timedelta(6)))])
    assert (found.state, found.missing) == (state, missing)


def test_the_plan_counts_where_it_reaches_and_what_is_asked_beyond_it():
    sunday = MONDAY + timedelta(6)
    one = wanted({MONDAY: D(50), NEXT: D(10)}, sunday, {MONDAY: D(70), NEXT: D(80)}, NEXT + timedelta(6))
    assert one.in_week(MONDAY) == (50, True)
    assert one.in_week(NEXT) == (80, True)  # the plan ends before
    assert one.in_week(NEXT + WEEK) == (0, False)  # nobody says what is needed then
    assert wanted({}, sunday, {MONDAY: D(70)}).in_week(MONDAY) == (0, True)  # planned: none of it this week


def test_load_factors_weigh_parts_and_one_unknown_part_leaves_a_lower_bound():
    sunday = MONDAY + timedelta(6)
    known, unknown = wanted({MONDAY: D(40)}, sunday), wanted(asked={MONDAY: D(30)})
    found = load(MONDAY, Given(D(100), None), [(D("0.5"), known), (D(2), unknown)])
    assert (found.quantity, found.is_known, found.state) == (80, False, "unknown")
    assert (found.planned, found.asked) == (20, 60)
    assert found.share == D("0.8")
    assert load(MONDAY, Given(D(10), None), []).is_known is False
    assert load(MONDAY, Given(D(70), None), [(D("0.5"), known), (D(2), unknown)]).state == "over"  # it is more at least


def test_units_that_do_not_fit_reckon_nothing():
    found = load(MONDAY, Given(D(100), None), [(D(1), wanted({MONDAY: D(500)}, NEXT))], "KGM → H87")
    assert (found.state, found.share) == ("unfit", None)


def test_days_off_take_their_share_of_a_usual_week():
    assert given(D(1000), D(1200), worked=(3, 5), places=0) == Given(D(600), D(720), True, (3, 5), D(600))
    assert given(D(1000), D(1200), worked=(5, 5), places=0) == Given(D(1000), D(1200), True, None, D(1000))
    assert given(D(100), None, worked=(1, 3), places=0).actual == 33  # never rounded up
    assert given(None, None, worked=(1, 3), places=0) == Given(None, None, True, None)
    assert given(D(10), None, worked=None, places=0).actual == 10


@drawn(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 99), st.integers(0, 99), st.booleans()), max_size=6),
    st.none() | st.integers(0, 900),
    st.none() | st.integers(0, 900),
)
def test_the_load_is_the_plain_sum_and_no_week_fits_that_does_not(parts, actual, more):
    sunday = MONDAY + timedelta(6)
    rows = [
        (D(factor), wanted({MONDAY: D(p)} if is_planned else {}, sunday if is_planned else None, {MONDAY: D(a)}, sunday))
        for factor, p, a, is_planned in parts
    ]
    maximum = None if actual is None or more is None else D(actual + more)
    found = load(MONDAY, Given(None if actual is None else D(actual), maximum), rows)
    assert found.quantity == sum(factor * (p if is_planned else a) for factor, p, a, is_planned in parts)
    most = maximum if maximum is not None else (None if actual is None else D(actual))
    if found.state == "fits":
        assert actual is not None
        assert found.quantity <= actual
    if most is not None:
        assert (found.state == "over") == (found.quantity > most)
        assert found.missing == max(found.quantity - most, 0)


def test_the_plan_speaks_of_a_part_from_its_first_day_to_its_last():
    week = timedelta(7)
    late = Wanted({NEXT: D(50)}, NEXT + 3 * week, {MONDAY: D(80), NEXT: D(90)}, NEXT + 3 * week, NEXT)
    assert late.in_week(MONDAY) == (80, True)  # before the first planned day what is asked counts
    dropped = Wanted({}, MONDAY - timedelta(1), {MONDAY: D(80)}, None, MONDAY - week)
    assert dropped.in_week(MONDAY) == (80, False)


def test_an_order_of_several_weeks_is_asked_once():
    weeks = [MONDAY + n * timedelta(7) for n in range(4)]
    told = dict.fromkeys(weeks, D(100))
    assert Asked({weeks[0]: D(400)}, told, weeks[3] + timedelta(6)).weeks() == {
        weeks[0]: 400,
        weeks[1]: 0,
        weeks[2]: 0,
        weeks[3]: 0,
    }
    assert Asked({weeks[3]: D(150)}, told, weeks[3] + timedelta(6)).weeks() == told
    after = weeks[3] + timedelta(7)  # nothing is told of it: an order stands for itself
    assert Asked({after: D(300)}, told, weeks[3] + timedelta(6)).weeks()[after] == 300


WORKED = Days(range(1, 6), (), {NEXT: False})


@pytest.mark.parametrize(
    ("day", "days", "left"),
    [
        (0, WORKED, None),
        (2, WORKED, (3, 5)),
        (5, WORKED, (0, 5)),
        (8, WORKED, None),  # the Monday before is off: of four days none has passed
        (9, WORKED, (3, 4)),
        (2, None, (3, 5)),  # no calendar: Monday to Friday, as plans spread a week
        (5, None, (0, 5)),
    ],
)
def test_days_left_of_the_running_week_are_those_of_the_calendar(day, days, left):
    assert left_of(days, MONDAY + timedelta(day)) == left


def test_what_is_left_to_make_is_held_against_what_the_days_left_give():
    """Half a week's work against a whole week's capacity fitted, however late in the week."""
    parts = [(D(1), wanted({MONDAY: D(50)}, MONDAY + timedelta(6)))]
    found = load(MONDAY, Given(D(100), D(120)), parts, left=(2, 5))
    assert (found.held.actual, found.held.maximum, found.given.actual) == (40, 48, 100)
    assert (found.state, found.missing, found.share) == ("over", 2, D("1.25"))
    assert load(MONDAY, Given(D(100), D(120)), parts, left=(3, 5)).state == "fits"
    assert load(MONDAY, Given(D(10), None), parts, left=(1, 3)).held.actual == 3  # never rounded up


@pytest.mark.parametrize(
    ("agreed", "given", "usual", "kept"),
    [
        (90, (80, None), 120, 60),
        (90, (120, None), 120, 90),
        (90, (200, None), 120, 90),
        (90, (0, 0), None, 0),
        (90, (None, None), 120, 90),
        (90, (50, None), None, 50),  # no more than the whole group gives, though nobody says what is usual
        (90, (80, None), 80, 80),
        (90, (80, 100), 80, 90),
        (10, (7, None), 12, 5),  # never rounded up
        (10, (1, None), 3, 1),
    ],
)
def test_a_share_is_cut_as_the_week_is(agreed, given, usual, kept):
    actual, maximum = (None if value is None else D(value) for value in given)
    assert kept_of(D(agreed), Given(actual, maximum), None if usual is None else D(usual), places=0) == kept
