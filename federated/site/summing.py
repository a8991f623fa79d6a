"""What a site trained in a round, masked, a site's half: the weighted mean of all sites can be read, and nothing else.

Source: the pairwise masks of masks.py over float updates in fixed point, cf. Bonawitz et al. 2017, section 4.
"""

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import LEAST_MASKED, Contract
from ..agreed.errors import FederatedError, InvalidRequest
from ..agreed.messages import Request
from ..privacy import masks
from ..privacy.sums import MOST_CHANGE, UPDATE_SCALE
from .asked import claim_sum
from .growth import STOP, Growth
from .store import Store

MOST_SHARE = 5.0  # times the median one, as strategies/fedavg.py caps them
SLACK = 1e-9


def masked_update(contract: Contract, name: str, store: Store, growth: Growth, request: Request) -> Array:
    """(parameters,) uint32: this site's share of its update, under masks among all sites that are named.

    Args:
        growth: holds the site's key for masks.

    Raises:
        InvalidRequest: the site is not named, or too few are, or shares that single a site out, or it has not trained this.
    """
    arrays = request.arrays
    names = [str(site) for site in arrays["names"]]
    if name not in names:
        raise InvalidRequest("A site sums with those that it is named among.", value=name, remedy=STOP)
    least = max(contract.quorum, LEAST_MASKED)
    if len(names) < least:
        rule = f"An update is masked among the contract's quorum of {least} sites at least."
        raise InvalidRequest(rule, value=f"{len(names)} named", remedy="Bring more sites back.", code="too_few_masked")
    _check_shares(arrays["shares"])
    memory = store.read_memory(request.run, request.round)
    if memory.update is None or memory.trained is None or not np.array_equal(memory.trained, arrays["trained"]):
        rule = "A site sums what it trained in this round from the model that was sent."
        raise InvalidRequest(rule, place="trained", value="another training", remedy=STOP)
    claim_sum(contract, store, request)
    share = float(arrays["shares"][names.index(name)]) * memory.update.astype(np.float64)
    secrets = growth.secrets_of(request, frozenset(names))
    return masks.mask(share, UPDATE_SCALE, name, secrets, request.digest(), equal=False)


def change_of(before: Array, after: Array) -> Array:
    """(parameters,) float32, within what the fixed point of a sum holds.

    Raises:
        FederatedError: a weight moved farther.
    """
    change: Array = after - before
    if (most := float(np.abs(change).max(initial=0))) > MOST_CHANGE:
        rule = f"A masked update moves no weight by more than {MOST_CHANGE:g} in a round."
        remedy = "Lower the learning rate in the next contract."
        raise FederatedError(rule, value=f"{most:.3g}", remedy=remedy, code="training_diverged")
    return change


def _check_shares(shares: Array) -> None:
    """A server that gave one site all the weight would read its update out of the mean."""
    fits = bool((shares > 0).all()) and abs(float(shares.sum()) - 1) <= SLACK
    if not fits or float(shares.max()) > MOST_SHARE * float(np.median(shares)) + SLACK:
        rule = f"Shares in a mean are positive, make one, and none is over {MOST_SHARE:g} times the median."
        raise InvalidRequest(rule, place="shares", value=", ".join(f"{share:.3g}" for share in shares[:10]), remedy=STOP)
