"""What to order, when and how much: pack size, minimum, lead time and working days are kept, and no day stays short."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from apps.tower.proposing import Rules, Source, in_packs, propose

D = Decimal
MONDAY = date(2026, 11, 30)


def weekday(day):
    return day.isoweekday() < 6


def always(day):
    return True


def test_one_delivery_covers_a_week_in_whole_packs():
    projected = [D(50 - 10 * n) for n in range(12)]  # below 0 from day 6 on
    rules = Rules(lead_time_days=3, pack=D(24))
    found = propose(projected, today=MONDAY, sources=[Source(rules)], is_working=always)
    assert [(p.quantity, p.missing, p.needed_on, p.arrives, p.order_by) for p in found] == [
        (72, 60, MONDAY + timedelta(6), MONDAY + timedelta(6), MONDAY + timedelta(3)),
    ]


def test_a_delivery_comes_on_the_working_day_before_and_never_in_the_past():
    projected = [D(10)] * 5 + [D(-5)] * 3  # short from Saturday on
    found = propose(projected, today=MONDAY, sources=[Source(Rules(2))], is_working=weekday)
    assert [(p.arrives, p.is_late) for p in found] == [(MONDAY + timedelta(4), False)]
    found = propose([D(-5)], today=MONDAY + timedelta(5), sources=[Source(Rules(0))], is_working=weekday)
    assert [(p.arrives, p.is_late) for p in found] == [(MONDAY + timedelta(7), True)]


def test_a_gap_that_no_lead_time_reaches_is_proposed_once_and_says_that_it_is_late():
    found = propose([D(-5)] * 10, today=MONDAY, sources=[Source(Rules(8))], is_working=weekday)
    assert [(p.quantity, p.arrives, p.order_by, p.is_late) for p in found] == [
        (5, MONDAY + timedelta(8), MONDAY, True),
    ]


def test_the_minimum_and_the_order_unit_are_kept():
    rules = Rules(1, pack=D(5), minimum=D(12), factor=D(100))
    assert in_packs(D(3), rules) == 15
    found = propose([D(50), D(-310)], today=MONDAY, sources=[Source(rules)], is_working=always)
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
    found = propose(stock, today=MONDAY, sources=[Source(rules)], is_working=weekday, least=D(safety), cover_days=cover)
    for index, left in enumerate(stock):
        day = MONDAY + timedelta(index)
        ordered = sum(p.quantity for p in found if p.needed_on <= day)
        first = next(n for n in range(lead, lead + 9) if weekday(MONDAY + timedelta(n)))
        # What no delivery reaches is judged by the day on which the first could come.
        judged = left if index >= first else max(left, stock[min(first, len(stock) - 1)])
        assert judged + ordered >= safety
    for p in found:
        others = sum(q.quantity for q in found if q.needed_on < p.needed_on)
        assert stock[(p.needed_on - MONDAY).days] + others < safety  # without it that day is short
        assert weekday(p.arrives)
        assert p.order_by >= MONDAY
        assert p.quantity >= (least or 0)
        assert p.quantity % (pack or 1) == 0
        assert p.is_late or p.arrives <= p.needed_on


def test_what_is_ordered_up_to_a_maximum_fills_the_stock_in_whole_packs_and_does_not_pass_it():
    projected = [D(100 - 10 * n) for n in range(20)]
    rules = Rules(2, pack=D(12))
    found = propose(projected, today=MONDAY, sources=[Source(rules)], is_working=always, least=D(40), up_to=D(120))
    # On day 7 30 are left, so 84 of the room of 90; from day 15 on below again: 34 are left.
    assert [(p.quantity, p.missing, (p.needed_on - MONDAY).days) for p in found] == [(84, 10, 7), (84, 6, 15)]


def test_where_no_whole_pack_fits_below_the_maximum_what_is_missing_is_ordered():
    (found,) = propose(
        [D(5)], today=MONDAY, sources=[Source(Rules(0, pack=D(100)))], is_working=always, least=D(20), up_to=D(60)
    )
    assert found.quantity == 100


def test_each_delivery_goes_to_the_source_furthest_behind_its_share():
    projected = [D(-10 * n) for n in range(1, 29)]
    sources = [Source(Rules(0), D("0.25")), Source(Rules(0), D("0.75"))]
    found = propose(projected, today=MONDAY, sources=sources, is_working=always)
    assert [p.source for p in found] == [1, 0, 1, 1]
    sums = [sum(p.quantity for p in found if p.source == n) for n in (0, 1)]
    assert sums == [70, 210]
    sources = [Source(Rules(0), D("0.5"), D(500)), Source(Rules(0), D("0.5"))]
    assert {p.source for p in propose(projected, today=MONDAY, sources=sources, is_working=always)} == {1}


def test_a_source_that_cannot_deliver_in_time_gives_its_turn_to_one_that_can():
    sources = [Source(Rules(2), D("0.1")), Source(Rules(9), D("0.9"))]
    found = propose([D(10)] * 5 + [D(-5)] * 8, today=MONDAY, sources=sources, is_working=always)
    assert [(p.source, p.is_for_time, p.is_late) for p in found] == [(0, True, False)]
    found = propose([D(-5)], today=MONDAY, sources=sources, is_working=always)
    assert [(p.source, p.is_for_time, p.is_late, p.arrives) for p in found] == [(0, True, True, MONDAY + timedelta(2))]


def test_the_last_day_to_order_is_one_on_which_people_work():
    projected = [D(10)] * 7 + [D(-5)]  # short from next Monday on
    (found,) = propose(projected, today=MONDAY, sources=[Source(Rules(2))], is_working=weekday)
    assert (found.arrives, found.order_by) == (MONDAY + timedelta(7), MONDAY + timedelta(4))
    (found,) = propose([D(-5)], today=MONDAY + timedelta(5), sources=[Source(Rules(0))], is_working=weekday)
    assert found.order_by == MONDAY + timedelta(7)
    saturday = MONDAY + timedelta(5)
    (found,) = propose([D(10), D(-5)] * 2, today=saturday, sources=[Source(Rules(2))], is_working=weekday)
    assert (found.arrives, found.order_by) == (MONDAY + timedelta(8), MONDAY + timedelta(6))  # no working day is left


def test_what_is_promised_before_a_new_delivery_could_come_is_not_ordered_again_where_the_plan_ends_sooner():
    sources, coming = [Source(Rules(9))], [D(0)] * 8
    assert len(propose([D(-5)] * 3, today=MONDAY, sources=sources, is_working=always, coming=coming)) == 1
    coming[6] = D(24)
    assert propose([D(-5)] * 3, today=MONDAY, sources=sources, is_working=always, coming=coming) == []
    (part,) = propose([D(-30)] * 3, today=MONDAY, sources=sources, is_working=always, coming=coming)
    assert (part.quantity, part.missing) == (6, 6)


def test_what_comes_by_the_day_of_a_new_delivery_is_not_ordered_again():
    projected = [D(50)] * 21 + [D(500)] * 10
    sources = [Source(Rules(21))]
    assert propose(projected, today=MONDAY, sources=sources, is_working=always, least=D(100)) == []
    projected[21] = D(60)  # it comes a day later: still short when a new one could be there
    (found,) = propose(projected, today=MONDAY, sources=sources, is_working=always, least=D(100))
    assert found.is_late


def test_up_to_the_maximum_counts_what_is_ordered_whenever_it_comes():
    sources = [Source(Rules(21))]
    options = {"today": MONDAY, "sources": sources, "is_working": always, "least": D(100), "up_to": D(500)}
    (found,) = propose([D(50)] * 56, **options, coming=[D(0)] * 57)
    assert found.quantity == 450
    after = [D(0)] * 56 + [D(450)]  # promised after the horizon
    assert propose([D(50)] * 56, **options, coming=after) == []
    (found,) = propose([D(50)] * 56, **options, coming=[D(0)] * 56 + [D(20)])
    assert found.quantity == 430
    assert propose([D(-10)] * 56, **options, coming=after) != []  # the stock itself runs out
