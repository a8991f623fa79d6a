import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from federated.agreed.levels import LEVELS
from federated.rows import statistics
from federated.rows.preparation import rank


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_a_site_sends_no_bin_with_fewer_than_eleven_rows_and_loses_none(counts):
    merged = statistics.merge_small(np.array(counts))
    assert all(value == 0 or value >= 11 for value in merged)
    assert merged.sum() == (sum(counts) if sum(counts) >= 11 else 0)


def test_small_neighbours_go_to_the_heaviest_bin_of_their_group():
    assert statistics.merge_small(np.array([4, 8, 0, 20, 3])).tolist() == [0, 12, 0, 23, 0]


def test_values_beyond_the_edges_count_in_the_outer_bins_and_gaps_nowhere():
    values = np.array([-5.0] * 11 + [9.0] * 12 + [np.nan] * 3)
    assert statistics.count(values, np.array([0.0, 1.0, 2.0])).tolist() == [11, 12]


def test_the_range_is_that_of_the_outermost_powers_of_two_with_eleven_rows():
    values = np.array([3.0] * 20 + [100.0] * 20 + [1e6])  # the one far value is merged away
    assert statistics.range_of(statistics.count(values, statistics.power_edges())) == (2.0, 128.0)


def test_quantiles_are_read_off_the_sum_of_the_sites():
    edges = np.array([0.0, 1.0, 2.0])
    assert statistics.quantiles(np.array([10, 30]), edges, np.array([0, 0.25, 0.625, 1])).tolist() == [0.0, 1.0, 1.5, 2.0]


def test_two_counts_come_within_a_hundredth_of_the_exact_quantiles():
    order = np.random.default_rng(0)
    parts = [order.lognormal(0, 1, 3000) for _ in range(4)]
    edges = statistics.linear_edges(0, 200)
    for _ in range(2):
        counts = sum(statistics.count(part, edges) for part in parts)
        found = statistics.quantiles(counts, edges, LEVELS)
        edges = statistics.refined_edges(counts, edges)
    exact = np.quantile(np.concatenate(parts), LEVELS)
    assert np.abs(rank(found[3:-3], exact) - LEVELS[3:-3]).max() < 0.01


def test_a_value_that_fills_many_levels_gets_their_middle():
    grid = np.array([0.0] * 129 + list(np.linspace(1, 2, 128)))
    assert rank(np.array([0.0]), grid)[0] == pytest.approx(0.25)


def test_a_constant_column_has_one_rank():
    assert rank(np.array([4.0, 5.0, 6.0]), np.full(257, 5.0)).tolist() == [0.0, 0.5, 1.0]


def test_levels_are_even_in_the_middle_and_finer_towards_both_ends():
    steps = np.diff(LEVELS)
    assert LEVELS[[0, 128, 256]].tolist() == [0, 0.5, 1]
    assert len(LEVELS) == 257
    assert LEVELS[1] == pytest.approx(1 / 8192)
    assert steps[60:196] == pytest.approx(steps[128])
    assert (np.diff(steps[1:40]) > 0).all()
    assert steps == pytest.approx(steps[::-1])
