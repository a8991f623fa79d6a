"""What to order, when and how much: pack size, minimum, lead time and working days are kept, and no day stays short."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from apps.tower.proposing import Rules, in_packs, propose

D = Decimal
MONDAY = date(2026, 11, 30)


def weekday(day):
    return day.isoweekday() < 6


def always(day):
    return True


def test_one_delivery_covers_a_week_in_whole_packs():
    projected = [D(50 - 10 * n) for n in range(12)]  # below 0 from day 6 on
    rules = Rules(lead_time_days=3, pack=D(24))
    found = propose(projected, today=MONDAY, rules=rules, is_working=always)
    assert [(p.quantity, p.missing, p.needed_on, p.arrives, p.order_by) for p in found] == [
        (72, 60, MONDAY + timedelta(6), MONDAY + timedelta(6), MONDAY + timedelta(3)),
    ]


def test_a_delivery_comes_on_the_working_day_before_and_never_in_the_past():
    projected = [D(10)] * 5 + [D(-5)] * 3  # short from Saturday on
    found = propose(projected, today=MONDAY, rules=Rules(2), is_working=weekday)
    assert [(p.arrives, p.is_late) for p in found] == [(MONDAY + timedelta(4), False)]
    found = propose([D(-5)], today=MONDAY + timedelta(5), rules=Rules(0), is_working=weekday)
    assert [(p.arrives, p.is_late) for p in found] == [(MONDAY + timedelta(7), True)]


def test_a_gap_that_no_lead_time_reaches_is_proposed_once_and_says_that_it_is_late():
    found = propose([D(-5)] * 10, today=MONDAY, rules=Rules(8), is_working=weekday)
    assert [(p.quantity, p.arrives, p.order_by, p.is_late) for p in found] == [
        (5, MONDAY + timedelta(8), MONDAY, True),
    ]


def test_the_minimum_and_the_order_unit_are_kept():
    rules = Rules(1, pack=D(5), minimum=D(12), factor=D(100))
    assert in_packs(D(3), rules) == 15
    found = propose([D(50), D(-310)], today=MONDAY, rules=rules, is_working=always)
    assert [(p.quantity, p.missing) for p in found] == [(15, 310)]


@given(
    st.lists(st.integers(-300, 300).map(D), max_size=30),
    st.integers(0, 50),
    st.integers(0, 12),
    st.none() | st.integers(1, 40).map(D),
    st.none() | st.integers(1, 90).map(D),
    st.integers(1, 9),
)
def test_no_day_stays_below_the_safety_stock_and_none_is_ordered_for_nothing(stock, safety, lead, pack, least, cover):
    rules = Rules(lead, pack, least)
    found = propose(stock, today=MONDAY, rules=rules, is_working=weekday, safety=D(safety), cover_days=cover)
    for index, left in enumerate(stock):
        day = MONDAY + timedelta(index)
        assert left + sum(p.quantity for p in found if p.needed_on <= day) >= safety
    for p in found:
        others = sum(q.quantity for q in found if q.needed_on < p.needed_on)
        assert stock[(p.needed_on - MONDAY).days] + others < safety  # without it that day is short
        assert weekday(p.arrives)
        assert p.order_by >= MONDAY
        assert p.quantity >= (least or 0)
        assert p.quantity % (pack or 1) == 0
        assert p.is_late or p.arrives <= p.needed_on
