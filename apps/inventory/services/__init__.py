"""Every change of stock: movements posted in one call, goods issued, counts taken over."""

from .counting import Counted, count_stock
from .posting import THINGS, Leaving, Move, Thing, issue, moved, post, take_issue_back

__all__ = [
    "THINGS",
    "Counted",
    "Leaving",
    "Move",
    "Thing",
    "count_stock",
    "issue",
    "moved",
    "post",
    "take_issue_back",
]
