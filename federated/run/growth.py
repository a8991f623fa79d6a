"""All rounds of trees: who takes part, what the sites vote, what is kept."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..agreed.contracts import Contract, Kind
from ..agreed.errors import TooFewMasked
from ..agreed.messages import DEADLINE, OFFLINE, Reply, Request
from ..models.boosting import Forest, blank_forest, joined
from .search import can_search, search
from .steps import Checkpoint, Report, Steps, Votes, ask
from .trees import Attempt, Groups, attempt
from .votes import Verdict, ask_votes, shrunk
from .watch import Watch, packed, watch_of

RULE = "A round of trees grows over three sites at least."
TOO_FEW = "Bring a third site back and resume, or publish a contract without trees, or one with a privacy level."
MOST_IN_VAIN = 3
MOST_LOST = 6  # a site that is lost in the midst of trees more often ends their growth at a low level again and again


def grow(contract: Contract, run: str, checkpoint: Checkpoint, secret: bytes) -> Steps[Checkpoint]:
    """All rounds of trees that the checkpoint lacks. A site that drops out takes part again from the round it is back in.

    Raises:
        QuorumMissed: fewer usable replies than the contract's quorum.
        TooFewMasked: two sites are left, whose masked sum would tell each the other's table.
    """
    settings = contract.boosting
    if checkpoint.round >= settings.rounds:
        return checkpoint
    watch = watch_of(contract, checkpoint, secret)
    used, failed = yield from ask(contract, Request(Kind.KEY, run, contract.hash, without=frozenset(watch.excluded)))
    yield Report(Kind.KEY, 0, used, failed | watch.excluded)
    growth = Growth(contract, run, checkpoint, watch, {reply.site: reply for reply in used}, Away(failed))
    for number in range(checkpoint.round + 1, settings.rounds + 1):
        yield from growth.round(number)
    return growth.checkpoint


class Away:
    """Who is not there, and may come back: a program that was killed, a line that was cut.

    Args:
        failed: site → why its reply did not come.
    """

    def __init__(self, failed: Mapping[str, str]) -> None:
        self.silent: dict[str, int] = {}  # site → how often it was asked in vain, though it was connected
        self.lost: Counter[str] = Counter()
        self.note(failed)

    def note(self, failed: Mapping[str, str]) -> None:
        for site, why in failed.items():
            if why.partition(":")[0] in (OFFLINE, DEADLINE):
                self.silent.setdefault(site, 0)
                self.lost[site] += 1

    def back(self, contract: Contract, run: str, excluded: Iterable[str]) -> Steps[dict[str, Reply]]:
        """The keys of those who are back; whoever is not connected costs nothing."""
        within = {site for site, count in self.silent.items() if count < MOST_IN_VAIN and self.lost[site] <= MOST_LOST}
        asked = frozenset(within - set(excluded))
        if not asked:
            return {}
        replies = (yield Request(Kind.KEY, run, contract.hash, sites=asked, is_optional=True)) or []
        found = {reply.site: reply for reply in replies if not reply.error}
        for reply in replies:
            self.silent[reply.site] += 1
        self.silent = {site: count for site, count in self.silent.items() if site not in found}
        return found


@dataclass
class Growth:
    """
    Attributes:
        members: site → its reply to `key`.
        mute: site → how many votes of its were missing; after some nobody waits for it.
    """

    contract: Contract
    run: str
    checkpoint: Checkpoint
    watch: Watch
    members: dict[str, Reply]
    away: Away
    mute: Counter[str] = field(default_factory=Counter)

    def round(self, number: int) -> Steps[None]:
        self.members |= yield from self.away.back(self.contract, self.run, self.watch.excluded)
        first: list[Reply] = []
        lost: dict[str, str] = {}
        refused: Votes | None = None
        starts = self.watch.starts
        for _turn in range(self.watch.turns(number)):
            used, failed, refused = yield from self._turn(number)
            first, lost = first or used, lost | failed
            if self.watch.starts > starts:
                break
        lost |= self.watch.excluded
        used = [reply for reply in first if reply.site not in lost]
        report = Report(Kind.GROW, number, used, lost, self.checkpoint, refused=refused, doubts=dict(self.watch.doubted))
        yield replace(report, is_new_start=self.watch.starts > starts)

    def _turn(self, number: int) -> Steps[tuple[list[Reply], dict[str, str], Votes | None]]:
        """Trees once, and what became of them: the replies, who failed, and the votes by which nothing of them was kept."""
        model, watch = self.checkpoint.model, self.watch
        lost: dict[str, str] = {}
        while True:
            if len(self.members) == 2 < self.contract.fewest:
                raise TooFewMasked(RULE, value=" and ".join(sorted(self.members)), remedy=TOO_FEW)
            aside = watch.aside(self.members, number) if can_search(self.contract, self.members) else set()
            groups = watch.groups(sorted(set(self.members) - aside), len(model.forest))
            together = {site: self.members[site] for site in groups}
            found = yield from attempt(self.contract, self.run, number, model, together, groups)
            lost |= found.failed
            self.away.note(found.failed)
            self.members = {site: reply for site, reply in self.members.items() if site not in found.failed}
            if found.forests:
                break
        if found.forests == (None,) and can_search(self.contract, groups):
            found, groups, gone = yield from self._searched(number, found, groups)
            lost |= gone
        verdicts = yield from self._votes(number, found, groups)
        kept = watch.judge(groups, found.forests, verdicts)
        forests = {place: forest for place in kept if (forest := found.forests[place]) is not None}
        if forests:
            model = replace(model, forest=joined([model.forest, *shrunk(self.contract, forests)]))
        if site := watch.suspect(self.members):
            self.members = {name: reply for name, reply in self.members.items() if name != site}
            model = replace(model, forest=blank_forest(0, self.contract.boosting.depth))
            watch.begin_again()
        self.checkpoint = Checkpoint(number, model, notes=packed(watch))
        refusal = max(verdicts, key=lambda verdict: verdict.against) if not forests else None
        return found.used, lost, Votes(refusal.against, refusal.voters) if refusal else None

    def _searched(self, number: int, found: Attempt, groups: Groups) -> Steps[tuple[Attempt, Groups, dict[str, str]]]:
        """The round's trees without whoever spoils their sum, as far as that is found; and who dropped out meanwhile."""
        watch, model = self.watch, self.checkpoint.model
        members = {site: self.members[site] for site in watch.in_order(groups, number)}
        seen = yield from search(self.contract, self.run, number, model, members, watch.suspects)
        self.away.note(seen.failed)
        self.members = {site: reply for site, reply in self.members.items() if site not in seen.failed}
        watch.accuse([tried.without for tried in seen.found])
        if not seen.found:
            return found, groups, seen.failed
        self.members = {site: reply for site, reply in self.members.items() if site not in watch.excluded}
        chosen = seen.found[0]
        return chosen.attempt, chosen.groups, {}

    def _votes(self, number: int, found: Attempt, groups: Groups) -> Steps[list[Verdict]]:
        candidates = [self._candidate(forest, len(found.forests)) for forest in found.forests]
        if all(forest is None for forest in found.forests):
            return [Verdict()] * len(candidates)
        who = [site for site in groups if site in self.members and self.mute[site] < MOST_IN_VAIN]
        verdicts, silent = yield from ask_votes(
            self.contract, self.run, number, self.checkpoint.model, candidates, groups, who
        )
        self.mute.update(silent)
        return verdicts

    def _candidate(self, forest: Forest | None, count: int) -> Forest:
        """As it would enter the model by itself; where there is none, trees that change nothing."""
        if forest is None:
            return blank_forest(self.contract.boosting.side_by_side // count, self.contract.boosting.depth)
        return shrunk(self.contract, {0: forest})[0]
