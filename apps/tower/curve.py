"""The curve under a time grid: as wide as its columns, with axes, drawn by the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.common.dates import day_text
from apps.common.units import unit_of

COLUMN, HEIGHT, MARGIN, TICKS = 68, 140, 12, 4  # COLUMN is the width of .grid col.day in ui.css
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Spot:
    """One column of the curve: what a hover says, and the bar between what is here and what was requested."""

    x: int
    words: str
    gap_y: float
    gap_height: float


@dataclass(frozen=True)
class Curve:
    """Step lines in a box of width × height pixels; `wished` is empty where nothing is behind."""

    width: int
    height: int
    path: str
    wished: str
    zero: float
    ticks: list[tuple[float, Decimal]]
    spots: list[Spot]
    column: int = COLUMN


def curve(values: Sequence[Decimal], *, today: date, unit: str, wished: Sequence[Decimal] | None = None) -> Curve:
    """
    Args:
        values: the quantity at the end of each day; each fills its day's column.
        wished: what it would be if all had come as requested; never below the values.
    """
    above = list(wished or values)
    marks = _marks(min(*values, Decimal(0)), max(*above, Decimal(1)))
    low, high = marks[0], marks[-1]

    def y(value: Decimal) -> float:
        return round(float((high - value) / (high - low)) * (HEIGHT - 2 * MARGIN) + MARGIN, 1)

    spots = []
    for index, (value, wish) in enumerate(zip(values, above, strict=True)):
        day = day_text(today + timedelta(days=index))
        words = f"{day}: {value:,f} {unit_of(unit).label}"
        if wish > value:
            words += " · " + _("%(n)s later than requested") % {"n": f"{wish - value:,f}"}
        spots.append(Spot(index * COLUMN, words, y(wish), round(y(value) - y(wish), 1)))
    is_behind = any(spot.gap_height for spot in spots)
    path = _steps([y(value) for value in values])
    wished_path = _steps([y(value) for value in above]) if is_behind else ""
    return Curve(len(values) * COLUMN, HEIGHT, path, wished_path, y(Decimal(0)), [(y(m), m) for m in marks], spots)


def _steps(heights: Sequence[float]) -> str:
    path = f"M0,{heights[0]}"
    for index, height in enumerate(heights):
        path += f"V{height}H{(index + 1) * COLUMN}"
    return path


def _marks(low: Decimal, high: Decimal) -> list[Decimal]:
    """Round values from below the lowest to above the highest, at most TICKS steps apart from zero."""
    span = high - low
    power = Decimal(1).scaleb((span / TICKS).adjusted())
    step = next(power * factor for factor in STEPS if power * factor * TICKS >= span)
    first, last = (low / step).to_integral_value("ROUND_FLOOR"), (high / step).to_integral_value("ROUND_CEILING")
    return [step * number for number in range(int(first), int(last) + 1)]
