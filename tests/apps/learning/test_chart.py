"""The chart of a run: names beside the lines never overlap, however many factories there are."""

from itertools import pairwise

import pytest

from apps.learning.chart import APART, HEIGHT, MOST_NAMED, plot


def named(count: int, last) -> list[tuple[float, str]]:
    series = [("Mean", {1: 0.6, 2: 0.8}), *((f"site {n}", {1: 0.6, 2: last(n)}) for n in range(count))]
    found = plot(2, series)
    assert found is not None
    assert len(found.lines) == count + 1
    return sorted((line.label_y, line.name) for line in found.lines if line.label_y is not None)


@pytest.mark.parametrize("last", [lambda n: 0.99, lambda n: 0.5, lambda n: 0.5 + n / 120], ids=["top", "floor", "spread"])
@pytest.mark.parametrize("count", [1, 6, 15, 50])
def test_names_keep_apart_and_inside(count, last):
    labels = named(count, last)
    assert len(labels) == min(count + 1, MOST_NAMED)
    assert all(after[0] - before[0] >= APART - 0.11 for before, after in pairwise(labels))
    assert labels[0][0] >= 0
    assert labels[-1][0] <= HEIGHT - 6


def test_in_a_crowd_the_mean_the_best_and_the_worst_are_named():
    names = {name for _place, name in named(50, lambda n: 0.5 + n / 120)}
    assert {"Mean", "site 0", "site 1", "site 48", "site 49"} <= names
    assert "site 25" not in names


def test_a_run_without_figures_has_no_chart():
    assert plot(5, [("Mean", {})]) is None
