"""Medians and percentiles of repeated calls."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Times:
    """Milliseconds of repeated calls."""

    values: list[float]

    @property
    def p50(self) -> float:
        return statistics.median(self.values)

    def percentile(self, share: float) -> float:
        return sorted(self.values)[min(int(len(self.values) * share), len(self.values) - 1)]


def times(call: Callable[[], Any], *, repeats: int = 300, warm_up: int = 30) -> Times:
    for _ in range(warm_up):
        call()
    gc.collect()
    values = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        values.append((time.perf_counter() - started) * 1000)
    return Times(values)


def alternating(calls: dict[str, Callable[[], Any]], *, rounds: int = 6, repeats: int = 60) -> dict[str, Times]:
    """Measure several calls in turns, so that a busy minute of the machine hits all of them alike."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(rounds):
        for name, call in calls.items():
            found[name] += times(call, repeats=repeats, warm_up=20 if turn == 0 else 3).values
    return {name: Times(values) for name, values in found.items()}
