"""How often a site answers about its rows: as often as an honest run asks, written down on disk before the answer leaves.

Whoever runs the server can send any model. What one answer tells of many rows is agreed; as many answers as it likes, over
models that differ in what they say of one row, would tell that row.
"""

import hashlib
import json

from ..agreed.contracts import Contract, Kind
from ..agreed.errors import FederatedError, InvalidRequest
from ..agreed.messages import Request, spelt
from ..models.boosting import PARTS
from .store import Store

# Different requests that one run may ask: twice what it needs, since a run that is taken up again with other sites present
# asks anew. A repeated one counts once.
MOST = {Kind.COUNT: 8, Kind.TRAIN: 3, Kind.CALIBRATE: 24, Kind.FINISH: 4}
EACH_ROUND = (Kind.TRAIN,)
PAID = (Kind.COUNT, Kind.TRAIN)  # under a privacy level, which counts them itself
MOST_RUNS = 64  # of one contract: whoever runs the server names them, and each is counted anew
MODELS = 2  # of one round, whose figures on held-out rows are told
MOST_SPLITS = 32  # of the sites, in a guarded contract's last round, which makes up for all that was thrown away
VOTES, VOTES_GUARDED = 2, 3  # in a round; … where trees were begun again
REMEDY = "Start another run. If it comes again, see that the server is of the release of the contract, and who runs it."


def claim(contract: Contract, store: Store, request: Request) -> None:
    """
    Raises:
        FederatedError: this run has asked so many other things of this kind already, or it is one run too many.
    """
    if not store.claim(f"contract-{contract.hash}", "runs", request.run, MOST_RUNS):
        rule = f"Under one contract a site takes part in {MOST_RUNS} runs at most."
        remedy = "Publish the next version of the contract, and let the sites agree to it."
        raise FederatedError(rule, value=f"run {request.run}", remedy=remedy, code="summed_enough")
    if request.kind not in MOST or (contract.privacy != "off" and request.kind in PAID):
        return
    step = f"{request.kind}/{contract.hash}" + (f"/{request.round}" if request.kind in EACH_ROUND else "")
    if not store.claim(request.run, step, request.digest(), MOST[request.kind]):
        rule = f"A site answers {MOST[request.kind]} different requests of this kind in a run at most, or in a round."
        raise FederatedError(rule, place=str(request.kind), value="another", remedy=REMEDY, code="asked_enough")


def may_tell(contract: Contract, store: Store, request: Request) -> bool:
    """Whether figures on held-out rows go with the reply: of the model that a round begins with, not of any other."""
    model = {name: request.arrays[name] for name in ("quantiles", "weights", *PARTS) if name in request.arrays}
    step = f"figures/{contract.hash}/{request.kind}/{request.round}"
    return store.claim(request.run, step, hashlib.sha256(spelt(model)).hexdigest(), MODELS)


def groups_of(request: Request) -> dict[str, int]:
    """Site → its group, of those who are said to take part."""
    return dict(zip((str(name) for name in request.arrays["names"]), request.arrays["groups"].tolist(), strict=True))


def note_split(contract: Contract, store: Store, request: Request) -> None:
    """That this site gives a table of a round for these groups of sites, each of which signed its key for the run."""
    store.claim(request.run, _splits(contract, request), split_of(request), MOST_SPLITS)


def claim_sum(contract: Contract, store: Store, request: Request) -> None:
    """One sum of a round's masked updates: a second one over fewer sites would tell an update by the difference.

    Raises:
        FederatedError: it was summed over other sites, or with other shares.
    """
    rests_on = {name: request.arrays[name] for name in ("names", "shares", "trained")}
    digest = hashlib.sha256(spelt(rests_on)).hexdigest()
    if not store.claim(request.run, f"sum/{contract.hash}/{request.round}", digest, 1):
        rule = "A round's updates are summed over one set of sites."
        raise FederatedError(rule, place="round", value=request.round, remedy=REMEDY, code="asked_enough")


def claim_vote(contract: Contract, name: str, store: Store, request: Request) -> None:
    """A vote on a round's trees of one split of the sites, over which this site gave a table: one, and another one where the
    run was taken up again and grew others.

    Args:
        name: of this site.

    Raises:
        InvalidRequest: trees that the site took no part in.
        FederatedError: it has judged the round's trees.
    """
    split = split_of(request)
    if name not in groups_of(request) or not store.claim(request.run, _splits(contract, request), split, 0):
        rule = "A site judges the trees of a split of the sites that it gave a table for in this round."
        raise InvalidRequest(rule, place=name, value="another split", remedy=REMEDY)
    one, most = VOTES, VOTES
    if contract.guarded:
        is_last = request.round == contract.boosting.rounds
        one, most = (MOST_SPLITS, MOST_SPLITS) if is_last else (VOTES, VOTES_GUARDED)
    step, digest = f"votes/{contract.hash}/{request.round}", request.digest()
    if not (store.claim(request.run, f"{step}/{split}", digest, one) and store.claim(request.run, step, digest, most)):
        rule = "A site judges a round's trees once, and once more when the run was taken up again."
        raise FederatedError(rule, place="round", value=request.round, remedy=REMEDY, code="voted")


def split_of(request: Request) -> str:
    """Names the groups of sites."""
    return hashlib.sha256(json.dumps(sorted(groups_of(request).items())).encode()).hexdigest()


def _splits(contract: Contract, request: Request) -> str:
    return f"splits/{contract.hash}/{request.round}"
