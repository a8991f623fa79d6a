"""What both halves of growing trees go by: the names in a request, and where columns may be cut."""

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..agreed.size import categories_of
from .boosting import edges_of

GROWING = "growing_"  # before the names of the arrays of the trees that have begun


def edges_for(contract: Contract, quantiles: Array) -> list[Array]:
    """Rising cuts of each column as (cuts,) float64: first those of the numbers, then those of the categories.

    Args:
        quantiles: (numbers, levels) float64, of all sites together.
    """
    others = sum(categories_of(feature) for feature in contract.categorical)
    return edges_of(quantiles, others, contract.boosting.bins)
