"""Line charts drawn by the server: axes with a unit, lines in colours, and columns whose values a pointer, a finger or the
keys read out. They follow theme and language, print, and need no script to be seen.

Across, places are percents of the columns' width, so that a chart fills its box or lies under the columns of a table;
upwards they are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

ACROSS = 1000  # the box of the paths, stretched over the columns
MARGIN, TICKS = 12, 4
STEPS = (1, 2, 5, 10)

Number = Decimal | float | int


@dataclass(frozen=True)
class Series:
    """One line; None where nothing is known. Its tone is a class of ui.css."""

    name: str
    values: Sequence[Number | None]
    tone: str = "main"


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    is_faint: bool


@dataclass(frozen=True)
class Line:
    name: str
    tone: str
    path: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Column:
    """What stands over one label: its words, and the bar from the first line down to the second where that lies below."""

    x: float
    width: float
    center: float
    label: str
    words: str
    gap_y: float
    gap_height: float


@dataclass(frozen=True)
class Chart:
    """Lines over columns; `width` in pixels, or None for as wide as the box. `target` is (height, value)."""

    height: int
    width: int | None
    unit: str
    lines: list[Line]
    columns: list[Column]
    ticks: list[tuple[float, Decimal]]
    target: tuple[float, Number] | None
    has_faint: bool

    @property
    def box(self) -> str:
        return f"0 0 {ACROSS} {self.height}"


def chart(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    words: Sequence[str],
    unit: str,
    bounds: tuple[Number, Number] | None = None,
    target: Number | None = None,
    faint: Sequence[bool] = (),
    steps: bool = False,
    height: int = 160,
    column_width: int | None = None,
) -> Chart | None:
    """
    Args:
        words: what is read out of each column.
        bounds: values that the axis holds whatever the lines do; without them zero.
        faint: columns whose values rest on few cases.
        steps: a value fills its column instead of standing in its middle; a bar shows where the second line is lower.
        column_width: pixels, where the chart lies under the columns of a table.

    Returns:
        None where no line has a value.
    """
    known = [_exact(value) for line in series for value in line.values if value is not None]
    if not known:
        return None
    held = [_exact(value) for value in (*(bounds or (0,)), *([target] if target is not None else []))]
    marks = _marks(min(known + held), max(known + held))
    low, high = marks[0], marks[-1]
    share = 100 / len(labels)

    def y(value: Number) -> float:
        return round(float((high - _exact(value)) / (high - low)) * (height - 2 * MARGIN) + MARGIN, 1)

    few = list(faint) or [False] * len(labels)
    draw = _stairs if steps else _joined
    lines = [
        Line(
            line.name,
            line.tone,
            draw([None if value is None else y(value) for value in line.values]),
            ()
            if steps
            else tuple(
                Dot(round((n + 0.5) * share, 3), y(value), few[n])
                for n, value in enumerate(line.values)
                if value is not None
            ),
        )
        for line in series
    ]
    columns = []
    for n, label in enumerate(labels):
        above, below = (series[0].values[n], series[-1].values[n]) if steps else (None, None)
        top, bottom = (y(above), y(below)) if above is not None and below is not None else (0.0, 0.0)
        gap = round(max(bottom - top, 0), 1)
        columns.append(Column(round(n * share, 3), round(share, 3), round((n + 0.5) * share, 3), label, words[n], top, gap))
    goal = None if target is None else (y(target), target)
    width = column_width and column_width * len(labels)
    return Chart(height, width, unit, lines, columns, [(y(m), m) for m in marks], goal, any(few))


def _exact(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _joined(heights: Sequence[float | None]) -> str:
    """From middle to middle; a column without a value breaks the line."""
    path, is_on = "", False
    for n, height in enumerate(heights):
        if height is not None:
            path += f"{'L' if is_on else 'M'}{round((n + 0.5) * ACROSS / len(heights), 1)},{height}"
        is_on = height is not None
    return path


def _stairs(heights: Sequence[float | None]) -> str:
    """From edge to edge of the columns, up and down where the next one stands higher or lower."""
    path = f"M0,{heights[0]}"
    for n, height in enumerate(heights, start=1):
        following = heights[n] if n < len(heights) else None
        if following != height:
            path += f"H{round(n * ACROSS / len(heights), 3):g}" + ("" if following is None else f"V{following}")
    return path


def _marks(low: Decimal, high: Decimal) -> list[Decimal]:
    """Round values from below the lowest to above the highest, at most TICKS steps apart."""
    span = high - low or Decimal(1)
    power = Decimal(1).scaleb((span / TICKS).adjusted())
    step = next(power * factor for factor in STEPS if power * factor * TICKS >= span)
    first, last = (low / step).to_integral_value("ROUND_FLOOR"), (high / step).to_integral_value("ROUND_CEILING")
    return [step * number for number in range(int(first), max(int(last), int(first) + 1) + 1)]
