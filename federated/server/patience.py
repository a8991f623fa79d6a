"""How long a site is waited for: the contract's deadline, longer for one that is connected where all are measured slow."""

from ..agreed.contracts import ROUND_KINDS, Kind

FIRST = 5.0  # deadlines, while nobody has answered a request of this kind
SLACK = 4.0  # times the slowest that was measured
LONGEST = 10.0  # deadlines
ALONE = 2.0  # times all the rounds: at the end a site trains alone, as long as they took it together
RETURN_S = 30.0  # a program that was killed or cut off is back by then, where somebody starts it again


class Patience:
    """A machine that is loaded is slow for all of its sites, and its run goes on; a site that is gone costs one deadline.

    Args:
        deadline_s: of the contract.
    """

    def __init__(self, deadline_s: float) -> None:
        self.deadline_s = deadline_s
        self.slowest: dict[Kind, float] = {}
        self.rounds: dict[tuple[Kind, int], float] = {}
        self.missed: set[str] = set()

    def took(self, kind: Kind, seconds: float, number: int = 0) -> None:
        """A site has answered, so long after it was asked; `number` is the round's."""
        self.slowest[kind] = max(seconds, self.slowest.get(kind, 0.0))
        if kind in ROUND_KINDS:
            self.rounds[kind, number] = max(seconds, self.rounds.get((kind, number), 0.0))

    def seconds(self, kind: Kind, site: str, *, connected: bool) -> float:
        """How long after the question this site is given up.

        A site that is not connected, or was given up the last time, gets the deadline and no more.
        """
        if not connected or site in self.missed:
            return self.deadline_s
        slowest = self.slowest.get(kind)
        wanted = FIRST * self.deadline_s if slowest is None else SLACK * slowest
        within = min(max(self.deadline_s, wanted), LONGEST * self.deadline_s)
        return max(within, self.alone_s) if kind == Kind.FINISH else within

    def longest_wait(self, *, is_first: bool) -> float:
        """How long a quorum of connected sites is waited for, before they are asked at all."""
        return self.deadline_s * (FIRST if is_first else 1)

    @property
    def return_s(self) -> float:
        """How long a site that was connected and is not any more is waited for."""
        return min(RETURN_S, self.deadline_s)

    @property
    def alone_s(self) -> float:
        return ALONE * sum(self.rounds.values())

    @property
    def longest(self) -> float:
        """After this nobody is waited for any more, whatever was asked."""
        return max(LONGEST * self.deadline_s, self.alone_s)
