"""What a report draws: plain arithmetic."""

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from apps.production.backflush import Drawn, Lying, apart, drawn, take


def test_scrap_is_drawn_on_top_in_whole_pieces():
    assert drawn([Drawn(1, D(2), D("0.02"), 0), Drawn(2, D("0.5"), D(0), 3)], D(0), D(100)) == {1: 204, 2: 50}


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.decimals("0.001", 5, places=3))
def test_what_is_drawn_is_the_same_however_the_sum_is_reported(portions, each):
    bill = [Drawn(1, each, D("0.02"), 0)]
    total, found = D(0), D(0)
    for portion in portions:
        found += drawn(bill, total, D(portion))[1]
        total += portion
    assert found == drawn(bill, D(0), total)[1]


def test_the_oldest_heap_is_taken_first_and_what_is_missing_is_said():
    lying = [Lying("a", 1, D(3)), Lying("b", 1, D(4)), Lying("c", 2, D(1))]
    found = take({1: D(5), 2: D(2)}, lying)
    assert found.heaps == [("a", 3), ("b", 2), ("c", 1)]
    assert found.missing == {2: 1}
    assert take({1: D(5)}, lying).missing == {1: 3}


@given(st.decimals("0.000001", 1000, places=6), st.lists(st.decimals(0, 500, places=6), max_size=6))
def test_no_heap_gives_more_than_it_holds_in_another_unit(wanted, heaps):
    lying = [Lying(n, 1, quantity * 3, D(3)) for n, quantity in enumerate(heaps)]
    found = take({1: wanted}, lying)
    for n, portion in found.heaps:
        assert 0 <= portion <= heaps[n]
    taken = sum((portion * 3 for _n, portion in found.heaps), D(0))
    assert abs(taken + found.missing.get(1, D(0)) - wanted) <= D("0.00002")


@given(st.decimals(0, 1000, places=3), st.integers(0, 99), st.integers(0, 99))
def test_what_went_into_good_and_rejected_pieces_is_what_was_taken(quantity, good, rejected):
    well, spoilt = apart(quantity, D(good), D(rejected), 3)
    assert well + spoilt == quantity
    assert well >= 0
    assert spoilt >= 0
    if not rejected:
        assert spoilt == 0
    else:
        assert abs(spoilt - quantity * rejected / (good + rejected)) <= D("0.0005")
