"""Means with an interval, where the sites or seeds are few."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev

# Two-sided 95 % points of Student's t for 1 to 9 degrees of freedom, then for 10, 15, 20, 30 and more.
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)
FURTHER = ((10, 2.228), (15, 2.131), (20, 2.086), (30, 2.042))


@dataclass(frozen=True)
class Interval:
    """A mean and its two-sided 95 % interval."""

    mean: float
    low: float
    high: float


def student_95(freedom: int) -> float:
    """Two-sided 95 % point; between listed degrees of freedom that of the fewer ones, which is the wider."""
    if freedom <= len(STUDENT):
        return STUDENT[freedom - 1]
    return next(point for least, point in reversed(FURTHER) if freedom >= least)


def mean_interval(differences: Sequence[float]) -> Interval | None:
    """Of paired differences; None for fewer than two."""
    count = len(differences)
    if count < 2:
        return None
    middle = mean(differences)
    half = student_95(count - 1) * stdev(differences) / count**0.5
    return Interval(middle, middle - half, middle + half)
