"""In which groups trees grow, what of a round is kept, and who is left out: what a run remembers of its sites' votes.

Always: a round's trees that most sites find worse are not kept, and the next rounds grow in two halves, the same two in the
whole run, of which the good one goes on. In a guarded contract the first rounds grow in halves that are drawn anew for each
state of the model, each judged by the sites outside it by all of their rows: who is in the worse half again and again is the
cause of it, is left out, and the trees begin again. Numbers: measured on sets of six sites (docs/benchmark.md).

A state of the model is never grown in two different splits, because sums over different halves of the same tables would tell
single tables; sites refuse it, too (site/growth.py).
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import LEAST_MASKED, Contract
from ..agreed.messages import Reply
from ..models.boosting import Forest
from ..privacy.masks import derive
from .steps import Checkpoint
from .trees import Groups
from .votes import Verdict, is_behind

# Codes of who is left out for the rest of the run, and of who is doubted only: by votes, and by search.py.
EXCLUDED, SUSPECTED, SPOILS, MAY_SPOIL = "excluded", "suspected", "spoils_sums", "may_spoil_sums"
FEWEST = 6
GUARDED_ROUNDS = 12
AFTER_REFUSAL = 3  # rounds in halves that are both good, before all grow together again
REFUSED, DROPPED, KEPT, BOTH_KEPT, LEAST = 2.1, 0.9, -0.9, -0.45, -3.0
BAR, AHEAD = 8.7, 3.0
REMEDY = (
    "Talk with this site: look at its labels and units with `dure-factory check`, and at what runs on its machine; it takes "
    "part in the next run."
)
LOOK = "Talk with this site: look at the programs of its machine, and at what changes messages on their way."


@dataclass
class Watch:
    """
    Attributes:
        excluded: site → why, as `code: text`, of those left out for the rest of the run.
        doubted: site → why, of those that look so and are not left out.
        suspicion: site → how much speaks against it.
        grown: rounds of trees since they began, or began again.
        starts: how often they began again.
        forced: so many rounds in halves are still to come after a refusal.
        split: site → its half, drawn for the state of `split_trees` trees.
        suspects: one of them spoils sums of trees, see search.py.
        apart: they are never all in one sum from now on, since nothing tells whose table it is that spoils the others'.
        secret: of the run. Drawn from what the sites know a half would be known before: a hostile one would behave in the
            rounds in which it stands with the site that it wants to have suspected, or is judged by few.
    """

    contract: Contract
    excluded: dict[str, str] = field(default_factory=dict)
    doubted: dict[str, str] = field(default_factory=dict)
    suspicion: dict[str, float] = field(default_factory=dict)
    grown: int = 0
    starts: int = 0
    forced: int = 0
    split: dict[str, int] = field(default_factory=dict)
    split_trees: int = -1
    suspects: list[str] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)
    secret: bytes = field(default=b"", repr=False, compare=False)

    @property
    def is_early(self) -> bool:
        """A guarded contract's first rounds: halves in any case, and whoever spoils them is left out."""
        return self.contract.guarded and self.grown < GUARDED_ROUNDS

    def turns(self, number: int) -> int:
        """How often trees grow in this round: after a new start twice, until what was thrown away is made up for."""
        behind = number - self.grown
        return max(1, behind if number == self.contract.boosting.rounds else min(2, behind))

    def groups(self, members: Sequence[str], trees: int) -> Groups:
        """Site → its group, of those who grow together now; a site that the present split does not know waits."""
        whole = dict.fromkeys(members, 0)
        if not (self.contract.has_halves and len(members) >= FEWEST and (self.is_early or self.forced)):
            return whole
        if self.split_trees < 0 or (self.contract.guarded and self.split_trees != trees):
            if self.starts and not trees:
                return whole  # this state was split before they began again
            drawn = sorted(members, key=lambda site: derive(self.secret, f"halves/{self.starts}/{trees}/{site}"))
            self.split, self.split_trees = {site: place % 2 for place, site in enumerate(drawn)}, trees
        found = {site: self.split[site] for site in members if site in self.split}
        least = max(LEAST_MASKED, self.contract.quorum)
        return found if min(list(found.values()).count(group) for group in (0, 1)) >= least else whole

    def judge(self, groups: Groups, forests: Sequence[Forest | None], verdicts: Sequence[Verdict]) -> list[int]:
        """Places of the forests that are kept."""
        self.grown += 1
        kept = [place for place, f in enumerate(forests) if f is not None and not verdicts[place].is_refused]
        scores = dict.fromkeys(range(len(forests)), REFUSED)
        is_good = len(kept) == len(forests)
        if len(kept) == 2:
            worse = next((place for place in kept if is_behind(verdicts[place], verdicts[1 - place])), None)
            if worse is not None:
                kept.remove(worse)
                scores[worse] = DROPPED
        scores |= dict.fromkeys(kept, BOTH_KEPT if len(kept) == 2 else KEPT)
        self.forced = AFTER_REFUSAL if not is_good else self.forced - (len(forests) == 2 and self.forced > 0)
        if len(forests) == 2 and self.contract.guarded:
            for site, group in groups.items():
                self.suspicion[site] = max(LEAST, self.suspicion.get(site, 0.0) + scores[group])
        return kept

    def suspect(self, members: Mapping[str, Reply]) -> str:
        """Who is left out now, or nobody. Later than in the first rounds whoever looks so is doubted only."""
        ranked = sorted(((score, site) for site, score in self.suspicion.items() if site in members), reverse=True)
        if len(ranked) < 2 or ranked[0][0] < BAR or ranked[0][0] < ranked[1][0] + AHEAD:
            return ""
        score, site = ranked[0]
        found = f"counted {score:.1f}, the next {ranked[1][0]:.1f}"
        if self.grown > GUARDED_ROUNDS:
            rule = "A half with this site grew worse trees than the other one, again and again; it stays in the run."
            self.doubted[site] = f"{SUSPECTED}: {rule} Found: {found}. Remedy: {REMEDY}"
            return ""
        rule = "A half with this site grew worse trees than the other one, again and again; it is left out of the run."
        self.excluded[site] = f"{EXCLUDED}: {rule} Found: {found}. Remedy: {REMEDY}"
        return site

    def in_order(self, members: Iterable[str], number: int) -> list[str]:
        """Drawn for a round, so that nobody knows who is left out when."""
        return sorted(members, key=lambda site: derive(self.secret, f"search/{number}/{site}"))

    def aside(self, members: Collection[str], number: int) -> set[str]:
        """Sums with all who are in doubt were spoilt, and none without one of them: one, drawn anew, is left out."""
        found = [site for site in self.in_order(members, number) if site in self.apart]
        return set(found[:1]) if len(found) == len(self.apart) else set()

    def accuse(self, possible: Sequence[tuple[str, ...]]) -> None:
        """Note whose absence made a sum possible that no rows could have with them."""
        self.suspects = sorted(site for block in possible for site in block)
        rule = "A round's trees had sums that no rows can have, and without this site they had such as rows can have"
        end = f"Found: without {', '.join(self.suspects)}. Remedy: {LOOK}"
        if len(self.suspects) == 1:
            self.excluded |= {self.suspects.pop(): f"{SPOILS}: {rule}; it is left out of the run. {end}"}
        elif len(self.suspects) == len(possible) > 1:
            why = f"{MAY_SPOIL}: {rule}, or without another one; one of them spoils them. {end}"
            self.doubted |= dict.fromkeys(self.suspects, why)
            self.apart = self.suspects

    def begin_again(self) -> None:
        self.starts, self.grown, self.forced = self.starts + 1, 0, 0
        self.suspicion, self.split, self.split_trees = {}, {}, -1


NAMES = ("excluded", "doubted", "suspicion", "grown", "starts", "forced", "split", "split_trees", "suspects", "apart")


def packed(watch: Watch) -> Array:
    """(n,) uint8 for a checkpoint: a run that is taken up again knows who is left out."""
    return np.frombuffer(json.dumps({name: getattr(watch, name) for name in NAMES}).encode(), dtype=np.uint8)


def watch_of(contract: Contract, checkpoint: Checkpoint, secret: bytes = b"") -> Watch:
    """From what `packed` gave; a new one where there is nothing, also where an earlier version has grown trees."""
    if checkpoint.notes is None:
        return Watch(contract, grown=min(checkpoint.round, contract.boosting.rounds), secret=secret)
    return Watch(contract, secret=secret, **json.loads(checkpoint.notes.tobytes()))
