"""Who spoils a sum that no rows can have: sites are left out in turn, until the sum is one that rows can have.

Such a sum is proof that somebody's table is false, and masks hide whose. It is summed anew without each site: where it is
possible without one alone, that one is the cause. Whoever spoils the sums of others, to have one of them suspected, is in
all sums but that one's and its own, and both are possible: then two are in doubt, and nobody is left out for good.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ..agreed.contracts import LEAST_MASKED, Contract
from ..agreed.messages import Reply
from ..models.defect import DefectModel
from .steps import Steps
from .trees import Attempt, Groups, attempt

MOST_BLOCKS = 7  # with the sum of all as many sets of sites as one answers for in a round, see site/growth.py


@dataclass(frozen=True)
class Tried:
    """
    Attributes:
        without: who was left out.
        attempt: the trees of the others, which rows can have.
    """

    without: tuple[str, ...]
    attempt: Attempt
    groups: Groups


@dataclass
class Search:
    """
    Attributes:
        found: what was possible.
        failed: site → why it is gone; then nothing was learned of anybody.
    """

    found: list[Tried] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def can_search(contract: Contract, members: Collection[str]) -> bool:
    return contract.has_search and len(members) > max(LEAST_MASKED, contract.quorum)


def blocks(members: Sequence[str], suspects: Collection[str], most_away: int) -> list[tuple[str, ...]]:
    """Who is left out together: of few sites each alone, of many the suspects alone, else so many at once that few sums
    tell.

    Args:
        suspects: of an earlier search.
        most_away: so many may be missing.
    """
    wanted = [site for site in members if site in suspects] or list(members)
    size = min(-(-len(wanted) // MOST_BLOCKS), most_away)
    return [tuple(wanted[first : first + size]) for first in range(0, len(wanted), size)][:MOST_BLOCKS]


def search(
    contract: Contract,
    run: str,
    number: int,
    model: DefectModel,
    members: Mapping[str, Reply],
    suspects: Collection[str],
) -> Steps[Search]:
    """The round's trees without each of the sites, in the order of `members`.

    Args:
        members: site → its reply to `key`.
    """
    found = Search()
    least = max(LEAST_MASKED, contract.quorum)
    for block in blocks(list(members), suspects, len(members) - least):
        rest = {site: reply for site, reply in members.items() if site not in block}
        groups = dict.fromkeys(rest, 0)
        tried = yield from attempt(contract, run, number, model, rest, groups)
        if tried.failed:
            return Search(failed=tried.failed)
        if tried.forests[0] is not None:
            found.found.append(Tried(block, tried, groups))
    return found
