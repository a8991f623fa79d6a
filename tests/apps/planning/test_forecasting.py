"""Forecasts: figures worked by hand, what is refused, and how far real quantities are missed."""

import csv
import math
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.planning.forecasting import AHEAD, LEAST, METHODS, choose, croston, damped, forecast, mean, sba, tried, tsb

SCMS = Path(__file__).resolve().parents[4] / "shared/data/scms_deliveries/deliveries.csv"
HELD = 52  # weeks that nobody chose by


def last(steps):
    return [*steps][-1][0]


def test_methods_by_hand():
    # Sizes 4 then 8, gaps 2 then 2: size 4 + 0.1 * 4 = 4.4, gap 2.
    assert last(croston([0, 4, 0, 8], 0.1)) == pytest.approx(4.4 / 2)
    assert last(sba([0, 4, 0, 8], 0.1)) == pytest.approx(0.95 * 4.4 / 2)
    # Something was needed in half of the weeks; each week without takes a tenth of that.
    assert last(tsb([4, 0], 0.1, 0.1)) == pytest.approx(4 * 0.5)
    assert last(tsb([4, 0, *[0] * 20], 0.1, 0.1)) < 4 * 0.5 * 0.5
    assert last(mean([9, 1, 2, 3], 3)) == pytest.approx(2)
    assert [*damped([5] * 10, 0.2, 0.1)][-1] == (pytest.approx(5), pytest.approx(0))


def test_a_short_or_empty_series_has_none_and_a_steady_one_is_met():
    assert forecast([3.0] * (LEAST - 1), 4) is None
    assert forecast([0.0] * 40, 4) is None
    found = forecast([7.0] * 30, 5)
    assert found.weeks == pytest.approx([7] * 5)
    assert (found.chosen.mean_error, found.naive.mean_error) == (pytest.approx(0), 0)


def test_errors_are_of_later_weeks_alone():
    series = [1.0] * 10 + [5.0] * 4
    found = tried(series, "naive", (), first=10)
    # From the tenth week on: 4 missed by 4, then what is seen is said again.
    assert (found.count, found.mean_error) == (4 + 3 + 2 + 1, pytest.approx(16 / 10))


@given(st.lists(st.integers(0, 500), min_size=LEAST, max_size=80))
def test_no_forecast_is_below_zero_and_the_usual_method_stands_unless_another_is_clearly_better(series):
    found = forecast([float(n) for n in series], 13)
    if not any(series):
        assert found is None
        return
    assert all(0 <= week < 10_000 and math.isfinite(week) for week in found.weeks)
    others = [tried(series, name, c) for name, (_act, grid) in METHODS.items() if name != "naive" for c in grid]
    least, usual = min(other.square_error for other in others), tried(series, "mean", (26,)).square_error
    assert found.chosen.square_error == (least if least < 0.9 * usual else usual)


def scms() -> list[list[float]]:
    """Weekly quantities by item, from the first week of each to the last of all, delivered to the client."""
    weeks: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    with SCMS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["delivered_to_client_date"])
            weeks[row["item_description"]][day - timedelta(days=day.weekday())] += float(row["line_item_quantity"])
    end = max(day for own in weeks.values() for day in own)
    return [
        [own.get(min(own) + timedelta(weeks=n), 0.0) for n in range((end - min(own)).days // 7 + 1)]
        for own in weeks.values()
    ]


@pytest.mark.skipif(not SCMS.exists(), reason="the set of deliveries is not on this machine")
def test_real_quantities_of_later_weeks_are_missed_by_less_than_by_the_naive_forecast():
    """Method and constants are chosen by the weeks before; then each of the last 52 weeks is an origin, four weeks ahead."""
    errors, naive, scaled = 0.0, 0.0, []
    for series in scms():
        known = series[:-HELD]
        if len(known) < LEAST or not any(known):
            continue
        chosen = choose(known)
        found = tried(series, chosen.method, chosen.constants, first=len(known))
        plain = tried(series, "naive", (), first=len(known))
        errors += found.mean_error * found.count
        naive += plain.mean_error * plain.count
        steps = [(b - a) ** 2 for a, b in pairwise(known)]
        scaled.append((found.square_error, plain.square_error, math.sqrt(sum(steps) / len(steps)) or 1.0))
    assert len(scaled) == 160
    assert errors < 0.94 * naive
    root, plain_root = (sum(row[n] / row[2] for row in scaled) / len(scaled) for n in (0, 1))
    assert root < 0.76 * plain_root
    assert AHEAD == 4
