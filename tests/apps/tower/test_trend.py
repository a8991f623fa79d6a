"""Twelve months of a score: lines in percent, months of few lines grey, the target where the reader asks for one."""

from datetime import date

import pytest

from apps.tower.scorecard import Score
from apps.tower.trend import read_target, trend

YEAR = date(2025, 12, 1), date(2026, 12, 1)


def drawn(scores, **options):
    return trend({date(2026, month, 1): score for month, score in scores.items()}, *YEAR, **options)


def test_each_month_stands_in_its_column_and_says_its_values():
    chart = drawn({1: Score(lines=20, otif_base=19, otif_requested=10), 2: Score(lines=4, otif_base=4, otif_requested=3)})
    assert len(chart.columns) == 12
    assert chart.columns[1].words == "2026-01 · OTIF, promise 95.0 % · OTIF, request 50.0 % · 20 lines"
    assert chart.columns[3].words == "2026-03 · No line was due."
    assert [round(dot.x * 12 / 100, 2) for dot in chart.lines[0].dots] == [1.5, 2.5]


def test_a_month_of_few_lines_is_grey_and_the_legend_says_so():
    chart = drawn({1: Score(lines=10, otif_base=9), 2: Score(lines=9, otif_base=9)})
    assert [dot.is_faint for dot in chart.lines[0].dots] == [False, True]
    assert chart.has_faint
    assert not drawn({1: Score(lines=10, otif_base=9)}).has_faint


def test_months_without_lines_break_the_line_and_none_at_all_draw_nothing():
    chart = drawn({1: Score(lines=20, otif_base=19), 2: Score(lines=20, otif_base=18), 6: Score(lines=20, otif_base=20)})
    assert chart.lines[0].path.count("M") == 2
    assert drawn({}) is None
    assert drawn({3: Score(answers=2)}) is None


def test_the_axis_holds_the_target_and_whole_values():
    chart = drawn({1: Score(lines=20, otif_base=20, otif_requested=20)}, target=80)
    marks = [mark for _y, mark in chart.ticks]
    assert min(marks) <= 80
    assert max(marks) == 100
    height, value = chart.target
    assert value == 80
    assert chart.ticks[-1][0] < height <= chart.ticks[0][0]


@pytest.mark.parametrize(
    ("typed", "read"),
    [("95", 95), ("1", 1), ("100", 100), ("0", None), ("101", None), ("x", None), ("", None), (None, None)],
)
def test_a_target_is_a_whole_percentage(typed, read):
    assert read_target(typed) == read
