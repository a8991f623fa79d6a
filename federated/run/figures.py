"""The figures that a reply may hold: which names, and within which bounds. What is no figure of ours is left away."""

import math
import re

from ..agreed.contracts import CHOICES, END_SHARES, SIDES, SITE_METRICS, Contract, Kind
from ..agreed.errors import InvalidUpdate
from ..agreed.messages import Reply

HIGHEST_LOSS = 20.0  # of risks kept a ten-millionth away from 0 and 1
MOST_TRAINING_LOSS = 1e6  # weighted, and with a pull
SLACK = 1e-6
REMEDY = "Update dure-factory at this site to the release of the contract; its figures say what cannot be."

GAINS = tuple(f"{name}{end}" for name in ("gain", "personal_gain") for end in ("", "_low", "_high"))
# The second is no more than the first: defects are rows, and lots with defects hold one each.
COUNTS = {"rows": "positives", "test_rows": "test_positives", "test_positives": "test_lots"}

ROUND = ("train_loss", "loss", *SITE_METRICS, "rows", "positives")
END = (
    *(f"{side}_{name}" for side in SIDES for name in SITE_METRICS),
    *END_SHARES,
    *GAINS,
    "choice",
    "test_rows",
    "test_positives",
    "test_lots",
)
VOTES = tuple(f"{name}_{place}" for name in ("change", "error") for place in (0, 1))
NAMES = {Kind.GROW: ROUND, Kind.VOTE: VOTES, Kind.TRAIN: ROUND, Kind.FINISH: END}
COST = re.compile(r"cost_(\d+)$")


def bounds(name: str) -> tuple[float, float]:
    """Lowest and highest that a figure of this name can be; counts have bounds of their own."""
    if found := COST.search(name):
        return 0.0, float(found[1])
    if name in GAINS:
        return -1.0, 1.0
    if name in VOTES:
        return -HIGHEST_LOSS if name.startswith("change") else 0.0, HIGHEST_LOSS
    return 0.0, {"loss": HIGHEST_LOSS, "train_loss": MOST_TRAINING_LOSS, "choice": len(CHOICES) - 1.0}.get(name, 1.0)


def check_figures(contract: Contract, kind: Kind, reply: Reply, held: int | None) -> dict[str, float]:
    """The figures of a reply that this kind of request has.

    Args:
        held: validation rows that the site told first; None where it has told none.

    Raises:
        InvalidUpdate: a share outside [0, 1], a count that the site's rows do not allow, and the like.
    """
    found = {name: value for name, value in reply.metrics.items() if name in NAMES.get(kind, ())}
    for name, value in found.items():
        is_count = name in COUNTS or name in COUNTS.values()
        low, high = (0.0, most_held(contract, reply.examples)) if is_count else bounds(name)
        if name == "rows" and held is not None:
            high = held
        if not (math.isfinite(value) and low - SLACK <= value <= high + SLACK):
            rule = f"{name} lies between {low:g} and {high:g}."
            raise InvalidUpdate(rule, value=f"{value:.6g}", remedy=REMEDY, code="impossible_figures")
    for whole, part in COUNTS.items():
        if found.get(part, 0) > found.get(whole, 0):
            rule = f"{part} are no more than {whole}."
            raise InvalidUpdate(rule, value=f"{found[part]:.6g}", remedy=REMEDY, code="impossible_figures")
    return found


def most_held(contract: Contract, rows: int) -> float:
    """Rows that a site with so many training rows can have held out; lots are not split, so that shares are not exact."""
    share = max(contract.validation_share, contract.test_share, 0.25)
    return 100 + 3 * rows * share / max(0.25, 1 - contract.validation_share - contract.test_share)
