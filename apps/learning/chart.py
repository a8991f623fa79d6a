"""The run's chart, drawn by the server: the federated line thick, sites thin and named at their ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 900, 300, 44, 230, 14, 26
APART = 18  # of two names; sixteen units high on a narrow screen
MOST_NAMED = (HEIGHT - TOP) // APART
LOWEST = 0.5  # an AUROC of chance; what lies below is drawn on the floor


@dataclass(frozen=True)
class Line:
    """
    Attributes:
        label_y: where its name stands; None in a crowd, where only the highest and the lowest are named.
    """

    name: str
    path: str
    last: str
    y: float
    label_y: float | None
    tone: str


@dataclass(frozen=True)
class Tick:
    place: float
    text: str


@dataclass(frozen=True)
class Column:
    """What stands over one round: the values of all lines, as they are read out."""

    x: float
    width: float
    words: str


@dataclass(frozen=True)
class Plot:
    lines: list[Line]
    columns: list[Column]
    across: list[Tick]
    up: list[Tick]
    end: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM


def plot(rounds: int, series: Sequence[tuple[str, Mapping[int, float]]]) -> Plot | None:
    """Lines over the rounds 1 … `rounds`.

    Args:
        series: (name, round → value in [0, 1]); the first one is the federated line.
    """
    values = [value for _name, points in series for value in points.values()]
    if not values:
        return None
    step = 0.05 if max(values) - max(LOWEST, min(values)) < 0.35 else 0.1
    low = min(0.95, max(LOWEST, (min(values) // step) * step))
    high = min(1.0, (max(values) // step + 1) * step)

    def x(number: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (number - 1) / max(1, rounds - 1), 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - max(low, value)) / ((high - low) or 1), 1)

    ends = {name: y(points[max(points)]) for name, points in series if points}
    labels = _apart(_named(ends))
    lines = [
        Line(
            name,
            "M" + "L".join(f"{x(number)},{y(points[number])}" for number in sorted(points)),
            f"{points[max(points)]:.3f}",
            ends[name],
            labels.get(name),
            "main" if place == 0 else f"c{(place - 1) % 6}",
        )
        for place, (name, points) in enumerate(series)
        if points
    ]
    half = (x(2) - x(1)) / 2 if rounds > 1 else 20.0
    columns = [
        Column(round(x(number) - half, 1), round(2 * half, 1), _words(number, series))
        for number in range(1, rounds + 1)
        if any(number in points for _name, points in series)
    ]
    count = round((high - low) / step)
    up = [Tick(y(low + step * n), f"{low + step * n:.2f}".lstrip("0") or "0") for n in range(count + 1)]
    every = max(1, round(rounds / 6))
    across = [Tick(x(n), str(n)) for n in range(1, rounds + 1) if n == 1 or n % every == 0]
    return Plot(lines, columns, across, up, end=x(rounds))


def _words(number: int, series: Sequence[tuple[str, Mapping[int, float]]]) -> str:
    said = [f"{name} {points[number]:.3f}" for name, points in series if number in points]
    return " · ".join([_("Round %(n)s") % {"n": number}, *said])


def _named(ends: Mapping[str, float]) -> dict[str, float]:
    """The first line and the sites at both ends, as many as have room: those in the middle stand in the table."""
    first, *others = ends.items()
    others.sort(key=lambda end: end[1])
    spare = len(others) - (MOST_NAMED - 1)
    if spare > 0:
        kept = (MOST_NAMED - 1) // 2
        others = others[:kept] + others[kept + spare :]
    return dict([first, *others])


def _apart(ends: Mapping[str, float]) -> dict[str, float]:
    """Heights of names that do not overlap and stay inside."""
    ordered = sorted(ends, key=lambda name: ends[name])
    places: list[float] = []
    for name in ordered:
        places.append(max(ends[name], places[-1] + APART if places else 0.0))
    lowest = float(HEIGHT - 6)
    for number in reversed(range(len(places))):
        places[number] = min(places[number], lowest)
        lowest = places[number] - APART
    return {name: round(place, 1) for name, place in zip(ordered, places, strict=True)}
