"""Forecasts of weekly quantities with the error that their method made on later weeks. Plain arithmetic, no Django here.

Simple exponential smoothing and damped trend: Gardner and McKenzie, Management Science 31 (1985) 1237. Parts that are needed
now and then: Croston, Operational Research Quarterly 23 (1972) 289; its bias taken off (SBA): Syntetos and Boylan,
International Journal of Forecasting 21 (2005) 303; TSB, whose forecast falls while nothing is needed: Teunter, Syntetos and
Babai, European Journal of Operational Research 214 (2011) 606. Which of them, and with what constants, is chosen for each
part by what they would have said of weeks that came later (rolling origin). That the last week's quantity comes again is no
method but the yardstick: its error stands beside the one that was chosen.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

AHEAD = 4  # weeks that a forecast is tried on
LEAST = 12  # weeks of history, below which nothing is forecast
WARM = 6  # weeks that a method sees before it is tried
Steps = tuple[float, float]  # what is expected of the next week, and by how much each later one differs (damped)
Filter = Callable[[Sequence[float]], Iterator[Steps]]
FAST, SLOW = (0.1, 0.2, 0.3, 0.5), (0.05, 0.1, 0.2)
DAMPED = 0.9
USUAL, CLEARLY = ("mean", (26,)), 0.1  # a tenth: chosen by earlier weeks than those of `docs/decisions.md`


@dataclass(frozen=True)
class Tried:
    """A method with its constants, and its errors on later weeks: mean absolute and root mean square, in the quantity's
    unit, over `count` pairs of origin and week."""

    method: str
    constants: tuple[float, ...]
    mean_error: float
    square_error: float
    count: int


@dataclass(frozen=True)
class Forecast:
    """
    Attributes:
        weeks: what is expected of the weeks to come, none below zero.
        chosen: the method and its error. naive: what last week's quantity would have erred on the same weeks.
    """

    weeks: list[float]
    chosen: Tried
    naive: Tried


def naive(series: Sequence[float]) -> Iterator[Steps]:
    for value in series:
        yield value, 0.0


def mean(series: Sequence[float], span: int) -> Iterator[Steps]:
    """Of the last weeks."""
    total = 0.0
    for index, value in enumerate(series):
        total += value - (series[index - span] if index >= span else 0.0)
        yield total / min(index + 1, span), 0.0


def smoothed(series: Sequence[float], alpha: float) -> Iterator[Steps]:
    level = _start(series)
    for value in series:
        level += alpha * (value - level)
        yield level, 0.0


def damped(series: Sequence[float], alpha: float, beta: float) -> Iterator[Steps]:
    level, trend = _start(series), 0.0
    for value in series:
        before = level
        level = alpha * value + (1 - alpha) * (level + DAMPED * trend)
        trend = beta * (level - before) + (1 - beta) * DAMPED * trend
        yield level + DAMPED * trend, DAMPED * DAMPED * trend


def croston(series: Sequence[float], alpha: float, *, bias: float = 0.0) -> Iterator[Steps]:
    """`bias` 1: Syntetos and Boylan's factor 1 - alpha / 2."""
    size = gap = 0.0
    since, factor = 1, 1 - bias * alpha / 2
    for value in series:
        if value > 0 and size == 0:
            size, gap, since = value, float(since), 1
        elif value > 0:
            size += alpha * (value - size)
            gap += alpha * (since - gap)
            since = 1
        else:
            since += 1
        yield (factor * size / gap if gap else 0.0), 0.0


def sba(series: Sequence[float], alpha: float) -> Iterator[Steps]:
    return croston(series, alpha, bias=1.0)


def tsb(series: Sequence[float], alpha: float, beta: float) -> Iterator[Steps]:
    """alpha: of the sizes; beta: of how often something is needed."""
    size, chance = 0.0, 0.0
    for index, value in enumerate(series):
        if value > 0:
            size = value if size == 0 else size + alpha * (value - size)
        chance += max(beta, 1 / (index + 1)) * ((value > 0) - chance)
        yield size * chance, 0.0


METHODS: dict[str, tuple[Callable[..., Iterator[Steps]], tuple[tuple[float, ...], ...]]] = {
    "naive": (naive, ((),)),
    "mean": (mean, ((13,), (26,), (52,))),
    "ses": (smoothed, tuple((a,) for a in FAST)),
    "damped": (damped, tuple(product((0.2, 0.4), (0.05, 0.1)))),
    "croston": (croston, tuple((a,) for a in SLOW)),
    "sba": (sba, tuple((a,) for a in SLOW)),
    "tsb": (tsb, tuple(product((0.1, 0.2), (0.02, 0.05, 0.1)))),
}


def _start(series: Sequence[float]) -> float:
    first = series[:WARM]
    return sum(first) / len(first) if first else 0.0


def expected(steps: Steps, ahead: int) -> float:
    """Of a week so many ahead of the origin, 1 for the next."""
    first, more = steps
    return max(0.0, first + sum(more * DAMPED**n for n in range(ahead - 1)))


def tried(series: Sequence[float], method: str, constants: tuple[float, ...], *, first: int = WARM) -> Tried:
    """What a method would have erred: at each week from `first` on it knows the weeks until then, and says the next four."""
    absolute = square = 0.0
    count = 0
    act = METHODS[method][0]
    for origin, steps in enumerate(act(series, *constants), 1):
        if origin < first:
            continue
        for ahead, actual in enumerate(series[origin : origin + AHEAD], 1):
            error = actual - expected(steps, ahead)
            absolute += abs(error)
            square += error * error
            count += 1
    return Tried(method, constants, absolute / max(count, 1), (square / max(count, 1)) ** 0.5, count)


def choose(series: Sequence[float]) -> Tried:
    """The method with the smallest square error on later weeks: its forecast is the mean that stock is planned by, where
    the smallest absolute error would call every part that is needed in fewer than half of its weeks zero.

    The mean of half a year stands unless another one is clearly better: of many methods one is always a little better on
    the weeks by which it is chosen, and no better afterwards.
    """
    every = [tried(series, name, c) for name, (_act, grid) in METHODS.items() if name != "naive" for c in grid]
    usual = next(found for found in every if (found.method, found.constants) == USUAL)
    best = min(every, key=lambda found: found.square_error)
    return best if best.square_error < (1 - CLEARLY) * usual.square_error else usual


def forecast(series: Sequence[float], weeks: int) -> Forecast | None:
    """What to expect after the last week of a series without gaps; None of a shorter one, or one without anything in it."""
    if len(series) < LEAST or not any(series):
        return None
    chosen = choose(series)
    *_earlier, last = METHODS[chosen.method][0](series, *chosen.constants)
    return Forecast([expected(last, n) for n in range(1, weeks + 1)], chosen, tried(series, "naive", ()))
