"""What a plan needs of its components: by hand, and as a slow plain recursion over random bills."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.planning.explosion import BillLoop, Item, explode, in_whole, parents_first, reach, spread

D = Decimal


def test_a_bill_of_three_levels_worked_out_by_hand():
    bills = {
        "axle": [Item("housing", D(1), offset_days=2), Item("bolt", D(8), D("0.02"))],
        "housing": [Item("casting", D(1), D("0.05"), offset_days=3), Item("bolt", D(4))],
        "casting": [Item("aluminium", D("2.5"), offset_days=1)],
    }
    found = explode({"axle": {(100, 1): D(200), (101, 4): D(100)}}, bills)
    assert found == {
        "housing": {(98, 1): D(200), (99, 4): D(100)},
        # 200 axles x 8 x 1.02 on their day, and 200 housings x 4 two days before.
        "bolt": {(100, 1): D(1632), (98, 1): D(800), (101, 4): D(816), (99, 4): D(400)},
        "casting": {(95, 1): D(210), (96, 4): D(105)},
        "aluminium": {(94, 1): D(525), (95, 4): D("262.5")},
    }
    assert reach(["axle"], 130, bills) == {"housing": 128, "bolt": 128, "casting": 125, "aluminium": 124}


def test_a_part_that_is_planned_and_goes_into_another_needs_components_for_both():
    bills = {"car": [Item("door", D(4))], "door": [Item("hinge", D(2))]}
    found = explode({"car": {(10, 1): D(5)}, "door": {(10, 1): D(3)}}, bills)
    assert found == {"door": {(10, 1): D(20)}, "hinge": {(10, 1): D(46)}}


def test_an_item_counts_on_the_days_on_which_it_holds():
    bills = {"car": [Item("old", D(1), valid_until=10), Item("new", D(1), valid_from=11)]}
    found = explode({"car": {(10, 1): D(5), (11, 1): D(6)}}, bills)
    assert found == {"old": {(10, 1): D(5)}, "new": {(11, 1): D(6)}}


def test_a_loop_is_named_by_its_path():
    bills = {"a": [Item("x", D(1)), Item("b", D(1))], "b": [Item("c", D(1))], "c": [Item("b", D(1))]}
    with pytest.raises(BillLoop) as found:
        parents_first(bills, bills)
    assert sorted(found.value.path[:-1]) == ["b", "c"]
    assert found.value.path[0] == found.value.path[-1]


def test_pieces_are_drawn_whole_and_never_too_few():
    series = {(day, 1): D("2.4") for day in range(5)}
    assert list(in_whole(series, 0).values()) == [D(3), D(2), D(3), D(2), D(2)]


def test_a_week_is_spread_evenly_and_keeps_its_sum():
    assert list(spread(D(12), range(5), 0).values()) == [D(3), D(2), D(3), D(2), D(2)]
    assert sum(spread(D("1.5"), range(5), 0).values()) == D("1.5")


numbers = st.integers(0, 20).map(Decimal)
items = st.builds(
    Item,
    component=st.integers(0, 9),
    quantity=st.integers(1, 9).map(lambda n: D(n) / 2),
    scrap_share=st.sampled_from([D(0), D("0.02"), D("0.1")]),
    offset_days=st.integers(0, 5),
    valid_from=st.none() | st.integers(0, 9),
    valid_until=st.none() | st.integers(0, 9),
)
plans = st.dictionaries(
    st.integers(0, 9), st.dictionaries(st.tuples(st.integers(0, 9), st.integers(1, 4)), numbers), max_size=4
)


def _slow(plan, bills):
    """One planned piece after the other, down every branch."""
    found = {}

    def need(part, day, level, quantity):
        for item in bills.get(part, ()):
            if item.holds(day):
                series = found.setdefault(item.component, {})
                key, more = (day - item.offset_days, level), quantity * item.quantity * (1 + item.scrap_share)
                series[key] = series.get(key, D(0)) + more
                need(item.component, *key, more)

    for part, series in plan.items():
        for (day, level), quantity in series.items():
            need(part, day, level, quantity)
    return found


@given(plans, st.dictionaries(st.integers(0, 9), st.lists(items, max_size=3)))
def test_an_explosion_equals_a_slow_plain_recursion(plan, drawn):
    # Higher numbers go into lower ones: a bill without loops.
    bills = {part: [item for item in found if item.component > part] for part, found in drawn.items()}
    found = {part: series for part, series in explode(plan, bills).items() if series}
    assert found == _slow(plan, bills)


@given(st.dictionaries(st.integers(0, 9), st.lists(items, max_size=3)))
def test_a_loop_is_found_where_a_part_can_be_walked_back_to(bills):
    def below(part, seen=()):
        for item in bills.get(part, ()):
            if item.component not in seen:
                seen = below(item.component, (*seen, item.component))
        return seen

    is_looped = any(part in below(part) for part in bills)
    try:
        found = parents_first(bills, bills)
    except BillLoop as loop:
        assert is_looped
        steps = list(zip(loop.path, loop.path[1:], strict=False))
        assert steps
        assert all(any(item.component == b for item in bills[a]) for a, b in steps)
    else:
        assert not is_looped
        place = {part: index for index, part in enumerate(found)}
        assert all(place[part] < place[item.component] for part in bills for item in bills[part])


@given(st.lists(st.tuples(st.integers(0, 30), numbers.map(lambda n: n / 8)), max_size=20))
def test_whole_pieces_cover_every_sum_and_less_than_one_more(drawn):
    series = {(day, 1): quantity for day, quantity in drawn}
    whole = in_whole(series, 0)
    for day, _level in series:
        needed, taken = (sum(q for (d, _l), q in found.items() if d <= day) for found in (series, whole))
        assert needed <= taken < needed + 1
        assert whole[day, 1] >= 0
