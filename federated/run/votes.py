"""What the sites think of a round's trees, by their own rows: the median decides, so that one that lies moves little."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..agreed.contracts import Contract, Kind
from ..agreed.errors import Unjudged
from ..agreed.messages import DEADLINE, OFFLINE, Reply, Request
from ..models import boosting
from ..models.boosting import Forest, joined
from ..models.defect import DefectModel
from ..models.growing import GROWING
from .steps import Steps
from .trees import Groups

FEWEST_SITES, FEWEST_VOTES = 4, 3
WORSE = 1.0  # standard errors by which the median site finds the trees worse; 1 of 100 honest halves is
BEHIND = 1.64  # … by which one of two halves is behind the other and is dropped
LEAST_ERROR = 1e-9
VOTED = "voted"  # the code of a site that judges the round no more, see site/asked.py
REMEDY = "Start another run: the sites have judged this round before, with other trees."


@dataclass(frozen=True)
class Verdict:
    """
    Attributes:
        change, error: of the median site's loss by the trees; positive is worse.
        against: so many find them worse by more than the bar.
        voters: so many could tell.
    """

    change: float = 0.0
    error: float = 1.0
    against: int = 0
    voters: int = 0

    @property
    def is_refused(self) -> bool:
        return self.voters >= FEWEST_VOTES and self.change > WORSE * self.error


def verdict(told: Sequence[tuple[float, float]]) -> Verdict:
    """
    Args:
        told: each site's change of the loss by the trees, and its standard error.
    """
    if not told:
        return Verdict()
    found = sorted((change / max(error, LEAST_ERROR), change, max(error, LEAST_ERROR)) for change, error in told)
    # Of an even number the lower of the two in the middle: half of the votes do not refuse.
    _score, change, error = found[(len(found) - 1) // 2]
    return Verdict(change, error, sum(score > WORSE for score, *_rest in found), len(found))


def is_behind(one: Verdict, other: Verdict) -> bool:
    """Whether the trees of one half are clearly worse than those of the other."""
    return one.change - other.change > BEHIND * float(np.hypot(one.error, other.error))


def ask_votes(
    contract: Contract,
    run: str,
    number: int,
    model: DefectModel,
    candidates: Sequence[Forest],
    groups: Groups,
    who: Sequence[str],
) -> Steps[tuple[list[Verdict], set[str]]]:
    """Of each candidate a verdict, and who was not heard of. A vote that is missing, late or against a rule does not count.

    Args:
        candidates: shrunk as they would be used, one for each group.
        groups: in halves of a guarded contract a site judges the other half's trees.
        who: may vote.

    Raises:
        Unjudged: more than half of them judge this round no more.
    """
    has_rows = contract.guarded or contract.validation_share > 0
    if len(groups) < FEWEST_SITES or not (contract.has_votes and has_rows):
        return [Verdict()] * len(candidates), set()
    names = sorted(groups)
    arrays = {
        "quantiles": model.quantiles,
        **model.forest.arrays(),
        **{GROWING + name: array for name, array in joined(candidates).arrays().items()},
        "names": np.array(names),
        "groups": np.array([groups[name] for name in names]),
    }
    asked = frozenset(who)
    replies = (yield Request(Kind.VOTE, run, contract.hash, number, arrays, asked)) or []
    told = [reply for reply in replies if not reply.error]
    answered = {reply.site for reply in replies if reply.error.partition(":")[0] not in (OFFLINE, DEADLINE)}
    spent = sorted(reply.site for reply in replies if reply.error.partition(":")[0] == VOTED)
    if 2 * len(spent) > len(asked):
        rule = "A round's trees are kept when the sites have judged them."
        raise Unjudged(rule, place=f"round {number}", value=f"judged before by {', '.join(spent)}", remedy=REMEDY)
    return [verdict(_of(told, place)) for place in range(len(candidates))], set(asked) - answered


def _of(replies: Sequence[Reply], place: int) -> list[tuple[float, float]]:
    names = (f"change_{place}", f"error_{place}")
    return [(r.metrics[names[0]], r.metrics[names[1]]) for r in replies if all(name in r.metrics for name in names)]


def shrunk(contract: Contract, candidates: Mapping[int, Forest]) -> list[Forest]:
    """As they enter the model: the mean of the trees that stand side by side, times the learning rate."""
    count = sum(len(forest) for forest in candidates.values())
    return [boosting.shrunk(forest, contract.boosting.learning_rate / count) for forest in candidates.values()]
