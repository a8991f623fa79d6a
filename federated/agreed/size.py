"""How large a contract's model becomes, before anything is trained. Knows no torch, so that whoever publishes can ask."""

from itertools import pairwise

from .contracts import Contract, Feature
from .levels import LEVELS
from .strategies import STRATEGIES

MOST_FOR_PRODUCTS = 40
FRAME = 32_768  # names, calibration, what the run remembers of its sites, and what the npz file adds to each array


def categories_of(feature: Feature) -> int:
    return len(feature.categories) if feature.kind == "categorical" else 2


def rest_width(contract: Contract) -> int:
    return len(contract.numeric) + sum(categories_of(f) for f in contract.categorical)


def parameters(contract: Contract) -> int:
    """Of the network, as `network.build` makes it."""
    numeric, model = len(contract.ranges), contract.model
    pairs = numeric * (numeric + 1) // 2 if model.products and numeric <= MOST_FOR_PRODUCTS else 0
    sizes = (numeric * (model.width + 1) + pairs + rest_width(contract), *model.hidden)
    embedding = numeric * (model.bins + 2) * model.width
    return embedding + sum(a * b + b for a, b in pairwise(sizes)) + sizes[-1] + 1


def network_bytes(contract: Contract) -> int:
    """Of the weights, and of the state that the strategy keeps beside them."""
    state = STRATEGIES[contract.training.strategy].state_bytes if contract.training.rounds else 0
    return parameters(contract) * (4 + state)


def forest_bytes(contract: Contract) -> int:
    """Of all trees, when they are grown."""
    leaves = 2**contract.boosting.depth
    return contract.boosting.rounds * contract.boosting.side_by_side * (7 * (leaves - 1) + 4 * leaves)


def checkpoint_bytes(contract: Contract) -> int:
    """At most of the file that a ServerApp hands in after a round."""
    return network_bytes(contract) + forest_bytes(contract) + 8 * len(contract.ranges) * len(LEVELS) + FRAME
