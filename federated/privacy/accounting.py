"""Record-level differential privacy: how much noise a level needs, and what a data set has spent over its life.

Accounting by privacy loss distributions (dp-accounting; Doroshenko et al. 2022, arXiv:2207.04380), neighbours by adding or
removing one row. What is protected: training rows, in the counts and weights that leave. Figures on held-out rows are exact.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..agreed.contracts import DELTA, PRIVACY_LEVELS, Contract
from ..agreed.errors import FederatedError

# Standard deviation of the counts' noise in units of their sensitivity: about a tenth of what a level allows.
COUNT_NOISE = {"eps-8": 2.0, "eps-3": 4.0}
LARGEST_NOISE = 100.0
COUNTS = 3  # a row stands in one bin of each feature in up to three counts: range, first, second
BUDGET = 8.0


@dataclass(frozen=True)
class Spending:
    """What one run takes from a data set.

    Attributes:
        count_noise: noise multiplier of the counts, as one Gaussian release.
        noise, rate, steps: multiplier, sampling rate and number of the network's training steps.
        trees: with random cuts, each one Gaussian release of the same multiplier; there are no steps then.
    """

    count_noise: float
    noise: float
    rate: float
    steps: int
    trees: int = 0

    def document(self) -> dict[str, Any]:
        return vars(self).copy()


def steps_of(contract: Contract, rows: int) -> tuple[float, int]:
    """Sampling rate and number of steps of a whole run at a site."""
    training = contract.training
    if not training.rounds:
        return 0.0, 0
    rate = min(1.0, training.batch_size / max(1, rows))
    return rate, training.rounds * training.local_epochs * math.ceil(1 / rate)


@lru_cache(maxsize=32)
def epsilon(spent: tuple[Spending, ...]) -> float:
    """ε at DELTA of all spendings together."""
    if not spent:
        return 0.0
    from dp_accounting import ComposedDpEvent, GaussianDpEvent, PoissonSampledDpEvent, SelfComposedDpEvent
    from dp_accounting.pld import PLDAccountant

    accountant = PLDAccountant()
    for one in spent:
        release = GaussianDpEvent(one.noise)
        parts = [(PoissonSampledDpEvent(one.rate, release), one.steps), (release, one.trees)]
        training = [SelfComposedDpEvent(event, count) for event, count in parts if count]
        accountant.compose(ComposedDpEvent([GaussianDpEvent(one.count_noise), *training]))
    return float(accountant.get_epsilon(DELTA))


@lru_cache(maxsize=32)
def spending(level: str, rate: float, steps: int, trees: int = 0) -> Spending:
    """The least noise under which a run of its own stays within its level; found by halving.

    Raises:
        FederatedError: no noise that is worth training with is enough.
    """
    target, count_noise = PRIVACY_LEVELS[level], COUNT_NOISE[level]
    low, high = 0.3, LARGEST_NOISE
    if epsilon((Spending(count_noise, high, rate, steps, trees),)) > target:
        raise FederatedError(
            f"A run stays within ε {target:g}.",
            place="privacy",
            remedy="Fewer rounds or epochs, or more rows at the site.",
            code="privacy_impossible",
        )
    while high / low > 1.01:
        middle = math.sqrt(low * high)
        if epsilon((Spending(count_noise, middle, rate, steps, trees),)) > target:
            low = middle
        else:
            high = middle
    return Spending(count_noise, high, rate, steps, trees)


def tree_noise(contract: Contract) -> float:
    """Multiplier of the noise on each tree of a site, 0 without a level. It follows from the contract alone: where trees are
    paid for, no network is, and the number of rows plays no part."""
    if contract.privacy == "off":
        return 0.0
    boosting = contract.boosting
    return spending(contract.privacy, *steps_of(contract, 1), boosting.rounds * boosting.side_by_side).noise


def count_deviation(contract: Contract) -> float:
    """Of the noise on each bin of a site, 0 without a level. A row is in one bin of each numeric feature in each count."""
    if contract.privacy == "off":
        return 0.0
    return COUNT_NOISE[contract.privacy] * (len(contract.numeric) * COUNTS) ** 0.5


def check_budget(past: list[dict[str, Any]], new: Spending, budget: float) -> float:
    """ε of the data set with the new run.

    Args:
        past: documents of earlier spendings.

    Raises:
        FederatedError: the budget is exceeded; nothing is spent.
    """
    total = epsilon((*(Spending(**entry) for entry in past), new))
    if total > budget:
        raise FederatedError(
            f"This data set may spend ε {budget:g} over its life, in all programmes together.",
            place="privacy",
            value=f"{total:.2f} with this run",
            remedy="Use new rows, or let the firm raise the budget in the settings.",
            code="privacy_spent",
        )
    return total
