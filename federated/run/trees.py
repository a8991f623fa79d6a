"""Boosted trees over the sites, the server's half: it asks level by level and reads the sum of masked tables only."""

import secrets
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Kind
from ..agreed.messages import DEADLINE, OFFLINE, Reply, Request
from ..models import boosting, chance
from ..models.boosting import Forest, blank_forest, forest_of, joined
from ..models.defect import DefectModel
from ..models.growing import GROWING, OF_SITES, edges_for
from ..privacy import sums
from ..privacy.accounting import tree_noise
from .steps import Checkpoint, Report, Steps, ask

MOST_IN_VAIN = 3
ROOM_FOR_NOISE = 10_000  # of the fixed point: beside the rows of a small federation noise is large


def grow(contract: Contract, run: str, checkpoint: Checkpoint) -> Steps[Checkpoint]:
    """All rounds of trees that the checkpoint lacks. A site that drops out takes part again from the round it is back in.

    Raises:
        QuorumMissed: fewer usable replies than the contract's quorum.
    """
    settings = contract.boosting
    if checkpoint.round >= settings.rounds:
        return checkpoint
    used, failed = yield from ask(contract, Request(Kind.KEY, run, contract.hash))
    yield Report(Kind.KEY, 0, used, failed)
    members = {reply.site: reply for reply in used}
    away = Away(failed)
    for number in range(checkpoint.round + 1, settings.rounds + 1):
        members |= yield from away.back(contract, run)
        lost: dict[str, str] = {}
        while True:
            trees, used, failed = yield from _attempt(contract, run, number, checkpoint, members)
            lost |= failed
            away.note(failed)
            members = {reply.site: members[reply.site] for reply in used}
            if trees is not None:
                break
        shrunk = boosting.shrunk(trees, settings.learning_rate / settings.side_by_side)
        model = replace(checkpoint.model, forest=joined([checkpoint.model.forest, shrunk]))
        checkpoint = Checkpoint(number, model)
        yield Report(Kind.GROW, number, used, lost, checkpoint)
    return checkpoint


class Away:
    """Who is not there, and may come back: a program that was killed, a line that was cut.

    Args:
        failed: site → why its reply did not come.
    """

    def __init__(self, failed: Mapping[str, str]) -> None:
        self.silent: dict[str, int] = {}  # site → how often it was asked in vain, though it was connected
        self.note(failed)

    def note(self, failed: Mapping[str, str]) -> None:
        for site, why in failed.items():
            if why.partition(":")[0] in (OFFLINE, DEADLINE):
                self.silent.setdefault(site, 0)

    def back(self, contract: Contract, run: str) -> Steps[dict[str, Reply]]:
        """The keys of those who are back; whoever is not connected costs nothing."""
        asked = frozenset(site for site, count in self.silent.items() if count < MOST_IN_VAIN)
        if not asked:
            return {}
        replies = (yield Request(Kind.KEY, run, contract.hash, sites=asked, is_optional=True)) or []
        found = {reply.site: reply for reply in replies if not reply.error}
        for reply in replies:
            self.silent[reply.site] += 1
        self.silent = {site: count for site, count in self.silent.items() if site not in found}
        return found


def _attempt(
    contract: Contract, run: str, number: int, checkpoint: Checkpoint, members: dict[str, Reply]
) -> Steps[tuple[Forest | None, list[Reply], dict[str, str]]]:
    """The trees of one round, or None where a site dropped out: tables masked against it cannot be read."""
    keys = {site: reply.arrays for site, reply in members.items()}
    rows = sum(reply.examples for reply in members.values())
    request = first_level(contract, run, checkpoint.model, keys, rows=rows, number=number)
    growing = forest_of({name: request.arrays[GROWING + name] for name in boosting.PARTS})
    columns, scale = request.arrays["columns"], float(request.arrays["scale"])
    if contract.boosting.cuts == "random":
        return (yield from _leaves(contract, request, growing, len(members)))
    edges = edges_for(contract, checkpoint.model.quantiles)
    parents, is_split = np.empty(0), np.empty(0)
    first: list[Reply] = []
    for level in range(growing.depth):
        request.arrays["step"][1] = level
        used, failed = yield from ask(contract, request)
        if len(used) < len(members):
            return None, used, failed
        table = sums.unmask([reply.arrays["table"] for reply in used], scale)
        table = table if level == 0 else boosting.with_right_children(table, parents, is_split)
        splits = boosting.best_splits(table)
        for tree in range(len(growing)):
            # Written into the request's own arrays: the next level is asked with what has grown.
            boosting.grow_level(growing, tree, level, splits.of_tree(tree, 2**level), columns, edges)
        parents, is_split = table, splits.feature != boosting.LEAF
        first = first or used
    return growing, first, {}


def _leaves(
    contract: Contract, request: Request, growing: Forest, members: int
) -> Steps[tuple[Forest | None, list[Reply], dict[str, str]]]:
    """Values for trees whose splits were drawn; None where a site dropped out."""
    used, failed = yield from ask(contract, request)
    if len(used) < members:
        return None, used, failed
    summed = sums.unmask([reply.arrays["table"] for reply in used], float(request.arrays["scale"]))
    deviation = chance.total_deviation([tree_noise(contract)] * len(used))
    return replace(growing, value=chance.leaf_values(summed, len(growing), deviation)), used, {}


def first_level(
    contract: Contract, run: str, model: DefectModel, keys: Mapping[str, Mapping[str, Array]], *, rows: int, number: int = 1
) -> Request:
    """What is asked at the root of a round's trees, or of all their leaves where the cuts are drawn.

    Args:
        keys: site → the arrays of its reply to `key`: `key` (32,), `signer` (33,) and
            `signature` (64,) uint8; those who take part.
        rows: of all sites together.
    """
    settings, columns = contract.boosting, len(edges_for(contract, model.quantiles))
    level, growing = 0, blank_forest(settings.side_by_side, settings.depth)
    if settings.cuts == "random":
        # The same trees when a round begins again without a site: under a privacy level they are answered once.
        order = np.random.default_rng([contract.training.seed, number])
        others = columns - len(model.quantiles)
        level, growing = settings.depth, chance.drawn(order, model.quantiles, others, settings.side_by_side, settings.depth)
        rows += ROOM_FOR_NOISE
    arrays = {
        "quantiles": model.quantiles,
        **model.forest.arrays(),
        **{GROWING + name: array for name, array in growing.arrays().items()},
        # The number makes requests differ whose rest is the same: masks come from the digest, and cover one table each.
        "step": np.array([secrets.randbits(31), level]),
        "columns": draw_columns(contract, number, columns),
        "names": np.array(sorted(keys)),
        **{many: np.array([keys[name][one] for name in sorted(keys)]) for one, many in OF_SITES.items()},
        "scale": np.array(sums.scale_for(rows)),
    }
    return Request(Kind.GROW, run, contract.hash, number, arrays, frozenset(keys))


def draw_columns(contract: Contract, number: int, columns: int) -> Array:
    """The columns that one round's trees may split on, (drawn,) whole numbers, rising."""
    order = np.random.default_rng([contract.training.seed, number])
    return np.sort(order.choice(columns, min(contract.boosting.most_columns, columns), replace=False))
