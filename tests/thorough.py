"""How much is tried: `make test` takes samples that differ from turn to turn, `make thorough` everything."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
THOROUGH = bool(os.environ.get("DURE_THOROUGH"))


def count(few: int, many: int) -> int:
    return many if THOROUGH else few


def in_turn(found: Sequence[T], turn: int, share: int) -> Sequence[T]:
    """Every `share`-th, beginning elsewhere from turn to turn, so that each comes up in one of so many turns."""
    return found if THOROUGH else found[turn % share :: share]
