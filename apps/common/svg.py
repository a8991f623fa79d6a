"""Charts drawn by the server: they follow theme and language, print, work without script and are tested as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class Sparkline:
    """A path in a box of width × height, and where its last point lies."""

    width: int
    height: int
    path: str
    x: float
    y: float


def sparkline(values: Sequence[float], width: int = 92, height: int = 28) -> Sparkline:
    """A line through the values from left to right, scaled to the box; two values or more."""
    low, span = min(values), (max(values) - min(values)) or 1
    step = (width - 6) / max(len(values) - 1, 1)
    points = [(round(2 + i * step, 1), round(3 + (low + span - v) / span * (height - 6), 1)) for i, v in enumerate(values)]
    return Sparkline(width, height, "M" + "L".join(f"{x},{y}" for x, y in points), *points[-1])


@dataclass(frozen=True)
class Bar:
    """One row of a timeline: percent of the width, pixels of the height."""

    row: dict[str, Any]
    y: int
    x: float
    width: float
    end: float
    requested: float
    tone: str


@dataclass(frozen=True)
class Timeline:
    height: int
    column: float
    today: float
    days: list[dict[str, Any]]
    bars: list[Bar]


def timeline(
    rows: Sequence[dict[str, Any]], today: date, *, days: int = 28, before: int = 6, row_height: int = 36
) -> Timeline:
    """Bars from the order's date to its promised (else requested) day; the tick is the requested day.

    Args:
        rows: dictionaries with order_date, requested_date, promised_date and tone.
        days: width of the window; it starts `before` days ahead of today.
    """
    start = today - timedelta(days=before)

    def percent(value: date) -> float:
        return round((value - start).days / days * 100, 3)

    def inside(value: float) -> float:
        return min(max(value, 0), 100)

    column = round(100 / days, 3)
    bars = []
    for index, row in enumerate(rows):
        end = row["promised_date"] or row["requested_date"]
        left, right = inside(percent(row["order_date"])), inside(percent(end) + column)
        width = round(max(right - left, 0.6), 3)
        left = round(min(left, 100 - width), 3)
        requested = round(inside(percent(row["requested_date"]) + column), 3)
        bars.append(Bar(row, index * row_height, left, width, round(left + width, 3), requested, row["tone"]))
    heads = [start + timedelta(days=i) for i in range(days)]
    marks = [{"x": round(i * 100 / days, 3), "date": d, "is_weekend": d.weekday() >= 5} for i, d in enumerate(heads)]
    return Timeline(len(bars) * row_height, column, round(percent(today) + column / 2, 3), marks, bars)
