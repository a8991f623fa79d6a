"""Rounds of the network whose updates are masked, the server's half: it reads their weighted mean and no single one.

Two waves: the sites train and keep what they have; then those that are there send it masked among each other. So a site that
drops out while it trains, the longest part, costs nothing. One that is lost between the two leaves a sum that nobody can
read, and the round moves nothing: a second sum over the others would be, less the first, that site's update, so sites give
one a round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Kind
from ..agreed.errors import TooFewMasked
from ..agreed.messages import Reply, Request
from ..agreed.strategies import STRATEGIES, Combined, Update
from ..agreed.strategies.fedavg import shares
from ..models.growing import OF_SITES
from ..privacy.sums import of_updates
from .growth import Away
from .steps import Checkpoint, Steps, ask

MOST_LOST = 3
GONE = "offline: It trained, and was gone before its update was summed."
RULE = "The sum of a round's masked updates needs every site that is named in it."


@dataclass(frozen=True)
class Round:
    """
    Attributes:
        combined: None where nothing could be summed.
        used: replies to `train` of the sites whose updates are in it.
        failed: site → why it is not.
    """

    combined: Combined | None
    used: list[Reply]
    failed: dict[str, str]


@dataclass
class MaskedRounds:
    """
    Attributes:
        without: sites that are left out for the rest of the run.
        members: site → its reply to `key`.
        missing: site → why it gave no key, until it does.
        lost: rounds in a row that moved nothing.
    """

    contract: Contract
    run: str
    without: frozenset[str]
    members: dict[str, Reply] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    away: Away = field(default_factory=lambda: Away({}))
    lost: int = 0

    def begin(self) -> Steps[None]:
        used, self.missing = yield from ask(
            self.contract, Request(Kind.KEY, self.run, self.contract.hash, without=self.without)
        )
        self.members = {reply.site: reply for reply in used}
        self.away = Away(self.missing)

    def round(self, number: int, checkpoint: Checkpoint) -> Steps[Round]:
        """
        Raises:
            QuorumMissed: too few sites trained.
            TooFewMasked: of two updates each site could read the other's out of their sum; or rounds could not be summed.
        """
        self.members |= yield from self.away.back(self.contract, self.run, self.without)
        self.missing = {site: why for site, why in self.missing.items() if site not in self.members}
        strategy, model = STRATEGIES[self.contract.training.strategy], checkpoint.model
        arrays = model.arrays() | strategy.beside(model.weights, checkpoint.state)
        training = Request(Kind.TRAIN, self.run, self.contract.hash, number, arrays, frozenset(self.members))
        used, failed = yield from ask(self.contract, training)
        if len(used) < self.contract.fewest:
            found = ", ".join(reply.site for reply in used)
            remedy = "Bring more sites back and resume."
            raise TooFewMasked(
                f"Updates are masked among {self.contract.fewest} sites at least.", value=found, remedy=remedy
            )
        replies = (yield summing(self.contract, training, self.members, used)) or []
        sums = [reply.arrays["update"] for reply in replies if not reply.error]
        lost = dict.fromkeys((reply.site for reply in used), GONE)
        lost = {site: why for site, why in lost.items() if site not in {reply.site for reply in replies if not reply.error}}
        lost |= {reply.site: reply.error for reply in replies if reply.error}
        self._note(failed, lost)
        failed |= self.missing | lost
        used = [reply for reply in used if reply.site not in lost]
        if lost:
            self._count_lost(lost)
            return Round(None, used, failed)
        self.lost = 0
        mean = Update({"weights": moved(model.weights, of_updates(sums))}, sum(reply.examples for reply in used))
        return Round(strategy.combine(model.weights, [mean], checkpoint.state), used, failed)

    def _note(self, failed: dict[str, str], lost: dict[str, str]) -> None:
        """Who is away is asked for its key before the next round; who spoilt a sum is named in no other."""
        self.away.note(failed | lost)
        self.missing |= lost | {site: why for site, why in failed.items() if site in self.away.silent}
        self.members = {site: reply for site, reply in self.members.items() if site not in self.missing}

    def _count_lost(self, lost: dict[str, str]) -> None:
        self.lost += 1
        if self.lost >= MOST_LOST:
            remedy = "See why these sites drop out, then resume."
            raise TooFewMasked(RULE, value=f"{self.lost} rounds without {', '.join(sorted(lost))}", remedy=remedy)


def summing(contract: Contract, training: Request, members: Mapping[str, Reply], used: Sequence[Reply]) -> Request:
    """What is asked of those that have trained.

    Args:
        members: site → its reply to `key`.
        used: replies to `training`.
    """
    names = [reply.site for reply in used]
    arrays = {
        "names": np.array(names),
        **{many: np.array([members[name].arrays[one] for name in names]) for one, many in OF_SITES.items()},
        "shares": shares([reply.examples for reply in used]),
        "trained": np.frombuffer(bytes.fromhex(training.digest()), np.uint8),
    }
    return Request(Kind.SUM, training.run, contract.hash, training.round, arrays, frozenset(names))


def moved(before: Array, change: Array) -> Array:
    """(parameters,) float32."""
    return (before.astype(np.float64) + change).astype(np.float32)
