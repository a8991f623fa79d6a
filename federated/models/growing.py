"""What both halves of growing trees go by: the arrays of a request, and where columns may be cut.

| array | |
|---|---|
| `quantiles` | of all sites together, (inputs, levels) |
| `feature`, `cut`, `missing_left`, `value` | the trees so far, see `boosting.Forest` |
| the same behind GROWING | the trees that have begun |
| `step` | a random number, and the level |
| `columns` | those that may be split on, (drawn,) |
| `names`, `keys` | who takes part, and their public keys for masks, (sites, 32) uint8 |
| `signers`, `signatures` | by which each of them signed that key: (sites, 33) and (sites, 64) uint8, see masks.statement |
| `scale` | of the fixed point in which sums are written |
"""

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..agreed.size import categories_of
from .boosting import edges_of

GROWING = "growing_"
# Array of a reply to `key` → array of a request for trees, that has one line a site.
OF_SITES = {"key": "keys", "signer": "signers", "signature": "signatures"}


def has_totals(contract: Contract) -> bool:
    """Whether one total is in all columns of a node's table: not under a privacy level, whose noise is each cell's own."""
    return contract.privacy == "off"


def by_total(contract: Contract, table: Array) -> Array:
    """A reply's table as (2, nodes, columns, bins) whose columns have one total: with drawn cuts each tree is a column."""
    return table.reshape(2, 1, -1, 2**contract.boosting.depth) if contract.boosting.cuts == "random" else table


def edges_for(contract: Contract, quantiles: Array) -> list[Array]:
    """Rising cuts of each column as (cuts,) float64: first those of the numbers, then those of the categories.

    Args:
        quantiles: (numbers, levels) float64, of all sites together.
    """
    others = sum(categories_of(feature) for feature in contract.categorical)
    return edges_of(quantiles, others, contract.boosting.bins)
