"""Large tables are made of a million small objects, none of which point at each other in a circle."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def _paused() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def uncollected(act: Callable[P, R]) -> Callable[P, R]:
    """Python looks through all living objects again and again while they become more: of 100,000 rows a fifth of the time.
    What is let go is freed all the same, as nothing refers to it."""

    @wraps(act)
    def run(*arguments: P.args, **named: P.kwargs) -> R:
        with _paused():
            return act(*arguments, **named)

    return run
