"""Projection and days of supply: an oracle by hand, and a slow, plain reference for any other input."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.tower.projection import behind, behind_in_days, on_hand, project


def decimals(*values):
    return [Decimal(value) for value in values]


def test_the_oracle():
    days = project(Decimal(100), decimals(40, 60, 50, 50, 60, 50), decimals(0, 60, 100, 0, 0, 40))
    assert [day.projected for day in days] == decimals(60, 60, 110, 60, 0, -10)
    assert [day.cover.days for day in days] == decimals(2, 1, "1.2", 2, 1, 0)
    assert not any(day.cover.is_at_least for day in days)
    assert behind_in_days(days) == 5


def test_stock_that_outlasts_the_horizon_has_a_lower_bound_only():
    days = project(Decimal(1000), decimals(10, 0, 10), decimals(0, 0, 0))
    assert [(day.cover.days, day.cover.is_at_least) for day in days] == [(3, True), (2, True), (1, True)]
    assert behind_in_days(days) is None


def test_the_series_must_be_equally_long():
    with pytest.raises(ValueError, match="2 days of demand, 1 of arrivals"):
        project(Decimal(1), decimals(1, 1), decimals(1))


def plain_cover(stock, demand):
    """Days of supply, one day after the other."""
    if stock <= 0:
        return Decimal(0), False
    days = Decimal(0)
    for wanted in demand:
        if wanted > stock:
            return days + stock / wanted, False
        stock -= wanted
        days += 1
    return days, True


QUANTITIES = st.lists(
    st.tuples(st.decimals(0, 500, places=2).filter(lambda d: d != 0) | st.just(Decimal(0)), st.decimals(0, 500, places=2)),
    min_size=1,
    max_size=40,
)


@given(stock=st.decimals(-300, 3000, places=2), days=QUANTITIES)
def test_every_projection_equals_the_plain_reference(stock, days):
    demand, arrivals = [d for d, _ in days], [a for _, a in days]
    found = project(stock, demand, arrivals)
    at_start = stock
    for index, day in enumerate(found):
        cover, is_at_least = plain_cover(at_start, demand[index:])
        assert abs(day.cover.days - cover) < Decimal("1e-20")
        assert day.cover.is_at_least == is_at_least
        at_start = at_start - demand[index] + arrivals[index]
        assert day.projected == at_start
    below = [index for index, day in enumerate(found) if day.projected < 0]
    assert behind_in_days(found) == (below[0] if below else None)


def test_without_demand_nothing_is_taken_out():
    assert on_hand(Decimal(10), decimals(0, 5, 0), decimals(1, 0, 2)) == decimals(11, 16, 18)


def test_what_is_behind_is_missing_from_the_requested_day_until_it_comes():
    portions = [(1, 3, Decimal(60)), (-2, 2, Decimal(5)), (2, None, Decimal(7)), (40, 50, Decimal(9))]
    assert behind(portions, 5) == decimals(5, 65, 67, 7, 7)


days_from_today = st.integers(-5, 12)


@given(st.lists(st.tuples(days_from_today, st.none() | days_from_today, st.integers(1, 9).map(Decimal)), max_size=8))
def test_what_is_behind_is_what_counting_each_day_anew_finds(portions):
    slowly = [
        sum((n for requested, comes, n in portions if requested <= day and (comes is None or comes > day)), Decimal(0))
        for day in range(8)
    ]
    assert behind(portions, 8) == slowly
