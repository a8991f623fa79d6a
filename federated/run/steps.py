"""What the server's half of a run is made of: it asks, is sent the replies, and reports."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TypeVar

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Kind
from ..agreed.errors import QuorumMissed
from ..agreed.messages import Reply, Request
from ..models.defect import DefectModel


@dataclass(frozen=True)
class Checkpoint:
    """Enough to go on after the round.

    Attributes:
        round: the last one that is in the model; 0 before training.
        state: what the strategy keeps at the server from round to round, by name.
        notes: (n,) uint8, what the run remembers of its sites, see watch.py.
    """

    round: int
    model: DefectModel
    state: dict[str, Array] = field(default_factory=dict)
    notes: Array | None = None


@dataclass(frozen=True)
class Votes:
    """By which a round's trees were refused: none where no rows can have their sums."""

    against: int
    voters: int


@dataclass(frozen=True)
class Report:
    """What one round gave, for whoever watches, once it is complete.

    Attributes:
        used: the replies that count, by site in order; none of a site whose update the strategy leaves out.
        failed: site → why its reply does not count; the other sites that were asked.
        is_spoilt: the model that this round was asked with does worse at most sites than an earlier one, see course.py.
        refused: the votes by which nothing of the round is in the model.
        doubts: site → why, of those whose replies count and about whom somebody should ask.
        is_new_start: a site was left out for good, and the trees begin again.
    """

    kind: Kind
    round: int
    used: list[Reply]
    failed: dict[str, str] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None
    is_spoilt: bool = False
    refused: Votes | None = None
    doubts: dict[str, str] = field(default_factory=dict)
    is_new_start: bool = False


Outcome = TypeVar("Outcome")
Steps = Generator[Request | Report, list[Reply] | None, Outcome]


def ask(contract: Contract, request: Request) -> Steps[tuple[list[Reply], dict[str, str]]]:
    """Replies that can be used, sorted by site, and why the others cannot. What breaks a rule of what was asked comes as an
    error already (inspection.py).

    Raises:
        QuorumMissed: nothing is reported of such a round: it is none, and what came of it says the error.
    """
    replies = sorted((yield request) or [], key=lambda reply: reply.site)
    used = [reply for reply in replies if not reply.error]
    failed = {reply.site: reply.error for reply in replies if reply.error}
    if len(used) < contract.quorum:
        # apps/learning/reasons.py reads the three numbers out of this sentence; its test holds it against this one.
        raise QuorumMissed(
            f"Round {request.round} needs {contract.quorum} usable replies.",
            value=f"{len(used)} from {', '.join(r.site for r in used) or 'nobody'}",
            remedy="Bring more sites back, or publish a contract with a lower quorum; then resume from the last round. "
            + " ".join(f"{site}: {why}" for site, why in failed.items()),
        )
    return used, failed
